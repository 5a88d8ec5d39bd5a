"""What people do with the bot's commands: slash commands, menus, buttons, selects, modals."""

import secrets
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from bot.sandbox.discord import answers, commands, forms, objects
from bot.sandbox.discord.components import BUTTON, SELECTS
from bot.sandbox.discord.delivery import Delivery
from bot.sandbox.discord.errors import Json
from bot.sandbox.discord.objects import AUTOCOMPLETE, COMMAND, COMPONENT, GROUP, SUBMIT
from bot.sandbox.discord.state import Asked
from bot.sandbox.emulator import Delivered
from bot.sandbox.world import Human, SandboxError

_LINK = 5


class Interactions(Delivery):
    """`slash`, `autocomplete`, `menu`, `press`, `pick`, `submit`. `locale` is the language of everybody's client."""

    locale = "en-US"

    async def slash(
        self,
        user: str,
        command: str,
        options: Mapping[str, Any] | None = None,
        *,
        channel: str | None = None,
        private: bool = False,
        event_id: str | None = None,
    ) -> Delivered:
        """Use a registered command; users, channels and roles are given by name, files as `Upload` or name and bytes."""
        if (again := await self._again(event_id)) is not None:
            return again
        human, where = self._where(user, channel, private=private)
        found, data = forms.command(self._known(where), command, options or {}, partial(self._resolve, where))
        self._offered(found, where, human)
        return await self._interact(human, where, COMMAND, data, event_id)

    async def autocomplete(
        self,
        user: str,
        command: str,
        focus: str,
        *,
        options: Mapping[str, Any] | None = None,
        channel: str | None = None,
        private: bool = False,
        event_id: str | None = None,
    ) -> Delivered:
        """Type the option `focus` of a command, so far as `options` say; the bot answers with choices."""
        if (again := await self._again(event_id)) is not None:
            return again
        human, where = self._where(user, channel, private=private)
        resolve = partial(self._resolve, where)
        found, data = forms.typing(self._known(where), command, options or {}, focus, resolve)
        self._offered(found, where, human)
        data.pop("resolved", None)  # while somebody types, Discord resolves nothing
        return await self._interact(human, where, AUTOCOMPLETE, data, event_id)

    async def menu(
        self, user: str, command: str, target: str, *, channel: str | None = None, event_id: str | None = None
    ) -> Delivered:
        """Use an entry of the context menu of a person (by name) or of a message (by id)."""
        if (again := await self._again(event_id)) is not None:
            return again
        human, where = self._where(user, channel, private=False)
        if target.isdecimal():
            _, shown = self._seen(user, target)
            where = self._state.channel(shown["channel_id"])
        found, data = forms.menu(self._known(where), command, target, partial(self._target, where, target))
        self._offered(found, where, human)
        return await self._interact(human, where, COMMAND, data, event_id)

    async def press(self, user: str, message: str, button: str, *, event_id: str | None = None) -> Delivered:
        """Press a button, named by its custom_id or label, of a message of the bot."""
        if (again := await self._again(event_id)) is not None:
            return again
        human, shown = self._seen(user, message)
        found = forms.find(shown["components"], (BUTTON,), button)
        if found.get("disabled") or found["style"] == _LINK:
            raise SandboxError(f"{button!r} cannot be pressed")
        return await self._used(human, shown, found, {}, event_id)

    async def pick(
        self, user: str, message: str, values: Sequence[str], *, select: str | None = None, event_id: str | None = None
    ) -> Delivered:
        """Pick from a select of a message of the bot, by values or labels."""
        if (again := await self._again(event_id)) is not None:
            return again
        human, shown = self._seen(user, message)
        found = forms.find(shown["components"], SELECTS, select)
        where, resolved = self._state.channel(shown["channel_id"]), Json()
        data: Json = {"values": forms.picked(found, values, partial(self._resolve, where), resolved)}
        return await self._used(human, shown, found, data | ({"resolved": resolved} if resolved else {}), event_id)

    async def submit(
        self, user: str, values: Mapping[str, Any], *, modal: str | None = None, event_id: str | None = None
    ) -> Delivered:
        """Fill in a modal that the bot opened for this person, by its custom_id or the newest one; sending again is possible."""
        if (again := await self._again(event_id)) is not None:
            return again
        human = self.world.human(user)
        opened = [one for one in self._state.asked.values() if one.human == human and one.kind == answers.MODAL]
        found = next((one for one in reversed(opened) if modal in (None, one.data["custom_id"])), None)
        if found is None:
            raise SandboxError(f"{user} has no modal open" if modal is None else f"{user} has no modal {modal}")
        where = self._state.channel(found.channel)
        data = forms.modal(found.data, values, partial(self._resolve, where))
        shown = self._state.messages.get(found.message or "")
        return await self._interact(human, where, SUBMIT, data, event_id, message=shown, cause=found)

    def modals(self, user: str) -> list[Json]:
        """The modals that the bot opened for this person, oldest first."""
        asked = [one for one in self._state.asked.values() if one.human.name == user]
        return [one.data for one in asked if one.kind == answers.MODAL]

    # how that reaches the bot

    def _known(self, where: Json) -> list[Json]:
        return [*self._state.commands.get(self._state.server(where["id"]), []), *self._state.commands.get(None, [])]

    def _offered(self, command: Json, where: Json, human: Human) -> None:
        """Raises `SandboxError` where Discord's client does not show this command to them."""
        server, name = self._state.server(where["id"]), command["name"]
        context = 0 if server else 2 if where["type"] == GROUP else 1
        place = ("in servers", "in direct messages", "in groups")[context]
        if context not in (command.get("contexts") or [0, 1]) or (
            context == 2 and 1 not in command["integration_types"]
        ):
            raise SandboxError(f"/{name} is not offered {place}")
        needed, own = command.get("default_member_permissions"), int(objects.permissions(human))
        if (
            server
            and needed is not None
            and not own & objects.ADMINISTRATOR
            and (int(needed) == 0 or int(needed) & ~own)
        ):
            raise SandboxError(f"/{name} is not offered to {human.name}")

    def _target(self, where: Json, target: str, kind: int) -> tuple[str, Json]:
        if kind == commands.USER_MENU:
            return self._user(target, self._state.server(where["id"]))
        return target, {"messages": {target: self._state.message(target)}}

    async def _used(self, human: Human, shown: Json, found: Json, data: Json, event_id: str | None) -> Delivered:
        data = {"custom_id": found["custom_id"], "component_type": found["type"], "id": found["id"], **data}
        where = self._state.channel(shown["channel_id"])
        return await self._interact(human, where, COMPONENT, data, event_id, message=shown)

    async def _interact(
        self,
        human: Human,
        where: Json,
        kind: int,
        data: Json,
        event_id: str | None,
        *,
        message: Json | None = None,
        cause: Asked | None = None,
    ) -> Delivered:
        state, server = self._state, self._state.server(where["id"])
        asked = Asked(
            state.new_id(), secrets.token_urlsafe(32), kind, human, where["id"], self.world.now(), cause=cause
        )
        asked.message = message["id"] if message else None
        asked.data = _focused(data["options"]) if kind == AUTOCOMPLETE else {}
        state.asked[asked.id] = asked
        payload: Json = {
            "id": asked.id, "application_id": state.application_id, "type": kind, "token": asked.token, "version": 1,
            "data": data, "channel_id": where["id"], "channel": where, "locale": self.locale,
            "app_permissions": str(objects.ALL), "entitlements": [], "attachment_size_limit": 10 << 20,
            "context": 0 if server else 2 if where["type"] == GROUP else 1,
            "authorizing_integration_owners": answers.owners(state, where["id"]),
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


def _focused(options: Sequence[Json]) -> Json:
    """The option that is being typed, however deep it lies."""
    while options and "options" in options[0]:
        options = options[0]["options"]
    return next(one for one in options if one.get("focused"))
