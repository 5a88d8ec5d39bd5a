"""A plugin for tests of the harness: it greets, takes redemptions, and shows a picture."""

from typing import Annotated

from bot import App, Context, Image, Message, Rest, command, on, t
from bot.events import Followed, Joined, Raided

DOT = b"\x89PNG\r\n\x1a\n" + bytes(60)


@on(Followed)
async def greet(ctx: Context, event: Followed) -> Message:
    """Welcome somebody."""
    del event
    return Message(t("Welcome {who}!", who=ctx.author))


@on(Joined)
async def meet(ctx: Context, event: Joined) -> Message:
    """Welcome somebody."""
    del event
    return Message(t("Welcome {who}!", who=ctx.author))


@on(Raided)
async def raided(_ctx: Context, event: Raided) -> Message:
    """Welcome many."""
    return Message(t("{viewers} at once!", viewers=event.viewers))


@command(triggers=[on.redemption("Bless")])
async def light(_ctx: Context, words: Annotated[str, Rest]) -> Message:
    """Be blessed.

    Args:
        words: With what.
    """
    return Message(t("You are blessed {words}.", words=words))


@command
async def dot(_ctx: Context) -> Message:
    """See a dot."""
    return Message(t("A dot"), images=[Image("A dot", data=DOT, name="dot.png")])


def setup(app: App) -> None:
    """Register all of it."""
    app.add(greet, meet, raided, light, dot)
