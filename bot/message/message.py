"""A message: what a handler returns, on every platform. A plain value that goes to JSON and back unchanged."""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from bot.message.text import Part, Run, Text, flatten, part, words
from bot.users import User

Scalar: TypeAlias = str | int | float | bool | User
ButtonStyle = Literal["plain", "primary", "danger"]


class Image(Struct, frozen=True, omit_defaults=True):
    """A picture with the words that stand for it. `data` is PNG or JPEG; `url` is an address where it can be seen."""

    alt: str
    data: bytes | None = None
    url: str | None = None
    name: str = "image.png"


class Button(Struct, frozen=True, omit_defaults=True):
    """A stored command call: pressing it calls `path` with `options`.

    `once`: two clicks are one effect. `anyone`: others than the reader of the message may press it. `id` is given when the
    message is kept; a button without an id has not been kept yet.
    """

    label: str
    path: str
    options: dict[str, Scalar] = {}
    style: ButtonStyle = "plain"
    once: bool = True
    anyone: bool = False
    id: str = ""


class _Kept(Struct, omit_defaults=True):
    """A message in JSON."""

    runs: list[Run | Text] = []
    image: Image | None = None
    buttons: list[Button] = []
    private: bool = False


class Message:
    """What is said: `Message(t("Hello {who}.", who=b(user)), private=True)`.

    `private` is read by nobody but the person who asked; where a platform cannot do that it is never shown in public.
    """

    __slots__ = ("buttons", "image", "private", "runs")

    def __init__(
        self, *parts: Part, private: bool = False, image: Image | None = None, buttons: Iterable[Button] = ()
    ) -> None:
        self.runs: list[Run | Text] = [part(value) for value in parts]
        self.image = image
        self.buttons = list(buttons)
        self.private = private

    def flat(self, translate: Callable[[str], str] = str) -> list[Run]:
        """Its runs in the reader's language, equal neighbours joined."""
        return flatten(self.runs, translate)

    @property
    def plain(self) -> str:
        """Its words without any look."""
        return words(self.runs)

    def to_json(self) -> bytes:
        """As the outbox keeps it."""
        return _ENCODE(_Kept(self.runs, self.image, self.buttons, self.private))

    @classmethod
    def from_json(cls, data: bytes) -> "Message":
        """What `to_json` made. Raises `msgspec.ValidationError` when it is something else."""
        kept = _DECODE(data)
        return cls(*kept.runs, private=kept.private, image=kept.image, buttons=kept.buttons)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and all(
            getattr(self, name) == getattr(other, name) for name in self.__slots__
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Message({self.plain!r}, private={self.private}, buttons={[one.label for one in self.buttons]})"


def button(
    label: str,
    path: str,
    options: Mapping[str, Scalar] | None = None,
    *,
    style: ButtonStyle = "plain",
    once: bool = True,
    anyone: bool = False,
) -> Button:
    """A button that calls the command at `path` (`"mirror consent"`) with these options."""
    return Button(label, path, dict(options or {}), style=style, once=once, anyone=anyone)


_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(_Kept).decode
