"""How what people do reaches the bot: recorded, and told over the gateway or posted to its endpoint."""

import re
from typing import Any

from bot.sandbox.discord import objects
from bot.sandbox.discord.commands import ATTACHMENT, CHANNEL, MENTIONABLE, ROLE
from bot.sandbox.discord.errors import Json
from bot.sandbox.discord.gateway import Gateway
from bot.sandbox.discord.objects import EPHEMERAL
from bot.sandbox.discord.state import BOT, State, role_id
from bot.sandbox.emulator import Delivered, Upload
from bot.sandbox.world import Human, SandboxError, World

_AT = re.compile(r"(?<![\w<])@(\w+)")
_HASH = re.compile(r"(?<![\w<])#(\w[\w-]*)")
Told = tuple[str, Json, str | None, Delivered]


class Delivery:
    """The ground that all verbs stand on."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._state = State(world)
        self.gateway = Gateway(self._state)
        self._delivered: dict[str, Told] = {}

    # who and where

    def _where(self, user: str, channel: str | None, *, private: bool) -> tuple[Human, Json]:
        human = self.world.human(user)
        where = self._state.direct(human) if private else self._state.place(channel)
        if human.name in self._state.absent and self._state.server(where["id"]):
            raise SandboxError(f"{user} has left the server")
        return human, where

    def _seen(self, user: str, message: str) -> tuple[Human, Json]:
        """Somebody and a message that they see."""
        human, shown = self.world.human(user), self._state.messages.get(message)
        if shown is None or self._state.reader(shown) not in (None, human.name):
            raise SandboxError(f"{user} sees no message {message}")
        return human, shown

    def _written(self, text: str, server: str | None) -> str:
        """As Discord's client sends it: `@bob`, `@Keeper` and `#lounge` become mentions."""
        return _HASH.sub(self._room, _AT.sub(lambda found: self._mention(found, server), text))

    def _mention(self, found: re.Match[str], server: str | None = None) -> str:
        name = found[1].lower()
        if name == BOT:
            return f"<@{self._state.bot['id']}>"
        for number, role in enumerate(self._state.held):
            if server and role.lower() == name:
                return f"<@&{role_id(server, number)}>"
        human = self.world.people.get(name)
        return f"<@{human.ids['discord']}>" if human else found[0]

    def _room(self, found: re.Match[str]) -> str:
        room = next((one for one in self._state.rooms if one.name == found[1]), None)
        return f"<#{room.id}>" if room else found[0]

    # what is resolved

    def _resolve(self, where: Json, kind: int, value: Any) -> tuple[str, Json]:
        """What a name (or a file) stands for in this channel, with its part of `resolved`."""
        server = self._state.server(where["id"])
        if kind == ATTACHMENT:
            return self._file(where, value)
        name = str(value)
        if kind == CHANNEL:
            found = self._state.place(name.removeprefix("#"))
            return found["id"], {"channels": {found["id"]: {**found, "permissions": str(objects.EVERYONE)}}}
        role = self._role(name, server) if kind in (ROLE, MENTIONABLE) else None
        if role is not None:
            return role["id"], {"roles": {role["id"]: role}}
        if kind == ROLE:
            raise SandboxError(f"no role is called {name!r}")
        return self._user(name, server)

    def _role(self, name: str, server: str | None) -> Json | None:
        roles = self._state.roles(server) if server else []
        return next((one for one in roles if name.removeprefix("@") in (one["id"], one["name"])), None)

    def _user(self, name: str, server: str | None) -> tuple[str, Json]:
        found = _AT.sub(self._mention, f"@{name.removeprefix('@')}")
        one = self._state.find_user(found.strip("<@>"))
        if one is None:
            raise SandboxError(f"nobody is called {name!r}")
        resolved: Json = {"users": {one["id"]: one}}
        if server:
            human = self.world.by_id("discord", one["id"])
            member = self._state.member(one["id"], server)
            member["permissions"] = objects.permissions(human) if human else str(objects.EVERYONE)
            resolved["members"] = {one["id"]: member}
        return one["id"], resolved

    def _file(self, where: Json, value: Any) -> tuple[str, Json]:
        try:
            one = value if isinstance(value, Upload) else Upload(*value)
        except TypeError:
            raise SandboxError("a file is given as its name and its bytes") from None
        made = self._state.attach(where["id"], one.name, one.data, kind=one.type)
        return made["id"], {"attachments": {made["id"]: {**made, "ephemeral": True}}}

    # telling

    async def _again(self, event_id: str | None) -> Delivered | None:
        """The same event once more, as after a RESUME."""
        if event_id is None or event_id not in self._delivered:
            return None
        name, payload, reader, delivered = self._delivered[event_id]
        await self._dispatch(name, payload, reader, delivered.event)
        return delivered

    async def _deliver(
        self, name: str, payload: Json, human: Human, event_id: str | None, event: str | None = None
    ) -> Delivered:
        ephemeral = payload.get("message", {}).get("flags", 0) & EPHEMERAL
        reader = human.name if ephemeral or "guild_id" not in payload else None
        delivered = Delivered(payload, event or payload["id"])
        if event_id is not None:
            self._delivered[event_id] = (name, payload, reader, delivered)
        await self._dispatch(name, payload, reader, delivered.event)
        return delivered

    async def _dispatch(self, name: str, payload: Json, reader: str | None, event: str) -> None:
        """Recorded without the interaction's token, which is a credential."""
        asked = "token" in payload
        shown = {**payload, "token": "{token}"} if asked else payload
        message = payload.get("message", {}).get("id") if asked else payload.get("message_id", payload.get("id"))
        about: Json = {"channel": payload.get("channel_id"), "event": event, "private_to": reader, "message": message}
        about = {key: value for key, value in about.items() if value is not None}
        self.world.record.add("discord", "in", name, shown, **about)
        if not asked or self._state.endpoint.url is None:
            await self.gateway.dispatch(name, payload, payload.get("guild_id"))
        elif (status := await self._state.endpoint.post(payload)) != 202:
            raise SandboxError(f"the application did not respond (HTTP {status})")
