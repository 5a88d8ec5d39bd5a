"""The whispers that an operator edits in config/whispers.toml."""

from collections import Counter
from typing import Annotated, Literal, Self, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.journey import Mood

Category: TypeAlias = Literal["origin", "shadow", "bond", "threshold", "body", "wonder"]
CATEGORIES: tuple[Category, ...] = get_args(Category)
FEWEST = 120
"""With fewer, whoever is asked every day would soon know them all."""

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")]


class Whisper(BaseModel):
    """One question. `id` stays the same for ever: it is how the bot knows what it has asked somebody.

    `moods` are those it suits, `level` whom it is for (0 everybody, 4 who has answered most), `follow_ups` are ids that fit
    well after it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    id: Id
    category: Category
    text: str = Field(min_length=10, max_length=200, pattern=r"^[^{}]*\?$")
    moods: list[Mood] = Field(min_length=1, max_length=3)
    level: int = Field(strict=True, ge=0, le=4)
    follow_ups: list[Id]


class Whispers(BaseModel):
    """All of them, and which categories somebody who has become an archetype leans to, by the archetype's id."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    whisper: list[Whisper]
    affinity: dict[Id, list[Category]] = {}

    @model_validator(mode="after")
    def _whole(self) -> Self:
        times = Counter(one.id for one in self.whisper)
        if twice := [name for name, count in times.items() if count > 1]:
            raise ValueError(f"every id is used once, these are not: {', '.join(twice)}")
        if lost := [f"{one.id} is followed by {name}" for one in self.whisper for name in _lost(one, times)]:
            raise ValueError(f"follow_ups are ids of other whispers: {'; '.join(lost)}")
        if moody := [one.id for one in self.whisper if len(set(one.moods)) < len(one.moods)]:
            raise ValueError(f"every mood is named once, not so in: {', '.join(moody)}")
        if lacking := set(CATEGORIES) - {one.category for one in self.whisper if not one.level}:
            raise ValueError(f"no whisper of level 0 is about {', '.join(sorted(lacking))}")
        if len(self.whisper) < FEWEST:
            raise ValueError(f"there are {len(self.whisper)} whispers, {FEWEST} are the fewest")
        return self


def _lost(one: Whisper, known: Counter[str]) -> list[str]:
    return [name for name in one.follow_ups if name not in known or name == one.id]
