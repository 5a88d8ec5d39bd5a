"""Which of the six moods an answer has, by weights that were fitted to labelled lines: config/weights/mood.*.bin."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from bot.moderation.linear import Linear
from bot.moderation.phrases import Found
from config.load import load_weights
from handlers.journey.moods import MOODS, Mood
from handlers.journey.reading.features import Features
from handlers.journey.reading.lexica import MOOD, lexicon
from handlers.journey.reading.sentiment import negated

_LONGEST: Final = 8
"""Answers of 128 words and more are of one length."""
_STEPS: Final = 5
"""A mark for each fifth that the words are better or worse than nothing."""


def mood_of(features: Features, valence: float, found: Iterable[Found]) -> Mood:
    """The likeliest; where nothing can be read, it is ash. `valence` is from -1 to 1; `found` are the words of the lexicon."""
    if not features.readable:
        return "ash"
    scores = _weights(features.language).scores(features.said, marks(features, valence, found))
    return MOODS[scores.index(max(scores))]


def marks(features: Features, valence: float, found: Iterable[Found]) -> Iterator[str]:
    """What is seen besides the words: signs, capitals, how long it is, how good or bad its words are, and of which
    moods; what is denied does not count."""
    seen = {"!": features.exclamations, "?": features.questions, "CAPITALS": features.capitals}
    yield from (mark for mark, times in seen.items() if times)
    yield f"LENGTH {min(_LONGEST, features.words.bit_length())}"
    for step in range(1, int(abs(valence) * _STEPS) + 1):
        yield f"{'GOOD' if valence > 0 else 'BAD'} {step}"
    ready, said = lexicon(features.language), features.said
    yield from {one.label for one in found if one.label.startswith(MOOD) and not negated(ready, said, one.start)}


@lru_cache(maxsize=2)
def _weights(language: str) -> Linear:
    return Linear(load_weights(f"mood.{language}"))
