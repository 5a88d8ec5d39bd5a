"""An emulated Telegram: the Bot API on one side, people who type and press on the other."""

import secrets
import time
from typing import Any

from bot.sandbox.emulator import Delivered
from bot.sandbox.telegram.api import Api
from bot.sandbox.telegram.rooms import BOT_ID, PLATFORM, Query, Rooms, account, private_chat
from bot.sandbox.telegram.server import Fault, Server
from bot.sandbox.telegram.texts import found
from bot.sandbox.telegram.updates import Updates
from bot.sandbox.world import Human, SandboxError, World

_LONGEST = 4_096  # characters of a message


class TelegramEmulator:
    """`bot_token` is what the adapter must use. `fail_next[method]` are errors that the next requests get:
    `(status, description, parameters)`; status 0 breaks the connection after the request came in.
    """

    def __init__(self, world: World) -> None:
        self.bot_token = f"{BOT_ID}:{secrets.token_urlsafe(26)}"
        self.address = ""
        self._world = world
        self._updates = Updates()
        self.rooms = Rooms(world)
        self._server = Server(Api(self.rooms, self._updates), self.rooms, self.bot_token)
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
        self, user: str, text: str, *, channel: str | None = None, private: bool = False, event_id: str | None = None
    ) -> Delivered:
        """As `Emulator.say`. A private line opens the private chat, as pressing Start does."""
        human = self._world.human(user)
        if event_id in self._events:
            return await self._push(self._events[event_id], human)
        text = text.strip()
        if not 1 <= len(text) <= _LONGEST:
            raise SandboxError(f"a message on Telegram has 1 to {_LONGEST} characters; this one has {len(text)}")
        chat = private_chat(human) if private else self.rooms.chat(int(self._world.channel(PLATFORM, channel).id))
        if private:
            self.rooms.started.add(chat["id"])
        message = self.rooms.add(chat, account(human), text=text, entities=list(found(text)))
        return await self._push(self._update(event_id, message=message), human)

    async def press(self, user: str, message: str, button: str, *, event_id: str | None = None) -> Delivered:
        """As `Emulator.press`."""
        human = self._world.human(user)
        if event_id in self._events:
            return await self._push(self._events[event_id], human)
        under = self.rooms.pressable(human, message)
        data, number, chat = _data(under, button), str(time.time_ns()), under["chat"]["id"]
        self.rooms.queries[number] = Query(human, chat, under["message_id"], self._world.now())
        query = {"id": number, "from": account(human), "message": under, "chat_instance": str(chat), "data": data}
        return await self._push(self._update(event_id, callback_query=query), human)

    async def push(self, update: dict[str, Any], *, private_to: str | None = None) -> Delivered:
        """Any update at all, with an `update_id` of its own: also one that no library can read."""
        return await self._send({"update_id": self.rooms.numbers.next(), **update}, {}, private_to)

    def _update(self, event_id: str | None, **content: object) -> dict[str, Any]:
        update = {"update_id": self.rooms.numbers.next(), **content}
        if event_id is not None:
            self._events[event_id] = update
        return update

    async def _push(self, update: dict[str, Any], human: Human) -> Delivered:
        message = update.get("message") or update["callback_query"]["message"]
        about = {"channel": str(message["chat"]["id"]), "message": str(message["message_id"])}
        return await self._send(update, about, human.name if message["chat"]["type"] == "private" else None)

    async def _send(self, update: dict[str, Any], about: dict[str, str], private_to: str | None) -> Delivered:
        kind, event = next(name for name in update if name != "update_id"), str(update["update_id"])
        known: dict[str, Any] = {**about, "event": event} | ({"private_to": private_to} if private_to else {})
        self._world.record.add(PLATFORM, "in", kind, update, **known)
        await self._updates.push(update)
        return Delivered(update, event)


def _data(message: dict[str, Any], button: str) -> str:
    """The data of a button, by its data or its label. Raises `SandboxError` when the message has no such button."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    for one in (one for row in rows for one in row):
        if button in (one.get("callback_data"), one["text"]) and "callback_data" in one:
            return str(one["callback_data"])
    raise SandboxError(f"message {message['message_id']} has no button {button!r}")
