"""One thing that a command can be given."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from bot.users import User


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


class Resolver(Protocol):
    """Finds the user that a text like `@bob` or `<@42>` means; None when nobody is known by it."""

    async def __call__(self, ref: str, /) -> User | None: ...


@dataclass(frozen=True, slots=True)
class Option:
    """One thing a command can be given. `type` is str, int, float, bool or User.

    Bounds are inclusive, lengths are in characters.
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

    @property
    def required(self) -> bool:
        return self.default is REQUIRED

    @property
    def number(self) -> bool:
        """True for whole and decimal numbers."""
        return self.type in (int, float)


def placeholders(options: Iterable[Option]) -> str:
    """`<to> [amount] [note]`: what must be given and what may be."""
    return " ".join(f"<{option.name}>" if option.required else f"[{option.name}]" for option in options)
