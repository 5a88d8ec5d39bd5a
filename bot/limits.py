"""Limits and attempts: guards that count how often somebody does something. The counts belong to the App, in memory.

One lane per author makes the counts exact without a lock (`bot.lanes`).
"""

import re

from bot.context import Context
from bot.errors import UserError

_RATE = re.compile(r"(\d+)/(?:(\d+) )?(second|minute|hour|day)s?")
_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}


def parse_rate(rate: str) -> tuple[int, float]:
    """`"5/minute"` or `"6/10 minutes"` as (times, seconds). Raises `ValueError` for anything else."""
    found = _RATE.fullmatch(rate)
    if found is None or int(found[1]) < 1:
        raise ValueError(f"a rate reads like 5/minute or 6/10 minutes, not {rate!r}")
    return int(found[1]), int(found[2] or 1) * _SECONDS[found[3]]


def _key(ctx: Context) -> tuple[str, ...]:
    return ctx.spec.path, ctx.author.platform, ctx.author.id


class Limit:
    """At most so many successes in so long, per author. A refused or failed command costs nothing."""

    __slots__ = ("rate", "seconds", "times")

    def __init__(self, rate: str) -> None:
        self.rate = rate
        self.times, self.seconds = parse_rate(rate)

    def enter(self, ctx: Context) -> None:
        """Refuse when the author has used it up."""
        wait = ctx.counts.wait(_key(ctx), self.times, self.seconds)
        if wait > 0:
            raise UserError("That is enough for now. Try again in {time}.", code="limit", time=duration(wait))

    def settle(self, ctx: Context, succeeded: bool) -> None:
        """Count a success."""
        if succeeded:
            ctx.counts.count(_key(ctx), self.seconds)


class Attempts(Limit):
    """At most so many tries in so long, per author, whatever comes of them: for everything that could be guessed."""

    __slots__ = ()

    def enter(self, ctx: Context) -> None:
        """Refuse when used up, else count at once."""
        super().enter(ctx)
        ctx.counts.count(_key(ctx), self.seconds)

    def settle(self, ctx: Context, succeeded: bool) -> None:
        """Already counted."""


limit = Limit
attempts = Attempts


def duration(seconds: float) -> str:
    """`"40 s"`, `"5 min"`, `"3 h"`: rounded up, so that it is never too early."""
    for name, size in (("h", 3_600), ("min", 60)):
        if seconds > size:
            return f"{-int(-seconds // size)} {name}"
    return f"{-int(-seconds // 1)} s"
