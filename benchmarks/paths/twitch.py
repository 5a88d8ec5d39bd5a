"""Twitch: from the frame of an EventSub WebSocket to the Send Chat Message request, cut where aiohttp would take it.

python -m benchmarks.paths.twitch     prints the table; ends with 1 when a goal is missed
"""
# ruff: noqa: SLF001  (the parts are put together without a network, and the library has no other door for a frame)

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from itertools import chain, count
from typing import TYPE_CHECKING, Any, Self, cast

from aiohttp import ClientSession, WSMessage, WSMsgType

from benchmarks import floor_router
from benchmarks.pairs import LOOPS, PAIRS, Work, compare, compare_beyond
from benchmarks.paths.house import COMMANDS, PREFIX, House
from benchmarks.row import Row, told
from bot.platforms.twitch.library import Client, Websocket
from bot.platforms.twitch.platform import TwitchPlatform
from bot.platforms.twitch.sending import Sender, Session
from bot.platforms.twitch.socket import Socket
from bot.users import User
from config.settings import TwitchSettings

if TYPE_CHECKING:
    from aiohttp import ClientWebSocketResponse
    from twitchio import ChatMessage

BEYOND = 6.0
TOGETHER = 20
"""Frames that come in together, so that what the loop asks of the system is not most of what is measured."""
BOT, ROOM, PARENT = "49000", "41001", "c2b3f4d6-0f5e-4d0a-9d55-3f3f0d3ab1f7"
ANSWER = "@alice +5: thank you"
REQUEST = {"broadcaster_id": ROOM, "sender_id": BOT, "message": ANSWER, "reply_parent_message_id": PARENT}
FRAME = json.dumps(
    {
        "metadata": {
            "message_id": "befa7b53-d79d-478f-86b9-120f112b044e",
            "message_type": "notification",
            "message_timestamp": "2026-05-01T10:11:12.464757833Z",
            "subscription_type": "channel.chat.message",
            "subscription_version": "1",
        },
        "payload": {
            "subscription": {
                "id": "0b7f3361-672b-4d39-b307-dd5b576c9b27",
                "status": "enabled",
                "type": "channel.chat.message",
                "version": "1",
                "condition": {"broadcaster_user_id": ROOM, "user_id": BOT},
                "transport": {"method": "websocket", "session_id": "AgoQHR3s6Mb4T8GFB1l3DlPfiRIGY2VsbC1h"},
                "created_at": "2026-05-01T09:11:12.412121314Z",
                "cost": 0,
            },
            "event": {
                "broadcaster_user_id": ROOM,
                "broadcaster_user_login": "soulfra_stage",
                "broadcaster_user_name": "Soulfra_Stage",
                "source_broadcaster_user_id": None,
                "source_broadcaster_user_login": None,
                "source_broadcaster_user_name": None,
                "chatter_user_id": "41003",
                "chatter_user_login": "mallory",
                "chatter_user_name": "Mallory",
                "message_id": PARENT,
                "source_message_id": None,
                "is_source_only": None,
                "message": {
                    "text": "!bless @alice 5 thank you",
                    "fragments": [
                        {"type": "text", "text": "!bless ", "cheermote": None, "emote": None, "mention": None},
                        {
                            "type": "mention",
                            "text": "@alice",
                            "cheermote": None,
                            "emote": None,
                            "mention": {"user_id": "41002", "user_login": "alice", "user_name": "alice"},
                        },
                        {"type": "text", "text": " 5 thank you", "cheermote": None, "emote": None, "mention": None},
                    ],
                },
                "color": "#9146FF",
                "badges": [
                    {"set_id": "moderator", "id": "1", "info": ""},
                    {"set_id": "subscriber", "id": "12", "info": "16"},
                ],
                "source_badges": None,
                "message_type": "text",
                "cheer": None,
                "reply": None,
                "channel_points_custom_reward_id": None,
                "channel_points_animation_id": None,
            },
        },
    },
    separators=(",", ":"),
)
"""A command of a moderator who is a subscriber; 1.6 kB, as Twitch writes it."""
_GIVEN, _OVER = WSMessage(WSMsgType.TEXT, FRAME, None), WSMessage(WSMsgType.CLOSED, None, None)


class Wire:
    """Stands where aiohttp's session does: keeps what is sent, and answers as Helix does."""

    status, closed = 200, False
    headers: Mapping[str, str] = {"Content-Type": "application/json; charset=utf-8"}
    _said = json.dumps({"data": [{"message_id": "0e3e5a6c-8f0b-4b3a-9b6e-4c8e1b8f7a11", "is_sent": True}]})

    def __init__(self) -> None:
        self.sent: list[object] = []
        self.done: asyncio.Future[None]

    @property
    def session(self) -> ClientSession:
        """As the library takes it."""
        return cast(ClientSession, self)

    def request(self, _method: str, _url: str, *, json: object, **_how: object) -> Self:
        """The request as it would go out."""
        self.sent.append(json)
        if len(self.sent) == TOGETHER:
            self.done.set_result(None)
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        return None

    async def text(self) -> str:
        """What Twitch answers."""
        return self._said


