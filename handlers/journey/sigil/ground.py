"""What lies under a sigil: the colour of its mood, a glow, and a few faint stars."""

from handlers.journey.sigil.figure import Figure
from handlers.journey.sigil.geometry import SIZE, polar
from handlers.journey.sigil.palette import Palette, mixed
from handlers.journey.sigil.svg import circle, element, gradient, group


def gradients(palette: Palette, uid: str) -> list[str]:
    """The two that a sigil uses, with the suffix: `b` for the background, `g` for the glow of the heart."""
    glow = gradient(f"g{uid}", (0, palette.glow, 0.5), (0.45, palette.glow, 0.14), (1, palette.glow, 0))
    return [gradient(f"b{uid}", *_background(palette)), glow]


def ground(uid: str) -> str:
    """The background."""
    return element("rect", width=f"{SIZE}", height=f"{SIZE}", fill=f"url(#b{uid})")


def _background(palette: Palette) -> list[tuple[float, str, float]]:
    """From inside to outside with a glow in the middle, as one gradient: it costs half the time of two that lie upon each other."""
    glows = ((0.0, 0.5), (0.38, 0.14), (0.84, 0.0), (1.0, 0.0))
    return [(at, mixed(mixed(palette.inside, palette.outside, at), palette.glow, glow), 1) for at, glow in glows]


def sky(figure: Figure, palette: Palette) -> str:
    """46 faint stars."""
    specks = (circle(polar(turn, far), radius, fill_opacity=light) for turn, far, radius, light in figure.specks)
    return group(specks, fill=palette.line)
