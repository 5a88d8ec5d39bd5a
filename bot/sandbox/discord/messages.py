"""What a message may hold (Discord's documentation, "Message Object", "Component Reference", "Allowed Mentions")."""

import re
from collections.abc import Callable, Sequence

from bot.sandbox.discord import components
from bot.sandbox.discord.errors import ApiError, Json, bad, too_long
from bot.sandbox.discord.objects import COMPONENTS_V2, EPHEMERAL, LOADING

CONTENT, EMBEDS, ATTACHMENTS, NONCE = 2000, 10, 10, 25
_FIELDS, _EMBEDDED = 25, 6000
_EMBED = {"title": 256, "description": 4096}
_ROLE = re.compile(r"<@&(\d+)>")
_MENTION = re.compile(r"<@!?(\d+)>")


def validate(data: Json, at: str = "", *, ephemeral: bool, files: int = 0, may_be_empty: bool = False) -> None:
    """Raises what Discord answers to a body that it does not take. `at` is where that stands in the request."""
    content, flags = data.get("content") or "", data.get("flags") or 0
    if len(content) > CONTENT:
        raise too_long(f"{at}content", CONTENT)
    _embeds(data.get("embeds") or [], at)
    if max(files, len(data.get("attachments") or [])) > ATTACHMENTS:
        raise too_long(f"{at}attachments", ATTACHMENTS)
    if flags & EPHEMERAL and not ephemeral:
        raise bad(f"{at}flags", "MESSAGE_FLAGS_INVALID", "Only interaction responses can be ephemeral")
    if flags & COMPONENTS_V2 and (content or data.get("embeds")):
        text = "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
        raise bad(f"{at}content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)
    if not (may_be_empty or files or content or any(data.get(name) for name in ("embeds", "components", "poll"))):
        raise ApiError(400, 50006, "Cannot send an empty message")
    components.validate(data.get("components") or [], at, layout=bool(flags & COMPONENTS_V2))
    _allowed(data.get("allowed_mentions") or {}, at)
    if len(str(data.get("nonce", ""))) > NONCE or ("nonce" in data and data["nonce"] is None):
        raise too_long(f"{at}nonce", NONCE)


def validate_edit(message: Json, data: Json, at: str = "", *, files: int = 0) -> None:
    """The same for a change of this message. A layout stays one: it takes no content afterwards."""
    flags = (message["flags"] | (data.get("flags") or 0)) & COMPONENTS_V2
    left = {name: message[name] for name in ("content", "embeds", "components") if message[name]}
    kept = len(message["attachments"]) if "attachments" not in data else 0
    validate(
        {**left, **data, "flags": flags},
        at,
        ephemeral=True,
        files=files or kept,
        may_be_empty=bool(message["flags"] & LOADING),
    )


def _embeds(embeds: Sequence[Json], at: str) -> None:
    """Each text has a limit, and all of them together have one."""
    if len(embeds) > EMBEDS:
        raise too_long(f"{at}embeds", EMBEDS)
    total = 0
    for n, embed in enumerate(embeds):
        fields: list[Json] = embed.get("fields") or []
        if len(fields) > _FIELDS:
            raise too_long(f"{at}embeds.{n}.fields", _FIELDS)
        texts = [(name, str(embed.get(name) or ""), most) for name, most in _EMBED.items()]
        texts += [("footer.text", str((embed.get("footer") or {}).get("text") or ""), 2048)]
        texts += [("author.name", str((embed.get("author") or {}).get("name") or ""), 256)]
        for field in fields:
            if not (field.get("name") and field.get("value")):
                raise bad(f"{at}embeds.{n}.fields", "BASE_TYPE_REQUIRED", "This field is required")
            texts += [("fields.name", field["name"], 256), ("fields.value", field["value"], 1024)]
        for name, text, most in texts:
            if len(text) > most:
                raise too_long(f"{at}embeds.{n}.{name}", most)
            total += len(text)
    if total > _EMBEDDED:
        raise bad(f"{at}embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {_EMBEDDED}")


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


def mentioned(data: Json, find: Callable[[str], Json | None]) -> list[Json]:
    """The users that a message notifies, as `allowed_mentions` lets it."""
    allowed = data.get("allowed_mentions")
    found = [one for id_ in dict.fromkeys(_MENTION.findall(data.get("content") or "")) if (one := find(id_))]
    if allowed is None or "users" in (allowed.get("parse") or []):
        return found
    return [one for one in found if one["id"] in map(str, allowed.get("users") or [])]


def named_roles(data: Json) -> list[str]:
    """The roles that a message names, as `allowed_mentions` lets it."""
    allowed, found = data.get("allowed_mentions"), list(dict.fromkeys(_ROLE.findall(data.get("content") or "")))
    if allowed is None or "roles" in (allowed.get("parse") or []):
        return found
    return [one for one in found if one in map(str, allowed.get("roles") or [])]


def described(embeds: Sequence[Json]) -> list[Json]:
    """Embeds as Discord answers them."""
    return [{"type": "rich", **one} for one in embeds]


def names(content: str, id_: str) -> bool:
    """True when the text mentions this user."""
    return id_ in _MENTION.findall(content)
