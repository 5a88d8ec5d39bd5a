"""Accounts: who has one, how it is opened, what it shows."""

import sqlalchemy as sa
from msgspec import Struct

from bot.store import Tx, insert, param, people
from bot.users import User
from economy.posting import Ref, post
from economy.tables import account

MINT = "sys:mint"
"""Where blessings come from."""
REVENUE = "sys:revenue"
"""Where prices go."""

PEOPLE, SYSTEM = 0, 1
"""Ranks: the system's accounts are locked last."""

_ref = sa.select(account.c.rank, account.c.id, account.c.hot)
_FIND = _ref.where(account.c.code == param("code"))
_FIND_TWO = _ref.add_columns(account.c.person).where(
    sa.or_(account.c.person == param("one", sa.BigInteger), account.c.person == param("other", sa.BigInteger))
)
_AT = _ref.add_columns(account.c.moved).where(account.c.id == param("account", sa.BigInteger))
_OPEN = (
    insert(account)
    .values(
        code=param("code"),
        person=param("person", sa.BigInteger),
        rank=param("rank", sa.BigInteger),
        unbounded=param("system", sa.Integer),
        hot=param("system", sa.Integer),
        balance=0,
        version=0,
    )
    .on_conflict_do_nothing(index_elements=["code"])
    .returning(account.c.rank, account.c.id, account.c.hot)
)
_SHOWN = sa.select(account.c.balance, account.c.held, account.c.received, account.c.tipped).where(
    account.c.person == param("person", sa.BigInteger)
)


class Account(Struct, frozen=True):
    """What somebody has. `held` of the `balance` is promised to commands that are running.

    `received` is what counts for levels of all they ever received, whether kept or not; `tipped` of it came from people, the
    rest was earned.
    """

    balance: int = 0
    held: int = 0
    received: int = 0
    tipped: int = 0

    @property
    def available(self) -> int:
        """What can be spent."""
        return self.balance - self.held


def open_account(tx: Tx, code: str, person: int | None = None) -> tuple[Ref, bool]:
    """The account, and whether it is new. An account without a person is the system's: unbounded and hot.

    Whoever opens several does it in the order of their codes, or two transactions wait for each other.
    """
    found = tx.execute(_FIND, code=code)
    if found:
        return Ref(*found[0]), False
    system = int(person is None)
    made = tx.execute(_OPEN, code=code, person=person, rank=SYSTEM if system else PEOPLE, system=system)
    return Ref(*(made or tx.execute(_FIND, code=code))[0]), bool(made)


def find_accounts(tx: Tx, one: int, other: int) -> dict[int, Ref]:
    """The accounts of these two persons, where they have one; one person may be named twice."""
    return {person: Ref(rank, number, hot) for rank, number, hot, person in tx.execute(_FIND_TWO, one=one, other=other)}


def open_accounts(tx: Tx, welcome: int, one: int, other: int) -> dict[int, Ref]:
    """The accounts of these two persons, opened with the welcome where there was none; one may be named twice."""
    accounts = find_accounts(tx, one, other)
    for person in sorted({one, other} - accounts.keys(), key=code_of):
        accounts[person], new = open_account(tx, code_of(person), person)
        if new and welcome:
            mint, _ = open_account(tx, MINT)
            post(tx, f"welcome:{person}", "welcome", {mint: -welcome, accounts[person]: welcome})
    return accounts


def account_at(tx: Tx, number: int) -> Ref:
    """The account of this id, or what it was merged into."""
    while True:
        rank, found, hot, moved = tx.execute(_AT, account=number)[0]
        if moved is None:
            return Ref(rank, found, hot)
        number = moved


def shown(tx: Tx, person: int) -> Account:
    """What a person has, without opening an account; nothing for strangers."""
    found = tx.execute(_SHOWN, person=person)
    return Account(*found[0]) if found else Account()


def balance_of(tx: Tx, user: User) -> int:
    """What somebody holds, without opening an account; 0 for strangers."""
    return shown(tx, tx.person(user)).balance


def name_of(tx: Tx, person: int, platform: str) -> str:
    """Their name on this platform, else on another; "" when nobody is left by that number."""
    users = people.users_of(tx, people.current(tx, person))
    return min(users, key=lambda user: user.platform != platform).name if users else ""


def code_of(person: int) -> str:
    """The code of a person's account."""
    return f"person:{person}"
