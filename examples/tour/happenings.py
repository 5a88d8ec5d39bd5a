"""Events: follows, raids, joins, reactions. And commands that channel points or bits pay for."""

from typing import Annotated

from bot import App, Context, Message, Rest, command, on, t, tn
from bot.events import (
    Cheered,
    Followed,
    Gifted,
    Joined,
    Left,
    Raided,
    Reacted,
    Redeemed,
    Subscribed,
    WentLive,
    WentOffline,
)


@on(Followed)
async def followed(_ctx: Context, event: Followed) -> Message:
    """Thank a new follower."""
    return Message(t("Welcome {who}!", who=event.user or "?"))


@on(Subscribed)
async def subscribed(_ctx: Context, event: Subscribed) -> Message:
    """Thank a subscriber."""
    return Message(tn("One month, {who}!", "{n} months, {who}!", event.months, who=event.user or "?"))


@on(Gifted)
async def gifted(_ctx: Context, event: Gifted) -> Message:
    """Thank for gifts."""
    return Message(tn("One gift!", "{n} gifts!", event.count))


@on(Raided)
async def raided(_ctx: Context, event: Raided) -> Message:
    """Greet a raid."""
    return Message(t("{who} brings {viewers}!", who=event.user or "?", viewers=event.viewers))


@on(Cheered)
async def cheered(_ctx: Context, event: Cheered) -> Message:
    """Thank for bits."""
    return Message(t("{bits} bits!", bits=event.bits))


@on(WentLive)
async def live(_ctx: Context, event: WentLive) -> Message:
    """Say that the stream begins."""
    del event
    return Message(t("The stream begins."))


@on(WentOffline)
async def offline(_ctx: Context, event: WentOffline) -> Message:
    """Say that the stream is over."""
    del event
    return Message(t("The stream is over."))


@on(Joined)
async def joined(_ctx: Context, event: Joined) -> Message:
    """Greet a newcomer."""
    return Message(t("Come in, {who}.", who=event.user or "?"))


@on(Left)
async def left(_ctx: Context, event: Left) -> None:
    """Say nothing when somebody goes."""
    del event


@on(Reacted, emoji="👍", added=True)
async def reacted(_ctx: Context, event: Reacted) -> Message:
    """Notice a thumb."""
    return Message(t("{who} likes it.", who=event.user or "?"))


@on(Redeemed, reward="Wish")
async def wished(_ctx: Context, event: Redeemed) -> Message:
    """Hear a wish that channel points paid for."""
    return Message(t("{who} wishes: {text}", who=event.user or "?", text=event.text))


@command(triggers=[on.redemption("Candle"), on.cheer(100)])
async def candle(ctx: Context, words: Annotated[str, Rest] = "peace") -> Message:
    """Light a candle: typed, for channel points, or for 100 bits.

    Args:
        words: For what.
    """
    paid = t(" Thank you!") if ctx.event else ""
    return Message(t("{who} lights a candle for {words}.{paid}", who=ctx.author, words=words, paid=paid))


def setup(app: App) -> None:
    """Register subscribers and the command."""
    app.add(followed, subscribed, gifted, raided, cheered, live, offline, joined, left, reacted, wished, candle)
