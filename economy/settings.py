"""What an operator writes about the economy: config/economy.toml and config/prices.toml. Amounts are whole blessings."""

from itertools import pairwise
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

MOST = 10**9
LINK = "link"
Amount = Annotated[int, Field(strict=True, ge=0, le=MOST)]
Positive = Annotated[int, Field(strict=True, ge=1, le=MOST)]


class _Table(BaseModel):
    """Unknown keys are refused: a typing mistake is told, not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Blessings(_Table):
    """`welcome`: what somebody has when they are first heard of. Of a gift of at least `notice` they are told; 0: of none."""

    welcome: int = Field(strict=True, ge=0, le=1_000_000)
    notice: Amount = 0


class DailySettings(_Table):
    """`base` on the first day, `step` more for each day of a streak, never more than `most`."""

    base: Positive
    step: Amount
    most: Positive

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.most < self.base:
            raise ValueError("most is at least base")
        return self


class RewardSettings(_Table):
    """What is given for what happens on a platform; 0 for nothing, which is not even listened to then.

    `gifted` is for each subscription that was given away, `cheered` for every hundred bits.
    """

    followed: Amount = 0
    subscribed: Amount = 0
    gifted: Amount = 0
    raided: Amount = 0
    cheered: Amount = 0
    joined: Amount = 0


class Step(_Table):
    """A level: from `at` blessings received on."""

    at: Amount
    name: str = Field(min_length=1, max_length=40)


class LevelSettings(_Table):
    """The levels, lowest first. `per_giver`: of one giver so many blessings a day count, those beyond are given all the same."""

    per_giver: Amount
    steps: list[Step] = Field(min_length=1)

    @field_validator("steps")
    @classmethod
    def _rising(cls, steps: list[Step]) -> list[Step]:
        at = [step.at for step in steps]
        if at[0] != 0 or any(low >= high for low, high in pairwise(at)):
            raise ValueError("the first level is at 0, each further one at more than the one before")
        return steps


class EconomySettings(_Table):
    """config/economy.toml."""

    blessings: Blessings
    daily: DailySettings
    rewards: RewardSettings = RewardSettings()
    levels: LevelSettings


class PriceSettings(_Table):
    """config/prices.toml: what a command costs, by its plugin and path. `other` is for plugins without a table of their own."""

    other: Amount = 0
    plugins: dict[str, dict[str, Amount]] = {}

    @field_validator("plugins")
    @classmethod
    def _linking_is_free(cls, plugins: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
        if any(table.get(LINK) for table in plugins.values()):
            raise ValueError(f"{LINK} is free: nobody can be linked while something is held for them")
        return plugins

    @property
    def rows(self) -> dict[str, int]:
        """The prices of all commands that have a row, by path."""
        return {path: price for table in self.plugins.values() for path, price in table.items()}
