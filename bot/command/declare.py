"""How a developer says that a function is a command.

Nothing is registered and nothing fails here: what is wrong is reported by `compile_commands`.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from types import FrameType, FunctionType
from typing import Any, Final, TypeAlias, TypeVar, overload

from bot.command.spec import Guard, Handler, Trigger
from bot.events import Cheered, Event, Redeemed

ATTRIBUTE: Final = "__soulfra_command__"

Function = TypeVar("Function", bound=Handler)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What `@command` was told. Kept on the function."""

    guards: tuple[Guard, ...] = ()
    name: str | None = None
    private: bool = False
    aliases: tuple[str, ...] = ()
    hidden: bool = False
    ask_missing: bool = False
    menu: str = ""
    inline: bool = False
    platforms: tuple[str, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    subscriber: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Commands that share their first words. `source` is the `file:line` that made it."""

    name: str
    about: str
    commands: tuple["Item", ...]
    source: str = ""


Item: TypeAlias = Callable[..., Any] | Group
"""What can be compiled: a function under `@command` or `@on`, or a group of commands."""


@overload
def command(function: Function, /) -> Function: ...
@overload
def command(
    *guards: Guard,
    name: str | None = None,
    private: bool = False,
    aliases: Iterable[str] = (),
    hidden: bool = False,
    ask_missing: bool = False,
    menu: str = "",
    inline: bool = False,
    platforms: Iterable[str] = (),
    triggers: Iterable[Trigger] = (),
) -> Callable[[Function], Function]: ...
def command(
    *guards: Any,
    name: str | None = None,
    aliases: Iterable[str] = (),
    platforms: Iterable[str] = (),
    triggers: Iterable[Trigger] = (),
    **flags: Any,
) -> Any:
    """Declare a function to be a command and return the same function. Works bare (`@command`) too.

    Guards are entered in this order. `name` replaces the function's own name. `private`: its answer is for the asker alone.
    `aliases`: further whole paths to type (`"b"`, `"vault p"`). `hidden`: not in help and menus. `ask_missing`: asks for
    what is missing instead of refusing. `menu`: its label in Discord's context menu, of a user when its first option is a
    `User`, of a message when it has a `Said`. `inline`: its answer can be had in Telegram's inline mode; it must not write.
    `platforms`: those it is for (`"twitch"`), all when empty. `triggers`: events that run it too (`on.redemption("Bless")`);
    the event's text is its line.
    """
    told = Declaration(
        name=name, aliases=_several(aliases), platforms=_several(platforms), triggers=tuple(triggers), **flags
    )
    if len(guards) == 1 and isinstance(guards[0], FunctionType):
        return _declare(guards[0], told)
    declaration = replace(told, guards=guards)
    return lambda function: _declare(function, declaration)


class On:
    """What happens besides commands: `@on(Raided)` declares a subscriber, `on.redemption(…)` and `on.cheer(…)` are triggers."""

    def __call__(self, event: type[Event], /, *guards: Guard, **equal: str | int) -> Callable[[Function], Function]:
        """Declare a subscriber: `async def thank(ctx, event: Raided, *, ledger: Ledger) -> Message | None`.

        `equal` are fields of the event that must be this, texts without regard to case: `@on(Reacted, emoji="⭐")`. What it
        returns is said where the event happened; None says nothing.
        """
        wanted = {name: str(value) for name, value in equal.items()}
        told = Declaration(guards, triggers=(Trigger(event, wanted),), subscriber=True)
        return lambda function: _declare(function, told)

    def redemption(self, title: str) -> Trigger:
        """Channel points were spent on the reward of this title (Twitch); what was typed with it is the command's line."""
        return Trigger(Redeemed, {"reward": title})

    def cheer(self, bits: int) -> Trigger:
        """So many bits or more were given (Twitch); what was typed with them is the command's line."""
        return Trigger(Cheered, {}, {"bits": bits})


on: Final = On()


def group(name: str, about: str, *commands: Item) -> Group:
    """Commands under one word: `group("vault", "Your keepsakes.", put, get)` makes `vault put` and `vault get`.

    A group may hold groups, once: three words are the most.
    """
    frame = inspect.currentframe()
    return Group(name, about, commands, _line(frame.f_back if frame else None))


def declaration(function: object) -> Declaration | None:
    """What `@command` was told about this function; None when it was not used."""
    found = getattr(function, ATTRIBUTE, None)
    return found if isinstance(found, Declaration) else None


def _declare(function: Function, what: Declaration) -> Function:
    if isinstance(function, FunctionType):  # anything else stays undeclared, which the compiler reports
        setattr(function, ATTRIBUTE, what)
    return function


def _several(given: Iterable[str]) -> tuple[str, ...]:
    """As a tuple; one text is one, not its letters."""
    return (given,) if isinstance(given, str) else tuple(given)


def _line(frame: FrameType | None) -> str:
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else ""
