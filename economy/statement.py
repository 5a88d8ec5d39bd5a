"""What is read of the ledger for people: a statement of one account, and who has received most."""

import sqlalchemy as sa
from msgspec import Struct

from bot.store import Tx, param
from economy.accounts import find_accounts, name_of
from economy.operators import note_of
from economy.tables import account, entry, received, transfer

_other = entry.alias("other")
_counterpart = (
    sa.select(account.c.person)
    .join(_other, _other.c.account == account.c.id)
    .where(_other.c.transfer == entry.c.transfer, _other.c.account != entry.c.account, account.c.person.is_not(None))
    .order_by(_other.c.id)
    .limit(1)
    .scalar_subquery()
)
_mine = sa.and_(entry.c.account == param("account", sa.BigInteger), entry.c.amount != 0)
_LINES = (
    sa.select(transfer.c.id, transfer.c.at, transfer.c.reason, entry.c.amount, entry.c.balance, _counterpart)
    .join(transfer, transfer.c.id == entry.c.transfer)
    .where(_mine)
    .order_by(entry.c.version.desc())
    .limit(param("most", sa.Integer))
    .offset(param("before", sa.BigInteger))
)
_COUNT = sa.select(sa.func.count()).select_from(entry).where(_mine)
_TOP = (
    sa.select(account.c.person, account.c.received)
    .where(account.c.person.is_not(None), account.c.moved.is_(None), account.c.received > 0)
    .order_by(account.c.received.desc(), account.c.id)
    .limit(param("n", sa.Integer))
)
_TOP_HERE = (
    sa.select(account.c.person, received.c.amount)
    .join(account, account.c.id == received.c.account)
    .where(received.c.home == param("home"), received.c.amount > 0)
    .order_by(received.c.amount.desc(), account.c.id)
    .limit(param("n", sa.Integer))
)


class Line(Struct, frozen=True):
    """One entry of a statement. `id` is that of its transfer, `at` is in µs, `balance` is what the account had afterwards.

    `other` is the name of who was at the other end, "" for the house; `note` is what an operator wrote.
    """

    id: int
    at: int
    reason: str
    amount: int
    balance: int
    other: str = ""
    note: str = ""


class Standing(Struct, frozen=True):
    """A person's name as last heard, and what they have received in all."""

    name: str
    received: int


def statement(tx: Tx, person: int, platform: str, page: int, per_page: int) -> tuple[list[Line], int]:
    """The entries of a person's account, newest first, and how many there are. `page` counts from 1."""
    ref = find_accounts(tx, person, person).get(person)
    if ref is None:
        return [], 0
    rows = tx.execute(_LINES, account=ref.id, most=per_page, before=per_page * (page - 1))
    lines = [
        Line(number, at, reason, amount, balance, name_of(tx, other, platform) if other else "", note_of(tx, number))
        for number, at, reason, amount, balance, other in rows
    ]
    return lines, int(tx.execute(_COUNT, account=ref.id)[0][0])


def top(tx: Tx, n: int, platform: str, home: str = "") -> list[Standing]:
    """Who has received most, in all or in this server; people only, by their names on this platform."""
    rows = tx.execute(_TOP_HERE, home=home, n=n) if home else tx.execute(_TOP, n=n)
    return [Standing(name_of(tx, person, platform), amount) for person, amount in rows]
