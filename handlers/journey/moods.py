"""The six moods that an answer can have: their names, the emoji that stands for each, and a colour."""

from typing import Final, Literal, TypeAlias, get_args

from bot.message import Text, t

Mood: TypeAlias = Literal["ember", "tide", "dawn", "grove", "ash", "void"]
MOODS: Final[tuple[Mood, ...]] = get_args(Mood)
"""In the order in which they are listed everywhere."""

_NAMES: Final[dict[Mood, Text]] = {
    "ember": t("ember"),
    "tide": t("tide"),
    "dawn": t("dawn"),
    "grove": t("grove"),
    "ash": t("ash"),
    "void": t("void"),
}
EMOJI: Final[dict[Mood, str]] = {"ember": "🔥", "tide": "🌊", "dawn": "🌅", "grove": "🌱", "ash": "🪨", "void": "🌌"}
"""One character each, so that a line of them has a known length."""
COLOURS: Final[dict[Mood, int]] = {
    "ember": 0xFF5A36,
    "tide": 0x3AA0FF,
    "dawn": 0xFF8FA3,
    "grove": 0x4FD08A,
    "ash": 0x9A98AB,
    "void": 0x9B5CFF,
}
"""The accent of each mood, as 0xRRGGBB."""


def mood_text(mood: Mood) -> Text:
    """The name of a mood, for people."""
    return _NAMES[mood]
