"""What Discord sends of interactions and messages, read once into what is needed of it. Pure.

The library's own objects of them are never made. Sources, below discord.com/developers/docs: resources/message,
interactions/receiving-and-responding, components/reference (modal submit data), resources/guild (members).
"""

import json
from datetime import datetime
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

EPHEMERAL, LOADING = 1 << 6, 1 << 7


class _Told(Struct, gc=False):
    """Never a part of itself."""


class Account(_Told):
    """A user object."""

    id: str
    username: str
    global_name: str | None = None
    bot: bool = False


class Member(_Told):
    """What a server adds to a user. `permissions` are theirs in the channel, told in interactions; `user` is told where no
    user stands beside it. Until `communication_disabled_until` they may only read."""

    user: Account | None = None
    nick: str | None = None
    roles: list[str] = []
    permissions: str = "0"
    communication_disabled_until: datetime | None = None


class Room(_Told):
    """A channel or thread."""

    id: str
    type: int = 0
    name: str | None = None
    parent_id: str | None = None


class Named(_Told):
    """A role."""

    name: str


class Upload(_Told):
    """A file. `size` is in bytes."""

    url: str
    filename: str
    content_type: str | None = None
    size: int = 0


class Line(_Told):
    """What a message says: one that a menu was opened on, or that was replied to."""

    id: str
    author: Account
    member: Member | None = None
    content: str = ""
    attachments: list[Upload] = []


class Mentioned(Account):
    """Somebody whom a message points at. `member` is told in servers."""

    member: Member | None = None


class Message(Line, kw_only=True):
    """A message as it is sent. `channel_type` is not always told; `webhook_id` is, where nobody wrote it."""

    channel_id: str
    channel_type: int | None = None
    guild_id: str | None = None
    webhook_id: str | None = None
    mentions: list[Mentioned] = []
    mention_roles: list[str] = []
    referenced_message: Line | None = None

    def __post_init__(self) -> None:
        """Requests are made with these ids. What is raised here is a `msgspec.ValidationError`."""
        ids = f"{self.id}{self.channel_id}{self.guild_id or ''}{self.author.id}"
        for one in self.mentions:
            ids += one.id
        if not ids.isdecimal():
            raise ValueError("an id is no number")


class Resolved(_Told):
    """What the ids of an interaction stand for."""

    users: dict[str, Account] = {}
    members: dict[str, Member] = {}
    roles: dict[str, Named] = {}
    channels: dict[str, Room] = {}
    attachments: dict[str, Upload] = {}
    messages: dict[str, Line] = {}


class Option(_Told):
    """An option with its value, or a word of a command with those below it. `focused`: it is being typed."""

    name: str
    type: int
    value: str | int | float | bool | None = None
    options: list["Option"] = []
    focused: bool = False


class Call(_Told):
    """`data` of a command: typed, or the entry of a menu (`type` 2 or 3) of somebody or of a message, `target_id`."""

    name: str
    type: int = 1
    options: list[Option] = []
    resolved: Resolved | None = None
    target_id: str = ""


class Press(_Told):
    """`data` of a button or select."""

    custom_id: str
    component_type: int
    values: list[str] = []


class Part(_Told):
    """A component of a modal: a row, a label, or a field with what was put into it."""

    type: int = 0
    custom_id: str | None = None
    components: list["Part"] = []
    component: "Part | None" = None
    value: str | int | float | bool | None = None
    values: list[str] | None = None


class Form(_Told):
    """`data` of a modal."""

    custom_id: str
    components: list[Part]
    resolved: Resolved | None = None


class Shown(_Told):
    """The message that holds a button, or whose button opened a modal; one that answered an interaction."""

    id: str
    flags: int = 0

    @property
    def hidden(self) -> bool:
        """For one reader alone."""
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        """It says that there is more to come, and nothing else yet."""
        return bool(self.flags & LOADING)


class Callback(_Told):
    """What became of a first answer: the message that it made, if any."""

    response_message_id: str | None = None


class Answered(_Told):
    """What Discord says to a first answer."""

    interaction: Callback


class Ping(_Told, tag_field="type", tag=1):
    """Is anybody there? By HTTP alone."""


class Interaction(_Told, kw_only=True):
    """What every kind has. `member` is told in servers, `user` elsewhere; `context` is 1 between the bot and one person."""

    id: str
    application_id: str
    token: str
    guild_id: str | None = None
    channel_id: str = ""
    channel: Room | None = None
    member: Member | None = None
    user: Account | None = None
    message: Shown | None = None
    context: int | None = None
    locale: str = "en-US"

    def __post_init__(self) -> None:
        """Requests are made with these ids. What is raised here is a `msgspec.ValidationError`."""
        if not f"{self.id}{self.application_id}{self.channel_id}{self.guild_id or ''}{self.asker.id}".isdecimal():
            raise ValueError("an id is no number")

    @property
    def asker(self) -> Account:
        """Who asked. Raises `ValueError` when Discord does not say."""
        found = self.member.user if self.member else self.user
        if found is None:
            raise ValueError("nobody asked")
        return found


class Called(Interaction, tag_field="type", tag=2):
    """A command, typed or from a menu."""

    data: Call


class Pressed(Interaction, tag_field="type", tag=3):
    """A button was pressed, or something picked."""

    data: Press


class Typing(Interaction, tag_field="type", tag=4):
    """A command is being typed: what completes it?"""

    data: Call


class Submitted(Interaction, tag_field="type", tag=5):
    """A modal was sent."""

    data: Form


Given: TypeAlias = Called | Pressed | Typing | Submitted
_Posted: TypeAlias = Ping | Given
_POSTED: Final[msgspec.json.Decoder[_Posted]] = msgspec.json.Decoder(_Posted)


def read(event: object) -> Given:
    """An INTERACTION_CREATE of the gateway, as JSON was decoded. Raises `msgspec.ValidationError`."""
    found: Given = msgspec.convert(event, Given)
    return found


def said(event: object) -> Message:
    """A MESSAGE_CREATE of the gateway, as JSON was decoded. Raises `msgspec.ValidationError`."""
    return msgspec.convert(event, Message)


def posted(body: bytes) -> _Posted:
    """The body of a request. Raises `msgspec.ValidationError` or `ValueError`."""
    try:
        return _POSTED.decode(body)
    except msgspec.DecodeError:  # half a surrogate pair, which it does not take, or nothing that can be read
        found: _Posted = msgspec.convert(json.loads(body), _Posted)
        return found
