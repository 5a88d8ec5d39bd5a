"""What `<@id>`, `<#id>`, `<@&id>` and plain names mean among what the platform resolved in a line. Pure."""

import re
from collections.abc import Sequence
from typing import Final, TypeAlias

from bot.command import Resolver
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
    found = _REFERENCE.fullmatch(ref) if ref[:1] == "<" else None
    if found is not None and _KINDS[found[1]] is not kind:
        return None
    word = ref.removeprefix(_MARKS[kind]).casefold() if found is None else ""
    for one in mentions:
        if type(one) is kind and (word in _names(one) if found is None else one.id == found[2]):
            return one
    return None


def readable(mentions: Sequence[Pointed], text: str) -> str:
    """Words for people carry `@name` and `#name` where the platform wrote `<@id>` and `<#id>`."""
    if "<" not in text:
        return text
    names = {(type(one), one.id): f"{_MARKS[type(one)]}{one.name}" for one in mentions}
    return _REFERENCE.sub(lambda found: names.get((_KINDS[found[1]], found[2]), found[0]), text)


def _names(one: Pointed) -> tuple[str, ...]:
    return (one.handle.casefold(), one.name.casefold()) if isinstance(one, User) else (one.name.casefold(),)
