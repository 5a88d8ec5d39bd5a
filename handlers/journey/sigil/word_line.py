"""The word-line of a sigil: a smooth curve down one side, and its reflection."""

from handlers.journey.sigil.figure import BEND, STAR, Figure
from handlers.journey.sigil.geometry import CENTRE, Point, mirrored, pair, polar, spline
from handlers.journey.sigil.palette import Palette
from handlers.journey.sigil.svg import circle, path


def word_line(figure: Figure, depth: float, palette: Palette) -> str:
    """Drawn with a dark seam that sets it off from the star, a bead on each bend, a ring on top and two bars below."""
    points = _points(figure, min(BEND, 3 + int(3 * depth)))
    curve = spline(points) + spline(mirrored(points))
    beads = "".join(circle(point, 3.8) for point in points[1:-1] + mirrored(points[1:-1]))
    return (
        path(curve, stroke=palette.glow, stroke_width=11, stroke_opacity=0.12)
        + path(curve, stroke=palette.outside, stroke_width=9, stroke_opacity=0.75)
        + path(curve, stroke=palette.accent, stroke_width=4.4)
        + path(curve, stroke=palette.line, stroke_width=1.1)
        + f'<g fill="{palette.accent}" stroke="{palette.line}" stroke-width="1.20">{beads}</g>'
        + _ends(points[0], points[-1], palette)
    )


def _points(figure: Figure, bends: int) -> list[Point]:
    """From top to bottom: in and out by turns. The last is out after an inner bend and in after an outer one."""
    points = [(CENTRE, CENTRE - STAR * (0.85 + 0.05 * figure.radii[0]))]
    for j in range(bends):
        turn = (j + 1 + 0.25 * figure.angles[j]) / (bends + 1) / 2
        points.append(polar(turn, STAR * ((0.82 if j % 2 else 0.53) + 0.06 * figure.radii[j + 1])))
    low = 0.84 + 0.05 * figure.radii[-1] if bends % 2 else 0.6 + 0.04 * figure.radii[-1]
    return [*points, (CENTRE, CENTRE + STAR * low)]


def _ends(top: Point, bottom: Point, palette: Palette) -> str:
    x, y = bottom
    long, short = (f"M{pair((x - half, y + down))}L{pair((x + half, y + down))}" for half, down in ((11, 0), (6, 6)))
    return (
        circle(top, 6.5, stroke=palette.accent, stroke_width=2.2, fill=palette.outside)
        + path(long, stroke=palette.accent, stroke_width=3)
        + path(short, stroke=palette.accent, stroke_width=2, stroke_opacity=0.8)
    )
