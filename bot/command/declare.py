"""How a developer says that a function is a command.

Nothing is registered and nothing fails here: what is wrong is reported by `compile_commands`.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType, FunctionType
from typing import Any, Final, TypeAlias, TypeVar, overload

from bot.command.spec import Guard, Handler

ATTRIBUTE: Final = "__soulfra_command__"

Function = TypeVar("Function", bound=Handler)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What `@command` was told. Kept on the function."""

    guards: tuple[Guard, ...] = ()
    name: str | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Commands that share their first word. `source` is the `file:line` that made it."""

    name: str
    about: str
    commands: tuple["Item", ...]
    source: str = ""


Item: TypeAlias = Callable[..., Any] | Group
"""What can be compiled: a function under `@command`, or a group of them."""


@overload
def command(function: Function, /) -> Function: ...
@overload
def command(*guards: Guard, name: str | None = None, private: bool = False) -> Callable[[Function], Function]: ...
def command(*guards: Any, name: str | None = None, private: bool = False) -> Any:
    """Declare a function to be a command and return the same function.

    `name` replaces the function's own name; `private` means that its answer is for the asker alone. Guards are entered
    in this order. Works bare (`@command`) too.
    """
    if len(guards) == 1 and isinstance(guards[0], FunctionType) and name is None and not private:
        return _declare(guards[0], Declaration())
    declaration = Declaration(guards, name, private)
    return lambda function: _declare(function, declaration)


def group(name: str, about: str, *commands: Item) -> Group:
    """Commands under one word: `group("vault", "Your keepsakes.", put, get)` makes `vault put` and `vault get`."""
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


def _line(frame: FrameType | None) -> str:
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else ""
