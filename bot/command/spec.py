"""What can be asked: a command, compiled once from the signature of a function (`bot.command.signature`)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, runtime_checkable

from bot.command.binding import Binder, compile_binder
from bot.command.grammar import Parser, compile_parser, format_options
from bot.command.invocation import Raw
from bot.command.option import Option, placeholders
from bot.message import Message

Handler: TypeAlias = Callable[..., Awaitable[Message]]


@runtime_checkable
class Guard(Protocol):
    """A check with two ends. `enter` raises `UserError` to refuse; `settle` hears how it went."""

    def enter(self, ctx: Any) -> None:  # noqa: ANN401  (the context lies above this package)
        """Before the handler."""

    def settle(self, ctx: Any, succeeded: bool) -> None:  # noqa: ANN401
        """After it; `succeeded` is False for a refusal or a failure."""


@dataclass(slots=True, eq=False)
class CommandSpec:
    """A command: everything that the platforms, the router, the help page and `soulfra check` need to know of it.

    `path` is its words (`"vault put"`), `group_about` describes the group it stands in, `source` is `file:line`,
    `private` means that the answer is for the asker alone, `services` are the keyword-only parameters, injected by
    type.
    """

    path: str
    about: str
    options: tuple[Option, ...]
    handler: Handler
    services: Mapping[str, type] = field(default_factory=dict)
    guards: tuple[Guard, ...] = ()
    private: bool = False
    source: str = ""
    group_about: str = ""
    parse: Parser = field(init=False, repr=False)
    """The rest of the line as named raw values. Pure. Raises `UserError` for words that have no place."""
    bind: Binder = field(init=False, repr=False)
    """Checked and converted values for the handler, on every platform the same. Raises `UserError`."""

    def __post_init__(self) -> None:
        self.parse = compile_parser(self.options)
        self.bind = compile_binder(self.options, self.usage)

    def format(self, mapping: Mapping[str, Raw]) -> str:
        """The rest of a line that `parse` reads back as `mapping`."""
        return format_options(self.options, mapping)

    @property
    def usage(self) -> str:
        """`bless <to> [amount] [note]`."""
        return f"{self.path} {placeholders(self.options)}".rstrip()
