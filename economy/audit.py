"""What must be 0 in every ledger, counted anew from its entries."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from bot.store import Statement, Tx
from economy.tables import account, entry, hold, received, transfer


def _sum(column: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(column), 0)


def _count(rows: sa.Select[Any]) -> Statement:
    return sa.select(sa.func.count()).select_from(rows.subquery())


_summed = (
    sa.select(
        entry.c.account,
        _sum(entry.c.amount).label("amount"),
        _sum(entry.c.received).label("received"),
        _sum(entry.c.tipped).label("tipped"),
    )
    .group_by(entry.c.account)
    .subquery()
)
_with_entries = sa.select(account.c.id).outerjoin(_summed, _summed.c.account == account.c.id).where(account.c.hot == 0)
_held = (
    sa.select(hold.c.account, _sum(hold.c.amount).label("amount"))
    .where(hold.c.state == "pending")
    .group_by(hold.c.account)
    .subquery()
)
_by_home = (
    sa.select(transfer.c.home, _sum(entry.c.received).label("amount"))
    .join(entry, entry.c.transfer == transfer.c.id)
    .where(transfer.c.home != "", entry.c.received != 0)
    .group_by(transfer.c.home)
    .subquery()
)
_kept_by_home = sa.select(received.c.home, _sum(received.c.amount).label("amount")).group_by(received.c.home).subquery()

_ENTRIES = sa.select(_sum(entry.c.amount))
_UNBALANCED = _count(sa.select(entry.c.transfer).group_by(entry.c.transfer).having(sa.func.sum(entry.c.amount) != 0))
_BALANCE = _count(_with_entries.where(account.c.balance != sa.func.coalesce(_summed.c.amount, 0)))
_RECEIVED = _count(
    _with_entries.where(
        sa.or_(
            account.c.received != sa.func.coalesce(_summed.c.received, 0),
            account.c.tipped != sa.func.coalesce(_summed.c.tipped, 0),
        )
    )
)
_HELD = _count(
    sa.select(account.c.id)
    .outerjoin(_held, _held.c.account == account.c.id)
    .where(account.c.held != sa.func.coalesce(_held.c.amount, 0))
)
_HOMES = _count(
    sa.select(_by_home.c.home)
    .join(_kept_by_home, _kept_by_home.c.home == _by_home.c.home, full=True)
    .where(sa.func.coalesce(_by_home.c.amount, 0) != sa.func.coalesce(_kept_by_home.c.amount, 0))
)
_OVERDRAWN = _count(sa.select(account.c.id).where(account.c.unbounded == 0, account.c.balance < account.c.held))
_EMPTY = _count(sa.select(transfer.c.id).where(~sa.exists().where(entry.c.transfer == transfer.c.id)))
_ON_ROWS = sa.select(_sum(account.c.balance))
_HOT_ENTRIES = sa.select(_sum(entry.c.amount)).where(entry.c.version.is_(None))


def _number(statement: Statement) -> Callable[[Tx], int]:
    return lambda tx: int(tx.execute(statement)[0][0])


AUDITS: dict[str, Callable[[Tx], int]] = {
    "sum of all entries": _number(_ENTRIES),
    "transfers that do not balance": _number(_UNBALANCED),
    "balance drift": _number(_BALANCE),
    "received drift": _number(_RECEIVED),
    "received per server drift": _number(_HOMES),
    "held drift": _number(_HELD),
    "overdrawn": _number(_OVERDRAWN),
    "transfers without entries": _number(_EMPTY),
}
"""Each `fn(tx)` counts accounts, transfers or servers that are wrong; the sum is in blessings."""


def audit(tx: Tx) -> dict[str, int]:
    """Those that are not 0."""
    found = {name: count(tx) for name, count in AUDITS.items()}
    return {name: number for name, number in found.items() if number}


def total(tx: Tx) -> int:
    """The sum over all accounts as they stand, in blessings; anything but 0 is a fault."""
    return int(tx.execute(_ON_ROWS)[0][0]) + int(tx.execute(_HOT_ENTRIES)[0][0])
