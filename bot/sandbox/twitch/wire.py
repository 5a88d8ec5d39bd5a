"""What goes over Twitch's wire: errors, parameters, users, chat and whisper events. Pure but for ids and stamps.

Source: dev.twitch.tv/docs/eventsub/eventsub-reference and dev.twitch.tv/docs/api/reference.
"""

import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from aiohttp import web

from bot.users import User

Json = dict[str, Any]
_MENTION = re.compile(r"(@\w+)")


class ApiError(Exception):
    """A refusal as Twitch words it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message

    @property
    def body(self) -> Json:
        """The JSON that Helix and OAuth answer with."""
        return {"error": HTTPStatus(self.status).phrase, "status": self.status, "message": self.message}


async def body_of(request: web.Request) -> Json:
    """The JSON object of a request, empty where there is none. Raises `ApiError` 400."""
    if not request.body_exists:
        return {}
    try:
        body: Any = await request.json()
    except ValueError:
        raise ApiError(400, "The request body is not JSON") from None
    if not isinstance(body, dict):
        raise ApiError(400, "The request body is not a JSON object")
    return body


def parameter(source: Mapping[str, Any], name: str) -> str:
    """A text that a query or body must have. Raises `ApiError` 400."""
    value = source.get(name)
    if not isinstance(value, str) or not value:
        raise ApiError(400, f'Missing required parameter "{name}"')
    return value


def stamp(seconds: float) -> str:
    """RFC 3339 with nanoseconds, as EventSub writes times."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"


def new_id() -> str:
    """An id that never comes again, over restarts too."""
    return str(uuid.uuid4())


def who(prefix: str, user: User) -> Json:
    """The triple of id, login and name that every event uses."""
    return {f"{prefix}user_id": user.id, f"{prefix}user_login": user.handle, f"{prefix}user_name": user.name}


def helix_user(user: User) -> Json:
    """One entry of GET /helix/users."""
    return {
        "id": user.id, "login": user.handle, "display_name": user.name, "type": "", "broadcaster_type": "",
        "description": "", "profile_image_url": "", "offline_image_url": "", "view_count": 0,
        "created_at": "2020-01-01T00:00:00Z",
    }  # fmt: skip


COLORS = ("#9146FF", "#FF7F50", "#2E8B57", "#1E90FF", "#DAA520")
"""Some of those that Twitch gives to people who have chosen none."""


def _fragments(text: str, find: Callable[[str], User | None]) -> Iterator[Json]:
    for piece in filter(None, _MENTION.split(text)):
        user = find(piece[1:].lower()) if piece[0] == "@" else None
        yield {
            "type": "mention" if user else "text", "text": piece, "cheermote": None, "emote": None,
            "mention": who("", user) if user else None,
        }  # fmt: skip


def chat_event(
    room: User,
    author: User,
    text: str,
    badges: list[str],
    find: Callable[[str], User | None],
    *,
    message_id: str,
    reply: Json | None = None,
    bits: int = 0,
    reward: str | None = None,
) -> Json:
    """The event of channel.chat.message (version 1). `find` knows users by login; `reward` is what was redeemed with it."""
    return {
        **who("broadcaster_", room), **who("chatter_", author),
        "message_id": message_id, "message_type": "text",
        "message": {"text": text, "fragments": list(_fragments(text, find))},
        "badges": _badges(badges),
        "color": COLORS[int(author.id) % len(COLORS)], "cheer": {"bits": bits} if bits else None, "reply": reply,
        "channel_points_custom_reward_id": reward, "channel_points_animation_id": None,
        "source_broadcaster_user_id": None, "source_broadcaster_user_login": None, "source_broadcaster_user_name": None,
        "source_message_id": None, "source_badges": None, "is_source_only": None,
    }  # fmt: skip


def _badges(names: list[str]) -> list[Json]:
    return [{"set_id": badge, "id": "1", "info": ""} for badge in names]


def copied(event: Json, room: User, badges: list[str]) -> Json:
    """A chat message as another room of a shared chat gets it: with the badges its author wears there."""
    source = {f"source_{key}": value for key, value in event.items() if key.startswith("broadcaster_user_")}
    return {
        **event, **who("broadcaster_", room), **source,
        "message_id": new_id(), "badges": _badges(badges),
        "source_message_id": event["message_id"], "source_badges": event["badges"], "is_source_only": False,
    }  # fmt: skip


def reply_of(event: Json) -> Json:
    """What `reply` says when somebody answers this chat message."""
    author = {key.removeprefix("chatter_"): value for key, value in event.items() if key.startswith("chatter_user_")}
    thread = event["reply"] or {}
    return {
        "parent_message_id": event["message_id"],
        "parent_message_body": event["message"]["text"],
        "thread_message_id": thread.get("thread_message_id", event["message_id"]),
        **{f"parent_{key}": value for key, value in author.items()},
        **{f"thread_{key}": thread.get(f"thread_{key}", value) for key, value in author.items()},
    }


def whisper_event(sender: User, recipient: User, text: str, whisper_id: str) -> Json:
    """The event of user.whisper.message (version 1)."""
    return {**who("from_", sender), **who("to_", recipient), "whisper_id": whisper_id, "whisper": {"text": text}}
