"""The emulated Twitch: what people say, and faults to inject. What else viewers do is in `viewers`."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, NoReturn

from aiohttp import web

from bot.sandbox.emulator import Delivered
from bot.sandbox.twitch.delivery import Delivery, Event
from bot.sandbox.twitch.eventsub import EventSub
from bot.sandbox.twitch.helix import Helix
from bot.sandbox.twitch.limits import Limits
from bot.sandbox.twitch.moderation import Moderation
from bot.sandbox.twitch.oauth import OAuth
from bot.sandbox.twitch.people import BOT, People
from bot.sandbox.twitch.points import Points
from bot.sandbox.twitch.server import Server
from bot.sandbox.twitch.viewers import Viewers, line_of
from bot.sandbox.twitch.wire import ApiError, Json, chat_event, copied, new_id, whisper_event
from bot.sandbox.world import SandboxError, World
from bot.users import User


class TwitchEmulator(Viewers):
    """Implements `bot.sandbox.emulator.Emulator`. Tokens are new for every instance; the port stays over restarts."""

    def __init__(self, world: World) -> None:
        oauth, people, limits = OAuth(world.now), People(world), Limits(world.now)
        self.sockets = EventSub(world.now, lambda id_: people.by_id(id_) is not None, people.moderates, oauth.granted)
        super().__init__(world, people, Points(oauth, world.now), oauth, Delivery(self.sockets, world.record))
        self.address = ""
        self.client_id, self.client_secret = oauth.client_id, oauth.client_secret
        oauth.grant(BOT)
        self.bot_id = BOT.id
        self.helix = Helix(oauth, people, limits, self.sockets, self._echo)
        self._moderation = Moderation(oauth, people, world.now)
        self._server = Server(world.record, people, limits)
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def channels(self) -> list[str]:
        """The rooms by name."""
        return [room.name for room in self._world.channels["twitch"]]

    @property
    def access_token(self) -> str:
        """The bot's newest user token."""
        return self.oauth.newest[BOT.id][0]

    @property
    def refresh_token(self) -> str:
        """What refreshes it, once."""
        return self.oauth.newest[BOT.id][1]

    async def start(self) -> None:
        """Serve on 127.0.0.1; `address` is known afterwards."""
        socket = web.get("/ws", self.sockets.socket, allow_head=False)
        served = (self.oauth, self.helix, self.points, self._moderation)
        await self._server.start([socket, *(route for one in served for route in one.routes())])
        self.address = f"http://127.0.0.1:{self._server.port}"
        self.sockets.address = f"ws://127.0.0.1:{self._server.port}"

    async def stop(self) -> None:
        """Go down; everybody is disconnected."""
        for task in self._tasks:
            task.cancel()
        await self.sockets.close()
        await self._server.stop()

    # -- what people say

    async def say(
        self,
        user: str,
        text: str,
        *,
        channel: str | None = None,
        private: bool = False,
        event_id: str | None = None,
        reply_to: str | None = None,
        badges: Sequence[str] | None = None,
        source: str | None = None,
    ) -> Delivered:
        """Somebody types a line in chat, or whispers it to the bot.

        `reply_to` is the id of a chat message; `badges` are worn instead of those they have. With `source` the line was
        typed in the room of that user, and only its copy in `channel` is delivered: both share their chats.

        Raises `SandboxError` for a stranger, an unknown channel, a line Twitch does not take, and when the bot is away.
        """
        author = self._world.human(user).on("twitch")
        if (known := self._delivery.known(event_id)) is not None:
            return await self._delivery.deliver(known, event_id)
        text = line_of(text)
        if private:
            return await self._delivery.deliver([self._whispered(author, text)], event_id)
        room = self._room(channel)
        if source is not None:
            return await self._delivery.deliver([self._copy(room, author, text, badges, source)], event_id)
        return await self._delivery.deliver(self._chat(room, author, text, badges=badges, reply_to=reply_to), event_id)

    async def press(self, user: str, message: str, button: str, *, event_id: str | None = None) -> Delivered:
        """Twitch has no buttons: always raises `SandboxError`."""
        del user, message, button, event_id
        _no_buttons()

    def _copy(self, room: User, author: User, text: str, badges: Sequence[str] | None, source: str) -> Event:
        there = self._user(source)
        worn = self.people.badges(author, there.id) if badges is None else list(badges)
        said = chat_event(there, author, text, worn, self.people.by_login, message_id=new_id())
        return self._as_event(copied(said, room, self.people.badges(author, room.id)))

    def _whispered(self, author: User, text: str) -> Event:
        self.helix.whisperers.add(author.id)
        event = whisper_event(author, BOT, text, new_id())
        about = {"message": event["whisper_id"], "private_to": self.people.human(author.id)}
        return Event("user.whisper.message", {"user_id": BOT.id}, event, about)

    def _echo(self, said: Json) -> None:
        """The bot's own line comes back to it, after the answer."""
        self._spawn(self._echoed(self._heard_by(said)))

    async def _echoed(self, events: list[Event]) -> None:
        for event in events:
            await self._delivery.send(event)

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

    def expire_token(self, user: str = BOT.handle) -> None:
        """The access tokens of the bot (or of somebody else) have run out; they can be refreshed."""
        self.oauth.expire(self._user(user))

    async def revoke(self, status: str = "authorization_revoked", user: str = BOT.handle) -> None:
        """The authorisation of the bot (or of somebody else) is taken away: tokens are void, subscriptions end."""
        self.oauth.forget(self._user(user))
        await self.sockets.revoke(status, self._user(user).id)

    def regrant(self) -> None:
        """The bot is authorised again; `access_token` and `refresh_token` are new."""
        self.oauth.grant(BOT)


def _no_buttons() -> NoReturn:
    raise SandboxError("Twitch has no buttons; type !1 (the number of the choice) instead")
