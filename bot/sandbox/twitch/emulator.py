"""The emulated Twitch: what viewers do, and faults to inject."""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine, Mapping
from typing import Any, NoReturn

from aiohttp import web
from msgspec import Struct

from bot.sandbox.emulator import Delivered
from bot.sandbox.twitch.eventsub import EventSub
from bot.sandbox.twitch.helix import Helix
from bot.sandbox.twitch.limits import Limits
from bot.sandbox.twitch.oauth import OAuth
from bot.sandbox.twitch.people import BOT, People
from bot.sandbox.twitch.server import Server
from bot.sandbox.twitch.wire import ApiError, Json, chat_event, new_id, whisper_event
from bot.sandbox.world import SandboxError, World
from bot.users import User

_AGAIN = 5_000  # events that can be delivered again
_LINE = 500  # characters


class Event(Struct):
    """Something that happened: its type, whom it is for, what is on record about it, its frames by subscription."""

    kind: str
    match: dict[str, str]
    event: Json
    about: Json
    frames: dict[str, Json]


class TwitchEmulator:
    """Implements `bot.sandbox.emulator.Emulator`. Tokens are new for every instance; the port stays over restarts."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.address = ""
        self.oauth = OAuth(world.now)
        self.client_id, self.client_secret = self.oauth.client_id, self.oauth.client_secret
        self.oauth.grant(BOT)
        self.bot_id = BOT.id
        self.channels = [room.name for room in world.channels["twitch"]]
        self.people, limits = People(world), Limits(world.now)
        self.sockets = EventSub(world.now, lambda id_: self.people.by_id(id_) is not None)
        self.helix = Helix(self.oauth, self.people, limits, self.sockets, self._echo)
        self._server = Server(world.record, self.people, limits)
        self._events: OrderedDict[str, Event] = OrderedDict()
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def access_token(self) -> str:
        """The bot's newest user token."""
        return self.oauth.newest[0]

    @property
    def refresh_token(self) -> str:
        """What refreshes it, once."""
        return self.oauth.newest[1]

    async def start(self) -> None:
        """Serve on 127.0.0.1; `address` is known afterwards."""
        socket = web.get("/ws", self.sockets.socket, allow_head=False)
        await self._server.start([socket, *self.oauth.routes(), *self.helix.routes()])
        self.address = f"http://127.0.0.1:{self._server.port}"
        self.sockets.address = f"ws://127.0.0.1:{self._server.port}"

    async def stop(self) -> None:
        """Go down; everybody is disconnected."""
        for task in self._tasks:
            task.cancel()
        await self.sockets.close()
        await self._server.stop()

    # -- what viewers do

    async def say(
        self, user: str, text: str, *, channel: str | None = None, private: bool = False, event_id: str | None = None
    ) -> Delivered:
        """Somebody types a line in chat, or whispers it to the bot.

        Raises `SandboxError` for a stranger, an unknown channel, a line Twitch does not take, and when the bot is away.
        """
        author = self._world.human(user).on("twitch")
        if event_id is not None and event_id in self._events:
            return await self._deliver(self._events[event_id], event_id)
        text = _line(text)
        event = self._whispered(author, text) if private else self._typed(author, text, channel)
        return await self._deliver(event, event_id)

    async def press(self, user: str, message: str, button: str, *, event_id: str | None = None) -> Delivered:
        """Twitch has no buttons: always raises `SandboxError`."""
        del user, message, button, event_id
        _no_buttons()

    def _typed(self, author: User, text: str, channel: str | None) -> Event:
        room_id = self._world.channel("twitch", channel).id
        room = self.people.room(room_id)
        if room is None:
            raise SandboxError(f"nobody broadcasts in channel {room_id!r}")
        badges = self.people.badges(author, room_id)
        return self._chat(chat_event(room, author, text, badges, self.people.by_login, message_id=new_id()))

    def _chat(self, event: Json) -> Event:
        self.people.said(event)
        room = event["broadcaster_user_id"]
        about = {"channel": room, "message": event["message_id"]}
        return Event("channel.chat.message", {"broadcaster_user_id": room}, event, about, {})

    def _whispered(self, author: User, text: str) -> Event:
        self.helix.whisperers.add(author.id)
        event = whisper_event(author, BOT, text, new_id())
        about = {"message": event["whisper_id"], "private_to": self.people.human(author.id)}
        return Event("user.whisper.message", {"user_id": BOT.id}, event, about, {})

    async def _deliver(self, event: Event, event_id: str | None) -> Delivered:
        frames = await self.sockets.notify(event.kind, event.match, event.event, event.frames)
        if not frames:
            raise SandboxError("the bot does not listen to this place of Twitch just now")
        event.frames |= frames
        if event_id is not None:
            self._events[event_id] = event
            while len(self._events) > _AGAIN:
                self._events.popitem(last=False)
        for frame in frames.values():
            self._record(event, frame)
        first = next(iter(frames.values()))
        return Delivered(first, first["metadata"]["message_id"])

    def _record(self, event: Event, frame: Mapping[str, Any]) -> None:
        about = {**event.about, "event": frame["metadata"]["message_id"]}
        self._world.record.add("twitch", "in", event.kind, frame, **about)

    def _echo(self, said: Json) -> None:
        """The bot's own line comes back to it, after the answer."""
        self._spawn(self._echoed(self._chat(said)))

    async def _echoed(self, event: Event) -> None:
        for frame in (await self.sockets.notify(event.kind, event.match, event.event, {})).values():
            self._record(event, frame)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- faults

    def fail(
        self, status: int, path: str = "/helix/chat/messages", times: int = 1, message: str = "Sandbox fault"
    ) -> None:
        """The next `times` Helix requests whose path begins so are answered with this status."""
        self._server.faults.extend([(path, ApiError(status, message))] * times)

    def cut_request(self, path: str = "/helix/chat/messages") -> None:
        """The next such Helix request is carried out, but its answer never arrives."""
        self._server.cuts.append(path)

    def drop_message(self, code: str = "automod_held") -> None:
        """The next chat message of the bot is not sent; `code` is its drop reason."""
        self.helix.drops.append(code)

    def drop_sockets(self) -> None:
        """Cut every EventSub connection."""
        self.sockets.drop()

    async def reconnect(self) -> None:
        """Ask every EventSub client to come to another address."""
        await self.sockets.reconnect()

    def expire_token(self) -> None:
        """The bot's access token has run out; it can be refreshed."""
        self.oauth.expire(BOT)

    async def revoke(self, status: str = "authorization_revoked") -> None:
        """The bot's authorisation is taken away: tokens are void, subscriptions end."""
        self.oauth.forget(BOT)
        await self.sockets.revoke(status)

    def regrant(self) -> None:
        """The bot is authorised again; `access_token` and `refresh_token` are new."""
        self.oauth.grant(BOT)


def _line(text: str) -> str:
    line = " ".join(text.split("\n")).strip()
    if not line:
        raise SandboxError("nothing was typed")
    if len(line) > _LINE:
        raise SandboxError(f"a line on Twitch has at most {_LINE} characters; this one has {len(line)}")
    return line


def _no_buttons() -> NoReturn:
    raise SandboxError("Twitch has no buttons; type !1 (the number of the choice) instead")
