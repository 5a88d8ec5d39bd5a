"""The star of a sigil and what is built on its corners: weave, counter-star, facets, crown, nodes."""

from functools import cache
from typing import Final

from handlers.journey.sigil.figure import RADIUS, STAR, Figure
from handlers.journey.sigil.geometry import (
    CENTRE,
    Point,
    around,
    bow,
    direction,
    polar,
    polygon,
    polyline,
)
from handlers.journey.sigil.palette import Palette
from handlers.journey.sigil.svg import circle, group, path

_LINE: Final = 2.2
_BAND: Final = 5.4
"""The widths of a star."""
_INNER: Final = 0.62
"""The corners of the counter-star lie so far out, unless the star has corners of its own there."""


def star(figure: Figure, palette: Palette) -> str:
    """The star {points/step}, woven: of two lines that cross, each goes over and under in turn."""
    corners = around(figure.points, STAR)
    edges = "".join(polyline([corners[i], corners[i - figure.points + figure.step]]) for i in range(figure.points))
    over, width = _over(figure.points, figure.step), _BAND if figure.ribbon else _LINE
    glow = path(edges, stroke=palette.glow, stroke_width=width + 5, stroke_opacity=0.13)
    gaps = path(over, stroke=palette.inside, stroke_width=width + 5, stroke_linecap="butt")
    return glow + _strand(edges, figure, palette, "round") + gaps + _strand(over, figure, palette, "butt")


def _strand(data: str, figure: Figure, palette: Palette, ends: str) -> str:
    """A line, or a band with an open middle, which runs on where pieces of it meet."""
    if not figure.ribbon:
        return path(data, stroke=palette.line, stroke_width=_LINE, stroke_linecap=ends)
    rim = path(data, stroke=palette.line, stroke_width=_BAND, stroke_linecap=ends)
    return rim + path(data, stroke=palette.inside, stroke_width=_BAND - 2.6)


@cache
def _over(points: int, step: int) -> str:
    """Short pieces of the edges where they pass over another.

    The edge passes its middle at the distance `near` from the centre and meets 2 (step - 1) others, at near x tan(d / points / 2)
    on both sides of it. What is the j-th crossing from one end is the j-th of the other edge from its far end; their number is
    even, so one is odd where the other is even, and to go over at the even ones is a weave.
    """
    near = STAR * direction(step / points / 2)[1]
    drawn = ""
    for i in range(points):
        middle = (i + step / 2) / points
        for j in range(0, 2 * (step - 1), 2):
            d = j - step + 1 if j < step - 1 else j - step + 2
            sine, cosine = direction(d / points / 2)
            along = near * sine / cosine
            drawn += polyline([_on_edge(middle, near, along - 6.5), _on_edge(middle, near, along + 6.5)])
    return drawn


def _on_edge(middle: float, near: float, along: float) -> Point:
    sine, cosine = direction(middle)
    return CENTRE + near * sine + along * cosine, CENTRE - near * cosine + along * sine


def counter_star(figure: Figure, palette: Palette) -> str:
    """A smaller figure turned by half a step, and the facets between it and the corners."""
    half = 0.5 / figure.points
    own = direction(figure.step * half)[1] / direction(half)[1]
    out = _INNER if abs(own - _INNER) > 0.1 else own + 0.2
    corners, inner = around(figure.points, STAR), around(figure.points, STAR * out, half)
    facets = "".join(polyline([corners[i], inner[i], corners[(i + 1) % figure.points]]) for i in range(figure.points))
    return path(facets, stroke=palette.accent, stroke_width=1, stroke_opacity=0.55) + path(
        polygon(inner), stroke=palette.accent, stroke_width=1.3, stroke_opacity=0.85
    )


def crown(figure: Figure, palette: Palette) -> str:
    """Scallops from corner to corner."""
    corners, half = around(figure.points, STAR), 0.5 / figure.points
    low = STAR * (2 * 0.86 - direction(half)[1])  # so that the middle of each lies at 0.86
    arcs = "".join(
        bow(corners[i], polar(i / figure.points + half, low), corners[(i + 1) % figure.points])
        for i in range(figure.points)
    )
    return path(arcs, stroke=palette.line, stroke_width=1.2, stroke_opacity=0.7)


def pearls(figure: Figure, palette: Palette) -> str:
    """One between any two corners."""
    places = around(figure.points, STAR * 0.94, 0.5 / figure.points)
    return group((circle(place, 2.6) for place in places), fill=palette.accent)


def spikes(figure: Figure, palette: Palette) -> str:
    """A coronet outside of the rings: a spike at each corner and a dot between any two."""
    low, high, wide = RADIUS + 25, RADIUS + 39, 0.0042
    drawn = "".join(
        polygon([polar(turn - wide, low), polar(turn, high), polar(turn + wide, low)])
        for turn in (i / figure.points for i in range(figure.points))
    )
    dots = (circle(place, 2) for place in around(figure.points, RADIUS + 30, 0.5 / figure.points))
    return path(drawn, fill=palette.accent, stroke=palette.line, stroke_width=1) + group(dots, fill=palette.line)


def beams(figure: Figure, palette: Palette) -> str:
    """Faint wedges of light from the middle to between the corners."""
    drawn = ""
    for i in range(figure.points):
        turn = (i + 0.5) / figure.points
        drawn += polygon(
            [(CENTRE, CENTRE), polar(turn - 0.1 / figure.points, STAR), polar(turn + 0.1 / figure.points, STAR)]
        )
    return path(drawn, fill=palette.glow, fill_opacity=0.08)


def nodes(figure: Figure, palette: Palette) -> str:
    """A dot on each corner, or a large one with a halo."""
    drawn = ""
    for corner, large in zip(around(figure.points, STAR), figure.large, strict=True):
        fill = palette.accent if large else palette.outside
        drawn += circle(corner, 7 if large else 4.4, stroke=palette.line, stroke_width=1.7, fill=fill)
        if large:
            drawn += circle(corner, 11.5, stroke=palette.line, stroke_width=0.9, stroke_opacity=0.55)
    return drawn
