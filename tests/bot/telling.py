"""A plugin for tests: somebody tells somebody else something, wherever they are."""

from typing import Annotated

from bot import App, Context, Message, Rest, User, button, card, command, t
from bot.store import Tx


@command
async def tell(ctx: Context, to: User, words: Annotated[str, Rest]) -> Message:
    """Tell somebody, wherever they are.

    Args:
        to: Whom.
        words: What.
    """
    await ctx.write(_tell, to, ctx.author.name, words)
    return Message(t("Told."))


@command
async def picture(ctx: Context, to: User) -> Message:
    """Show somebody a card, wherever they are.

    Args:
        to: Whom.
    """
    await ctx.write(_picture, to)
    return Message(t("Shown."))


def _tell(tx: Tx, to: User, who: str, words: str) -> None:
    said = t("{who} says: {words}", who=who, words=words)
    tx.send(tx.person(to), Message(said, buttons=[button(t("Ping"), "ping")]), topic="news")


def _picture(tx: Tx, to: User) -> None:
    tx.send(tx.person(to), Message(card=card("Cancelled.", "a card")))


def setup(app: App) -> None:
    """Register both, and what it is about."""
    app.add(tell, picture)
    app.topic("news", t("What others tell you"))
