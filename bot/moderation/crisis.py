"""Whether somebody may be in danger: suicide, harming oneself, violence at home. It runs before everything else.

What is said in plain words is found by phrases; what is said in others is heard by weights that were fitted to labelled lines.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Final, Literal, TypeAlias

from bot.message import Message
from bot.moderation.linear import Linear
from bot.moderation.normalise import words
from bot.moderation.phrases import Phrases
from config.load import load_data, load_weights
from config.moderation import Crisis, Help
from config.moderation import Danger as Told

Danger: TypeAlias = Literal["none", "possible", "clear"]
"""`clear` ends what is under way: help is all that is said. Where it is `possible`, help is offered beside it."""
_FALLBACK: Final = "en"
_SAID: Final = "said"
_HEARD: Final = 100
"""Words that are heard at once; of longer texts each part counts by itself, half of it again with the next."""


def danger(text: str) -> Danger:
    """How far the words say so, in any language that config/crisis.toml has."""
    said, languages = meant(text), _languages()
    likeliest = min(languages, key=lambda language: language.weights.strange(said))
    return likeliest.heard(said, told=any(language.told(said) for language in languages))


def meant(text: str) -> list[str]:
    """Its words, disguised spelling read through, without idioms, games and the like."""
    said = words(text, disguised=True)
    for language in _languages():
        said = language.without_idioms(said)
    return said


def in_danger(text: str) -> bool:
    """Whether it is clear."""
    return danger(text) == "clear"


def help_for(language: str | None) -> Help:
    """What to say then, in the language, or in English."""
    by_language = _data().help
    return by_language.get((language or _FALLBACK).split("-")[0].lower(), by_language[_FALLBACK])


def help_message(language: str | None) -> Message:
    """What somebody is told whose words sound like danger. Nothing of them is in it.

    Whom it cannot be told alone is not left without it: where they have said it in public, who helps is said there.
    """
    told = help_for(language)
    resources = (f"\n• {one}" for one in told.resources)
    return Message(told.text, *resources, private=True, pointer=" · ".join(told.resources))


def help_aside(language: str | None) -> str:
    """A line for the end of an answer, where danger is only possible."""
    return help_for(language).aside


@lru_cache(maxsize=1)
def _data() -> Crisis:
    return load_data(Crisis, "crisis.toml")


@lru_cache(maxsize=1)
def _languages() -> list["_Language"]:
    return [_Language(code, told) for code, told in _data().danger.items()]


class _Language:
    """What one language says."""

    def __init__(self, code: str, told: Told) -> None:
        self._code, self._from = code, told
        self._harmless = Phrases({"": told.harmless}, fillers=told.fillers)
        self._said = Phrases({_SAID: told.said}, fillers=told.fillers)

    @cached_property
    def weights(self) -> Linear:
        """Those of config/weights."""
        return Linear(load_weights(f"danger.{self._code}"))

    def without_idioms(self, said: list[str]) -> list[str]:
        """The words that are left."""
        struck = {at for found in self._harmless.find(said) for at in range(found.start, found.end)}
        return [word for at, word in enumerate(said) if at not in struck] if struck else said

    def told(self, said: Sequence[str]) -> bool:
        """Whether it is said in plain words."""
        return any(self._said.find(said))

    def heard(self, said: Sequence[str], *, told: bool) -> Danger:
        """What the worst part of it sounds like. What is told in plain words is possible at least: it may be long over."""
        score = max(self.weights.scores(part)[0] for part in _parts(said))
        if score >= (self._from.plain if told else self._from.clear):
            return "clear"
        return "possible" if told or score >= self._from.possible else "none"


def _parts(said: Sequence[str]) -> Iterator[Sequence[str]]:
    step = _HEARD // 2
    return (said[at : at + _HEARD] for at in range(0, max(1, len(said) - step), step))
