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
from config.moderation import Crisis, Help, Spoken

Danger: TypeAlias = Literal["none", "possible", "clear"]
"""`clear` ends what is under way: help is all that is said. Where it is `possible`, help is offered beside it."""
_DEGREES: Final[Sequence[Danger]] = ("none", "possible", "clear")
_FALLBACK: Final = "en"
_HEARD: Final = 100
"""Words that are heard at once; of longer texts each part counts by itself, half of it again with the next."""
_NEAR: Final = 25
"""Words on each side of what is told in plain words that are heard with it, so that no everyday talk around drowns it."""


def danger(text: str) -> Danger:
    """How far the words say so, in any language that config/crisis.toml has: as far as the worst part of them does."""
    said = meant(text)
    told = {at for language in _languages() for at in language.told(said)}
    return max((_heard(part, told=bool(told)) for part in (*_parts(said), *_around(said, told))), key=_DEGREES.index)


def meant(text: str) -> list[str]:
    """Its words, disguised spelling read through, without idioms, games and the like."""
    said = words(text, disguised=True)
    struck = {at for language in _languages() for at in language.harmless(said)}
    return [word for at, word in enumerate(said) if at not in struck] if struck else said


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
    return [_Language(code, spoken) for code, spoken in _data().danger.items()]


class _Language:
    """What one language says."""

    def __init__(self, code: str, spoken: Spoken) -> None:
        self._code, self._from = code, spoken
        self._harmless = Phrases({"harmless": spoken.harmless}, fillers=spoken.fillers)
        self._said = Phrases({"said": spoken.said}, fillers=spoken.fillers)

    @cached_property
    def weights(self) -> Linear:
        """Those of config/weights."""
        return Linear(load_weights(f"danger.{self._code}"))

    def harmless(self, said: Sequence[str]) -> Iterator[int]:
        """The places of the words that count as not said."""
        return (at for found in self._harmless.find(said) for at in range(found.start, found.end))

    def told(self, said: Sequence[str]) -> Iterator[int]:
        """The places where it is said in plain words."""
        return (found.start for found in self._said.find(said))

    def heard(self, said: Sequence[str], *, told: bool) -> Danger:
        """What it sounds like. What is told in plain words is possible at least: it may be long over."""
        score = self.weights.scores(said)[0]
        if score >= (self._from.plain if told else self._from.clear):
            return "clear"
        return "possible" if told or score >= self._from.possible else "none"


def _heard(said: Sequence[str], *, told: bool) -> Danger:
    """By the weights of the language that it is most likely written in."""
    return min(_languages(), key=lambda language: language.weights.strange(said)).heard(said, told=told)


def _parts(said: Sequence[str]) -> Iterator[Sequence[str]]:
    step = _HEARD // 2
    return (said[at : at + _HEARD] for at in range(0, max(1, len(said) - step), step))


def _around(said: Sequence[str], told: set[int]) -> Iterator[Sequence[str]]:
    """What stands around these places, once for so many words: the work must not grow with how often it is said."""
    first = {at // _NEAR: at for at in sorted(told, reverse=True)}
    return (said[max(0, at - _NEAR) : at + _NEAR] for at in first.values())
