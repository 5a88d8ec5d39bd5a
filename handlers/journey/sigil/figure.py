"""What a seed decides of a sigil, read from its stream in one order, whatever the depth: a deeper one only shows more of it."""

import math
from typing import Final, TypeAlias

from msgspec import Struct

from handlers.journey.moods import Mood
from handlers.journey.sigil.stream import Stream

RADIUS: Final = 206.0
"""Of the figure: rings lie around it, runes inside."""
STAR: Final = RADIUS - 32
"""Of the circle that the corners of the star lie on."""
HEART: Final = 42.0
"""Of the dark disc in the middle."""
POINTS: Final = (6, 7, 8, 9, 10, 12)
"""Corners of the star. Five are left out: alone, a pentagram says something of its own to many people. Ten stand in for it."""
BROADEST: Final = 3
"""A band with a greater step would have no room at its crossings."""
BEND: Final = 6
"""The word-line has at most so many points on each side."""

Speck: TypeAlias = tuple[float, float, float, float]
"""A faint star: its angle in turns, its distance from the centre, its radius, its opacity."""


class Figure(Struct, frozen=True):
    """One sigil before it is drawn. Offsets are from -1 to 1."""

    points: int
    step: int
    """The star joins each corner with the one so many further on."""
    ribbon: bool
    """The star is drawn as a band, not as a line."""
    ticks: int
    marks: bytes
    """The runes."""
    specks: tuple[Speck, ...]
    petal_width: float
    petal_length: float
    radii: tuple[float, ...]
    """Offsets of the points of the word-line: outwards, the first for its top and the last for its bottom."""
    angles: tuple[float, ...]
    """Offsets of the points of the word-line: around."""
    large: tuple[bool, ...]
    """Which corners have a large node."""

    @classmethod
    def of(cls, seed: bytes, mood: Mood) -> "Figure":
        """Read from the stream."""
        stream = Stream(mood, seed)
        points = stream.choice(POINTS)
        step = stream.choice(_steps(points))
        return cls(
            points=points,
            step=step,
            ribbon=stream.choice((False, True)) and step <= BROADEST,
            ticks=points * stream.choice((4, 6, 8)),
            marks=stream.marks,
            specks=tuple(_speck(stream) for _ in range(46)),
            petal_width=stream.unit(),
            petal_length=stream.unit(),
            radii=tuple(stream.between(-1, 1) for _ in range(BEND + 2)),
            angles=tuple(stream.between(-1, 1) for _ in range(BEND)),
            large=tuple(stream.u16() % 3 == 0 for _ in range(points)),
        )


def _steps(points: int) -> list[int]:
    """The steps that give a star in one line; for six there is none, and the star of two triangles stands for it."""
    return [step for step in range(2, (points + 1) // 2) if math.gcd(step, points) == 1] or [2]


def _speck(stream: Stream) -> Speck:
    turn, distance = stream.unit(), 256 * math.sqrt(stream.unit())
    return turn, distance, stream.between(0.5, 1.6), stream.between(0.15, 0.65)
