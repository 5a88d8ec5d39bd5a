"""What weights are fitted by and written as, in the arithmetic of bot.moderation.linear: a test holds one against the other."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from bot.moderation.linear import FEW, IDF_STEPS, Head

Places = tuple[set[int], set[int]]
"""Of one text, as `features` gives them: its words and pairs, and the pieces of its words."""


def rarity(found: Sequence[Places], places: int) -> Any:
    """A byte for each place: the less often it is in these texts, the more."""
    seen = np.zeros(places)
    for one in (one for both in found for one in both):
        seen[list(one)] += 1
    return np.rint(IDF_STEPS * (np.log((1 + len(found)) / (1 + seen)) + 1)).clip(0, 255).astype(np.uint8)


def row(both: Places, rare: Any) -> tuple[list[int], list[float]]:
    """The places of a text and what it has there: words and pieces each of length one, nearly. A place may come twice."""
    at: list[int] = []
    values: list[float] = []
    for places in map(sorted, both):
        steps = rare[places].astype(float)
        at += places
        values += list(steps / np.sqrt(FEW + (steps**2).sum()))
    return at, values


def packed(labels: Sequence[str], rare: Any, worths: Any, biases: Sequence[float], lines: str) -> bytes:
    """The file that `Linear` reads. Worths are rounded to 127 steps on each side of nothing."""
    scales = [float(np.abs(one).max() / 127) for one in worths]
    head = Head(list(labels), len(rare), scales, list(biases), lines)
    rows = [np.rint(one / scale).astype(np.int8) for one, scale in zip(worths, scales, strict=True)]
    return msgspec.json.encode(head) + b"\n" + b"".join(table.tobytes() for table in [rare, *rows])
