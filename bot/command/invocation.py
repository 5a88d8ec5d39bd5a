"""One thing a user asked, in the words of no platform. Plain JSON both ways, so that any process can take it up."""

from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from bot.message import Scalar
from bot.users import Place, User

Raw: TypeAlias = Scalar
"""A value as the platform sent it: text, number, truth value, or a user the platform has already resolved."""


class ReplyHandle(Struct, frozen=True, omit_defaults=True):
    """Where and how an answer goes: enough for any process to answer over REST.

    `token` is the platform's credential or id for this very answer (Discord interaction token, Telegram callback query
    id); it is a secret, kept sealed and never shown. `message` is what is replied to. `deadline` is when the platform
    must have heard something, `expires` when the handle is dead; both in microseconds since the epoch. `to` is who
    asked: private answers go to them alone. `interaction` is the platform's id of what is answered, where it differs
    from the message.
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

    def __repr__(self) -> str:
        return f"ReplyHandle({self.platform}:{self.channel}, to={self.to.key})"


class Invocation(Struct, frozen=True, omit_defaults=True):
    """One thing a user asked.

    `id` is stable over redelivery and unique over all platforms (`telegram:<bot>:<update id>`). A command arrives
    either as `text` (prefix and all) or as `path` with named `options`, which are never parsed from text a second time.
    A press carries `button`. `mentions` are the users the platform resolved inside `text`, where they stand as `<@id>`.
    Times are microseconds since the epoch; after `answer_until` nobody waits any more.
    """

    id: str
    kind: Literal["command", "press"]
    author: User
    place: Place
    reply: ReplyHandle
    received: int
    answer_until: int
    path: str | None = None
    options: dict[str, Raw] | None = None
    text: str = ""
    button: str | None = None
    mentions: list[User] = []
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
