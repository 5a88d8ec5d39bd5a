"""What Discord resolves in an interaction, as values of the house. Pure.

Sources: discord.com/developers/docs/interactions/receiving-and-responding (resolved data, modal submit data).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from bot.command.invocation import Raw
from bot.message.plain import clean
from bot.platforms.discord import wire
from bot.platforms.names import shown
from bot.users import Attachment, Channel, Role, Said, User

NAME: Final = "discord"
_TEXT, _WHOLE, _YES_NO, _USER, _CHANNEL, _ROLE, _MENTIONABLE, _NUMBER, _FILE = range(3, 12)  # options of a command
_USERS, _ROLES, _CHANNELS, _UPLOAD = 5, 6, 8, 19  # components of a modal
_NESTED = (1, 2)
_NOTHING: Final = wire.Resolved()
_LEGACY_MENTION = re.compile(r"<@!(\d+)>")


def called(
    call: wire.Call, server: str | None = None, *, typed: bool = False
) -> tuple[str, dict[str, Raw], str | None]:
    """Path and named raw values of a command; while it is `typed`, the option that is being typed."""
    path, options = call.name, call.options
    while options and options[0].type in _NESTED:
        path = f"{path} {options[0].name}"
        options = options[0].options
    resolved, read = Resolved(call.resolved, server), _TYPED if typed else _READ
    values: dict[str, Raw] = {}
    for one in options:
        try:
            values[one.name] = read[one.type](resolved, one.value)
        except KeyError:  # what is being typed may not be known yet
            if not typed:
                raise
    return path, values, next((one.name for one in options if one.focused), None) if typed else None


def filled(components: Sequence[wire.Part], resolved: "Resolved") -> dict[str, Raw]:
    """What was put into a modal, by the names of its fields; rows and labels alike. What was left empty is not among it."""
    found = ((one.custom_id, resolved.field(one)) for one in _fields(components))
    return {name: value for name, value in found if name is not None and value not in ("", [])}


def plain(text: str) -> str:
    """A line as the house reads it: harmless, mentions in one form."""
    line = clean(text)
    return _LEGACY_MENTION.sub(r"<@\1>", line) if "<@!" in line else line


def _fields(components: Sequence[wire.Part]) -> Iterator[wire.Part]:
    for outer in components:
        inner = outer.components or [outer.component or outer]
        yield from (one for one in inner if one.custom_id is not None)


class Resolved:
    """What the ids of an interaction in this server stand for."""

    __slots__ = ("_server", "_told")

    def __init__(self, told: wire.Resolved | None, server: str | None = None) -> None:
        self._told, self._server = told or _NOTHING, server

    def field(self, component: wire.Part) -> Raw:
        """What was put into one field of a modal: text, one of several, or a list."""
        if component.values is None:
            value = component.value
            return value if isinstance(value, bool) else clean(str(value or ""))
        made = self._several(component.type, component.values)
        return made[0] if len(made) == 1 else made

    def _several(self, kind: int, ids: list[str]) -> list[Any]:
        look = {_USERS: self.user, _ROLES: self.role, _CHANNELS: self.channel, _UPLOAD: self.attachment}.get(
            kind, clean
        )
        return [look(one) for one in ids]

    def user(self, id_: str) -> User:
        """Somebody; a nickname of the server wins."""
        return account(self._told.users[id_], self._told.members.get(id_))

    def channel(self, id_: str) -> Channel:
        """A room or thread."""
        return Channel(NAME, id_, shown(self._told.channels[id_].name), self._server)

    def role(self, id_: str) -> Role:
        """A role."""
        return Role(NAME, id_, shown(self._told.roles[id_].name))

    def either(self, id_: str) -> User | Role:
        """Somebody or a role."""
        return self.user(id_) if id_ in self._told.users else self.role(id_)

    def attachment(self, id_: str) -> Attachment:
        """A file."""
        return attachment(self._told.attachments[id_])

    def said(self, id_: str) -> tuple[Said, list[Attachment]]:
        """The message that a menu was opened on, and its files."""
        line = self._told.messages[id_]
        about = Said(id_, account(line.author, line.member), plain(line.content))
        return about, [attachment(one) for one in line.attachments]


def account(one: wire.Account, member: wire.Member | None) -> User:
    """Somebody, as the server calls them whose member they are."""
    return _named(one.id, member.nick if member else None, one.global_name, one.username)


@lru_cache(maxsize=4096)
def _named(id_: str, nick: str | None, name: str | None, username: str) -> User:
    """The same for somebody whose names have not changed."""
    return User(NAME, id_, shown(nick, name, username), clean(username))


def attachment(one: wire.Upload) -> Attachment:
    """A file: it is fetched by its address, which Discord signs and lets run out, and which holds no secret of ours."""
    return Attachment(NAME, one.url, shown(one.filename), one.content_type or "application/octet-stream", one.size)


def _value(_: Resolved, value: str | float | bool | None) -> Raw:
    """A value that stands for nothing else. Raises `TypeError` when there is none."""
    if type(value) is str:
        return clean(value)
    if value is None:
        raise TypeError("an option has no value")
    return value


def _number(_: Resolved, value: Any) -> Raw:  # noqa: ANN401  (whatever Discord sends)
    return float(value)


_TYPED: Final[dict[int, Callable[[Resolved, Any], Raw]]] = {
    _TEXT: _value,
    _WHOLE: _value,
    _YES_NO: _value,
    _USER: Resolved.user,
    _CHANNEL: Resolved.channel,
    _ROLE: Resolved.role,
    _MENTIONABLE: Resolved.either,
    _NUMBER: _value,
    _FILE: Resolved.attachment,
}
"""How the value of an option of each type is read while it is typed; a number may be half of one."""
_READ: Final = {**_TYPED, _NUMBER: _number}
"""The same once it was sent."""
