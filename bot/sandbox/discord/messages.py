"""What a message may hold (Discord's documentation, "Message Object", "Component Reference", "Allowed Mentions")."""

import re
from collections.abc import Callable, Iterator, Sequence

from bot.sandbox.discord.errors import ApiError, Json, bad, too_long
from bot.sandbox.discord.objects import COMPONENTS_V2, EPHEMERAL

CONTENT, EMBEDS, NONCE = 2000, 10, 25
ROW, BUTTON = 1, 2
_ROWS, _IN_ROW, _LABEL, _ID, _ALL = 5, 5, 80, 100, 40
_LINK = 5
_MENTION = re.compile(r"<@!?(\d+)>")
_CHILDREN = ("components", "accessory", "component")


def validate(data: Json, at: str = "", *, ephemeral: bool, files: int = 0, may_be_empty: bool = False) -> None:
    """Raises what Discord answers to a body that it does not take. `at` is where that stands in the request."""
    content, flags = data.get("content") or "", data.get("flags") or 0
    if len(content) > CONTENT:
        raise too_long(f"{at}content", CONTENT)
    if len(data.get("embeds") or []) > EMBEDS:
        raise too_long(f"{at}embeds", EMBEDS)
    if flags & EPHEMERAL and not ephemeral:
        raise bad(f"{at}flags", "MESSAGE_FLAGS_INVALID", "Only interaction responses can be ephemeral")
    if flags & COMPONENTS_V2 and (content or data.get("embeds")):
        text = "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
        raise bad(f"{at}content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)
    if not (may_be_empty or files or content or any(data.get(name) for name in ("embeds", "components", "poll"))):
        raise ApiError(400, 50006, "Cannot send an empty message")
    _components(data.get("components") or [], at, flags)
    _allowed(data.get("allowed_mentions") or {}, at)
    if len(str(data.get("nonce", ""))) > NONCE or ("nonce" in data and data["nonce"] is None):
        raise too_long(f"{at}nonce", NONCE)


def _components(components: Sequence[Json], at: str, flags: int) -> None:
    nodes = list(walk(components))
    if len(nodes) > _ALL or (not flags & COMPONENTS_V2 and len(components) > _ROWS):
        raise bad(f"{at}components", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {_ROWS} in length.")
    for n, component in enumerate(components):
        if component["type"] != ROW and not flags & COMPONENTS_V2:
            text = 'Value of field "type" must be one of (1,).'
            raise bad(f"{at}components.{n}.type", "UNION_TYPE_CHOICES", text)
        if component["type"] == ROW and not 1 <= len(component.get("components") or []) <= _IN_ROW:
            raise bad(f"{at}components.{n}.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    seen: set[str] = set()
    for node in nodes:
        if node["type"] == BUTTON:
            _button(node, at, seen)


def _button(node: Json, at: str, seen: set[str]) -> None:
    name, link = node.get("custom_id"), node.get("style") == _LINK
    if len(node.get("label") or "") > _LABEL:
        raise too_long(f"{at}components.label", _LABEL)
    if not (node.get("label") or node.get("emoji")):
        raise bad(f"{at}components", "BUTTON_COMPONENT_INVALID_LABEL", "A button needs a label or an emoji")
    if link != bool(node.get("url")) or link == bool(name):
        text = "A custom id or url is required, but not both"
        raise bad(f"{at}components", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", text)
    if name is None:
        return
    if not 1 <= len(name) <= _ID:
        raise too_long(f"{at}components.custom_id", _ID)
    if name in seen:
        raise bad(f"{at}components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
    seen.add(name)


def _allowed(allowed: Json, at: str) -> None:
    parse = allowed.get("parse") or []
    if not set(parse) <= {"users", "roles", "everyone"}:
        raise bad(f"{at}allowed_mentions.parse", "BASE_TYPE_CHOICES", "Value must be one of roles, users, everyone.")
    for kind in ("users", "roles"):
        ids = allowed.get(kind) or []
        if kind in parse and ids:
            text = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            raise bad(f"{at}allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", text)
        if len(ids) > 100:
            raise too_long(f"{at}allowed_mentions.{kind}", 100)


def walk(components: Sequence[Json]) -> Iterator[Json]:
    """Every component, children after parents."""
    for component in components:
        yield component
        for name in _CHILDREN:
            if child := component.get(name):
                yield from walk(child if isinstance(child, list) else [child])


def numbered(components: Sequence[Json]) -> list[Json]:
    """With the ids that Discord gives components which have none."""
    for n, node in enumerate(walk(components), 1):
        node.setdefault("id", n)
    return list(components)


def mentioned(data: Json, find: Callable[[str], Json | None]) -> list[Json]:
    """The users that a message notifies, as `allowed_mentions` lets it."""
    allowed = data.get("allowed_mentions")
    found = [one for id_ in dict.fromkeys(_MENTION.findall(data.get("content") or "")) if (one := find(id_))]
    if allowed is None or "users" in (allowed.get("parse") or []):
        return found
    return [one for one in found if one["id"] in map(str, allowed.get("users") or [])]


def names(content: str, id_: str) -> bool:
    """True when the text mentions this user."""
    return id_ in _MENTION.findall(content)
