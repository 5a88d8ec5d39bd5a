"""Mistakes that other projects lost money on, each as a small change of our ledger, and where a test must find it."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from bot.errors import UserError
from bot.store import Store, Tx, param
from bot.users import User
from economy import holds, posting
from economy.accounts import open_accounts
from economy.errors import InsufficientError
from economy.ledger import Receipt
from economy.posting import Leg, State
from economy.tables import account, hold, transfer
from tests.economy.books import HOME, LEDGER, WELCOME
from tests.economy.machine import Machine
from tests.servers import KINDS, Kind

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Mutant:
    """`plant` makes the mistake, which shows on databases of these `kinds`."""

    plant: Callable[[Patch], None]
    kinds: tuple[Kind, ...] = KINDS


def no_idempotency(patch: Patch) -> None:
    """Every attempt has a key of its own."""
    right, attempts = posting.enter, itertools.count()
    patch.setattr(posting, "enter", lambda tx, key, *args, **more: right(tx, f"{key}#{next(attempts)}", *args, **more))


_LIKE = sa.select(transfer.c.id).where(transfer.c.key > param("first"), transfer.c.key < param("last"))


def check_then_insert(patch: Patch) -> None:
    """It looks for the key, and then writes something that nothing else collides with."""
    right, attempts = posting.enter, itertools.count()

    def enter(tx: Tx, key: str, *args: object, **more: object) -> int | None:
        if tx.execute(_LIKE, first=f"{key}#", last=f"{key}$"):
            return None
        time.sleep(0.002)
        return right(tx, f"{key}#{next(attempts)}", *args, **more)  # type: ignore[arg-type]

    patch.setattr(posting, "enter", enter)


_PAID, _NOW = param("paid", sa.BigInteger), param("now", sa.BigInteger)


def _settling(*conditions: sa.ColumnElement[bool]) -> sa.Update:
    return (
        hold.update()
        .where(hold.c.key == param("hold"), hold.c.amount >= _PAID, *conditions)
        .values(state=param("became"))
        .returning(hold.c.id, hold.c.account, hold.c.payee, hold.c.amount)
    )


def double_settle(patch: Patch) -> None:
    """Nobody asks whether it was settled before."""
    patch.setattr(holds, "_SETTLE", _settling(sa.or_(_PAID == 0, hold.c.expires > _NOW)))


def expiry_ignored(patch: Patch) -> None:
    """A price is taken after its time, when somebody else may have released it already."""
    patch.setattr(holds, "_SETTLE", _settling(sa.or_(_PAID == 0, _NOW > 0), hold.c.state == "pending"))


def _changing(condition: sa.ColumnElement[bool]) -> sa.Update:
    return (
        account.update()
        .where(account.c.id == param("account", sa.BigInteger), account.c.moved.is_(None), condition)
        .values(
            balance=account.c.balance + param("amount", sa.BigInteger),
            held=account.c.held + param("holding", sa.BigInteger),
            received=account.c.received + param("receiving", sa.BigInteger),
            tipped=account.c.tipped + param("tipping", sa.BigInteger),
            version=account.c.version + 1,
        )
        .returning(account.c.id, account.c.balance, account.c.held, account.c.received, account.c.version)
    )


def held_ignored(patch: Patch) -> None:
    """What is promised is spent a second time."""
    patch.setattr(posting, "_CHANGE", _changing(account.c.balance + param("amount", sa.BigInteger) >= 0))


_READ = sa.select(
    account.c.id, account.c.balance, account.c.held, account.c.received, account.c.tipped, account.c.version
).where(account.c.id == param("account", sa.BigInteger))
_WRITE = (
    account.update()
    .where(account.c.id == param("account", sa.BigInteger))
    .values(
        balance=param("amount", sa.BigInteger),
        held=param("holding", sa.BigInteger),
        received=param("receiving", sa.BigInteger),
        tipped=param("tipping", sa.BigInteger),
        version=account.c.version + 1,
    )
    .returning(account.c.id, account.c.balance, account.c.held, account.c.received, account.c.version)
)


def read_compute_write(patch: Patch) -> None:
    """What several chat bots do. Behind the one writer of SQLite it is right."""

    def change(tx: Tx, number: int, leg: Leg) -> State:
        number, balance, held, received, tipped, _ = tx.execute(_READ, account=number)[0]
        if balance + leg.amount < held + leg.held:
            raise InsufficientError(balance - held, -leg.amount)
        time.sleep(0.001)
        after = {"amount": balance + leg.amount, "holding": held + leg.held}
        after |= {"receiving": received + leg.received, "tipping": tipped + leg.tipped}
        return State(*tx.execute(_WRITE, account=number, **after)[0])

    patch.setattr(posting, "change", change)
    patch.setattr(holds, "change", change)


def _claim_only(tx: Tx, key: str, giver: User, to: User, amount: int) -> int | None:
    one, other = tx.person(giver), tx.person(to)
    if one == other:
        raise UserError("not to yourself")
    refs = open_accounts(tx, WELCOME, one, other)
    return posting.claim(tx, key, "blessing", {refs[one]: -amount, refs[other]: amount}, home=HOME)


def _effect_only(tx: Tx, number: int, giver: User, to: User, amount: int) -> Receipt:
    one, other = tx.person(giver), tx.person(to)
    refs = open_accounts(tx, WELCOME, one, other)
    return LEDGER._give(tx, number, refs[one], refs[other], amount, HOME)


def claim_committed_first(patch: Patch) -> None:
    """Two transactions: the key, then the effect."""

    async def give(store: Store, key: str, giver: User, to: User, amount: int) -> Receipt:
        number = await store.write(_claim_only, key, giver, to, amount)
        if number is None:
            return Receipt(0)
        return await store.write(_effect_only, number, giver, to, amount)

    patch.setattr(Machine, "give", staticmethod(give))


MUTANTS = {
    "no_idempotency": Mutant(no_idempotency),
    "check_then_insert": Mutant(check_then_insert),
    "double_settle": Mutant(double_settle),
    "held_ignored": Mutant(held_ignored),
    "expiry_ignored": Mutant(expiry_ignored),
    "claim_committed_first": Mutant(claim_committed_first),
    "read_compute_write": Mutant(read_compute_write, ("postgresql",)),
}
