"""A message: what a handler returns, on every platform. A plain value that goes to JSON and back unchanged."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct, structs

from bot.message.text import Arg, Part, Run, Text, Translate, flatten, part, words
from bot.users import Attachment, Channel, Role, Said, User

One: TypeAlias = str | int | float | bool | User | Channel | Role | Attachment | Said
Scalar: TypeAlias = One | list[One]
ButtonStyle = Literal["plain", "primary", "danger"]


class Image(Struct, frozen=True, omit_defaults=True):
    """A picture with the words that stand for it. `data` is PNG or JPEG; `url` is an address where it can be seen.

    `draw` says instead how it is drawn when it is sent: the name of a drawing (`app.drawing`), a colon, and what it is given.
    """

    alt: str
    data: bytes | None = None
    url: str | None = None
    name: str = "image.png"
    draw: str | None = None


class File(Struct, frozen=True, omit_defaults=True):
    """Something to download. `alt` says what it is; `url` is an address where it can be had."""

    name: str
    data: bytes | None = None
    alt: str = ""
    url: str | None = None


class Field(Struct, frozen=True, omit_defaults=True):
    """A labelled value of a card; `inline` ones stand side by side where there is room."""

    label: Run | Text
    value: Run | Text
    inline: bool = False


class Card(Struct, frozen=True, omit_defaults=True):
    """A framed part of a message, made by `card`. `colour` is 0xRRGGBB; `thumbnail` a small picture beside the text."""

    title: Run | Text
    runs: list[Run | Text] = []
    fields: list[Field] = []
    footer: Run | Text | None = None
    colour: int | None = None
    thumbnail: Image | None = None


class Button(Struct, frozen=True, omit_defaults=True):
    """A stored command call: pressing it calls `path` with `options`.

    `once`: two clicks are one effect. `anyone`: others than the reader of the message may press it. `seconds` is how long
    it can be pressed, seven days by default. `id` is given when the message is kept; a button without an id has not been kept yet.
    """

    label: str | Text
    path: str
    options: dict[str, Scalar] = {}
    style: ButtonStyle = "plain"
    once: bool = True
    anyone: bool = False
    seconds: int = 7 * 24 * 3600
    id: str = ""


class Choice(Struct, frozen=True, omit_defaults=True):
    """One of the things a select offers. `value` is what the command gets, as text is typed."""

    value: str
    label: str | Text
    about: str | Text = ""


class Select(Struct, frozen=True, omit_defaults=True):
    """A list to pick from: what is picked becomes the option `option` of a stored command call.

    At most 25 choices; `most` of them may be picked where the option is a list. Otherwise like `Button`.
    """

    hint: str | Text
    path: str
    option: str
    choices: list[Choice]
    options: dict[str, Scalar] = {}
    most: int = 1
    once: bool = True
    anyone: bool = False
    seconds: int = 7 * 24 * 3600
    id: str = ""


class _Kept(Struct, omit_defaults=True):
    """A message in JSON."""

    runs: list[Run | Text] = []
    card: Card | None = None
    images: list[Image] = []
    files: list[File] = []
    buttons: list[Button] = []
    selects: list[Select] = []
    private: bool = False
    update: bool = False
    announce: bool = False
    pointer: Text | str | None = None
    then: "_Kept | None" = None


class Message:
    """What is said: `Message(t("Hello {who}.", who=b(user)), private=True)`.

    `private` is read by nobody but the person who asked; where a platform cannot do that it is never shown in public.
    `update` shows it in place of the message whose button was pressed, where there is one and it can be changed.
    `pointer` is then said instead where others read, if it was asked for there: that it was done and where it can be seen, and
    nothing that is for its reader alone. Without one the platform says that there is a private answer.
    `announce` sets it off from the talk of the room where the platform has announcements (Twitch, for moderators).
    `then` is said right after this one, as a message of its own, to the same place and as private: a picture that takes its
    time to be drawn, while this one is there at once. Raises `ValueError` when that has another one behind it.
    """

    __slots__ = (
        "announce",
        "buttons",
        "card",
        "files",
        "images",
        "pointer",
        "private",
        "runs",
        "selects",
        "then",
        "update",
    )

    def __init__(
        self,
        *parts: Part,
        card: Card | None = None,
        images: Iterable[Image] = (),
        files: Iterable[File] = (),
        buttons: Iterable[Button] = (),
        selects: Iterable[Select] = (),
        private: bool = False,
        update: bool = False,
        announce: bool = False,
        pointer: Text | str | None = None,
        then: "Message | None" = None,
    ) -> None:
        self.runs: list[Run | Text] = list(map(part, parts))
        self.card = card
        self.images = list(images) if images else []
        self.files = list(files) if files else []
        self.buttons = list(buttons) if buttons else []
        self.selects = list(selects) if selects else []
        self.private = private
        self.update = update
        self.announce = announce
        self.pointer = pointer
        self.then = then
        if then is not None and then.then is not None:
            raise ValueError("one message is said right after another, and no third")

    def flat(self, translate: Translate = str) -> list[Run]:
        """Its runs in the reader's language, equal neighbours joined."""
        return flatten(self.runs, translate)

    @property
    def plain(self) -> str:
        """Its words without any look."""
        return words(self.runs)

    def translated(self, translate: Translate) -> "Message":
        """The same message in the reader's language: texts are runs, labels are words, nothing else is changed.

        `str` is English and gives the message itself: that is how it was written.
        """
        if translate is str:
            return self
        return self.replaced(
            runs=self.flat(translate),
            card=self.card and _card_in(self.card, translate),
            buttons=[structs.replace(one, label=_said(one.label, translate)) for one in self.buttons],
            selects=[_select_in(one, translate) for one in self.selects],
            pointer=_pointer_in(self.pointer, translate),
            then=self.then and self.then.translated(translate),
        )

    def replaced(self, **changes: Any) -> "Message":  # noqa: ANN401  (any of its own fields)
        """The same message with these fields changed."""
        one = Message()
        for name in self.__slots__:
            setattr(one, name, changes.get(name, getattr(self, name)))
        return one

    def to_json(self) -> bytes:
        """As the outbox keeps it."""
        return _ENCODE(_kept(self))

    @classmethod
    def from_json(cls, data: bytes) -> "Message":
        """What `to_json` made. Raises `msgspec.ValidationError` when it is something else."""
        return _read(_DECODE(data))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and all(
            getattr(self, name) == getattr(other, name) for name in self.__slots__
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Message({self.plain!r}, private={self.private}, buttons={[str(one.label) for one in self.buttons]})"


def button(
    label: str | Text,
    path: str,
    options: Mapping[str, Scalar] | None = None,
    *,
    style: ButtonStyle = "plain",
    once: bool = True,
    anyone: bool = False,
    seconds: int = 7 * 24 * 3600,
) -> Button:
    """A button that calls the command at `path` (`"mirror consent"`) with these options. `seconds` is how long it can."""
    return Button(label, path, dict(options or {}), style=style, once=once, anyone=anyone, seconds=seconds)


def select(
    hint: str | Text,
    path: str,
    option: str,
    choices: Iterable[str | Choice],
    options: Mapping[str, Scalar] | None = None,
    *,
    most: int = 1,
    once: bool = True,
    anyone: bool = False,
    seconds: int = 7 * 24 * 3600,
) -> Select:
    """A list to pick from: calls the command at `path` with what was picked as `option`, beside these options.

    A choice that is only a text is its own label. `most` may be more than one where the option is a list.
    """
    offered = [one if isinstance(one, Choice) else Choice(one, one) for one in choices]
    return Select(
        hint, path, option, offered, dict(options or {}), most=most, once=once, anyone=anyone, seconds=seconds
    )


def card(
    title: Part,
    *parts: Part,
    fields: Mapping[str, Part] | Iterable[Field] = (),
    footer: Part | None = None,
    colour: int | None = None,
    thumbnail: Image | None = None,
) -> Card:
    """A framed part of a message: `card("Ada", "She whispers.", fields={"Blessings": b(5)}, colour=0x5FB0A8)`.

    `fields` maps labels to values, or holds `Field`s. Raises `ValueError` for a colour that is no 0xRRGGBB.
    """
    if colour is not None and not 0 <= colour <= 0xFFFFFF:
        raise ValueError(f"{colour} is no colour")
    held = [Field(part(name), part(value)) for name, value in fields.items()] if isinstance(fields, Mapping) else fields
    foot = None if footer is None else part(footer)
    return Card(part(title), [part(one) for one in parts], list(held), foot, colour, thumbnail)


def _said(label: str | Text, translate: Translate) -> str:
    return label if isinstance(label, str) else words([label], translate)


def _pointer_in(one: Text | str | None, translate: Translate) -> Text | str | None:
    return _whole(flatten([one], translate)) if isinstance(one, Text) else one


def _one(value: Run | Text, translate: Translate) -> Run | Text:
    """One value in the reader's language; of several runs a text whose template has places alone."""
    if isinstance(value, Run):
        return value
    runs = flatten([value], translate)
    return runs[0] if len(runs) == 1 else _whole(runs)


def _whole(runs: list[Run]) -> Text:
    args: dict[str, Arg] = {str(place): run for place, run in enumerate(runs)}
    return Text("".join(f"{{{place}}}" for place in args), args)


def _card_in(one: Card, translate: Translate) -> Card:
    return structs.replace(
        one,
        title=_one(one.title, translate),
        runs=flatten(one.runs, translate),
        fields=[
            structs.replace(each, label=_one(each.label, translate), value=_one(each.value, translate))
            for each in one.fields
        ],
        footer=one.footer and _one(one.footer, translate),
    )


def _select_in(one: Select, translate: Translate) -> Select:
    choices = [
        structs.replace(each, label=_said(each.label, translate), about=_said(each.about, translate))
        for each in one.choices
    ]
    return structs.replace(one, hint=_said(one.hint, translate), choices=choices)


def _kept(message: Message) -> _Kept:
    kept = _Kept(*[getattr(message, name) for name in _FIELDS])
    if message.then is not None:
        kept.then = _kept(message.then)
    return kept


def _read(kept: _Kept) -> Message:
    then = None if kept.then is None else _read(kept.then)
    return Message().replaced(**{name: getattr(kept, name) for name in _FIELDS}, then=then)


_FIELDS = tuple(name for name in _Kept.__struct_fields__ if name != "then")
_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(_Kept).decode
