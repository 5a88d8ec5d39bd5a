"""One thing that a command can be given."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol, TypeAlias

from bot.users import Attachment, Channel, Role, Said, User


class _Required:
    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED: Final = _Required()
"""The default of an option that must be given."""


class Rest:
    """Marks the last option as taking the rest of the line: `note: Annotated[str, Rest]`."""


class Secret:
    """Marks an option that nobody else may read: `words: Annotated[str, Secret]`.

    Typed where others read, it is refused.
    """


EnumType: TypeAlias = type[Enum]

Suggester: TypeAlias = Callable[..., Awaitable[Iterable[str | int]]]
"""`async def names(ctx, typed: str) -> list[str]`: what fits what has been typed so far, best first, at most 25 shown."""


@dataclass(frozen=True, slots=True)
class Suggest:
    """Completes an option while it is typed: `name: Annotated[str, Suggest(names)]`.

    Discord shows the suggestions live. Elsewhere a value that is none of them is answered with "did you mean" (buttons,
    or numbers where there are none). `free` lets other values through.
    """

    fn: Suggester
    free: bool = False


class Resolver(Protocol):
    """Finds what a text like `@bob`, `<@42>`, `#lounge` or `<@&7>` means; None when nothing is known by it."""

    async def __call__(self, ref: str, kind: type[User | Channel | Role] = User, /) -> User | Channel | Role | None: ...


@dataclass(frozen=True, slots=True)
class Option:
    """One thing a command can be given.

    `type` is str, int, float, bool, timedelta, User, Channel, Role, Attachment or Said; with `many` it is a list of them.
    `enum` is the Enum whose member the handler takes for a choice. Bounds are inclusive (timedelta: in seconds), lengths
    are in characters, those of a list in items. `Said` is never typed: it is the message replied to, or picked. `words` are
    what choices can be typed as besides themselves, casefolded, each with its choice: what other languages call them.
    """

    name: str
    type: type
    about: str
    default: object = REQUIRED
    low: float | None = None
    high: float | None = None
    max_length: int | None = None
    choices: tuple[str | int, ...] = ()
    rest: bool = False
    secret: bool = False
    min_length: int | None = None
    many: bool = False
    enum: EnumType | None = None
    suggest: Suggest | None = None
    words: tuple[tuple[str, str], ...] = ()

    @property
    def required(self) -> bool:
        """True when it must be given: it has no default."""
        return self.default is REQUIRED

    @property
    def typed(self) -> bool:
        """True for what can stand in a line of text. Files come along, a message is replied to or picked."""
        return self.type is not Attachment and self.type is not Said

    @property
    def number(self) -> bool:
        """True for whole and decimal numbers."""
        return self.type in (int, float)


def placeholders(options: Iterable[Option]) -> str:
    """`<to> [amount] [note]`: what must be given and what may be. Nothing for a message, which is replied to or picked."""
    given = (option for option in options if option.type is not Said)
    return " ".join(f"<{option.name}>" if option.required else f"[{option.name}]" for option in given)
