"""The daily blessings: once for each person and day (UTC), more with every day without a gap.

A claim is one conditional statement and a transfer under a key of its own, in one transaction: of two claims at once, on two
platforms of one person, one wins.
"""

from datetime import date
from typing import Final

import sqlalchemy as sa
from msgspec import Struct

from bot.context import Context
from bot.errors import UserError
from bot.message import when
from bot.store import Tx, insert, metadata, param
from bot.users import User
from economy.accounts import shown
from economy.ledger import Ledger
from economy.settings import DailySettings

DAY: Final = 86_400_000_000
"""In µs."""
_EPOCH: Final = date(1970, 1, 1).toordinal()

streak = sa.Table(
    "ledger_streak",
    metadata,
    sa.Column("person", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("day", sa.BigInteger, nullable=False),
    sa.Column("length", sa.Integer, nullable=False),
)
"""The day of somebody's last claim, counted from 1970-01-01, and how many days in a row it ended."""

_today = param("today", sa.BigInteger)
_CLAIM = (
    insert(streak)
    .values(person=param("person", sa.BigInteger), day=_today, length=1)
    .on_conflict_do_update(
        index_elements=["person"],
        set_={"day": _today, "length": sa.case((streak.c.day == _today - 1, streak.c.length + 1), else_=1)},
        where=streak.c.day < _today,
    )
    .returning(streak.c.length)
)
_LAST = sa.select(streak.c.day).where(streak.c.person == param("person", sa.BigInteger))
_LEAVE = (
    sa.delete(streak).where(streak.c.person == param("gone", sa.BigInteger)).returning(streak.c.day, streak.c.length)
)
_put = insert(streak).values(
    person=param("kept", sa.BigInteger), day=param("day", sa.BigInteger), length=param("length", sa.Integer)
)
_JOIN = _put.on_conflict_do_update(
    index_elements=["person"],
    set_={"day": _put.excluded["day"], "length": _put.excluded["length"]},
    where=sa.or_(
        streak.c.day < _put.excluded["day"],
        sa.and_(streak.c.day == _put.excluded["day"], streak.c.length < _put.excluded["length"]),
    ),
)


class Claimed(Struct, frozen=True):
    """What was gained, on which day of a streak, what can be spent now, and when the next is due (µs)."""

    gained: int
    streak: int
    balance: int
    due: int


class Daily:
    """Gives what is due."""

    def __init__(self, settings: DailySettings, ledger: Ledger) -> None:
        self._settings, self._ledger = settings, ledger

    async def claim(self, ctx: Context) -> Claimed:
        """The author's blessings of today. Raises `UserError` when they had them."""
        return await ctx.write(self.take, ctx.author, "" if ctx.place.direct else ctx.place.home)

    def take(self, tx: Tx, user: User, home: str = "") -> Claimed:
        """The transaction behind `claim`."""
        person, today = tx.person(user), tx.now // DAY
        found = tx.execute(_CLAIM, person=person, today=today)
        if not found:  # a clock that went back brings no second claim either
            due = (int(tx.execute(_LAST, person=person)[0][0]) + 1) * DAY
            raise UserError("You have had today's blessings. The next are due {when}.", code="claimed", when=when(due))
        length = int(found[0][0])
        gained = self.amount(length)
        key = f"daily:{person}:{date.fromordinal(_EPOCH + today)}"
        self._ledger.reward(tx, person, gained, key, "daily", home)
        return Claimed(gained, length, shown(tx, person).available, (today + 1) * DAY)

    def amount(self, length: int) -> int:
        """What there is on this day of a streak."""
        return min(self._settings.base + self._settings.step * (length - 1), self._settings.most)


def merge(tx: Tx, kept: int, gone: int) -> None:
    """Two people are one: the later claim counts, of two on one day the longer streak."""
    for day, length in tx.execute(_LEAVE, gone=gone):
        tx.execute(_JOIN, kept=kept, day=day, length=length)
