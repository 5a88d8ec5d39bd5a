"""Postings: the only way a balance changes. Every function runs inside a transaction of the store.

A posting is claimed by its key, its legs sum to zero, and each account changes by one conditional statement: nothing is
read before it is written, so two postings can never spend the same balance, on SQLite as on PostgreSQL (READ COMMITTED).
Rows are locked in one order: what was given today, then accounts by rank and id, then what was received per server.
"""

import hashlib
from collections.abc import Mapping
from functools import cache

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from bot.store import Statement, Tx, insert, param
from economy.errors import (
    FractionError,
    InsufficientError,
    KeyMissingError,
    KeyReusedError,
    NoLegsError,
    TooLargeError,
    UnbalancedError,
    UnknownAccountError,
    ZeroError,
)
from economy.tables import account, entry, received, transfer

MOST = 2**53 - 1
"""The largest amount: a whole number on every platform, in every language, and in JSON."""

_CLAIM = (
    insert(transfer)
    .values(
        key=param("key"),
        digest=param("digest"),
        reason=param("reason"),
        at=param("at", sa.BigInteger),
        kind=param("kind"),
        hold=param("hold", sa.BigInteger),
        home=param("home"),
    )
    .on_conflict_do_nothing(index_elements=["key"])
    .returning(transfer.c.id)
)
_CLAIMED = sa.select(transfer.c.digest).where(transfer.c.key == param("key"))
_CHANGE = (
    account.update()
    .where(
        account.c.id == param("account", sa.BigInteger),
        account.c.moved.is_(None),
        sa.or_(
            account.c.unbounded == 1,
            account.c.balance + param("amount", sa.BigInteger) >= account.c.held + param("holding", sa.BigInteger),
        ),
    )
    .values(
        balance=account.c.balance + param("amount", sa.BigInteger),
        held=account.c.held + param("holding", sa.BigInteger),
        received=account.c.received + param("receiving", sa.BigInteger),
        tipped=account.c.tipped + param("tipping", sa.BigInteger),
        version=account.c.version + 1,
    )
    .returning(account.c.id, account.c.balance, account.c.held, account.c.received, account.c.version)
)
_STATE = sa.select(account.c.balance, account.c.held, account.c.moved).where(
    account.c.id == param("account", sa.BigInteger)
)
_receive = insert(received).values(
    home=param("home"), account=param("account", sa.BigInteger), amount=param("amount", sa.BigInteger)
)
_RECEIVE = _receive.on_conflict_do_update(
    index_elements=["home", "account"], set_={"amount": received.c.amount + _receive.excluded.amount}
)


class Ref(Struct, frozen=True, order=True, gc=False):
    """An account, in the order in which accounts are locked. `hot` is 1 for one that has entries only."""

    rank: int
    id: int
    hot: int


class Leg(Struct, frozen=True, gc=False):
    """What changes on one account: its balance, what is held of it, and what counts as received (and as tipped by people)."""

    amount: int = 0
    held: int = 0
    received: int = 0
    tipped: int = 0


class State(Struct, frozen=True, gc=False):
    """An account after a change. `id` is another than asked for when the account was merged into it meanwhile."""

    id: int
    balance: int
    held: int
    received: int
    version: int

    @property
    def available(self) -> int:
        """What can be spent."""
        return self.balance - self.held


def post(tx: Tx, key: str, reason: str, legs: Mapping[Ref, int], *, home: str = "") -> bool:
    """Carry out `legs` (account -> signed amount) once per `key`. False: it had been carried out before.

    A key stands for its reason, home and legs; accounts that were merged since are others. `home` is the server where it
    happens. Raises `InsufficientError`, `KeyReusedError`, and before anything else `KeyMissingError`, `NoLegsError`,
    `UnbalancedError`, `ZeroError`, `FractionError` or `TooLargeError`; `UnknownAccountError` for what `Ref` nobody opened.
    What is raised must leave the transaction: whoever caught it inside would commit a key without its effect.
    """
    number = claim(tx, key, reason, legs, home=home)
    if number is None:
        return False
    carry_out(tx, number, {ref: Leg(amount) for ref, amount in legs.items()}, home)
    return True


