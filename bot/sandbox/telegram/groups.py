"""What people do in groups besides talking: they come and go, react, open topics, and let groups grow."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from bot.sandbox.telegram.chats import member
from bot.sandbox.telegram.errors import ApiError
from bot.sandbox.telegram.reactions import known
from bot.sandbox.telegram.rooms import PLATFORM, Rooms, account
from bot.sandbox.world import Human, SandboxError, World

_GROWN = -1_002_000_000_000
_BLUE = 7_322_096  # one of the six colours that a topic may have


class Groups:
    """Makes the updates of what happens in groups; `update` gives each its number."""

    def __init__(self, world: World, rooms: Rooms, update: Callable[..., dict[str, Any]]) -> None:
        self._world, self._rooms, self._update = world, rooms, update

    def where(self, chat: dict[str, Any], reply_to: str | None, topic: int | None) -> dict[str, Any]:
        """The fields of a message that say what it replies to and in which topic it stands. Raises `SandboxError`."""
        try:
            fields = self._rooms.topic(chat["id"], topic)
        except ApiError:
            raise SandboxError(f"this chat has no topic {topic}") from None
        if reply_to is not None:
            replied = self._rooms.message(chat["id"], int(reply_to)) if reply_to.isdecimal() else None
            if replied is None:
                raise SandboxError(f"this chat has no message {reply_to!r}")
        elif topic is not None:
            replied = self._rooms.messages[topic]
        else:
            return fields
        shown = {name: value for name, value in replied.items() if name != "reply_to_message"}
        return {**fields, "reply_to_message": shown}

    def topic(self, user: str, name: str, *, channel: str | None = None) -> int:
        """Somebody opens a topic, which makes the group a forum; its id."""
        human, number = self._world.human(user), int(self._world.channel(PLATFORM, channel).id)
        topics = self._rooms.topics.setdefault(number, {})
        opened = {"name": name, "icon_color": _BLUE}
        message = self._rooms.add(self._rooms.chat(number), account(human), forum_topic_created=opened)
        topic = int(message["message_id"])
        topics[topic] = name
        message |= {"message_thread_id": topic, "is_topic_message": True}
        return topic

    def step(self, human: Human, channel: str | None, *, came: bool) -> Iterator[dict[str, Any]]:
        """The service message of somebody who came or went, and what administrators hear of it."""
        chat = self._rooms.chat(int(self._world.channel(PLATFORM, channel).id))
        who, before = account(human), member(self._rooms, chat["id"], human)
        key = (chat["id"], who["id"])
        if came == (key not in self._rooms.left):
            raise SandboxError(f"{human.name} is {'already' if came else 'not'} a member")
        self._rooms.left.symmetric_difference_update({key})
        news: dict[str, Any] = {"new_chat_members": [who]} if came else {"left_chat_member": who}
        message = self._rooms.add(chat, who, **news)
        yield self._update(None, message=message)
        after = member(self._rooms, chat["id"], human)
        changed = {
            "chat": chat,
            "from": who,
            "date": message["date"],
            "old_chat_member": before,
            "new_chat_member": after,
        }
        yield self._update(None, chat_member=changed)

    def reaction(self, human: Human, message: str, emoji: str | None) -> dict[str, Any]:
        """One reaction of somebody, in place of the one before."""
        found = self._rooms.pressable(human, message)
        if emoji is not None and not known(emoji):
            raise SandboxError(f"Telegram has no reaction {emoji!r}")
        who, number = account(human), found["message_id"]
        before = self._rooms.reactions.get((number, who["id"]), [])
        after = [emoji] if emoji else []
        self._rooms.reactions[number, who["id"]] = after
        content = {"chat": found["chat"], "message_id": number, "user": who, "date": int(self._world.now())}
        kinds = {"old_reaction": _types(before), "new_reaction": _types(after)}
        return self._update(None, message_reaction={**content, **kinds})

    def migration(self, human: Human, channel: str) -> Iterator[dict[str, Any]]:
        """Both messages of a group that becomes a supergroup; from then on its old id is dead."""
        room = self._world.channel(PLATFORM, channel)
        old = self._rooms.chat(int(room.id))
        if old["type"] != "group":
            raise SandboxError(f"{room.name} is a supergroup already")
        grown = _GROWN + old["id"]
        left = self._rooms.add(old, account(human), migrate_to_chat_id=grown)
        rooms = self._world.channels[PLATFORM]
        rooms[rooms.index(room)] = replace(room, id=str(grown))
        self._rooms.moved[old["id"]] = grown
        found = self._rooms.add(self._rooms.chat(grown), account(human), migrate_from_chat_id=old["id"])
        yield self._update(None, message=left)
        yield self._update(None, message=found)


def _types(emojis: list[str]) -> list[dict[str, str]]:
    return [{"type": "emoji", "emoji": emoji} for emoji in emojis]
