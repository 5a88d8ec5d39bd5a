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
_STEPS: Final = 5
"""A mark for each fifth that the words are better or worse than nothing."""


def mood_of(features: Features, valence: float) -> Mood:
    """The likeliest; where nothing can be read, it is ash. `valence` is from -1 to 1."""
    if not features.readable:
        return "ash"
    scores = _weights(features.language).scores(features.said, marks(features, valence))
    return MOODS[scores.index(max(scores))]


def marks(features: Features, valence: float) -> Iterator[str]:
    """What is seen besides the words: signs, capitals, how long it is, and how good or bad the words are."""
    seen = {"!": features.exclamations, "?": features.questions, "CAPITALS": features.capitals}
    yield from (mark for mark, times in seen.items() if times)
    yield f"LENGTH {min(_LONGEST, features.words.bit_length())}"
    for step in range(1, int(abs(valence) * _STEPS) + 1):
        yield f"{'GOOD' if valence > 0 else 'BAD'} {step}"


@lru_cache(maxsize=2)
def _weights(language: str) -> Linear:
    return Linear(load_weights(f"mood.{language}"))
