"""The ring of moods on the card of a journey."""

from collections.abc import Mapping
from typing import Final

from handlers.journey.moods import MOODS, Mood
from handlers.journey.sigil.geometry import Point, pair, polar
from handlers.journey.sigil.hearts import heart
from handlers.journey.sigil.palette import PALETTES, Palette
from handlers.journey.sigil.svg import circle, group, path

_WIDTH: Final = 46
_GAP: Final = 0.004
"""Left free at both ends of a piece, in turns."""
_ROOM: Final = 0.055
"""A piece of less than this share of the ring is too short for its glyph."""


def shares(moods: Mapping[Mood, float]) -> dict[Mood, float]:
    """The part of each mood in the whole, in the order of the moods; those with nothing are left out."""
    weights = {mood: moods[mood] for mood in MOODS if moods.get(mood, 0) > 0}
    whole = sum(weights.values())
    return {mood: weight / whole for mood, weight in weights.items()}


def leading(moods: Mapping[Mood, float]) -> Mood | None:
    """The mood with the greatest part; None while there is nothing."""
    parts = shares(moods)
    ordered: list[Mood] = sorted(parts, key=lambda mood: -parts[mood])
    return ordered[0] if ordered else None


def donut(moods: Mapping[Mood, float], centre: Point, radius: float, palette: Palette) -> str:
    """A piece for each mood with its glyph on it, and the glyph of the leading mood in the middle."""
    drawn = circle(centre, radius, stroke=palette.line, stroke_width=f"{_WIDTH}", stroke_opacity=0.07)
    drawn += "".join(
        circle(centre, radius + side * (_WIDTH / 2 + 6), stroke=palette.line, stroke_width=1.4, stroke_opacity=0.6)
        for side in (-1, 1)
    )
    first, start = leading(moods), 0.0
    if first is None:
        return drawn + _waiting(centre, radius)
    for mood, share in shares(moods).items():
        drawn += _piece(mood, start, share, centre, radius)
        start += share
    return drawn + heart(first, PALETTES[first], centre, 2.3)


def _waiting(centre: Point, radius: float) -> str:
    """The glyphs of all moods, dimmed: nothing has come yet."""
    places = ((mood, polar(i / len(MOODS), radius, centre)) for i, mood in enumerate(MOODS))
    return group((heart(mood, PALETTES[mood], place, 0.55) for mood, place in places), opacity=0.35)


def _piece(mood: Mood, start: float, share: float, centre: Point, radius: float) -> str:
    palette, look = (
        PALETTES[mood],
        {"stroke": PALETTES[mood].accent, "stroke_width": f"{_WIDTH}", "stroke_linecap": "butt"},
    )
    if share > 1 - 2 * _GAP:
        drawn = circle(centre, radius, stroke=look["stroke"], stroke_width=look["stroke_width"])
    else:
        gap = min(_GAP, share / 4)
        first, last = polar(start + gap, radius, centre), polar(start + share - gap, radius, centre)
        far = int(share - 2 * gap > 0.5)
        drawn = path(f"M{pair(first)}A{radius:.0f} {radius:.0f} 0 {far} 1 {pair(last)}", **look)
    if share < _ROOM:
        return drawn
    place = polar(start + share / 2, radius, centre)
    return drawn + circle(place, 19, fill=palette.outside) + heart(mood, palette, place, 0.48)
