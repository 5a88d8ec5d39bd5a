"""Vectors of texts, as a server gives them: in which order, how many, how long, and of what."""

import math
from collections.abc import Sequence
from typing import Final

from bot.model.port import ModelError
from bot.model.wire import Vectors

BATCH: Final = 64
"""Texts in one request: servers of one's own take no more by default."""


def vectors(answer: Vectors, count: int) -> list[list[float]]:
    """In the order of the texts. Raises `ModelError` "garbage" unless there is one of finite numbers for each."""
    found = {one.index: one.embedding for one in answer.data}
    if len(answer.data) != count or found.keys() != set(range(count)):
        raise ModelError("garbage", f"{len(answer.data)} vectors for {count} texts")
    if not all(math.isfinite(number) for vector in found.values() for number in vector):
        raise ModelError("garbage", "a vector of what are no numbers")
    return [found[index] for index in range(count)]


def same_length(found: Sequence[Sequence[float]], known: int | None) -> int | None:
    """How long they all are; `known` when there are none. Raises `ModelError` "garbage" when they differ, or from `known`."""
    lengths = {len(vector) for vector in found} | ({known} if known else set())
    if len(lengths) > 1 or 0 in lengths:
        raise ModelError("garbage", f"vectors of {', '.join(map(str, sorted(lengths)))} numbers")
    return lengths.pop() if lengths else None
