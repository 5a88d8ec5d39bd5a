"""The numbers that a sigil is drawn from: the same for the same mood and seed, on every machine and in every Python.

`random.Random` is not used, because the order of what its `choice` gives is not promised between versions.
"""

import hashlib
from collections.abc import Sequence
from typing import Final, TypeVar

from handlers.journey.moods import Mood

T = TypeVar("T")
VERSION: Final = b"soulfra-sigil/2\0"
"""Part of what is hashed: a new way of drawing gets a new number, so that old pictures are not mistaken for new ones."""
LENGTH: Final = 1024
MARKS: Final = 64
"""So many bytes at the front are kept for the runes; the stream begins behind them."""


class Stream:
    """Big-endian 16-bit numbers, one after the other. Raises `IndexError` after the last, which no drawing comes near."""

    def __init__(self, mood: Mood, seed: bytes) -> None:
        digest = hashlib.shake_256(VERSION + mood.encode() + b"\0" + seed).digest(LENGTH)
        self.marks = digest[:MARKS]
        self._data, self._at = digest, MARKS

    def u16(self) -> int:
        """The next number, 0 to 65,535."""
        high, low = self._data[self._at], self._data[self._at + 1]
        self._at += 2
        return high << 8 | low

    def unit(self) -> float:
        """The next number as a fraction, 0 <= x < 1."""
        return self.u16() / 65536

    def between(self, low: float, high: float) -> float:
        """The next number, spread over a range."""
        return low + (high - low) * self.unit()

    def choice(self, options: Sequence[T]) -> T:
        """One of them."""
        return options[self.u16() % len(options)]
