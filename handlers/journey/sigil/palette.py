"""The colours of the moods in pictures."""

from typing import Final

from msgspec import Struct

from handlers.journey.moods import COLOURS, Mood


class Palette(Struct, frozen=True):
    """Colours as `#rrggbb`: the ground in the middle and at the rim, lines, what is stressed, and what shines."""

    inside: str
    outside: str
    line: str
    accent: str
    glow: str


def mixed(first: str, second: str, share: float) -> str:
    """A colour between two: 0 is the first, 1 the second."""
    pairs = ((int(first[i : i + 2], 16), int(second[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{int(one + (other - one) * share + 0.5):02x}" for one, other in pairs)


def _accent(mood: Mood) -> str:
    return f"#{COLOURS[mood]:06x}"


PALETTES: Final[dict[Mood, Palette]] = {
    "ember": Palette("#3a0f14", "#0b0407", "#ffb27a", _accent("ember"), "#ff7a3d"),
    "tide": Palette("#0b2b4a", "#030812", "#a9e4ff", _accent("tide"), "#4fc3ff"),
    "dawn": Palette("#4a2440", "#140a1a", "#ffe3c2", _accent("dawn"), "#ffb5a0"),
    "grove": Palette("#0f3325", "#040e0a", "#d3f7c4", _accent("grove"), "#7be0a3"),
    "ash": Palette("#2b2b33", "#0a0a0d", "#e8e6f0", _accent("ash"), "#c9c6dd"),
    "void": Palette("#241044", "#07030f", "#dcc8ff", _accent("void"), "#b58bff"),
}
HONEY: Final = Palette("#3d2a0c", "#0c0803", "#ffe6b0", "#d9a441", "#ffc861")
"""Of no mood: for what belongs to all of them."""
