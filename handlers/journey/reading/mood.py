"""From words and signals to one of the six moods: what speaks for each adds up, and the one with the highest sum it is.

Phrases that speak for a mood by themselves are in config/lexicon.*.toml; scenes, single words and what each signal weighs
are in config/moods.*.toml, fitted to labelled lines.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from bot.moderation.normalise import END
from bot.moderation.phrases import Found, Phrases
from config.lexicon import Weights
from config.load import load_data
from handlers.journey.moods import MOODS, Mood
from handlers.journey.reading.features import Features
from handlers.journey.reading.lexica import lexicon
from handlers.journey.reading.sentiment import contrasted, negated
from handlers.journey.reading.signals import signals

WEIGHTS = {"strong": 2.0, "plain": 0.8, "faint": 0.25}
_LONGER = 0.35
"""Each further word of a phrase makes it say more."""
_LAST = 1.2
"""The last sentence counts more: there people say what they mean."""
_DENIED = 0.4
_MOST = 4
"""So often a scene of one mood counts."""
_BEGINNINGS = range(3, 7)
"""How long the beginnings of words are that have a worth."""


def mood_of(features: Features, valence: float, found: Sequence[Found]) -> Mood:
    """The mood with most points; where nothing can be read, it is ash."""
    if not features.readable:
        return "ash"
    scale = _scale(features.language)
    points = dict.fromkeys(MOODS, 0.0)
    for mood, worth in _spoken(features, found):
        points[mood] += worth * scale.weights.told
    for name, much in signals(features, valence).items():
        for mood, weight in zip(MOODS, scale.weights.signals[name], strict=True):
            points[mood] += weight * much
    for mood, worth in [*scale.scenes_in(features.said), *scale.words_in(features.said)]:
        points[mood] += worth
    best = max(points.values())
    return next(mood for mood in MOODS if points[mood] == best)


class _Scale:
    """The weights of one language, made ready."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self._scenes = Phrases({mood: weights.scenes[mood] for mood in MOODS})
        self._words: dict[str, list[tuple[Mood, float]]] = {}
        for mood in MOODS:
            for worth, words in weights.words[mood].items():
                for word in words:
                    self._words.setdefault(word, []).append((mood, float(worth)))

    def scenes_in(self, said: Sequence[str]) -> list[tuple[Mood, float]]:
        """What is told in a mood, longer phrases as more."""
        counts = Counter(
            (one.label, min(len(self.weights.places), one.end - one.start)) for one in self._scenes.find(said)
        )
        return [
            (mood, worth * min(_MOST, counts[mood, size]))
            for mood in MOODS
            for size, worth in enumerate(self.weights.places, start=1)
        ]

    def words_in(self, said: Sequence[str]) -> list[tuple[Mood, float]]:
        """Each word once, and each beginning of words."""
        heard = set(said)
        heard |= {word[:size] + "*" for word in said for size in _BEGINNINGS if len(word) >= size}
        return [pair for one in sorted(heard & self._words.keys()) for pair in self._words[one]]


@lru_cache(maxsize=2)
def _scale(language: str) -> _Scale:
    return _Scale(load_data(Weights, f"moods.{language}.toml"))


def _spoken(features: Features, found: Sequence[Found]) -> list[tuple[Mood, float]]:
    """What the phrases are worth: longer ones hide shorter ones inside them, denied ones say little of anything."""
    ready = lexicon(features.language)
    contrast = contrasted(ready, features.said)
    last = _last_sentence(features.said)
    spoken: list[tuple[Mood, float]] = []
    for one, mood, strength in _outermost(found):
        worth = WEIGHTS[strength] * (1 + _LONGER * (one.end - one.start - 1))
        worth *= contrast[one.start] * (_LAST if one.start >= last else 1.0)
        if strength != "faint" and negated(ready, features.said, one.start):
            spoken.append(("ash", _DENIED))
        else:
            spoken.append((mood, worth))
    return spoken


def _outermost(found: Sequence[Found]) -> list[tuple[Found, Mood, str]]:
    cover: dict[int, int] = {}
    kept: list[tuple[Found, Mood, str]] = []
    seen: set[tuple[str, int]] = set()
    signs = [one for one in found if one.label.partition(":")[2] in WEIGHTS]
    for one in sorted(signs, key=lambda one: (one.start - one.end, -WEIGHTS[one.label.partition(":")[2]], one.label)):
        mood, _, strength = one.label.partition(":")
        size = one.end - one.start
        inside = all(cover.get(at, 0) > size for at in range(one.start, one.end))
        if inside or any((mood, at) in seen for at in range(one.start, one.end)):
            continue
        for at in range(one.start, one.end):
            cover.setdefault(at, size)
            seen.add((mood, at))
        kept.append((one, next(name for name in MOODS if name == mood), strength))
    return kept


def _last_sentence(said: Sequence[str]) -> int:
    """The word where it begins; the end when there is but one sentence."""
    ends = [at for at, word in enumerate(said) if word == END and at < len(said) - 1]
    return ends[-1] + 1 if ends else len(said)
