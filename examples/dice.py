"""A plugin of one command: name this module in the settings (`plugins = [..., "examples.dice"]`) and it is on every platform."""

import secrets
from typing import Annotated

from annotated_types import Ge, Le

from bot import App, Context, Message, b, command, limit, t
from bot.store import Tx


def throw(tx: Tx, sides: int) -> int:
    """Drawn inside the transaction and remembered: delivered twice, it is one throw."""
    del tx
    return secrets.randbelow(sides) + 1


@command(limit("10/minute"))
async def dice(ctx: Context, sides: Annotated[int, Ge(2), Le(1000)] = 6) -> Message:
    """Throw a die.

    Args:
        sides: How many sides it has.
    """
    return Message(t("{who} throws {number}.", who=b(ctx.author), number=b(await ctx.write(throw, sides))))


def setup(app: App) -> None:
    """Register the command."""
    app.add(dice)
