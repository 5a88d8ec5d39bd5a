"""Texts as the server sees them: trimmed, measured in UTF-16 units, with the entities it finds by itself."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from bot.sandbox.telegram.errors import bad
from bot.sandbox.telegram.fields import Entity

TEXT, CAPTION, ENTITIES = 4096, 1024, 100
_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)"
    r"|(?P<mention>(?<!\w)@[A-Za-z0-9_]{3,32})"
    r"|(?P<url>https?://[^\s]+)"
)


def units(text: str) -> int:
    """Its length in UTF-16 code units; half a surrogate is one of them."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def found(text: str) -> Iterator[dict[str, Any]]:
    """Commands, names and addresses, recognised by the server."""
    for match in _FOUND.finditer(text):
        yield {"type": match.lastgroup, "offset": units(text[: match.start()]), "length": units(match[0])}


def accepted(
    text: str, given: list[Entity], people: Mapping[int, dict[str, Any]], *, caption: bool = False
) -> tuple[str, list[dict[str, Any]]]:
    """Text and entities as they are shown; a mention of nobody is plain text. Raises `ApiError` for what is refused."""
    if len(given) > ENTITIES:
        raise bad("ENTITIES_TOO_LONG")
    for each in given:
        _check(text, each)
    lead, shown = units(text) - units(text.lstrip()), text.strip()
    if not shown and not caption:
        raise bad("message text is empty")
    if units(shown) > (CAPTION if caption else TEXT):
        raise bad("message caption is too long" if caption else "message is too long")
    own = [entity for one in given if (entity := _shifted(one, lead, units(shown), people))]
    free = [one for one in found(shown) if not any(_overlap(one, entity) for entity in own)]
    return shown, sorted(own + free, key=lambda entity: (entity["offset"], -entity["length"]))


def _check(text: str, entity: Entity) -> None:
    data, start, end = text.encode("utf-16-le"), entity.offset * 2, (entity.offset + entity.length) * 2
    if entity.offset < 0 or entity.length <= 0 or end > len(data):
        raise bad("entity beyond text")
    if _inside(data, start):
        raise bad(f"entity begins in a middle of a UTF-16 symbol at byte offset {start}")
    if _inside(data, end):
        raise bad(f"entity ends in a middle of a UTF-16 symbol at byte offset {end}")
    if entity.type == "text_link" and not entity.url:
        raise bad("entity of type text_link must have a url")
    if entity.type == "text_mention" and entity.user is None:
        raise bad("entity of type text_mention must have a user")


def _inside(data: bytes, at: int) -> bool:
    """Between the two halves of a character: the next unit is a low surrogate."""
    return at + 1 < len(data) and 0xDC <= data[at + 1] <= 0xDF


def _shifted(entity: Entity, lead: int, length: int, people: Mapping[int, dict[str, Any]]) -> dict[str, Any] | None:
    start, end = max(0, entity.offset - lead), min(length, entity.offset + entity.length - lead)
    if end <= start or (entity.user and entity.user.id not in people):
        return None
    shown = {**msgspec.to_builtins(entity), "offset": start, "length": end - start}
    return {**shown, "user": people[entity.user.id]} if entity.user else shown


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"])
