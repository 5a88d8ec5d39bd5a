"""Reactions on messages (Discord's documentation, "Reaction Object", "Message Reaction Add")."""

import re

from bot.sandbox.discord import objects
from bot.sandbox.discord.errors import ApiError, Json
from bot.sandbox.discord.state import State

_CUSTOM = re.compile(r"^(?:a:)?\w{2,32}:\d{17,20}$")


def put(state: State, message: Json, user: str, emoji: str) -> Json:
    """Somebody reacts: the event, or nothing when they had done so. Raises 10014 for what is no emoji."""
    kind = _emoji(emoji)
    who = state.reacted.setdefault((message["id"], emoji), set())
    if user in who:
        return {}
    who.add(user)
    return _changed(state, message, user, kind, emoji)


def take(state: State, message: Json, user: str) -> tuple[str, Json]:
    """Somebody takes their newest reaction back: which one, and the event; nothing when there was none."""
    for (id_, emoji), who in reversed(state.reacted.items()):
        if id_ == message["id"] and user in who:
            who.discard(user)
            return emoji, _changed(state, message, user, _emoji(emoji), emoji)
    return "", {}


def _changed(state: State, message: Json, user: str, kind: Json, emoji: str) -> Json:
    server = state.server(message["channel_id"])
    there = state.reacted[message["id"], emoji]
    others = [one for one in message.get("reactions", []) if one["emoji"] != kind]
    shown = [objects.reaction(kind, len(there), me=state.bot["id"] in there)] if there else []
    message["reactions"] = others + shown
    told: Json = {
        "user_id": user, "channel_id": message["channel_id"], "message_id": message["id"], "emoji": kind, "burst": False,
        "type": 0, "message_author_id": message["author"]["id"],
    }  # fmt: skip
    return {**told, "guild_id": server} if server else told


def _emoji(text: str) -> Json:
    if _CUSTOM.match(text):
        *_, name, id_ = text.split(":")
        return {"id": id_, "name": name, "animated": text.startswith("a:")}
    if not text or len(text) > 20 or text.isascii():
        raise ApiError(400, 10014, "Unknown Emoji")
    return {"id": None, "name": text}
