"""Postings: the only way anything in the ledger changes. Every function runs inside a transaction of the store.

A posting is claimed by its key, its legs sum to zero, and each account changes by one conditional statement: nothing is
read before it is written, so two postings can never spend the same balance.
"""

import hashlib
from collections.abc import Mapping

import msgspec
import sqlalchemy as sa

from bot.errors import UserError
from bot.store import Tx, insert, param
from economy.tables import account, entry, transfer

MINT = "sys:mint"

_FIND = sa.select(account.c.id).where(account.c.code == param("code"))
_OPEN = (
    insert(account)
    .values(
        code=param("code"),
        person=param("person", sa.BigInteger),
        unbounded=param("unbounded", sa.Integer),
        hot=param("hot", sa.Integer),
        balance=0,
        version=0,
    )
    .on_conflict_do_nothing(index_elements=["code"])
    .returning(account.c.id)
)
_CLAIM = (
    insert(transfer)
    .values(key=param("key"), digest=param("digest"), reason=param("reason"), at=param("at", sa.BigInteger))
    .on_conflict_do_nothing(index_elements=["key"])
    .returning(transfer.c.id)
)
_CLAIMED = sa.select(transfer.c.id, transfer.c.digest).where(transfer.c.key == param("key"))
_CHANGE = (
    account.update()
    .where(
        account.c.id == param("account", sa.BigInteger),
        account.c.hot == 0,
        sa.or_(account.c.unbounded == 1, account.c.balance + param("amount", sa.BigInteger) >= 0),
    )
    .values(balance=account.c.balance + param("amount", sa.BigInteger), version=account.c.version + 1)
    .returning(account.c.balance, account.c.version)
)
_STATE = sa.select(account.c.balance, account.c.hot).where(account.c.id == param("account", sa.BigInteger))
_ENTER = insert(entry).values(
    transfer=param("transfer", sa.BigInteger),
    account=param("account", sa.BigInteger),
    amount=param("amount", sa.BigInteger),
    version=param("version", sa.BigInteger),
    balance=param("balance", sa.BigInteger),
)
_ON_ROWS = sa.select(sa.func.coalesce(sa.func.sum(account.c.balance), 0))
_HOT_ENTRIES = sa.select(sa.func.coalesce(sa.func.sum(entry.c.amount), 0)).where(entry.c.version.is_(None))


class InsufficientError(UserError):
    """An account holds less than a posting takes."""

    def __init__(self, balance: int, amount: int) -> None:
        super().__init__(
            "You have {balance} ✦, that is not enough for {amount} ✦.",
            code="insufficient",
            balance=balance,
            amount=amount,
        )


class KeyReusedError(Exception):
    """A key came back with another content: a fault of the program."""


def open_account(tx: Tx, code: str, person: int | None = None) -> tuple[int, bool]:
    """The account's id, and whether it is new. An account without a person is the system's: unbounded and hot.

    Whoever opens several does it in the order of their codes, or two transactions wait for each other.
    """
    found = tx.execute(_FIND, code=code)
    if found:
        return int(found[0][0]), False
    system = int(person is None)
    made = tx.execute(_OPEN, code=code, person=person, unbounded=system, hot=system)
    return int((made or tx.execute(_FIND, code=code))[0][0]), bool(made)


def post(tx: Tx, key: str, reason: str, legs: Mapping[int, int]) -> bool:
    """Carry out `legs` (account id -> signed amount) once per `key`. False: it had been carried out before.

    Raises `InsufficientError`, `KeyReusedError`, or `ValueError` for a posting that can never be right.
    """
    if not key or sum(legs.values()) != 0 or not all(legs.values()):
        raise ValueError(f"no posting: key {key!r}, legs {dict(legs)}")
    number = _claim(tx, key, reason, legs)
    if number is None:
        return False
    for one in sorted(legs):
        balance, version = _change(tx, one, legs[one])
        tx.execute(_ENTER, transfer=number, account=one, amount=legs[one], version=version, balance=balance)
    return True


def total(tx: Tx) -> int:
    """The sum over all accounts, in blessings; anything but 0 is a fault."""
    return int(tx.execute(_ON_ROWS)[0][0]) + int(tx.execute(_HOT_ENTRIES)[0][0])


def _claim(tx: Tx, key: str, reason: str, legs: Mapping[int, int]) -> int | None:
    digest = hashlib.sha256(msgspec.json.encode([reason, sorted(legs.items())])).hexdigest()
    made = tx.execute(_CLAIM, key=key, digest=digest, reason=reason, at=tx.now)
    if made:
        return int(made[0][0])
    if tx.execute(_CLAIMED, key=key)[0][1] != digest:
        raise KeyReusedError(key)
    return None


def _change(tx: Tx, number: int, amount: int) -> tuple[int | None, int | None]:
    """Balance and version after it; neither for a hot account."""
    changed = tx.execute(_CHANGE, account=number, amount=amount)
    if changed:
        return changed[0][0], changed[0][1]
    balance, hot = tx.execute(_STATE, account=number)[0]
    if not hot:
        raise InsufficientError(balance, -amount)
    return None, None
