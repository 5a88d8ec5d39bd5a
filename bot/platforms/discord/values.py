"""What Discord resolves in an interaction, as values of the house. Pure.

Sources: discord.com/developers/docs/interactions/receiving-and-responding (resolved data, modal submit data).
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from bot.command.invocation import Raw
from bot.message.plain import clean
from bot.platforms.names import shown
from bot.users import Attachment, Channel, Role, Said, User

NAME: Final = "discord"
_USER, _CHANNEL, _ROLE, _MENTIONABLE, _NUMBER, _FILE = 6, 7, 8, 9, 10, 11
_USERS, _ROLES, _CHANNELS, _UPLOAD = 5, 6, 8, 19  # components of a modal
_NESTED = (1, 2)
_LEGACY_MENTION = re.compile(r"<@!(\d+)>")

Json = dict[str, Any]


def called(data: Json, server: str | None = None) -> tuple[str, dict[str, Raw], str | None]:
    """Path, named raw values, and the option that is being typed, of a command interaction's `data`."""
    words, options = [data["name"]], data.get("options", [])
    while options and options[0]["type"] in _NESTED:
        words.append(options[0]["name"])
        options = options[0].get("options", [])
    resolved = Resolved(data.get("resolved", {}), server)
    focus = next((option["name"] for option in options if option.get("focused")), None)
    values = {one["name"]: resolved.option(one, typed=focus is not None) for one in options}
    return " ".join(words), {name: value for name, value in values.items() if value is not None}, focus


def filled(components: list[Json], resolved: "Resolved") -> dict[str, Raw]:
    """What was put into a modal, by the names of its fields; rows and labels alike. What was left empty is not among it."""
    found = ((one["custom_id"], resolved.field(one)) for one in _fields(components))
    return {name: value for name, value in found if value not in ("", [])}


def plain(text: str) -> str:
    """A line as the house reads it: harmless, mentions in one form."""
    return _LEGACY_MENTION.sub(r"<@\1>", clean(text))


def _fields(components: list[Json]) -> Iterator[Json]:
    for outer in components:
        inner = outer.get("components") or [outer.get("component") or outer]
        yield from (one for one in inner if "custom_id" in one)


class Resolved:
    """`data.resolved` of an interaction in this server."""

    def __init__(self, raw: Json, server: str | None = None) -> None:
        self._raw, self._server = raw, server

    def option(self, option: Json, *, typed: bool) -> Raw | None:
        """The value of an option. While it is `typed`, what it points at may not be known yet: then there is none."""
        kind, value = option["type"], option["value"]
        if kind in (_USER, _CHANNEL, _ROLE, _MENTIONABLE, _FILE):
            try:
                return self._pointed(kind, str(value))
            except KeyError:
                if typed:
                    return None
                raise
        if not isinstance(value, str | int | float):
            raise TypeError(f"{option['name']} is no value")
        if kind == _NUMBER and not typed:
            return float(value)
        return clean(value) if isinstance(value, str) else value

    def field(self, component: Json) -> Raw:
        """What was put into one field of a modal: text, one of several, or a list."""
        values: list[Any] | None = component.get("values")
        if values is None:
            value = component.get("value")
            return value if isinstance(value, bool) else clean(str(value or ""))
        made = self._several(component["type"], [str(one) for one in values])
        return made[0] if len(made) == 1 else made

    def _several(self, kind: int, ids: list[str]) -> list[Any]:
        look = {_USERS: self.user, _ROLES: self.role, _CHANNELS: self.channel, _UPLOAD: self.attachment}.get(
            kind, clean
        )
        return [look(one) for one in ids]

    def _pointed(self, kind: int, id_: str) -> Raw:
        if kind == _MENTIONABLE:
            kind = _USER if id_ in self._raw.get("users", {}) else _ROLE
        look: dict[int, Callable[[str], Raw]] = {
            _USER: self.user, _CHANNEL: self.channel, _ROLE: self.role, _FILE: self.attachment,
        }  # fmt: skip
        return look[kind](id_)

    def user(self, id_: str) -> User:
        """Somebody; a nickname of the server wins."""
        raw, member = self._raw["users"][id_], self._raw.get("members", {}).get(id_, {})
        return account(raw, member)

    def channel(self, id_: str) -> Channel:
        """A room or thread."""
        raw = self._raw["channels"][id_]
        return Channel(NAME, id_, shown(raw.get("name")), self._server)

    def role(self, id_: str) -> Role:
        """A role."""
        return Role(NAME, id_, shown(self._raw["roles"][id_]["name"]))

    def attachment(self, id_: str) -> Attachment:
        """A file."""
        return attachment(self._raw["attachments"][id_])

    def said(self, id_: str) -> tuple[Said, list[Attachment]]:
        """The message that a menu was opened on, and its files."""
        raw = self._raw["messages"][id_]
        about = Said(id_, account(raw["author"], raw.get("member") or {}), plain(raw.get("content") or ""))
        return about, [attachment(one) for one in raw.get("attachments", [])]


def account(raw: Json, member: Json) -> User:
    """A user object, with the member object that goes with it."""
    name = raw["username"]
    return User(NAME, str(raw["id"]), shown(member.get("nick"), raw.get("global_name"), name), clean(name))


def attachment(raw: Json) -> Attachment:
    """A file: it is fetched by its address, which Discord signs and lets run out, and which holds no secret of ours."""
    kind = str(raw.get("content_type") or "application/octet-stream")
    return Attachment(NAME, str(raw["url"]), shown(raw.get("filename")), kind, int(raw.get("size") or 0))
