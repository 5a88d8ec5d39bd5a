"""What a text says, as a linear model hears it: the sum of what its words, pairs of words and pieces of words are worth.

Their worths were fitted to labelled lines and lie in config/weights. They are not looked up by name but in a table of fixed
size (feature hashing: Weinberger et al. 2009), each weighed by how rare it is (idf: Spärck Jones 1972), words and pieces as two
vectors of length one, nearly.
"""

import json
from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from math import sqrt
from typing import Final
from zlib import crc32

from msgspec import Struct

from bot.moderation.normalise import END, PAUSE

IDF_STEPS: Final = 16
"""The table of rarity has whole numbers: so many to 1."""
FEW: Final = 200 * IDF_STEPS**2
"""Added to the square of each length, as if eight more words were said that are worth nothing: a few words say little."""
_PIECES: Final = (4, 5)
"""Letters of a piece of a word, whose ends are marked."""
_KEPT, _LONG = 4_096, 40
"""Words whose pieces are remembered, because texts repeat them, and the letters from which on one's are not."""


class Head(Struct, frozen=True):
    """The first line of a file of weights, in JSON. After it come the rarities, a byte for each of `places`, and the worths of
    each of `labels`, signed bytes that `scales` turns into numbers. `lines` is the SHA-256 of what it was fitted to."""

    labels: list[str]
    places: int
    scales: list[float]
    biases: list[float]
    lines: str


class Linear:
    """One model: a score for each label, above 0 for what is likelier than not."""

    def __init__(self, file: bytes) -> None:
        line, _, tables = file.partition(b"\n")
        self.head = Head(**json.loads(line))
        places = self.head.places
        self._rarity = tables[:places]
        rows = memoryview(tables)[places:].cast("b")
        self._worths = [rows[at * places : (at + 1) * places] for at in range(len(self.head.labels))]

    def scores(self, said: Sequence[str], marks: Iterable[str] = ()) -> list[float]:
        """Of a sentence or a few, in the order of the labels; `marks` count like words that are said."""
        scores = array("d", self.head.biases)
        for found in features(said, marks, self.head.places):
            length = sqrt(FEW + sum(self._rarity[place] ** 2 for place in found))
            for label, worths in enumerate(self._worths):
                total = sum(self._rarity[place] * worths[place] for place in found)
                scores[label] += self.head.scales[label] * total / length
        return list(scores)

    def strange(self, said: Sequence[str]) -> float:
        """How rare its words are on the whole: least in the language that it is written in."""
        places = [_place(word, self.head.places) for word in said]
        return sum(self._rarity[place] for place in places) / (IDF_STEPS * max(1, len(places)))


def features(said: Sequence[str], marks: Iterable[str], places: int) -> tuple[set[int], set[int]]:
    """The places of the words and pairs, and those of the pieces; each counts once."""
    words = {*said, *map(" ".join, pairwise(said)), *marks}
    whole = {word for word in said if word not in {END, PAUSE}}
    pieces = ((_kept if len(word) < _LONG else _pieces)(word, places) for word in whole)
    return {_place(word, places) for word in words}, set().union(*pieces)


def _pieces(word: str, places: int) -> tuple[int, ...]:
    marked = f"<{word}>"
    found = (marked[at : at + size] for size in _PIECES for at in range(len(marked) - size + 1))
    return tuple(_place(f"#{piece}", places) for piece in found)


_kept = lru_cache(_KEPT)(_pieces)


def _place(name: str, places: int) -> int:
    return crc32(name.encode("utf-8", "replace")) % places
