"""The petals around the heart of a sigil. Each mood has a shape of its own, so that moods differ by more than colour."""

from collections.abc import Callable
from typing import Final

from handlers.journey.moods import Mood
from handlers.journey.sigil.figure import HEART, STAR, Figure
from handlers.journey.sigil.geometry import cubic, lens, pair, polar, polygon, polyline
from handlers.journey.sigil.palette import Palette
from handlers.journey.sigil.svg import path

_ROOT: Final = HEART + 8
"""Where the petals begin."""


def petals(figure: Figure, mood: Mood, palette: Palette) -> str:
    """One for each corner."""
    tip = STAR * (0.46 + 0.1 * figure.petal_length)
    half = (0.45 + 0.35 * figure.petal_width) / figure.points / 2
    drawn = "".join(_SHAPES[mood](i / figure.points, half, tip) for i in range(figure.points))
    return path(drawn, fill=palette.accent, fill_opacity=0.2, stroke=palette.line, stroke_width=1.4)


def second_petals(figure: Figure, palette: Palette) -> str:
    """Slim ones between them, behind."""
    tip, half = STAR * (0.56 + 0.1 * figure.petal_length), 0.16 / figure.points
    drawn = "".join(_leaf((i + 0.5) / figure.points, half, tip) for i in range(figure.points))
    return path(drawn, fill=palette.glow, fill_opacity=0.16, stroke=palette.accent, stroke_width=1.1)


def _leaf(turn: float, half: float, tip: float) -> str:
    middle = (_ROOT + tip) / 2
    return lens(polar(turn, _ROOT), polar(turn - half * 2, middle), polar(turn, tip), polar(turn + half * 2, middle))


def _flame(turn: float, half: float, tip: float) -> str:
    """Round below, drawn out to a point."""
    root, low, high = polar(turn, _ROOT), _ROOT + (tip - _ROOT) * 0.2, _ROOT + (tip - _ROOT) * 0.62
    up = cubic(polar(turn - half * 2.6, low), polar(turn - half * 0.7, high), polar(turn, tip))
    down = cubic(polar(turn + half * 0.7, high), polar(turn + half * 2.6, low), root)
    return f"M{pair(root)}{up}{down}Z"


def _wave(turn: float, half: float, tip: float) -> str:
    """Two arches, one in the other."""
    return _arch(turn, half * 1.25, tip + (tip - _ROOT) / 3) + _arch(turn, half * 0.69, _ROOT + (tip - _ROOT) * 0.75)


def _arch(turn: float, half: float, top: float) -> str:
    left, right = turn - half, turn + half
    return f"M{pair(polar(left, _ROOT))}{cubic(polar(left, top), polar(right, top), polar(right, _ROOT))}"


def _ray(turn: float, half: float, tip: float) -> str:
    """A slim spike between two short strokes."""
    low, high = _ROOT + 6, (_ROOT + tip) / 2
    strokes = (polyline([polar(turn + side * 1.3, low), polar(turn + side * 1.1, high)]) for side in (-half, half))
    spike = [polar(turn - half * 0.6, _ROOT), polar(turn, tip + 6), polar(turn + half * 0.6, _ROOT)]
    return polygon(spike) + "".join(strokes)


def _veined(turn: float, half: float, tip: float) -> str:
    """A leaf with its vein."""
    return _leaf(turn, half, tip) + polyline([polar(turn, _ROOT), polar(turn, _ROOT + (tip - _ROOT) * 0.7)])


def _shard(turn: float, half: float, tip: float) -> str:
    """A diamond."""
    wide = _ROOT + (tip - _ROOT) * 0.38
    return polygon([polar(turn, _ROOT), polar(turn - half, wide), polar(turn, tip), polar(turn + half, wide)])


def _crescent(turn: float, half: float, tip: float) -> str:
    """A sickle with its horns to the heart."""
    middle = (_ROOT + tip) / 2
    left, right = polar(turn - half, middle), polar(turn + half, middle)
    return lens(left, polar(turn, tip + 18), right, polar(turn, middle + 8))


_SHAPES: Final[dict[Mood, Callable[[float, float, float], str]]] = {
    "ember": _flame,
    "tide": _wave,
    "dawn": _ray,
    "grove": _veined,
    "ash": _shard,
    "void": _crescent,
}
