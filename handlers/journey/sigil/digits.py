"""Numbers as strokes, for pictures that hold no text: fonts differ from machine to machine."""

from typing import Final

from handlers.journey.sigil.geometry import Point
from handlers.journey.sigil.svg import placed

_DIGITS: Final = (
    "M0 -16C8 -16 10 -9 10 0C10 9 8 16 0 16C-8 16 -10 9 -10 0C-10 -9 -8 -16 0 -16Z",
    "M-6 -9L2 -16L2 16",
    "M-9 -8C-9 -19 9 -19 9 -7C9 0 -4 6 -9 16L10 16",
    "M-8 -12C-4 -18 9 -18 8 -8C8 -2 2 -1 -2 -1C4 -1 10 1 10 8C10 18 -5 18 -9 11",
    "M5 16L5 -16L-10 7L10 7",
    "M8 -16L-6 -16L-8 -2C-3 -6 10 -6 10 6C10 18 -5 19 -9 11",
    "M7 -14C-3 -20 -10 -8 -10 5C-10 20 10 20 10 6C10 -7 -8 -7 -10 4",
    "M-9 -16L9 -16L-3 16",
    "M0 -1C-11 -2 -10 -16 0 -16C10 -16 11 -2 0 -1C-13 0 -12 16 0 16C12 16 13 0 0 -1Z",
    "M-7 14C3 20 10 8 10 -5C10 -20 -10 -20 -10 -6C-10 7 8 7 10 -4",
)
"""Each 20 wide and 32 high around 0 0."""
_ADVANCE: Final = 28


def digits(value: int, centre: Point, scale: float) -> str:
    """Path data of a number of 0 or more, around a place; it is 32 high times `scale`."""
    text = str(value)
    start = centre[0] - (len(text) - 1) / 2 * _ADVANCE * scale
    return "".join(
        placed(_DIGITS[int(one)], (start + i * _ADVANCE * scale, centre[1]), scale) for i, one in enumerate(text)
    )
