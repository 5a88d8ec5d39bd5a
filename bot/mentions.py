"""What `<@id>`, `<#id>`, `<@&id>` and plain names mean among what the platform resolved in a line. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from bot.command import CommandSpec, Raw, Resolver
from bot.users import Channel, Role, User

Pointed: TypeAlias = User | Channel | Role

_REFERENCE = re.compile(r"<(@&|@!?|#)([^<>@#&\s]+)>")
_KINDS: Final[dict[str, type[Pointed]]] = {"@": User, "@!": User, "#": Channel, "@&": Role}
_MARKS: Final[dict[type[Pointed], str]] = {User: "@", Channel: "#", Role: "@"}


async def among(
    mentions: Sequence[Pointed], resolver: Resolver, ref: str, kind: type[Pointed] = User, /
) -> Pointed | None:
    """A resolver that looks at what came with the line first."""
    return mentioned(ref, mentions, kind) or await resolver(ref, kind)


def mentioned(ref: str, mentions: Sequence[Pointed], kind: type[Pointed] = User) -> Pointed | None:
    """What a reference means among these, when it is of this kind: by id, `@handle`, `@name`, `#name`."""
    found = _REFERENCE.fullmatch(ref)
    if found:
        wanted = (_KINDS[found[1]], found[2])
        return next((one for one in mentions if wanted == (kind, one.id) and type(one) is kind), None)
    word = ref.removeprefix(_MARKS[kind]).casefold()
    return next((one for one in mentions if type(one) is kind and word in _names(one)), None)


def readable(raw: Mapping[str, Raw], spec: CommandSpec, mentions: Sequence[Pointed]) -> dict[str, Raw]:
    """Words for people carry `@name` and `#name` where the platform wrote `<@id>` and `<#id>`."""
    names = {(type(one), one.id): f"{_MARKS[type(one)]}{one.name}" for one in mentions}

    def named(found: re.Match[str]) -> str:
        return names.get((_KINDS[found[1]], found[2]), found[0])

    words = {option.name for option in spec.options if option.type is str}
    return {
        name: _REFERENCE.sub(named, value) if name in words and isinstance(value, str) else value
        for name, value in raw.items()
    }


def _names(one: Pointed) -> tuple[str, ...]:
    return (one.handle.casefold(), one.name.casefold()) if isinstance(one, User) else (one.name.casefold(),)
