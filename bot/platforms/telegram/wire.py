"""The Bot API's objects as far as the house reads them, decoded straight from bytes; fields it does not read are left out.

Names and types are the Bot API's: core.telegram.org/bots/api#available-types. What is `None` or empty may be absent there.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

import msgspec
from msgspec import Raw, Struct, field

_Value = TypeVar("_Value")
Decode = Callable[[bytes | Raw], _Value]


class User(Struct, frozen=True, gc=False):
    """An account, of a person or of a bot."""

    id: int
    is_bot: bool
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name


class Chat(Struct, frozen=True, gc=False):
    """A private chat, a group or a channel."""

    id: int
    type: str
    title: str | None = None


class MessageEntity(Struct, frozen=True, gc=False):
    """What a stretch of a text is. Offset and length are UTF-16 units."""

    type: str
    offset: int
    length: int
    user: User | None = None


class PhotoSize(Struct, frozen=True, gc=False):
    """One size of a picture."""

    file_id: str
    width: int
    height: int
    file_size: int | None = None


class Document(Struct, frozen=True, gc=False):
    """Any file."""

    file_id: str
    file_name: str | None = None
    mime_type: str | None = None
    file_size: int | None = None


class Video(Document, frozen=True, gc=False):
    """A moving picture."""


class Audio(Document, frozen=True, gc=False):
    """A piece of music."""


class Voice(Struct, frozen=True, gc=False):
    """Something spoken."""

    file_id: str
    mime_type: str | None = None
    file_size: int | None = None


class MessageOrigin(Struct, frozen=True, gc=False):
    """Where a forwarded message comes from. That there is one is all that counts."""


class ForumTopicCreated(Struct, frozen=True, gc=False):
    """A topic begins here. That it does is all that counts."""


class Message(Struct, frozen=True):
    """A message; one that is too old to be seen has the first three fields alone, and its date is 0."""

    message_id: int
    chat: Chat
    date: int
    sender: User | None = field(default=None, name="from")
    text: str | None = None
    entities: tuple[MessageEntity, ...] = ()
    reply_to_message: "Message | None" = None
    message_thread_id: int | None = None
    is_topic_message: bool | None = None
    sender_chat: Chat | None = None
    forward_origin: MessageOrigin | None = None
    caption: str | None = None
    caption_entities: tuple[MessageEntity, ...] = ()
    photo: tuple[PhotoSize, ...] = ()
    document: Document | None = None
    video: Video | None = None
    audio: Audio | None = None
    voice: Voice | None = None
    new_chat_members: tuple[User, ...] = ()
    left_chat_member: User | None = None
    forum_topic_created: ForumTopicCreated | None = None
    migrate_to_chat_id: int | None = None

    @property
    def topic(self) -> str | None:
        """The topic it stands in; replies outside of forums have a thread too, which is none."""
        return str(self.message_thread_id) if self.is_topic_message and self.message_thread_id else None


class CallbackQuery(Struct, frozen=True):
    """A key was pressed."""

    id: str
    sender: User = field(name="from")
    message: Message | None = None
    data: str | None = None


class InlineQuery(Struct, frozen=True):
    """Something is typed behind the bot's name, in any chat."""

    id: str
    sender: User = field(name="from")
    query: str


class ChatMember(Struct, frozen=True):
    """What somebody is in a chat."""

    status: str
    user: User
    is_member: bool | None = None
    custom_title: str | None = None


class ChatMemberUpdated(Struct, frozen=True):
    """Somebody is something else in a chat now."""

    chat: Chat
    sender: User = field(name="from")
    date: int
    old_chat_member: ChatMember
    new_chat_member: ChatMember


class ReactionType(Struct, frozen=True, gc=False):
    """An emoji, a custom one, or a paid one, which has neither field."""

    type: str
    emoji: str | None = None
    custom_emoji_id: str | None = None


class MessageReactionUpdated(Struct, frozen=True):
    """Somebody reacts otherwise to a message now."""

    chat: Chat
    message_id: int
    date: int
    old_reaction: tuple[ReactionType, ...]
    new_reaction: tuple[ReactionType, ...]
    user: User | None = None


class Update(Struct, frozen=True):
    """One thing that happened: one of these fields is there, or none that the house reads."""

    update_id: int
    message: Message | None = None
    callback_query: CallbackQuery | None = None
    inline_query: InlineQuery | None = None
    chat_member: ChatMemberUpdated | None = None
    message_reaction: MessageReactionUpdated | None = None


class Unreadable(Struct, frozen=True):
    """An update of which only the number can be read, and which of its fields is to blame."""

    update_id: int
    why: str


class _Number(Struct):
    update_id: int


Given: TypeAlias = Update | Unreadable
Deal = Callable[[Given], Awaitable[None]]
"""Raises whatever keeps an update from being confirmed."""


class Posted(Struct, frozen=True):
    """A message that was sent or edited."""

    message_id: int | None = None


class Answer(Struct, frozen=True):
    """What the Bot API answers to every request. Source: core.telegram.org/bots/api#making-requests."""

    result: Raw = Raw(b"null")
    description: str | None = None
    parameters: dict[str, Any] | None = None


_UPDATE: Decode[Update] = msgspec.json.Decoder(Update).decode
_NUMBER: Decode[_Number] = msgspec.json.Decoder(_Number).decode
_ANSWER: Decode[Answer] = msgspec.json.Decoder(Answer).decode
_POSTED: Decode[Posted | list[Posted] | bool] = msgspec.json.Decoder(Posted | list[Posted] | bool).decode

objects: Decode[list[Raw]] = msgspec.json.Decoder(list[Raw]).decode
"""A list whose objects are read one by one, so that an odd one does not spoil the others."""
member: Decode[ChatMember] = msgspec.json.Decoder(ChatMember).decode
members: Decode[list[ChatMember]] = msgspec.json.Decoder(list[ChatMember]).decode


def answer(payload: bytes) -> Answer:
    """Raises `ValueError` and `RecursionError` when it is none."""
    return _sound(_ANSWER, payload)


def update(data: bytes | Raw) -> Given:
    """Raises `ValueError` and `RecursionError` when it is none: no JSON, or without a number."""
    try:
        return _sound(_UPDATE, data)
    except msgspec.ValidationError as error:
        return Unreadable(_sound(_NUMBER, data).update_id, str(error))


def posted(result: bytes | Raw) -> str:
    """The id of the message that a request was about, "" when it was about none. An album is several: it is the first one's."""
    found = _POSTED(result)
    first = found[0] if type(found) is list and found else found
    return str(first.message_id) if type(first) is Posted and first.message_id is not None else ""


def _sound(decode: Decode[_Value], data: bytes | Raw) -> _Value:
    """Decoded; halves of surrogate pairs, which nothing could keep or send, become `?`, so that everything stays in place."""
    try:
        return decode(data)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return decode(json.dumps(json.loads(bytes(data)), ensure_ascii=False).encode("utf-8", "replace"))