class Frames:
    """Stands where a WebSocket does: so many frames, then the end of it."""

    close_code = 1000

    def __init__(self) -> None:
        self._left = chain([_GIVEN] * TOGETHER, [_OVER])

    async def receive(self) -> WSMessage:
        """As aiohttp gives them."""
        return next(self._left)


class _Bare(Client):
    """The least that the library can be asked for: a line comes in, an answer is sent."""

    async def event_message(self, payload: "ChatMessage") -> None:
        await payload.broadcaster.send_message(ANSWER, BOT, token_for=BOT, reply_to_message_id=payload.id)


def bare() -> tuple[Wire, Work]:
    """The library's own parse, dispatch and send, with the answer at hand."""
    wire = Wire()
    client = _Bare(client_id="client", bot_id=BOT, fetch_client_user=False, session=wire.session)
    return _taking(wire, client, Websocket(client=client, token_for=BOT, http=client.http))


def framework() -> tuple[Wire, Work]:
    """The same command in `twitchio.ext.commands`."""
    from twitchio.ext import commands  # noqa: PLC0415  (a heavy import, for this row alone)

    def made(name: str) -> commands.Command[Any, ...]:
        async def handler(ctx: commands.Context[Any], to: str, amount: int = 1, *, note: str = "") -> None:
            await ctx.reply(f"{to} +{amount}: {note}")

        return commands.Command(handler, name=name)

    wire = Wire()
    client = commands.Bot(
        client_id="client",
        client_secret="",
        bot_id=BOT,
        prefix=PREFIX["twitch"],
        fetch_client_user=False,
        session=wire.session,
    )
    for name in (*(f"cmd{number}" for number in range(COMMANDS - 1)), "bless"):
        client.add_command(made(name))
    return _taking(wire, client, Websocket(client=client, token_for=BOT, http=client.http))


def ours() -> tuple[Wire, Work]:
    """The whole of our path: our reading of the frame, the adapter, the router, the reply, the library's request."""
    house, wire, settings = House("twitch"), Wire(), {"client_id": "client", "access_token": "a", "refresh_token": "r"}
    platform = TwitchPlatform(TwitchSettings.model_validate({**settings, "bot_id": BOT}))
    platform._sender = Sender(BOT, whispers=False, clock=count(0.0, 31.0).__next__)  # so no budget is ever spent
    platform._hearing.ingress, house.platform = house.ingress, platform
    listener = platform._listener(Session(wire.session))
    listener.me = User("twitch", BOT, "Soulfra", "soulfra")
    platform.online(listener)
    return _taking(wire, listener, Socket(listener, BOT, platform._hearing.told))


def _taking(wire: Wire, client: Client, socket: Websocket) -> tuple[Wire, Work]:
    """Frames through this socket, to the end of the handlers that their events are given to."""
    socket._closed = True  # so that nothing is done about the end of the frames
    client.http._tokens[BOT] = {"user_id": BOT, "token": "a", "refresh": "r", "last_validated": ""}

    async def one() -> None:
        wire.sent, wire.done = [], asyncio.get_running_loop().create_future()
        socket._socket = cast("ClientWebSocketResponse", Frames())
        await socket._listen()
        await wire.done

    return wire, one


def checked(made: Callable[[], tuple[Wire, Work]]) -> Work:
    """The work, after the request that it makes was looked at once."""
    wire, work = made()
    asyncio.run(_once(work))
    if wire.sent != [REQUEST] * TOGETHER:
        sys.exit(f"{made.__name__} sent {wire.sent!r}, not {REQUEST!r}")
    return work


async def _once(work: Callable[[], Awaitable[object]]) -> None:
    await work()


def floor() -> Work:
    """FLOOR full, as often."""
    work = floor_router.build_full(COMMANDS, floor_router.Sink())

    async def together() -> None:
        for _ in range(TOGETHER):
            await work()

    return together


def rows(rounds: int = PAIRS) -> Iterator[Row]:
    """Our share on top of the library beside FLOOR full, and all of it beside the library's own commands."""
    mine, loops = checked(ours), LOOPS // TOGETHER
    beyond = compare_beyond(floor(), checked(bare), mine, rounds=rounds, loops=loops)
    yield Row(
        f"Twitch, {TOGETHER} frames to requests, minus twitchio, beside FLOOR full", beyond.ratio, str(beyond), BEYOND
    )
    whole = compare(checked(framework), mine, rounds=rounds, loops=loops)
    yield Row(f"Twitch, {TOGETHER} frames to requests, beside twitchio's commands", whole.ratio, str(whole), 1.0)


if __name__ == "__main__":
    sys.exit(not told(rows()))
