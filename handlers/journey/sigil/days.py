"""The calendar on the card of a journey: a cell for each of the last 84 days, a column for each week."""

from collections.abc import Sequence
from typing import Final

from handlers.journey.sigil.geometry import Point
from handlers.journey.sigil.palette import HONEY, Palette
from handlers.journey.sigil.svg import Look, element

DAYS: Final = 84
_ROWS: Final = 7
_PITCH: Final = 42
_CELL: Final = 34
_SHADES: Final = (0.07, 0.4, 0.65, 0.85, 1.0)
"""How strong a cell is, by the number of answers."""


def latest(days: Sequence[int]) -> list[int]:
    """The last 84; days before the first one are empty."""
    kept = list(days[-DAYS:])
    return [0] * (DAYS - len(kept)) + kept


def calendar(days: Sequence[int], streak: int, corner: Point, palette: Palette) -> str:
    """12 columns of 7 cells, the oldest at the top left; today is the last. The days of the streak are outlined."""
    kept = latest(days)
    end = DAYS if kept[-1] else DAYS - 1  # today may still be to come
    return "".join(_cell(i, count, end - streak <= i < end, corner, palette) for i, count in enumerate(kept))


def _cell(i: int, count: int, streak: bool, corner: Point, palette: Palette) -> str:
    x, y = corner[0] + i // _ROWS * _PITCH, corner[1] + i % _ROWS * _PITCH
    look: dict[str, Look] = {"fill": palette.accent if count else palette.line}
    look["fill_opacity"] = _SHADES[min(count, len(_SHADES) - 1)]
    if streak:
        look |= {"stroke": HONEY.glow, "stroke_width": 2.4}
    elif i == DAYS - 1:
        look |= {"stroke": palette.line, "stroke_width": 1.6, "stroke_opacity": 0.8}
    return element("rect", x=float(x), y=float(y), width=f"{_CELL}", height=f"{_CELL}", rx="8", **look)
