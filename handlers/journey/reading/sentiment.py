"""How good or bad the words are, from -1 to 1: VADER for English, a small lexicon of our own for German.

Both know negation, intensifiers and contrast, neither knows irony. The lexicon is in config/lexicon.de.toml.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import sqrt
from typing import TYPE_CHECKING

from bot.moderation.normalise import END, PAUSE
from bot.moderation.phrases import Found
from handlers.journey.reading.features import MOST, Features
from handlers.journey.reading.lexica import VALENCE, Ready, lexicon

if TYPE_CHECKING:
    from handlers.journey.reading.vader_quick import Quick

_SMOOTH = 15.0
"""As VADER's alpha: a sum of 4 is about .7."""
_EMOJI = {
    **dict.fromkeys("😀😃😄😁😊🥰😍🤗😂🤣❤💛💚💙💜🧡💕🙏🎉🥳😌☀🌈✨👍💪", 1.5),
    **dict.fromkeys("😢😭💔😞😔😟😕🙁😩😫😰😨😱😡😠🤬😒👎🥺", -1.5),
}


def valence(text: str, features: Features, found: Sequence[Found]) -> float:
    """The whole text; `found` are the phrases of its lexicon."""
    ready = lexicon(features.language)
    if not ready.has_valence:
        return float(_vader().polarity_scores(text[:MOST])["compound"])
    total = sum(_weighed(ready, features.said, found))
    total += sum(_EMOJI.get(word, 0.0) for word in features.said)
    return max(-1.0, min(1.0, total / sqrt(total * total + _SMOOTH)))


@lru_cache(maxsize=1)
def _vader() -> "Quick":
    from handlers.journey.reading.vader_quick import Quick  # noqa: PLC0415 - loads a third of a megabyte of words

    return Quick()


def _weighed(ready: Ready, said: Sequence[str], found: Sequence[Found]) -> Iterator[float]:
    contrast = _contrasted(ready, said)
    taken: set[int] = set()
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start, one.label)):
        if not one.label.startswith(VALENCE) or not taken.isdisjoint(range(one.start, one.end)):
            continue
        taken.update(range(one.start, one.end))
        worth = float(one.label.removeprefix(VALENCE))
        before = said[max(0, one.start - 2) : one.start]
        worth *= 1.3 ** sum(word in ready.intensifiers for word in before)
        worth *= 0.7 ** sum(word in ready.dampers for word in before)
        if negated(ready, said, one.start):
            worth *= -0.6
        yield worth * contrast[one.start]


def negated(ready: Ready, said: Sequence[str], at: int, reach: int = 3) -> bool:
    """Whether one of the `reach` words before word `at` says no, in the same part of the sentence."""
    for back in range(at - 1, max(-1, at - 1 - reach), -1):
        if said[back] in {END, PAUSE}:
            return False
        if said[back] in ready.negations:
            return True
    return False


def _contrasted(ready: Ready, said: Sequence[str]) -> list[float]:
    """The weight of each word: in a sentence with `but`, what follows it counts more than what is before it."""
    weights: list[float] = []
    sentence: list[float] = []
    for word in said:
        if word in ready.contrasts and len(sentence) > 2:
            sentence = [0.6 if weight == 1.0 else weight for weight in sentence]
            sentence.append(1.4)
        elif word == END:
            weights += [*sentence, 1.0]
            sentence = []
        else:
            sentence.append(1.4 if sentence and sentence[-1] == 1.4 else 1.0)
    return weights + sentence
