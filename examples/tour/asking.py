"""Asking: a modal on Discord, a forced reply on Telegram, the next line on Twitch."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, MaxLen

from bot import App, Context, Message, command, t


@dataclass
class Traveller:
    """A form: one modal on Discord, one question after the other elsewhere.

    Args:
        name: Your name on the road.
        days: How many days you travel.
    """

    name: Annotated[str, MaxLen(40)]
    days: Annotated[int, Ge(1)]


@command
async def ferry(ctx: Context) -> Message:
    """Cross the river."""
    side = await ctx.ask(t("Which bank?"), Literal["left", "right"], timeout=60)
    return Message(t("You land on the {side} bank.", side=str(side)))


@command
async def travel(ctx: Context) -> Message:
    """Register a journey."""
    who = await ctx.ask(t("Before you go:"), Traveller)
    return Message(t("{name} travels {days} days.", name=who.name, days=who.days))


@command(ask_missing=True)
async def pack(_ctx: Context, thing: str, weight: int) -> Message:
    """Pack something; what is missing is asked for.

    Args:
        thing: What to pack.
        weight: How heavy it is.
    """
    return Message(t("Packed: {thing}, {weight} kg.", thing=thing, weight=weight))


def setup(app: App) -> None:
    """Register the commands."""
    app.add(ferry, travel, pack)
