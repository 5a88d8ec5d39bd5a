"""The glyph of each mood, which is the heart of its sigils: shapes around 0 0, about 26 in each direction."""

from typing import Final, Literal, TypeAlias

from handlers.journey.moods import Mood
from handlers.journey.sigil.geometry import Point, disc, polar, polygon, polyline
from handlers.journey.sigil.palette import Palette
from handlers.journey.sigil.svg import path, placed

Manner: TypeAlias = Literal["line", "fill"]
"""How a shape is drawn: as a line, or filled with the accent."""
_BEAMS: Final = tuple((i - 2) * 0.085 for i in range(5))

_HEARTS: Final[dict[Mood, tuple[tuple[Manner, str], ...]]] = {
    "ember": (
        (
            "fill",
            (
                "M0 -27C4 -14 19 -4 19 9C19 20 10 26 0 26C-10 26 -19 20 -19 9"
                "C-19 1 -13 -4 -10 -11C-7 -8 -6 -6 -5 -3C1 -10 2 -18 0 -27Z"
            ),
        ),
        ("line", "M0 22C-6 22 -9 17 -9 13C-9 7 -2 4 0 -3C2 4 9 7 9 13C9 17 6 22 0 22Z"),
    ),
    "tide": tuple(
        (
            "line",
            f"M-27 {y}C-20 {y - 10} -14 {y - 10} -9 {y - 2}C-4 {y + 6} 4 {y + 6} 9 {y - 2}C14 {y - 10} 20 {y - 10} 27 {y}",
        )
        for y in (-12, 3, 18)
    ),
    "dawn": (
        ("fill", "M-17 9C-17 -14 17 -14 17 9Z"),
        ("line", "M-27 9L27 9M-15 17L15 17"),
        ("line", "".join(polyline([polar(turn, 24, (0, 6)), polar(turn, 33, (0, 6))]) for turn in _BEAMS)),
    ),
    "grove": (
        ("fill", "M0 6C-18 6 -24 -8 -23 -22C-8 -22 0 -14 0 6Z"),
        ("fill", "M0 6C18 6 24 -8 23 -22C8 -22 0 -14 0 6Z"),
        ("line", "M0 26L0 6M-10 26L10 26"),
    ),
    "ash": (
        ("line", polygon([polar(i / 3, 28, (0, 4)) for i in range(3)])),
        ("fill", polygon([polar(i / 3 + 0.5, 13, (0, 4)) for i in range(3)])),
    ),
    "void": (
        ("line", disc(0, 0, 23)),
        ("fill", "M0 -23C13 -23 23 -13 23 0C23 13 13 23 0 23C9 18 13 9 13 0C13 -9 9 -18 0 -23Z"),
    ),
}


def heart(mood: Mood, palette: Palette, centre: Point, scale: float = 1.0) -> str:
    """The glyph of a mood at a place."""
    drawn = ""
    for manner, data in _HEARTS[mood]:
        fill = palette.accent if manner == "fill" else "none"
        drawn += path(placed(data, centre, scale), stroke=palette.line, stroke_width=2.4 * scale, fill=fill)
    return drawn
