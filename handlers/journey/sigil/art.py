"""The emblems of the archetypes, framed in one family with the sigils."""

from collections.abc import Iterable
from typing import Final

from handlers.journey.sigil.emblems import EMBLEMS, PLAIN, Manner
from handlers.journey.sigil.geometry import CENTRE, SIZE, Point, polar, polyline
from handlers.journey.sigil.palette import Palette
from handlers.journey.sigil.svg import Look, circle, document, element, gradient, path, placed

_FIELD: Final = 1.72
"""The shapes are enlarged by this inside of a frame of radius 228."""


def emblem(archetype_id: str) -> str:
    """The emblem of an archetype as SVG, 512 x 512; the plain one for an id that has none of its own."""
    palette = EMBLEMS.get(archetype_id, PLAIN).palette
    ground = element("rect", width=f"{SIZE}", height=f"{SIZE}", fill=palette.outside)
    drawn = medallion(archetype_id, (CENTRE, CENTRE), 1)
    return document(SIZE, SIZE, medallion_gradients([archetype_id]), [ground, drawn])


def medallion(archetype_id: str, centre: Point, scale: float) -> str:
    """An emblem in its round frame, with a radius of 228 times `scale`. The page needs its `medallion_gradients` once."""
    own = EMBLEMS.get(archetype_id, PLAIN)
    drawn = [_frame(archetype_id, own.palette, own.rank, centre, scale)]
    for manner, data in own.shapes:
        drawn.append(path(placed(data, centre, _FIELD * scale), **_look(manner, own.palette, scale)))
    return "".join(drawn)


def medallion_gradients(archetypes: Iterable[str]) -> list[str]:
    """What the grounds of their medallions are filled with, each once: those without an emblem of their own share one."""
    palettes = {_gradient_id(one): EMBLEMS.get(one, PLAIN).palette for one in archetypes}
    return [
        gradient(id_, (0, palette.glow, 0.42), (0.5, palette.inside, 0.9), (1, palette.inside, 0.25))
        for id_, palette in palettes.items()
    ]


def _frame(archetype_id: str, palette: Palette, rank: int, centre: Point, scale: float) -> str:
    ticks = "".join(
        polyline([polar(i / 48, 220 * scale, centre), polar(i / 48, (206 if i % 4 == 0 else 212) * scale, centre)])
        for i in range(48)
    )
    return (
        circle(
            centre,
            228 * scale,
            fill=palette.outside,
            stroke=palette.line,
            stroke_width=1.4 * scale,
            stroke_opacity=0.55,
        )
        + circle(
            centre, 220 * scale, fill=f"url(#{_gradient_id(archetype_id)})", stroke=palette.line, stroke_width=3 * scale
        )
        + circle(centre, 196 * scale, stroke=palette.line, stroke_width=1.4 * scale, stroke_opacity=0.6)
        + path(ticks, stroke=palette.line, stroke_width=1.4 * scale, stroke_opacity=0.7)
        + path(_gems(rank, centre, scale), stroke=palette.line, stroke_width=2 * scale, fill=palette.accent)
    )


def _gems(rank: int, centre: Point, scale: float) -> str:
    """One gem on top of the frame for each rank."""
    turns = ((i - (rank - 1) / 2) / 24 for i in range(rank))
    return "".join(placed("M0 -17L11 0L0 17L-11 0Z", polar(turn, 208 * scale, centre), scale) for turn in turns)


def _look(manner: Manner, palette: Palette, scale: float) -> dict[str, Look]:
    line: dict[str, Look] = {"stroke": palette.line, "stroke_width": 4.2 * scale}
    looks: dict[Manner, dict[str, Look]] = {
        "line": line,
        "thin": {"stroke": palette.line, "stroke_width": 2.4 * scale, "stroke_opacity": 0.75},
        "fill": {**line, "fill": palette.accent},
        "soft": {**line, "fill": palette.accent, "fill_opacity": 0.3},
        "dark": {**line, "fill": palette.outside},
        "light": {"fill": palette.line},
        "glow": {"fill": palette.glow, "fill_opacity": 0.35},
    }
    return looks[manner]


def _gradient_id(archetype_id: str) -> str:
    return f"a-{archetype_id}" if archetype_id in EMBLEMS else "plain"
