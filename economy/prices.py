"""Prices: what a command costs is held before it runs, paid when it succeeds, and released when it does not.

The hold is found by the id of the invocation, so a run that is resumed holds nothing twice, and whoever ends the invocation
settles it in the same commit as the reply: after a crash, too, and for those who were being asked.
"""

from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa

from bot.command import CommandSpec
from bot.context import Context
from bot.errors import SettingsError, UserError
from bot.store import Tx, param
from bot.users import User
from economy.accounts import shown
from economy.errors import InsufficientError
from economy.holds import settle
from economy.ledger import Ledger
from economy.settings import PriceSettings
from economy.tables import hold as holds

FILE = "prices.toml"
_PATIENCE = 30 * 60 * 1_000_000
"""How long a hold outlives the time in which its command can be answered, in µs: questions take their time."""

_PENDING = sa.select(holds.c.amount).where(holds.c.key == param("key"), holds.c.state == "pending")
_KNOWN = sa.select(holds.c.state).where(holds.c.key == param("key"))


class Prices:
    """The price list."""

    def __init__(self, settings: PriceSettings, ledger: Ledger) -> None:
        self._settings, self._ledger = settings, ledger
        self._rows = settings.rows

    def of(self, spec: CommandSpec) -> int:
        """What it costs. What only subscribes to events was asked for by nobody, and costs nothing."""
        return 0 if spec.subscriber else self._rows.get(spec.path, self._settings.other)

    @property
    def free(self) -> bool:
        """Nothing costs anything."""
        return not (self._settings.other or any(self._rows.values()))

    def guard(self, spec: CommandSpec) -> "Price | None":
        """What stands before the command; nothing where it is free."""
        price = self.of(spec)
        return Price(self, price) if price else None

    def hold(self, tx: Tx, payer: User, invocation: str, price: int, until: int) -> None:
        """Hold the price once for this invocation; what it cost when it was first asked for stays its price.

        One that was given up, and is run again because an operator says so, costs nothing. Raises `UserError` when the payer
        has too little.
        """
        if tx.execute(_KNOWN, key=_key(invocation)):
            return
        person = tx.person(payer)
        try:
            self._ledger.hold(tx, person, price, _key(invocation), until)
        except InsufficientError as error:
            balance = shown(tx, person).available
            raise UserError(
                "That costs {price} ✦, and you have {balance} ✦.", code=error.code, price=price, balance=balance
            ) from error

    # --- what an operator wrote -----------------------------------------------------------------------------------------

    def unknown(self, commands: Mapping[str, Sequence[CommandSpec]]) -> Iterator[str]:
        """Rows for commands that their plugin, which is there, does not have."""
        for plugin, table in self._settings.plugins.items():
            if plugin in commands:
                paths = {spec.path for spec in commands[plugin]}
                for path in table.keys() - paths:
                    yield f"{FILE}: plugins.{plugin}.{path!r}: there is no such command"

    def missing(self, commands: Mapping[str, Sequence[CommandSpec]]) -> Iterator[str]:
        """Commands without a row, of plugins that have a table."""
        for plugin, table in self._settings.plugins.items():
            for spec in commands.get(plugin, ()):
                if spec.path not in table:
                    yield f"{FILE}: plugins.{plugin}: {spec.path!r} has no row; 0 is free"

    def refuse_unknown(self, commands: Mapping[str, Sequence[CommandSpec]]) -> None:
        """Raises `SettingsError` for rows of commands that are not there: a price that nobody would be asked for."""
        if wrong := sorted(self.unknown(commands)):
            raise SettingsError("\n".join(wrong), "prices")


class Price:
    """The guard of one command."""

    __slots__ = ("_prices", "price")

    def __init__(self, prices: Prices, price: int) -> None:
        self._prices, self.price = prices, price

    async def enter(self, ctx: Context) -> None:
        """Hold the price, or refuse."""
        if ctx.readonly:
            raise UserError(
                "That costs {price} ✦: ask me for it in a message of its own.", code="price", price=self.price
            )
        if ctx.event is not None and ctx.event.user is None:  # nobody asked for it
            return
        asked = ctx.invocation
        await ctx.hold(self._prices.hold, ctx.author, asked.id, self.price, asked.answer_until + _PATIENCE)

    def settle(self, ctx: Context, succeeded: bool) -> None:
        """Done by `end`, in the commit of the reply."""


def end(tx: Tx, invocation: str, succeeded: bool) -> None:
    """The invocation has ended: pay what is held for it, or release it. What has expired meanwhile is released."""
    key = _key(invocation)
    found = tx.execute(_PENDING, key=key)
    if found and not (succeeded and settle(tx, key, int(found[0][0]))):
        settle(tx, key, 0)


def _key(invocation: str) -> str:
    return f"price:{invocation}"
