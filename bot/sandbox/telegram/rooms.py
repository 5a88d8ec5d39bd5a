"""The chats of the world as Telegram knows them: who is who, what was said, who may be written to, how fast."""

import re
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.telegram.errors import ApiError, bad, flooded, forbidden
from bot.sandbox.telegram.files import Shelf
from bot.sandbox.world import Human, SandboxError, World

PLATFORM = "telegram"
BOT_ID, BOT_USERNAME = 700_100_200, "SoulfraSandboxBot"
_GROUP_BUDGET, _MINUTE = 20, 60.0
_SUPERGROUPS = -1_000_000_000_000  # their ids lie below
_NUMBER = re.compile("[0-9]{1,20}")
_PER_SECOND = 10_000
_EPOCH = 1_767_225_600  # 2026: ids count from here, faster than anybody asks for them: none comes back after a restart

Message = dict[str, Any]


class Numbers:
    """Ids that grow, also over a restart."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        """The next one."""
        self._last = max(self._last + 1, int((time.time() - _EPOCH) * _PER_SECOND))
        return self._last


@dataclass(slots=True)
class Query:
    """A press that waits for its answer."""

    user: Human
    chat: int
    message: int
    at: float


@dataclass(slots=True)
class Rooms:
    """Everything of one emulated Telegram that changes.

    `administrator` and `privacy` are what the owner of the bot set; `left` holds who is no member (chat, user), `titles` what
    administrators are called, `moved` the new ids of groups, `topics` the names of a forum's topics by id, `last_bot` which
    bot spoke last.
    """

    world: World
    messages: dict[int, Message] = field(default_factory=dict)
    started: set[int] = field(default_factory=set)
    queries: dict[str, Query] = field(default_factory=dict)
    menus: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    numbers: Numbers = field(default_factory=Numbers)
    shelf: Shelf = field(default_factory=Shelf)
    drafts: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    reactions: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    administrator: bool = False
    privacy: bool = False
    left: set[tuple[int, int]] = field(default_factory=set)
    titles: dict[tuple[int, int], str] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)
    topics: dict[int, dict[int, str]] = field(default_factory=dict)
    last_bot: dict[int, int] = field(default_factory=dict)
    _sent: dict[int, deque[float]] = field(default_factory=dict)

    @property
    def me(self) -> dict[str, Any]:
        """The bot as `getMe` shows it."""
        return {
            "id": BOT_ID,
            "is_bot": True,
            "first_name": "Soulfra",
            "username": BOT_USERNAME,
            "can_join_groups": True,
            "can_read_all_group_messages": not self.privacy,
            "supports_inline_queries": True,
        }

    @property
    def accounts(self) -> dict[int, dict[str, Any]]:
        """The people by user id, the bot among them."""
        people = {int(one.ids[PLATFORM]): account(one) for one in self.world.people.values()}
        return {**people, BOT_ID: self.me_account}

    @property
    def me_account(self) -> dict[str, Any]:
        """The bot as the sender of its messages."""
        return {name: self.me[name] for name in ("id", "is_bot", "first_name", "username")}

    def chat(self, chat_id: int) -> dict[str, Any]:
        """A chat by id. Raises `ApiError` when there is none."""
        if human := self.world.by_id(PLATFORM, str(chat_id)):
            return private_chat(human)
        if chat_id in self.moved:
            moved = {"migrate_to_chat_id": self.moved[chat_id]}
            raise ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat", moved)
        for room in self.world.channels[PLATFORM]:
            if room.id == str(chat_id):
                return self._group(chat_id, room.name)
        raise bad("chat not found")

    def _group(self, chat_id: int, title: str) -> dict[str, Any]:
        forum = {"is_forum": True} if chat_id in self.topics else {}
        return {"id": chat_id, "type": "supergroup" if chat_id < _SUPERGROUPS else "group", "title": title, **forum}

    def topic(self, chat_id: int, thread: int | None) -> dict[str, Any]:
        """The fields of a message in this topic. Raises `ApiError` when the chat has no such topic."""
        if thread is None:
            return {}
        if thread not in self.topics.get(chat_id, {}):
            raise bad("message thread not found")
        return {"message_thread_id": thread, "is_topic_message": True}

    def private_to(self, chat_id: int) -> str | None:
        """Whose private chat this is."""
        human = self.world.by_id(PLATFORM, str(chat_id))
        return human.name if human else None

    def open_to_bot(self, chat_id: int) -> dict[str, Any]:
        """A chat that the bot may write to now. Raises `ApiError`."""
        chat = self.chat(chat_id)
        if chat["type"] == "private" and chat_id not in self.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def count(self, chat_id: int) -> None:
        """Count one message of the bot. Raises `ApiError` 429 for the twenty-first of a minute in a group."""
        if chat_id > 0:
            return
        now, sent = self.world.now(), self._sent.setdefault(chat_id, deque())
        while sent and now - sent[0] >= _MINUTE:
            sent.popleft()
        if len(sent) >= _GROUP_BUDGET:
            raise flooded(max(1, int(_MINUTE - (now - sent[0])) + 1))
        sent.append(now)

    def add(self, chat: dict[str, Any], sender: dict[str, Any], **content: object) -> Message:
        """Keep a message; empty fields are left out."""
        message: Message = {
            "message_id": self.numbers.next(),
            "from": sender,
            "chat": chat,
            "date": int(self.world.now()),
            **{name: value for name, value in content.items() if value},
        }
        self.messages[message["message_id"]] = message
        if sender["is_bot"]:
            self.last_bot[chat["id"]] = sender["id"]
        return message

    def message(self, chat_id: int, message_id: int) -> Message | None:
        """A message of this chat."""
        message = self.messages.get(message_id)
        return message if message and message["chat"]["id"] == chat_id else None

    def pressable(self, user: Human, message: str) -> Message:
        """A message that this human sees. Raises `SandboxError`."""
        found = self.messages.get(int(message)) if _NUMBER.fullmatch(message) else None
        if found is None:
            raise SandboxError(f"telegram has no message {message!r}")
        owner = self.private_to(found["chat"]["id"])
        if owner not in (None, user.name):
            raise SandboxError(f"message {message} is in the private chat of {owner}")
        return found


def account(human: Human) -> dict[str, Any]:
    """A human as `User`."""
    user = human.on(PLATFORM)
    named = {"first_name": user.name, "username": user.handle, "language_code": "en"}
    return {"id": int(user.id), "is_bot": False, **named}


def private_chat(human: Human) -> dict[str, Any]:
    """The chat that a human has with the bot."""
    user = human.on(PLATFORM)
    return {"id": int(user.id), "type": "private", "first_name": user.name, "username": user.handle}
