"""Discord on loopback: what a person does there becomes the events that Discord's client would cause."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.sandbox.discord import answers, commands, messages, objects
from bot.sandbox.discord.errors import Fault, Json
from bot.sandbox.discord.front import Front
from bot.sandbox.discord.gateway import Gateway
from bot.sandbox.discord.objects import COMMAND, COMPONENT, EPHEMERAL
from bot.sandbox.discord.rest import Rest
from bot.sandbox.discord.state import BOT, Asked, State
from bot.sandbox.emulator import Delivered
from bot.sandbox.world import Human, SandboxError, World

_AT = re.compile(r"(?<![\w<])@(\w+)")
_BUTTON, _LINK = 2, 5
_BODY = 26 << 20


class DiscordEmulator:
    """`bot.sandbox.emulator.SlashEmulator`. `front` and `gateway` carry the switches for faults."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.address = ""
        self._state = State(world)
        self.gateway = Gateway(self._state)
        self.front = Front(self._state)
        self._rest = Rest(self._state, self.gateway)
        self._delivered: dict[str, tuple[str, Json, str | None, Delivered]] = {}
        self._runner: web.AppRunner | None = None

    @property
    def token(self) -> str:
        """The bot's token."""
        return self._state.token

    @property
    def application_id(self) -> str:
        """The application's id, new for every emulator; the bot user has the same."""
        return self._state.application_id

    @property
    def closed_dms(self) -> set[str]:
        """Names of people whose direct messages are closed to the bot."""
        return self._state.closed_dms

    async def start(self) -> None:
        """Listen on a free port of 127.0.0.1; a second start takes the port it had."""
        app = web.Application(client_max_size=_BODY)
        app.add_routes(self._rest.routes(self.front))
        app.router.add_get("/", self.gateway.connect)
        app.router.add_get("/attachments/{channel}/{file}/{name}", self._rest.attachment)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._state.port).start()
        self._state.port = self._runner.addresses[0][1]
        self.address = f"http://127.0.0.1:{self._state.port}"

    async def stop(self) -> None:
        """Close every connection; what happened is kept."""
        await self.gateway.drop(1001)
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def fail(self, route: str, status: int, *, times: int = 1, after: bool = False, **body: object) -> None:
        """Answer the next requests of a route with an error ("POST /channels/{channel}/messages").

        `after`: having done what they ask.
        """
        self.front.faults.setdefault(route, []).extend(Fault(status, body, after) for _ in range(times))

    # what people do

    async def say(
        self, user: str, text: str, *, channel: str | None = None, private: bool = False, event_id: str | None = None
    ) -> Delivered:
        """Type a line. `@bob` becomes a mention, as in Discord's client."""
        if (again := await self._again(event_id)) is not None:
            return again
        human, where = self._where(user, channel, private=private)
        content = _AT.sub(self._mention, text)
        if not content.strip() or len(content) > messages.CONTENT:
            raise SandboxError(f"a message has 1 to {messages.CONTENT} characters")
        message = self._state.build(where["id"], self._state.user(human), {"content": content}, {})
        return await self._deliver("MESSAGE_CREATE", self._state.seen(message), human, event_id)

    async def slash(
        self,
        user: str,
        command: str,
        options: Mapping[str, Any],
        *,
        channel: str | None = None,
        private: bool = False,
        event_id: str | None = None,
    ) -> Delivered:
        """Use a registered command; a user option is given by name."""
        if (again := await self._again(event_id)) is not None:
            return again
        human, where = self._where(user, channel, private=private)
        server = self._state.server(where["id"])
        known = [*self._state.commands.get(server, []), *self._state.commands.get(None, [])]
        found, data = commands.fill(known, command, options, lambda name: self._resolved(name, server))
        if (0 if server else 1) not in (found.get("contexts") or [0, 1]):
            raise SandboxError(f"/{command} is not offered {'in servers' if server else 'in direct messages'}")
        return await self._interact(human, where, data, event_id)

    async def press(self, user: str, message: str, button: str, *, event_id: str | None = None) -> Delivered:
        """Press a button, named by its custom_id or label, of a message of the bot."""
        if (again := await self._again(event_id)) is not None:
            return again
        human = self.world.human(user)
        shown = self._state.messages.get(message)
        if shown is None or self._state.reader(shown) not in (None, human.name):
            raise SandboxError(f"{user} sees no message {message}")
        found = self._button(shown, button)
        data = {"custom_id": found["custom_id"], "component_type": _BUTTON, "id": found["id"]}
        where = self._state.channel(shown["channel_id"])
        return await self._interact(human, where, data, event_id, message=shown)

    # how that reaches the bot

    def _where(self, user: str, channel: str | None, *, private: bool) -> tuple[Human, Json]:
        human = self.world.human(user)
        if private:
            return human, self._state.direct(human)
        return human, objects.room(self.world.channel("discord", channel))

    def _mention(self, found: re.Match[str]) -> str:
        name = found[1].lower()
        if name == BOT:
            return f"<@{self._state.bot['id']}>"
        human = self.world.people.get(name)
        return f"<@{human.ids['discord']}>" if human else found[0]

    def _resolved(self, name: str, server: str | None) -> tuple[str, Json]:
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

    def _button(self, message: Json, which: str) -> Json:
        buttons = [one for one in messages.walk(message["components"]) if one["type"] == _BUTTON]
        for one in buttons:
            if which in (one.get("custom_id"), one.get("label")):
                if one.get("disabled") or one["style"] == _LINK:
                    raise SandboxError(f"{which!r} cannot be pressed")
                return one
        raise SandboxError(
            f"no button {which!r}; there are: {', '.join(one.get('label', '') for one in buttons) or 'none'}"
        )

    async def _interact(
        self, human: Human, where: Json, data: Json, event_id: str | None, *, message: Json | None = None
    ) -> Delivered:
        state, server = self._state, self._state.server(where["id"])
        kind = COMPONENT if message else COMMAND
        asked = Asked(state.new_id(), secrets.token_urlsafe(32), kind, human, where["id"], self.world.now())
        asked.message = message["id"] if message else None
        state.asked[asked.id] = asked
        payload: Json = {
            "id": asked.id, "application_id": state.application_id, "type": kind, "token": asked.token, "version": 1,
            "data": data, "channel_id": where["id"], "channel": where, "locale": "en-US",
            "app_permissions": str(objects.ALL), "entitlements": [], "attachment_size_limit": 10 << 20,
            "context": 0 if server else 1, "authorizing_integration_owners": answers.owners(state, where["id"]),
        }  # fmt: skip
        if server:
            member = {**state.member(human.ids["discord"], server), "user": state.user(human)}
            member["permissions"] = objects.permissions(human)
            place = {"id": server, "locale": "en-US", "features": []}
            payload |= {"guild_id": server, "guild_locale": "en-US", "guild": place, "member": member}
        else:
            payload["user"] = state.user(human)
        if message:
            payload["message"] = dict(message)
        return await self._deliver("INTERACTION_CREATE", payload, human, event_id)

    async def _again(self, event_id: str | None) -> Delivered | None:
        """The same event once more, as after a RESUME."""
        if event_id is None or event_id not in self._delivered:
            return None
        name, payload, reader, delivered = self._delivered[event_id]
        await self._dispatch(name, payload, reader)
        return delivered

    async def _deliver(self, name: str, payload: Json, human: Human, event_id: str | None) -> Delivered:
        ephemeral = payload.get("message", {}).get("flags", 0) & EPHEMERAL
        reader = human.name if ephemeral or "guild_id" not in payload else None
        delivered = Delivered(payload, payload["id"])
        if event_id is not None:
            self._delivered[event_id] = (name, payload, reader, delivered)
        await self._dispatch(name, payload, reader)
        return delivered

    async def _dispatch(self, name: str, payload: Json, reader: str | None) -> None:
        """Recorded without the interaction's token, which is a credential."""
        shown = {**payload, "token": "{token}"} if "token" in payload else payload
        about = {"channel": payload["channel_id"], "event": payload["id"], "private_to": reader}
        message = payload.get("message", {}).get("id") if "token" in payload else payload["id"]
        about |= {"message": message}
        self.world.record.add("discord", "in", name, shown, **{k: v for k, v in about.items() if v is not None})
        await self.gateway.dispatch(name, payload, payload.get("guild_id"))
