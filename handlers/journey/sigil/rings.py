"""The rings around a sigil, with their ticks, and the runes between them."""

from functools import cache
from typing import Final

from handlers.journey.sigil.figure import RADIUS, STAR, Figure
from handlers.journey.sigil.geometry import CENTRE, Point, direction, polar, polyline
from handlers.journey.sigil.palette import Palette
from handlers.journey.sigil.svg import circle, path

RUNES: Final = 24
_MIDDLE: Final = RADIUS - 10
"""The circle on which the middles of the runes lie."""
_OUTER: Final = RADIUS + 14


def rings(figure: Figure, palette: Palette) -> str:
    """Two rings outside, one around the star, and ticks that hang from the outer ones: a long one for each corner."""
    centre = (CENTRE, CENTRE)
    long, short = _ticks(figure.points, figure.ticks)
    return (
        circle(centre, RADIUS + 22, stroke=palette.line, stroke_width=1.2, stroke_opacity=0.55)
        + circle(centre, _OUTER, stroke=palette.line, stroke_width=2.6, stroke_opacity=0.95)
        + circle(centre, STAR, stroke=palette.line, stroke_width=1.1, stroke_opacity=0.6)
        + path(long, stroke=palette.line, stroke_width=1.8, stroke_opacity=0.9)
        + path(short, stroke=palette.line, stroke_width=0.9, stroke_opacity=0.5)
    )


def runes(figure: Figure, palette: Palette) -> str:
    """24 staves, one for each mark: a stem, and up to three branches."""
    drawn = "".join(_rune(i, figure.marks[i], figure.marks[i + 32]) for i in range(RUNES))
    return path(drawn, stroke=palette.line, stroke_width=1.7, stroke_opacity=0.85)


@cache
def _ticks(points: int, count: int) -> tuple[str, str]:
    """The long ones and the short ones."""
    every = count // points
    long = "".join(_tick(i / points, 2) for i in range(points))
    return long, "".join(_tick(i / count, 8) for i in range(count) if i % every)


def _tick(turn: float, end: float) -> str:
    return polyline([polar(turn, _OUTER), polar(turn, RADIUS + end)])


def _rune(i: int, mark: int, more: int) -> str:
    """Three bits for a branch: is it there, on which side, does it rise or fall. One is always there: no stem stands bare.

    Where the highest and the lowest are both there, they are on one side: a stem with two hooks that point away from each other
    is a sign with a bad past.
    """
    turn, bits = (i + 0.5) / RUNES, mark | (more & 1) << 8
    there = [bool(bits >> 3 * branch & 1) or branch == i % 3 for branch in range(3)]
    right = [bits >> 3 * branch + 1 & 1 for branch in range(3)]
    if there[0] and there[2]:
        right[2] = right[0]
    drawn = polyline([_on_stave(turn, 0, -9), _on_stave(turn, 0, 9)])
    for branch in range(3):
        if there[branch]:
            root, side, rise = (
                7 - branch * 6.5,
                5.5 if right[branch] else -5.5,
                -4.5 if bits >> 3 * branch + 2 & 1 else 4.5,
            )
            drawn += polyline([_on_stave(turn, 0, root), _on_stave(turn, side, root + rise)])
    return drawn


def _on_stave(turn: float, across: float, outwards: float) -> Point:
    """A point near the middle of a rune, which stands upright on its circle."""
    sine, cosine = direction(turn)
    radius = _MIDDLE + outwards
    return CENTRE + radius * sine + across * cosine, CENTRE - radius * cosine + across * sine
