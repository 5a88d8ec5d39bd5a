"""What an operator edits about the journey: config/journey.toml, config/archetypes.toml and config/readings.toml."""

from collections import Counter
from collections.abc import Iterable
from itertools import product
from typing import Annotated, Literal, Self, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Mood: TypeAlias = Literal["ember", "tide", "dawn", "grove", "ash", "void"]
Voice: TypeAlias = Literal["warm", "plain", "mystic"]
Depth: TypeAlias = Literal["shallow", "deep"]
Amount = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")]

THEME = "{theme}"
"""Where the name of a theme goes in a reading."""


class _Table(BaseModel):
    """Unknown keys are refused: a typing mistake is told, not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Rewards(_Table):
    """Blessings; 0 gives nothing."""

    answer: Amount


class JourneySettings(_Table):
    """config/journey.toml."""

    rewards: Rewards


class Predicate(_Table):
    """A metric that has reached a number. Which metrics there are is known where they are measured."""

    metric: str
    gte: float = Field(gt=0, allow_inf_nan=False)


class Archetype(_Table):
    """A figure that somebody becomes, once. `id` stays the same for ever: it is how the bot knows who has become it.

    `de` and `de_text` are name and text in German; `requires` are the ids that come first.
    """

    id: Id
    name: str = Field(min_length=1, max_length=40)
    de: str = Field(min_length=1, max_length=40)
    symbol: str = Field(min_length=1, max_length=8)
    text: str = Field(min_length=10, max_length=300)
    de_text: str = Field(min_length=10, max_length=300)
    requires: list[str]
    all: list[Predicate] = Field(min_length=1)
    reward: Amount


class Archetypes(_Table):
    """config/archetypes.toml, as it is written; `handlers.journey.archetypes.catalogue` says what is wrong among them."""

    archetype: list[Archetype] = Field(min_length=1)


class Reading(_Table):
    """What is said after an answer; `THEME` in it asks for the name of a theme."""

    mood: Mood
    voice: Voice
    depth: Depth
    text: str = Field(min_length=10, max_length=300)
    de: str = Field(min_length=10, max_length=300)

    @property
    def themed(self) -> bool:
        """It can be taken only where a theme is known."""
        return THEME in self.text

    @model_validator(mode="after")
    def _same_places(self) -> Self:
        for one in (self.text, self.de):
            if "{" in one.replace(THEME, "") or (THEME in one) != self.themed:
                raise ValueError(f"text and de hold {THEME}, both or neither, and no other place")
        return self


class Theme(_Table):
    """What an answer can be about; `en` and `de` stand in a sentence as they are."""

    id: Id
    en: str = Field(min_length=1, max_length=40)
    de: str = Field(min_length=1, max_length=40)


class Readings(_Table):
    """config/readings.toml. Every mood, voice and depth has a reading that needs no theme."""

    reading: list[Reading] = Field(min_length=1)
    theme: list[Theme] = Field(min_length=1)

    @field_validator("theme")
    @classmethod
    def _unique(cls, themes: list[Theme]) -> list[Theme]:
        if twice := repeated(one.id for one in themes):
            raise ValueError(f"every id is used once, these are not: {', '.join(twice)}")
        return themes

    @field_validator("reading")
    @classmethod
    def _complete(cls, readings: list[Reading]) -> list[Reading]:
        there = {(one.mood, one.voice, one.depth) for one in readings if not one.themed}
        lacking = [which for which in product(*map(get_args, (Mood, Voice, Depth))) if which not in there]
        if lacking:
            raise ValueError(f"a reading without {THEME} is missing for {'; '.join(map(' '.join, lacking))}")
        return readings


def repeated(ids: Iterable[str]) -> list[str]:
    """Those that are there more than once."""
    return [one for one, times in Counter(ids).items() if times > 1]
