"""Blessings: what people give each other. Double entry, exactly once, never below zero.

The async methods are for handlers: each is one remembered write of its invocation, or a read. Those that take a `tx` are for
other transactions of the economy (prices, rewards), which give the key.
"""

from msgspec import Struct

from bot.context import Context
from bot.errors import UserError
from bot.message import Message, b, t
from bot.store import Tx
from bot.users import User
from economy import holds, merging, operators, support
from economy.accounts import MINT, REVENUE, Account, balance_of, open_account, open_accounts, shown
from economy.posting import Leg, Ref, carry_out, check_amount, claim, post
from economy.statement import Line, Standing, statement, top

__all__ = ["Account", "Ledger", "Line", "Receipt", "Standing", "balance_of"]

PER_GIVER = 100
GIFTS = "gifts"


class Receipt(Struct, frozen=True):
    """What the giver can still spend; of the gift, what counted for the receiver, who has `received` so much in all by now."""

    balance: int
    counted: int = 0
    received: int = 0


class Ledger:
    """Gifts, prices and rewards.

    `welcome` is minted once for each person, when their account opens. Of one giver, `per_giver` blessings a day count for
    the receiver's level. Of a gift of at least `notice` the receiver is told (topic `GIFTS`); 0: of none.
    """

    def __init__(self, welcome: int, per_giver: int = PER_GIVER, notice: int = 0) -> None:
        self._welcome, self._per_giver, self._notice = welcome, per_giver, notice

    # --- for handlers --------------------------------------------------------------------------------------------------

    async def give(self, ctx: Context, to: User, amount: int) -> Receipt:
        """Move `amount` from the author to `to`, once for this invocation. Raises `UserError` to refuse."""
        if to.id == ctx.invocation.reply.bot:
            raise UserError("Keep your blessings for people: I have no use for them.", code="bot")
        return await ctx.write(self.move, ctx.author, to, amount, ctx.place.home)

    async def balance(self, ctx: Context) -> int:
        """What the author can spend; their account is opened by asking."""
        return (await ctx.write(self.view, ctx.author)).available

    async def account(self, ctx: Context, user: User | None = None) -> Account:
        """What the author has, whose account is opened by asking; or what `user` has, nothing for strangers."""
        if user is None:
            return await ctx.write(self.view, ctx.author)
        return await ctx.read(_view, user)

    async def statement(self, ctx: Context, page: int = 1, per_page: int = 10) -> tuple[list[Line], int]:
        """A page of the author's entries, newest first, and how many there are in all. `page` counts from 1."""
        return await ctx.read(_statement, ctx.author, max(page, 1), per_page)

    async def top(self, ctx: Context, n: int, here: bool = False) -> list[Standing]:
        """Who has received most in a lifetime, at most `n` people: in all, or in this server."""
        return await ctx.read(top, n, ctx.place.platform, ctx.place.home if here else "")

    async def grant(self, ctx: Context, to: User, amount: int, why: str = "") -> Account:
        """Mint `amount` for `to`; what they have then. For operators: the command's guard says who may. Raises as `post`."""
        return await ctx.write(self.minted, ctx.author, to, amount, why)

    async def reverse(self, ctx: Context, transfer: int, why: str = "") -> int:
        """Take a transfer back by a new one, whose number this is. For operators. Raises `UserError`: `operators.reverse`."""
        return await ctx.write(self.reversed, ctx.author, transfer, why)

    # --- for transactions ----------------------------------------------------------------------------------------------

    def move(self, tx: Tx, giver: User, to: User, amount: int, home: str = "") -> Receipt:
        """The transaction behind `give`; its key is the posting's. `home` is the server where it counts."""
        check_amount(amount)
        payer, payee = tx.person(giver), tx.person(to)
        if payer == payee:
            raise UserError("Blessings are for others: you cannot bless yourself.", code="self")
        accounts = open_accounts(tx, self._welcome, payer, payee)
        source, target = accounts[payer], accounts[payee]
        number = claim(tx, tx.key, "blessing", {source: -amount, target: amount}, home=home)
        if number is None:
            return Receipt(shown(tx, payer).available)
        counted = support.count(tx, target, source, amount, self._per_giver)
        tx.emit(  # before the rows of both accounts are locked
            "blessing.given", giver=payer, receiver=payee, amount=amount, counted=counted, transfer=number
        )
        if 0 < self._notice <= amount:
            tx.send(payee, Message(t("{who} has blessed you with {amount} ✦.", who=giver, amount=b(amount))), GIFTS)
        legs = {source: Leg(-amount), target: Leg(amount, received=counted, tipped=counted)}
        states = carry_out(tx, number, legs, home)
        return Receipt(states[source].available, counted, states[target].received)

    def reward(self, tx: Tx, person: int, amount: int, key: str, reason: str, home: str = "") -> bool:
        """Mint what somebody has earned, once for `key`; it counts for their level, and in the server `home`.

        False: it was minted before. `reason` is a word (`daily`). Raises as `post` does.
        """
        check_amount(amount)
        mint, _ = open_account(tx, MINT)
        earner = self.open(tx, person)
        number = claim(tx, key, reason, {mint: -amount, earner: amount}, home=home)
        if number is None:
            return False
        carry_out(tx, number, {mint: Leg(-amount), earner: Leg(amount, received=amount)}, home)
        tx.emit("blessing.earned", person=person, amount=amount, transfer=number)
        return True

    def pay(self, tx: Tx, person: int, amount: int, key: str, reason: str) -> bool:
        """Somebody pays the house, once for `key`. False: it was paid before. Raises `InsufficientError`, and as `post`."""
        check_amount(amount)
        payer, (revenue, _) = self.open(tx, person), open_account(tx, REVENUE)
        return post(tx, key, reason, {payer: -amount, revenue: amount})

    def hold(self, tx: Tx, person: int, amount: int, key: str, expires: int) -> bool:
        """Somebody promises the house `amount` until `expires` (µs): `holds.hold`."""
        payer, (revenue, _) = self.open(tx, person), open_account(tx, REVENUE)
        return holds.hold(tx, key, payer, revenue, amount, expires)

    def settle(self, tx: Tx, key: str, amount: int) -> bool:
        """Pay so much of what is held under `key`, release the rest: `holds.settle`."""
        return holds.settle(tx, key, amount)

    def open(self, tx: Tx, person: int) -> Ref:
        """The account of a person, opened with its welcome where there was none."""
        return open_accounts(tx, self._welcome, person, person)[person]

    def view(self, tx: Tx, user: User) -> Account:
        """The transaction behind `balance` and `account`."""
        person = tx.person(user)
        self.open(tx, person)
        return shown(tx, person)

    def minted(self, tx: Tx, author: User, to: User, amount: int, why: str) -> Account:
        """The transaction behind `grant`."""
        by, person = tx.person(author), tx.person(to)
        operators.grant(tx, by, self.open(tx, person), amount, why)
        return shown(tx, person)

    def reversed(self, tx: Tx, author: User, transfer: int, why: str) -> int:
        """The transaction behind `reverse`."""
        return operators.reverse(tx, tx.person(author), transfer, why)

    def merge(self, tx: Tx, kept: int, gone: int) -> None:
        """Two people are one: `merging.merge`."""
        merging.merge(tx, self._welcome, kept, gone)


def _view(tx: Tx, user: User) -> Account:
    return shown(tx, tx.person(user))


def _statement(tx: Tx, user: User, page: int, per_page: int) -> tuple[list[Line], int]:
    return statement(tx, tx.person(user), user.platform, page, per_page)
