"""Greets who is new and tells that a stream begins, where the moderators of a server chose a channel for announcements."""

from bot import App, Context, Message, code, on, t
from bot.events import Joined, WentLive
from bot.languages import Languages
from bot.servers import Servers
from bot.store import Tx
from bot.users import Place


@on(Joined)
async def greet(ctx: Context, event: Joined, *, servers: Servers, languages: Languages) -> None:
    """Greet who is new."""
    room = _room(servers, event.place)
    if room is not None and event.user is not None:
        line = code(f"{servers.prefix(event.place)}help")
        hello = Message(t("Welcome, {who}. With {line} I say what I can do.", who=event.user, line=line))
        await ctx.write(_say, room, hello.translated(languages.translate(servers.language(room))).to_json())


@on(WentLive)
async def announce(ctx: Context, event: WentLive, *, servers: Servers, languages: Languages) -> None:
    """Tell that a stream begins."""
    room = _room(servers, event.place)
    if room is not None:
        live = Message(t("We are live."), announce=True)
        await ctx.write(_say, room, live.translated(languages.translate(servers.language(room))).to_json())


def _say(tx: Tx, room: Place, message: bytes) -> None:
    tx.send(room, Message.from_json(message))


def _room(servers: Servers, place: Place) -> Place | None:
    """Where announcements of this server go; None when nobody wants them."""
    channel = servers.announcements(place)
    return None if channel is None else Place(place.platform, channel, place.kind, place.server)


def setup(app: App) -> None:
    """Register what greets and announces."""
    app.add(greet, announce)
