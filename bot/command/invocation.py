"""One thing a user asked, in the words of no platform. Plain JSON both ways, so that any process can take it up."""

from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from bot.events import AnyEvent
from bot.message import Scalar
from bot.users import Attachment, Channel, Place, Role, Said, Standing, User

Raw: TypeAlias = Scalar
"""A value as the platform sent it: text, number, truth value, a list of them, or what the platform has already resolved."""


class ReplyHandle(Struct, frozen=True, omit_defaults=True):
    """Where and how an answer goes: enough for any process to answer over REST.

    `token` is the platform's credential or id for this very answer (Discord interaction token, Telegram callback query
    id); it is a secret, kept sealed and never shown. `message` is what is replied to. `deadline` is when the platform
    must have heard something, `expires` when the handle is dead; both in microseconds since the epoch. `to` is who
    asked: private answers go to them alone. `interaction` is the platform's id of what is answered, where it differs
    from the message. `language` is the reader's (`de`), chosen when the invocation is taken in; None is English.
    `shown` is a message of ours that this answer takes the place of; one that `follows` comes after another answer to the
    same, and never takes its place.
    """

    platform: str
    bot: str
    channel: str
    to: User
    token: str | None = None
    interaction: str | None = None
    message: str | None = None
    thread: str | None = None
    direct: bool = False
    private: bool = False
    deadline: int | None = None
    expires: int | None = None
    language: str | None = None
    shown: str | None = None
    follows: bool = False

    def __repr__(self) -> str:
        return f"ReplyHandle({self.platform}:{self.channel}, to={self.to.key})"


class Invocation(Struct, frozen=True, omit_defaults=True):
    """One thing a user asked.

    `id` is stable over redelivery and unique over all platforms (`telegram:<bot>:<update id>`).

    - command: either `text` (prefix and all), or `path` with named `options`, which are never parsed from text a second
      time; `path` without `options` means that `text` is what follows the command (redemptions, deep links).
    - press: `button` is the pressed one's id; `chosen` what was picked in a select.
    - answer: `question` is the id of what was asked, `options` hold the answers by name (`bot.adapter.Question`). A line
      of text that answers comes as a command: who asked decides (`bot.dialogue`).
    - suggest: `path`, `options` typed so far, `focus` is the option being typed; never kept.
    - event: `path` is the subscriber's, `event` what happened.

    `mentions` are what the platform resolved inside `text`, where they stand as `<@id>`, `<#id>`, `<@&id>`. `files` came
    with the text; `about` is the message it replied to. `standing` is None when the platform must be asked. Times are
    microseconds since the epoch; after `answer_until` nobody waits any more.
    """

    id: str
    kind: Literal["command", "press", "answer", "suggest", "event"]
    author: User
    place: Place
    reply: ReplyHandle
    received: int
    answer_until: int
    path: str | None = None
    options: dict[str, Raw] | None = None
    text: str = ""
    button: str | None = None
    chosen: list[str] = []
    question: str | None = None
    focus: str | None = None
    event: AnyEvent | None = None
    mentions: list[User | Channel | Role] = []
    files: list[Attachment] = []
    about: Said | None = None
    standing: Standing | None = None
    locale: str | None = None

    @property
    def overheard(self) -> bool:
        """True when others could read what was typed: a line of text in a shared place."""
        return self.path is None and self.kind == "command" and not self.place.direct

    def to_json(self) -> bytes:
        """As the inbox keeps it (sealed)."""
        return _ENCODE(self)

    @staticmethod
    def from_json(data: bytes) -> "Invocation":
        """What `to_json` made. Raises `msgspec.ValidationError` when it is something else."""
        return _DECODE(data)

    def __repr__(self) -> str:
        return f"Invocation({self.id}, {self.kind}, {self.path or self.button or 'text'}, by {self.author.key})"


_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(Invocation).decode