def claim(tx: Tx, key: str, reason: str, legs: Mapping[Ref, int], *, home: str = "") -> int | None:
    """The number of the transfer that is to be carried out now, with `carry_out`; None when it was before.

    Raises as `post` does, for what can be told from the legs alone.
    """
    if not legs:
        raise NoLegsError(key)
    for amount in legs.values():
        check_amount(abs(amount))
    if sum(legs.values()):
        raise UnbalancedError(f"{key}: {dict(legs)}")
    return enter(tx, key, reason, sorted((ref.id, amount) for ref, amount in legs.items()), home=home)


def enter(
    tx: Tx,
    key: str,
    reason: str,
    content: object,
    *,
    kind: str = "post",
    hold: int | None = None,
    home: str = "",
) -> int | None:
    """`claim` for what is balanced by construction; `content` is what the key stands for besides."""
    if not key:
        raise KeyMissingError("a transfer needs a key")
    digest = hashlib.sha256(msgspec.json.encode([kind, reason, home, content])).hexdigest()
    made = tx.execute(_CLAIM, key=key, digest=digest, reason=reason, at=tx.now, kind=kind, hold=hold, home=home)
    if made:
        return int(made[0][0])
    if tx.execute(_CLAIMED, key=key)[0][0] != digest:
        raise KeyReusedError(key)
    return None


def carry_out(tx: Tx, number: int, legs: Mapping[Ref, Leg], home: str = "") -> dict[Ref, State]:
    """Change the accounts and write the entries of a transfer that was claimed; the states of accounts that are not hot."""
    states = {ref: change(tx, ref.id, legs[ref]) for ref in sorted(legs) if not ref.hot}
    rows: dict[str, int | None] = {"transfer": number}
    count = 0
    for ref, leg in legs.items():
        if leg.amount or leg.received:
            state = states.get(ref)
            rows |= {
                f"account{count}": state.id if state else ref.id,
                f"amount{count}": leg.amount,
                f"received{count}": leg.received,
                f"tipped{count}": leg.tipped,
                f"version{count}": state.version if state else None,
                f"balance{count}": state.balance if state else None,
            }
            count += 1
    tx.execute(_entries(count), **rows)
    for ref, state in states.items():
        if home and legs[ref].received:
            tx.execute(_RECEIVE, home=home, account=state.id, amount=legs[ref].received)
    return states


def change(tx: Tx, number: int, leg: Leg) -> State:
    """One account that is not hot, by one conditional statement; where it was merged meanwhile, the one it is now.

    Raises `InsufficientError`, `UnknownAccountError`.
    """
    while True:
        rows = tx.execute(
            _CHANGE, account=number, amount=leg.amount, holding=leg.held, receiving=leg.received, tipping=leg.tipped
        )
        if rows:
            return State(*rows[0])
        found = tx.execute(_STATE, account=number)
        if not found:
            raise UnknownAccountError(str(number))
        balance, held, moved = found[0]
        if moved is None:
            raise InsufficientError(balance - held, leg.held - leg.amount)
        number = moved


def check_amount(amount: object) -> None:
    """Raises `FractionError`, `ZeroError` or `TooLargeError` for what cannot be paid."""
    if type(amount) is not int:
        raise FractionError(f"{amount!r} is no whole number")
    if amount < 1:
        raise ZeroError(f"cannot pay {amount}")
    if amount > MOST:
        raise TooLargeError(f"{amount} is more than {MOST}")


@cache
def _entries(count: int) -> Statement:
    """One statement for all entries of a transfer: the row locks wait for each further one."""
    numbers = ("account", "amount", "received", "tipped", "version", "balance")
    return insert(entry).values(
        [
            {"transfer": param("transfer", sa.BigInteger)}
            | {name: param(f"{name}{n}", sa.BigInteger) for name in numbers}
            for n in range(count)
        ]
    )
