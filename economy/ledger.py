"""Blessings: what people give each other. Double entry, exactly once, never below zero."""

import sqlalchemy as sa
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field

from bot.context import Context
from bot.errors import UserError
from bot.store import Tx, param, people
from bot.users import User
from economy.posting import MINT, open_account, post
from economy.tables import account

_BALANCE = sa.select(account.c.balance).where(account.c.id == param("account", sa.BigInteger))
_HELD = sa.select(account.c.balance).where(account.c.person == param("person", sa.BigInteger))
_TOP = (
    sa.select(account.c.person, account.c.balance)
    .where(account.c.person.is_not(None), account.c.balance > 0)
    .order_by(account.c.balance.desc(), account.c.id)
    .limit(param("n", sa.Integer))
)


class Blessings(BaseModel):
    """`welcome`: what somebody has when they are first heard of."""

    model_config = ConfigDict(extra="forbid")

    welcome: int = Field(ge=0, le=1_000_000)


class EconomySettings(BaseModel):
    """config/economy.toml."""

    model_config = ConfigDict(extra="forbid")

    blessings: Blessings


class Receipt(Struct, frozen=True):
    """What the giver keeps."""

    balance: int


class Standing(Struct, frozen=True):
    """A person's name as last heard, and what they hold."""

    name: str
    balance: int


class Ledger:
    """Gifts and balances between people. `welcome` is minted once for each person, when their account opens."""

    def __init__(self, welcome: int) -> None:
        self._welcome = welcome

    async def give(self, ctx: Context, to: User, amount: int) -> Receipt:
        """Move `amount` from the author to `to`, once for this invocation. Raises `UserError` to refuse."""
        if to.id == ctx.invocation.reply.bot:
            raise UserError("Keep your blessings for people: I have no use for them.", code="bot")
        return await ctx.write(self.move, ctx.author, to, amount)

    async def balance(self, ctx: Context) -> int:
        """What the author holds; their account is opened by asking."""
        return await ctx.write(self.holds, ctx.author)

    async def top(self, ctx: Context, n: int) -> list[Standing]:
        """Who holds most, at most `n` people, by the names they have where it is asked."""
        return await ctx.read(top, n, ctx.place.platform)

    def move(self, tx: Tx, giver: User, to: User, amount: int) -> Receipt:
        """The transaction behind `give`; its key is the posting's."""
        if amount < 1:
            raise ValueError(f"cannot give {amount}")
        payer, payee = tx.person(giver), tx.person(to)
        if payer == payee:
            raise UserError("Blessings are for others: you cannot bless yourself.", code="self")
        accounts = self.open(tx, payer, payee)
        if post(tx, tx.key, "blessing", {accounts[payer]: -amount, accounts[payee]: amount}):
            tx.emit("blessing.given", giver=payer, receiver=payee, amount=amount)
        return Receipt(_balance(tx, accounts[payer]))

    def holds(self, tx: Tx, user: User) -> int:
        """The transaction behind `balance`."""
        person = tx.person(user)
        return _balance(tx, self.open(tx, person)[person])

    def open(self, tx: Tx, *persons: int) -> dict[int, int]:
        """The account of each person, opened with its welcome where there was none."""
        accounts: dict[int, int] = {}
        for person in sorted(persons, key=_code):
            accounts[person], new = open_account(tx, _code(person), person)
            if new and self._welcome:
                mint, _ = open_account(tx, MINT)
                post(tx, f"welcome:{person}", "welcome", {mint: -self._welcome, accounts[person]: self._welcome})
        return accounts


def merge(tx: Tx, kept: int, gone: int) -> None:
    """Two people are one: everything moves by a transfer, the sum stays. No second welcome."""
    accounts = {person: open_account(tx, _code(person), person)[0] for person in sorted((kept, gone), key=_code)}
    balance = _balance(tx, accounts[gone])
    if balance:
        post(tx, f"merge:{gone}", "merge", {accounts[gone]: -balance, accounts[kept]: balance})


def balance_of(tx: Tx, user: User) -> int:
    """What somebody holds, without opening an account; 0 for strangers."""
    found = tx.execute(_HELD, person=tx.person(user))
    return int(found[0][0]) if found else 0


def top(tx: Tx, n: int, platform: str) -> list[Standing]:
    """The transaction behind `Ledger.top`."""
    return [Standing(_name(tx, person, platform), balance) for person, balance in tx.execute(_TOP, n=n)]


def _name(tx: Tx, person: int, platform: str) -> str:
    """Their name on this platform, else on another."""
    users = people.users_of(tx, person)
    return min(users, key=lambda user: user.platform != platform).name


def _balance(tx: Tx, number: int) -> int:
    return int(tx.execute(_BALANCE, account=number)[0][0])


def _code(person: int) -> str:
    return f"person:{person}"
