"""A ledger on a real database, driven from outside of an event loop; and what ought to be in it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from bot.errors import UserError
from bot.security.keyring import Keyring
from bot.store import Store, Tx, people
from bot.users import User
from economy import holds
from economy.accounts import shown
from economy.audit import audit
from economy.errors import InsufficientError
from economy.ledger import Account, Ledger, Receipt
from economy.tables import transfer
from tests.servers import HOUSE, sql

T = TypeVar("T")
P = ParamSpec("P")

WELCOME, PER_GIVER, HOME = 100, 60, "discord:home"
NOW = 1_700_000_000_000_000
LEDGER = Ledger(WELCOME, PER_GIVER)
_NUMBER = sa.select(sa.func.max(transfer.c.id))


class Books:
    """A store whose clock stands still at `NOW`."""

    def __init__(self, database: Path | str, folder: Path) -> None:
        self.loop = asyncio.new_event_loop()
        opening = Store.open(database, Keyring.open(folder / "keys"), HOUSE, clock=lambda: NOW)
        self.store = self.wait(opening)
        self.where = database

    def wait(self, what: Coroutine[Any, Any, T]) -> T:
        """Run it to its end."""
        return self.loop.run_until_complete(what)

    def write(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`fn(tx, …)`, committed."""

        async def written() -> T:
            return await self.store.write(fn, *args, **kwargs)

        return self.wait(written())

    def outcomes(self, *calls: Coroutine[Any, Any, T]) -> list[T | BaseException]:
        """All of them at once."""

        async def gathered() -> list[T | BaseException]:
            return await asyncio.gather(*calls, return_exceptions=True)

        return self.wait(gathered())

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Run by the owner of everything, beside the store."""
        return sql(self.where, statement)

    def close(self) -> None:
        """Let go of the database."""
        self.wait(self.store.close())
        self.loop.close()


def give(tx: Tx, key: str, giver: User, to: User, amount: int) -> Receipt:
    """A gift in `HOME`."""
    tx.key = key
    return LEDGER.move(tx, giver, to, amount, HOME)


def reward(tx: Tx, key: str, user: User, amount: int) -> bool:
    """Something earned in `HOME`."""
    return LEDGER.reward(tx, tx.person(user), amount, key, "daily", HOME)


def hold(tx: Tx, key: str, user: User, amount: int, expires: int) -> bool:
    """A price, promised to the house."""
    return LEDGER.hold(tx, tx.person(user), amount, key, expires)


def settle(tx: Tx, key: str, amount: int) -> bool:
    """The price is paid, or a part of it."""
    return LEDGER.settle(tx, key, amount)


def sweep(tx: Tx) -> int:
    """What is past its time is released."""
    return holds.sweep(tx)


def link(tx: Tx, kept: User, gone: User) -> None:
    """Two people turn out to be one."""
    one, other = tx.person(kept), tx.person(gone)
    LEDGER.merge(tx, one, other)
    people.merge(tx, one, other)


def reverse(tx: Tx, number: int, operator: User) -> int:
    """Taken back by an operator."""
    return LEDGER.reversed(tx, operator, number, "it was a mistake")


def newest(tx: Tx) -> int:
    """The number of the last transfer."""
    return int(tx.execute(_NUMBER)[0][0])


def account(tx: Tx, user: User) -> Account:
    """What somebody has; their account is opened."""
    return LEDGER.view(tx, user)


def state(tx: Tx, users: list[User]) -> tuple[dict[str, int], list[Account]]:
    """What the audit finds, and what these people have, in one snapshot."""
    return audit(tx), [shown(tx, tx.person(user)) for user in users]


@dataclass
class Model:
    """What ought to be. People are numbers; `who` says whom a number means by now."""

    balance: Counter[int] = field(default_factory=Counter)
    held: Counter[int] = field(default_factory=Counter)
    received: Counter[int] = field(default_factory=Counter)
    tipped: Counter[int] = field(default_factory=Counter)
    given: Counter[tuple[int, int]] = field(default_factory=Counter)
    into: dict[int, int] = field(default_factory=dict)

    def who(self, number: int) -> int:
        """After all merges."""
        while number in self.into:
            number = self.into[number]
        return number

    def account(self, number: int) -> Account:
        """What they ought to have."""
        one = self.who(number)
        return Account(self.balance[one], self.held[one], self.received[one], self.tipped[one])

    def gift(self, giver: int, to: int, amount: int) -> tuple[type[Exception] | None, int]:
        """The error it ought to raise, if any, and how much of it counts."""
        giver, to = self.who(giver), self.who(to)
        if giver == to:
            return UserError, 0
        if self.account(giver).available < amount:
            return InsufficientError, 0
        before = self.given[giver, to]
        self.given[giver, to] += amount
        counted = max(0, min(amount, PER_GIVER - before))
        self.change(giver, -amount)
        self.change(to, amount, counted, counted)
        return None, counted

    def change(self, number: int, amount: int, received: int = 0, tipped: int = 0) -> None:
        """One account."""
        one = self.who(number)
        self.balance[one] += amount
        self.received[one] += received
        self.tipped[one] += tipped

    def merge(self, kept: int, gone: int) -> None:
        """Everything adds up."""
        for count in (self.balance, self.received, self.tipped):
            count[kept] += count.pop(gone, 0)
        for (giver, to), amount in list(self.given.items()):
            if gone in (giver, to):
                del self.given[giver, to]
                ends = (kept if giver == gone else giver, kept if to == gone else to)
                if ends[0] != ends[1]:
                    self.given[ends] += amount
        self.into[gone] = kept
