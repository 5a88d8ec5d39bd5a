"""Levels: what all the blessings that somebody has ever received have made of them."""

from bisect import bisect_right

from msgspec import Struct

from economy.settings import LevelSettings


class Level(Struct, frozen=True):
    """`number` counts from 1. `missing` blessings lead to `following`; on the highest level there is none."""

    number: int
    name: str
    share: float
    """How much of the way to the next level is done, 0.0 to 1.0; 1.0 on the highest."""
    missing: int = 0
    following: str | None = None


class Levels:
    """The levels that there are."""

    def __init__(self, settings: LevelSettings) -> None:
        self._steps = settings.steps
        self._from = [step.at for step in self._steps]

    def of(self, received: int) -> Level:
        """The level of who has received so much in all."""
        number = self._number(received)
        here = self._steps[number - 1]
        if number == len(self._steps):
            return Level(number, here.name, 1.0)
        after = self._steps[number]
        share = max(received - here.at, 0) / (after.at - here.at)
        return Level(number, here.name, share, after.at - received, after.name)

    def reached(self, received: int, gained: int) -> Level | None:
        """The level of who has received so much in all, when the `gained` part of it brought them there."""
        return self.of(received) if self._number(received) > self._number(received - gained) else None

    def _number(self, received: int) -> int:
        return max(bisect_right(self._from, received), 1)  # a reversal may leave less than nothing
