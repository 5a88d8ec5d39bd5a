"""Which of the six moods an answer has, by weights that were fitted to labelled lines: config/weights/mood.*.bin."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from bot.moderation.linear import Linear
from config.load import load_weights
from handlers.journey.moods import MOODS, Mood
from handlers.journey.reading.features import Features

_LONGEST: Final = 8
"""Answers of 128 words and more are of one length."""


def mood_of(features: Features) -> Mood:
    """The likeliest; where nothing can be read, it is ash."""
    if not features.readable:
        return "ash"
    scores = _weights(features.language).scores(features.said, marks(features))
    return MOODS[scores.index(max(scores))]


def marks(features: Features) -> Iterator[str]:
    """What is seen besides the words: signs, capitals, and how long it is."""
    seen = {"!": features.exclamations, "?": features.questions, "CAPITALS": features.capitals}
    yield from (mark for mark, times in seen.items() if times)
    yield f"LENGTH {min(_LONGEST, features.words.bit_length())}"


@lru_cache(maxsize=2)
def _weights(language: str) -> Linear:
    return Linear(load_weights(f"mood.{language}"))
