"""A plugin for tests of how invocations end: limited, refused after a write, pressed, redeemed, cancelled by mistake."""

import asyncio
from typing import Annotated

from bot import App, Context, Message, Rest, UserError, button, command, limit, on, t
from tests.bot import plugin


@command(limit("1/minute"))
async def spend(ctx: Context, text: Annotated[str, Rest], *, switches: plugin.Switches) -> Message:
    """Write, then do what the switches say.

    Args:
        text: What to keep.
    """
    if switches.branch == "refuse":
        raise UserError("No.")
    if switches.branch == "none":
        return Message(t("nothing kept"))
    await ctx.write(plugin.put, text)
    if text == "no":
        raise UserError("Not after all.")
    if switches.die:
        await asyncio.Event().wait()
    return Message(t("spent"))


@command
async def stumble(ctx: Context) -> Message:
    """Await what was cancelled."""
    nothing = asyncio.get_running_loop().create_future()
    nothing.cancel()
    await nothing
    return Message("never")


@command
async def pick(ctx: Context) -> Message:
    """Offer what is refused as long as the switches say so."""
    return Message(
        "Which one?", buttons=[button("One", "spend", {"text": "one"}), button("Two", "spend", {"text": "no"})]
    )


@command(triggers=[on.redemption("Both")])
async def first(ctx: Context, text: Annotated[str, Rest] = "") -> Message:
    """Be redeemed.

    Args:
        text: "first" to succeed.
    """
    if text not in ("first", "both"):
        raise UserError("Not first.")
    return Message(t("first"))


@command(triggers=[on.redemption("Both")])
async def second(ctx: Context, text: Annotated[str, Rest] = "", *, switches: plugin.Switches) -> Message:
    """Be redeemed too.

    Args:
        text: "second" to succeed.
    """
    if switches.die:
        await asyncio.Event().wait()
    if text not in ("second", "both"):
        raise UserError("Not second.")
    return Message(t("second"))


def setup(app: App) -> None:
    """Register all of it."""
    app.add(spend, stumble, pick, first, second)
