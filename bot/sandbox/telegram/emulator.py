"""An emulated Telegram: the Bot API on one side, people who type and press on the other."""

import asyncio
import secrets
import time
from collections.abc import Sequence
from typing import Any

from bot.sandbox.emulator import Delivered
from bot.sandbox.telegram import menus
from bot.sandbox.telegram.api import Api
from bot.sandbox.telegram.files import from_human
from bot.sandbox.telegram.groups import Groups
from bot.sandbox.telegram.privacy import visible
from bot.sandbox.telegram.queries import Asked, Queries
from bot.sandbox.telegram.rooms import BOT_ID, PLATFORM, Query, Rooms, account, private_chat
from bot.sandbox.telegram.server import Fault, Server
from bot.sandbox.telegram.texts import CAPTION, TEXT, found, units
from bot.sandbox.telegram.updates import Updates
from bot.sandbox.world import Human, SandboxError, World

_QUERY, _INLINE_SECONDS = 256, 10.0
_ADMINISTRATORS_ONLY = ("chat_member", "message_reaction")

GivenFile = tuple[str, bytes, str]
"""Name, content and media type."""


class TelegramEmulator:
    """`bot_token` is what the adapter must use. `fail_next[method]` are errors that the next requests get:
    `(status, description, parameters)`; status 0 breaks the connection after the request came in.

    `rooms.administrator` makes the bot an administrator of every group, `rooms.privacy` keeps from it what a bot in privacy
    mode does not get. What people do in groups besides talking is `groups`.
    """

    def __init__(self, world: World) -> None:
        self.bot_token = f"{BOT_ID}:{secrets.token_urlsafe(26)}"
        self.address = ""
        self._world = world
        self._updates = Updates()
        self.rooms = Rooms(world)
        self._queries = Queries(self.rooms)
        self.groups = Groups(world, self.rooms, self._update)
        self._server = Server(Api(self.rooms, self._updates, self._queries), self.rooms, self.bot_token)
        self._events: dict[str, dict[str, Any]] = {}

    @property
    def fail_next(self) -> dict[str, list[Fault]]:
        """Errors to give, by method, first come first served."""
        return self._server.fail_next

    async def start(self) -> None:
        """As `Emulator.start`."""
        self._updates.open()
        self.address = await self._server.start()

    async def stop(self) -> None:
        """As `Emulator.stop`."""
        await self._updates.close()
        await self._server.stop()

    async def say(
        self,
        user: str,
        text: str,
        *,
        channel: str | None = None,
        private: bool = False,
        event_id: str | None = None,
        files: Sequence[GivenFile] = (),
        reply_to: str | None = None,
        topic: int | None = None,
    ) -> Delivered:
        """As `Emulator.say`. A private line opens the private chat, as pressing Start does.

        The text is the caption of the first of the `files`; several of them are an album, which is as many messages: the
        first one is what is given back. `reply_to` is the id of a message, `topic` that of a topic of this forum.
        """
        human = self._world.human(user)
        if event_id in self._events:
            return await self._deliver(self._events[event_id], human)
        text = _checked(text, captioned=bool(files))
        chat = private_chat(human) if private else self.rooms.chat(int(self._world.channel(PLATFORM, channel).id))
        if private:
            self.rooms.started.add(chat["id"])
        where = self.groups.where(chat, reply_to, topic)
        album = {"media_group_id": str(self.rooms.numbers.next())} if len(files) > 1 else {}
        contents = [{**self._given(one), **album} for one in files] or [{}]
        said = [
            self.rooms.add(chat, account(human), **where, **(_words(text, bool(files)) if at == 0 else {}), **content)
            for at, content in enumerate(contents)
        ]
        delivered = [
            await self._deliver(self._update(event_id if at == 0 else None, message=one), human)
            for at, one in enumerate(said)
        ]
        return delivered[0]

    async def start_bot(self, user: str, payload: str = "") -> Delivered:
        """Somebody opens a deep link (`https://t.me/bot?start=payload`) and presses Start."""
        return await self.say(user, f"/start {payload}".strip(), private=True)

    async def press(self, user: str, message: str, button: str, *, event_id: str | None = None) -> Delivered:
        """As `Emulator.press`."""
        human = self._world.human(user)
        if event_id in self._events:
            return await self._deliver(self._events[event_id], human)
        under = self.rooms.pressable(human, message)
        return await self._deliver(self._press(human, under, _data(under, button), event_id), human)

    async def forge(self, user: str, message: str, data: str) -> Delivered:
        """A changed client presses what no message bears: Telegram hands over whatever data it sends."""
        human = self._world.human(user)
        return await self._deliver(self._press(human, self.rooms.pressable(human, message), data, None), human)

    def _press(self, human: Human, under: dict[str, Any], data: str, event_id: str | None) -> dict[str, Any]:
        number, chat = str(time.time_ns()), under["chat"]["id"]
        self.rooms.queries[number] = Query(human, chat, under["message_id"], self._world.now())
        query = {"id": number, "from": account(human), "message": under, "chat_instance": str(chat), "data": data}
        return self._update(event_id, callback_query=query)

    async def inline(self, user: str, query: str) -> list[dict[str, Any]]:
        """Somebody types behind the bot's name in any chat; the results that they see."""
        human = self._world.human(user)
        if len(query) > _QUERY:
            raise SandboxError(f"an inline query has at most {_QUERY} characters")
        number = str(time.time_ns())
        self._queries.inline[number] = asked = Asked(self._world.now())
        content = {"id": number, "from": account(human), "query": query, "offset": "", "chat_type": "private"}
        await self._deliver(self._update(None, inline_query=content), human)
        async with asyncio.timeout(_INLINE_SECONDS):
            results: list[dict[str, Any]] = (await asked.shown)["results"]
        return results

    async def join(self, user: str, *, channel: str | None = None) -> list[Delivered]:
        """Somebody becomes a member of a group again."""
        human = self._world.human(user)
        return [await self._deliver(one, human) for one in self.groups.step(human, channel, came=True)]

    async def leave(self, user: str, *, channel: str | None = None) -> list[Delivered]:
        """Somebody leaves a group."""
        human = self._world.human(user)
        return [await self._deliver(one, human) for one in self.groups.step(human, channel, came=False)]

    async def react(self, user: str, message: str, emoji: str | None) -> Delivered:
        """Somebody reacts to a message, or takes the reaction off (None)."""
        human = self._world.human(user)
        return await self._deliver(self.groups.reaction(human, message, emoji), human)

    async def migrate(self, channel: str) -> list[Delivered]:
        """A basic group becomes a supergroup, with another id."""
        human = next(iter(self._world.people.values()))
        return [await self._deliver(one, human) for one in self.groups.migration(human, channel)]

    def menu(self, user: str, *, private: bool = False, language: str = "en") -> list[dict[str, Any]]:
        """The commands that the client of this human shows."""
        human = self._world.human(user)
        number = account(human)["id"]
        chat = number if private else int(self._world.channel(PLATFORM).id)
        return menus.shown(self.rooms, chat, number, language, administrator=human.role != "member")

    async def push(self, update: dict[str, Any], *, private_to: str | None = None) -> Delivered:
        """Any update at all, with an `update_id` of its own: also one that no library can read."""
        return await self._send({"update_id": self.rooms.numbers.next(), **update}, {}, private_to)

    def _given(self, one: GivenFile) -> dict[str, Any]:
        number = self.rooms.numbers.next()
        self.rooms.numbers.next()  # a picture takes two
        return from_human(self.rooms.shelf, number, *one)

    def _update(self, event_id: str | None, **content: object) -> dict[str, Any]:
        update = {"update_id": self.rooms.numbers.next(), **content}
        if event_id is not None:
            self._events[event_id] = update
        return update

    async def _deliver(self, update: dict[str, Any], human: Human) -> Delivered:
        """To the bot, as far as it may know; nothing is recorded of what it never hears."""
        if not visible(update, self.rooms) or (
            not self.rooms.administrator and set(update) & set(_ADMINISTRATORS_ONLY)
        ):
            return Delivered(update, "")
        query = update.get("callback_query")
        message = query["message"] if query else update.get("message") or update.get("message_reaction")
        if message is None:
            return await self._send(update, {}, human.name if "inline_query" in update else None)
        about = {"channel": str(message["chat"]["id"]), "message": str(message["message_id"])}
        return await self._send(update, about, human.name if message["chat"]["type"] == "private" else None)

    async def _send(self, update: dict[str, Any], about: dict[str, str], private_to: str | None) -> Delivered:
        kind, event = next(name for name in update if name != "update_id"), str(update["update_id"])
        known: dict[str, Any] = {**about, "event": event} | ({"private_to": private_to} if private_to else {})
        self._world.record.add(PLATFORM, "in", kind, update, **known)
        await self._updates.push(update)
        return Delivered(update, event)


def _checked(text: str, *, captioned: bool) -> str:
    """As it is sent. Raises `SandboxError` for what a client would not send."""
    text, most = text.strip(), CAPTION if captioned else TEXT
    if units(text) > most or not (text or captioned):
        raise SandboxError(f"a message on Telegram has 1 to {most} characters; this one has {units(text)}")
    return text


def _words(text: str, captioned: bool) -> dict[str, Any]:
    names = ("caption", "caption_entities") if captioned else ("text", "entities")
    return dict(zip(names, (text, list(found(text))), strict=True))


def _data(message: dict[str, Any], button: str) -> str:
    """The data of a button, by its data or its label. Raises `SandboxError` when the message has no such button."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    for one in (one for row in rows for one in row):
        if button in (one.get("callback_data"), one["text"]) and "callback_data" in one:
            return str(one["callback_data"])
    raise SandboxError(f"message {message['message_id']} has no button {button!r}")
