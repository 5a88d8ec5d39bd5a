"""What can be asked: a command, compiled once from the signature of a function (`bot.command.signature`)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, runtime_checkable

from bot.command.binding import Binder, compile_binder
from bot.command.grammar import Parser, compile_parser, format_options
from bot.command.invocation import Raw
from bot.command.lines import Reader, compile_reader
from bot.command.option import Option, placeholders
from bot.events import Event
from bot.message import Message

Handler: TypeAlias = Callable[..., Awaitable[Message | None]]


@runtime_checkable
class Guard(Protocol):
    """A check with two ends. `enter` raises `UserError` to refuse; `settle` hears how it went."""

    def enter(self, ctx: Any) -> Awaitable[None] | None:  # noqa: ANN401  (the context lies above this package)
        """Before the handler. What must ask somebody first returns an awaitable."""

    def settle(self, ctx: Any, succeeded: bool) -> None:  # noqa: ANN401
        """After it; `succeeded` is False for a refusal or a failure."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What runs a command or subscriber besides its name: an event of this type whose fields are these.

    `at_least` are fields that must reach a number (`on.cheer(100)`).
    """

    event: type[Event]
    equal: Mapping[str, str] = field(default_factory=dict)
    at_least: Mapping[str, int] = field(default_factory=dict)

    def matches(self, event: Event) -> bool:
        """Is this the event that is meant? Texts are compared without regard to case."""
        return (
            type(event) is self.event
            and all(str(getattr(event, name)).casefold() == text.casefold() for name, text in self.equal.items())
            and all(getattr(event, name) >= least for name, least in self.at_least.items())
        )


@dataclass(slots=True, eq=False)
class CommandSpec:
    """A command: everything that the platforms, the router, the help page and `soulfra check` need to know of it.

    `path` is its words (`"vault key rotate"`), at most three; `groups` maps every group it stands in (`"vault"`,
    `"vault key"`) to its description; `source` is `file:line`. `private` means that the answer is for the asker alone,
    `services` are the keyword-only parameters, injected by type. `aliases` are further paths for text, `hidden` keeps it
    out of help and menus, `ask_missing` asks for what is missing instead of refusing. `menu` is its label in Discord's
    context menu: of a user when its first option is a User, of a message when it is a Said. `inline` offers its answer in
    Telegram's inline mode: it must not write. `platforms` are those it is for, empty for all. `triggers` are the events
    that run it too; with `subscriber` it has no name to type and takes the event as its second parameter.
    """

    path: str
    about: str
    options: tuple[Option, ...]
    handler: Handler
    services: Mapping[str, type] = field(default_factory=dict)
    guards: tuple[Guard, ...] = ()
    private: bool = False
    source: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    hidden: bool = False
    ask_missing: bool = False
    menu: str = ""
    inline: bool = False
    platforms: tuple[str, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    subscriber: bool = False
    parse: Parser = field(init=False, repr=False)
    """The rest of the line as named raw values. Pure. Raises `UserError` for words that have no place."""
    bind: Binder = field(init=False, repr=False)
    """Checked and converted values for the handler, on every platform the same. Raises `UserError`."""
    read: Reader = field(init=False, repr=False)
    """`bind` of what `parse` makes of the rest of the line, in one step."""
    untyped: tuple[Option, ...] = field(init=False, repr=False)
    """The options that are never typed: files and the message that is meant (`bot.command.complete`)."""

    def __post_init__(self) -> None:
        self.untyped = tuple(option for option in self.options if not option.typed)
        self.parse = compile_parser(self.options)
        self.bind = compile_binder(self.options, self.usage)
        self.read = compile_reader(self.options, self.usage, self.parse, self.bind)

    def format(self, mapping: Mapping[str, Raw]) -> str:
        """The rest of a line that `parse` reads back as `mapping`."""
        return format_options(self.options, mapping)

    @property
    def usage(self) -> str:
        """`bless <to> [amount] [note]`."""
        return f"{self.path} {placeholders(self.options)}".rstrip()
