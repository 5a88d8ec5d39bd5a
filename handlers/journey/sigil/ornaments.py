"""Parts that several emblems are made of, as path data around 0 0."""

from typing import Final

from handlers.journey.sigil.geometry import Point, disc, polar, polyline
from handlers.journey.sigil.svg import placed

_STAR: Final = "M0 -10Q1 -1 10 0Q1 1 0 10Q-1 1 -10 0Q-1 -1 0 -10Z"
FLAME: Final = "M0 -24C4 -12 16 -4 16 8C16 18 9 24 0 24C-9 24 -16 18 -16 8C-16 -4 -4 -12 0 -24Z"
_SOLE: Final = "M0 -24C15 -24 19 -8 15 6C12 16 14 22 12 30C9 40 -9 40 -12 30C-14 22 -12 16 -15 6C-19 -8 -15 -24 0 -24Z"
WAVES: Final = "".join(
    f"M{x - 21} {y}C{x - 12} {y - 8} {x - 8} {y - 8} {x} {y}C{x + 8} {y + 8} {x + 12} {y + 8} {x + 21} {y}"
    for y, xs in ((68, (-42, 0, 42)), (82, (-21, 21)))
    for x in xs
)


def stars(*places: tuple[float, float, float]) -> str:
    """Sparks of four points: x, y and size (1 is 20 wide) of each."""
    return "".join(placed(_STAR, (x, y), size) for x, y, size in places)


def discs(*places: tuple[float, float, float]) -> str:
    """Circles: x, y and radius of each."""
    return "".join(disc(x, y, radius) for x, y, radius in places)


def rays(centre: Point, low: float, high: float, *turns: float) -> str:
    """Strokes away from a place, at the angles (in turns), from one distance to another."""
    return "".join(polyline([polar(turn, low, centre), polar(turn, high, centre)]) for turn in turns)


def foot(x: float, y: float, side: int) -> str:
    """A sole and its toes; the great toe is on the right for side 1, on the left for -1."""
    toes = ((11, -37, 6.5), (1, -40, 5), (-8, -38, 4.2), (-15, -33, 3.6), (-20, -26, 3))
    return placed(_SOLE, (x, y)) + discs(*((x + side * -dx, y + dy, radius) for dx, dy, radius in toes))
