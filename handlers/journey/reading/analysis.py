"""An answer, read. Pure: the same text gives the same reading everywhere."""

from msgspec import Struct

from handlers.journey.moods import Mood
from handlers.journey.reading.features import Features, measure
from handlers.journey.reading.lexica import lexicon
from handlers.journey.reading.mood import mood_of
from handlers.journey.reading.sentiment import valence
from handlers.journey.reading.themes import MOST, themes

_FULL = 60
"""Words from which on length adds no depth."""
_UNREAD = 0.2
"""The depth of what could not be read, at most."""


class Analysis(Struct, frozen=True):
    """`valence` is from -1 (bad) to 1 (good), `arousal` and `depth` from 0 to 1; `themes` are ids, at most three;
    `language` is "en" or "de"."""

    mood: Mood
    valence: float
    arousal: float
    depth: float
    themes: tuple[str, ...]
    language: str


def analyse(text: str, language: str | None = None) -> Analysis:
    """Read an answer of at most 4,000 characters, what is longer is not read; `language` decides where the words do not."""
    features = measure(text, language)
    found = lexicon(features.language).phrases.find(features.said)
    worth = valence(text, features, found)
    about = themes(found)
    return Analysis(
        mood=mood_of(features, worth, found),
        valence=round(worth, 4),
        arousal=round(_arousal(features), 4),
        depth=round(_depth(features, len(about), worth), 4),
        themes=about,
        language=features.language,
    )


def _arousal(features: Features) -> float:
    capitals = min(1.0, features.capitals / 3)
    emphasis = min(1.0, (features.emoji + features.intensifiers) / 3)
    return min(1.0, 0.5 * capitals + 0.2 * min(features.exclamations, 4) + 0.3 * emphasis)


def _depth(features: Features, about: int, worth: float) -> float:
    """Much text, about oneself, with themes and feeling, is deep."""
    personal = min(1.0, features.first_person / 3)
    depth = 0.4 * min(1.0, features.words / _FULL) + 0.25 * personal + 0.2 * about / MOST + 0.15 * abs(worth)
    return min(1.0, depth) if features.readable else min(_UNREAD, depth)
