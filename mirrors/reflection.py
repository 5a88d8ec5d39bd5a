"""A fitted mirror, and how it speaks: several tries, those that pass the guard, the nearest to what was asked."""

import random
import re
import statistics
from collections.abc import Sequence

from msgspec import Struct

from mirrors.guard import LeakGuard
from mirrors.model import CharModel, MirrorModel
from mirrors.prepare import prepared

_WORD = re.compile(r"[\w']+")
_TRIES = 60
_CANDIDATES = 8
_LEAST_WORDS = 2


class Reflection(Struct, frozen=True):
    """What a mirror said; `text` is None when every try sounded too much like its owner's own words."""

    name: str
    samples: int
    text: str | None


class Base:
    """What all mirrors share: a model of texts that anybody may see."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = [prepared(text) for text in texts]
        self.model = CharModel(self.texts)


class Fitted:
    """A model, its guard and its owner's manner, made from the owner's texts. CPU work: a second for 5,000 texts."""

    def __init__(self, texts: Sequence[str], base: Base) -> None:
        clean = [text for text in map(prepared, texts) if text] or [""]
        self.guard = LeakGuard(clean, base.texts)
        self.model = MirrorModel(clean, base.model, base.texts)
        self._usual_length = statistics.median(map(len, clean))

    def speak(self, seed: str, prompt: str) -> str | None:
        """A text of its own, or None. The same seed and prompt give the same text."""
        rng = random.Random(seed)  # noqa: S311  (style, not a secret; it must be repeatable)
        found: list[str] = []
        for _ in range(_TRIES):
            text = self.model.generate(rng)
            if len(_words(text)) >= _LEAST_WORDS and self.guard.passes(text):
                found.append(text)
            if len(found) == _CANDIDATES:
                break
        asked = _words(prompt)
        return max(found, key=lambda text: self._fitness(text, asked), default=None)

    def _fitness(self, text: str, asked: set[str]) -> tuple[int, float]:
        """Words in common with what was asked, then nearness to the owner's usual length."""
        return len(_words(text) & asked), -abs(len(text) - self._usual_length)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))
