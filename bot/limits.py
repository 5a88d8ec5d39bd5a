"""Limits and attempts: guards that count how often something is done. The counts belong to the App, in memory.

It is counted before the run and taken back when nothing came of it, so that two at once are never one too many.
"""

import re
from collections.abc import Callable
from typing import Literal

from bot.context import Context
from bot.counts import duration
from bot.errors import UserError

Per = Literal["user", "place", "server"]
_RATE = re.compile(r"(\d+)/(?:(\d+) )?(second|minute|hour|day)s?")
_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}


def parse_rate(rate: str) -> tuple[int, float]:
    """`"5/minute"` or `"6/10 minutes"` as (times, seconds). Raises `ValueError` for anything else."""
    found = _RATE.fullmatch(rate)
    if found is None or int(found[1]) < 1:
        raise ValueError(f"a rate reads like 5/minute or 6/10 minutes, not {rate!r}")
    return int(found[1]), int(found[2] or 1) * _SECONDS[found[3]]


def _user(ctx: Context, rate: str) -> tuple[str, ...]:
    author = ctx.author
    return ctx.spec.path, rate, author.platform, author.id


def _place(ctx: Context, rate: str) -> tuple[str, ...]:
    return ctx.spec.path, rate, ctx.place.platform, ctx.place.channel, "place"


def _server(ctx: Context, rate: str) -> tuple[str, ...]:
    return ctx.spec.path, rate, ctx.place.home, "server"


_KEYS: dict[Per, Callable[[Context, str], tuple[str, ...]]] = {"user": _user, "place": _place, "server": _server}
"""A command may have several limits: each counts for itself."""


class Limit:
    """At most so many successes in so long, per author, room or server. A refused or failed command costs nothing.

    Raises `ValueError` for a rate that cannot be read, and for another `per`.
    """

    __slots__ = ("_key", "per", "rate", "seconds", "times")

    def __init__(self, rate: str, per: Per = "user") -> None:
        if per not in _KEYS:
            raise ValueError(f"a limit is per {', '.join(_KEYS)}, not {per!r}")
        self.rate, self.per = rate, per
        self.times, self.seconds = parse_rate(rate)
        self._key = _KEYS[per]

    def enter(self, ctx: Context) -> None:
        """Count it; refuse when it is used up."""
        wait = ctx.house.counts.take(self._key(ctx, self.rate), self.times, self.seconds)
        if wait:
            raise UserError("That is enough for now. Try again in {time}.", code="limit", time=duration(wait))

    def settle(self, ctx: Context, succeeded: bool) -> None:
        """Take back what was counted for nothing."""
        if not succeeded:
            ctx.house.counts.uncount(self._key(ctx, self.rate))


class Attempts(Limit):
    """At most so many tries in so long, whatever comes of them: for everything that could be guessed."""

    __slots__ = ()

    def settle(self, ctx: Context, succeeded: bool) -> None:
        """What was counted stays counted."""


limit = Limit
attempts = Attempts
