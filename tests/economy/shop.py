"""A plugin whose command costs something, and does whatever a test wants."""

import asyncio
from dataclasses import dataclass

from bot import App, Context, Message, UserError, command, on, t
from bot.store import Tx


@dataclass
class Till:
    """What the next run does, and how many there were."""

    branch: str = ""
    seconds: float = 60.0
    ran: int = 0


def wrap(tx: Tx, what: str) -> str:
    """Something that is carried out."""
    del tx
    return what


@command(inline=True, triggers=[on.cheer(100)])
async def buy(ctx: Context, *, till: Till) -> Message:
    """Buy something."""
    till.ran += 1
    if till.branch == "refuse":
        raise UserError("Sold out.", code="sold")
    if till.branch == "crash":
        raise RuntimeError("the till is stuck")
    if till.branch == "ask":
        await ctx.ask("Sure?", bool, timeout=till.seconds)
    if till.branch in ("wrap", "wrap and die"):
        await ctx.write(wrap, "one")
    if till.branch in ("die", "wrap and die"):
        await asyncio.Event().wait()
    return Message(t("Bought."))


@command
async def look(_ctx: Context) -> Message:
    """Look around, which is free."""
    return Message(t("Nice."))


def setup(app: App) -> None:
    """Register both."""
    app.provide(Till())
    app.add(buy, look)
