"""Plugins: `setup(app)` of a module, what it registers, and how all of that is taken out again."""

import importlib
import inspect
import logging
import re
import traceback
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, cast

from bot.audit import Audit
from bot.command import CommandSpec, Group, Handler, Registry, check_paths, compile_commands
from bot.context import Ended
from bot.drawings import Draw, Drawings
from bot.errors import DefinitionError, Problem, SoulfraError
from bot.flows import FlowFn, Job
from bot.flows.model import Shape
from bot.identity import Identity, OnMerge
from bot.languages import Languages
from bot.message import Text
from bot.notices import Notices, check_topic
from bot.retention import Forget
from bot.router import Listener, Make, MakeGuard, Middleware
from bot.store import Store, Tx
from bot.store.migrations import folder
from bot.users import Place

if TYPE_CHECKING:
    from fastapi import APIRouter

T = TypeVar("T")
Registrable: TypeAlias = Callable[..., object] | Group
Undo: TypeAlias = Callable[[], None]
Start: TypeAlias = Callable[[Store], Awaitable[None]]
Moved: TypeAlias = Callable[[str, str, str], Awaitable[None]]
Check: TypeAlias = Callable[[], Iterable[str]]

GROUP: Final = "soulfra.plugins"
"""The entry points by which an installed package is found: `water = "water"` names a module with `setup(app)`."""

_PREFIX: Final = re.compile(r"(/[a-z0-9][a-z0-9_.-]*)+")
_TAKEN: Final = ("/b", "/livez", "/readyz", "/sandbox", "/openapi.json")
log = logging.getLogger(__name__)


class RefusedError(SoulfraError):
    """A plugin is refused as a whole. The text goes on after its name: "is no plugin: it has no setup(app)"."""

    code = "plugin"


@dataclass(slots=True)
class Plugin:
    """What one plugin registered. `undo` takes each of it out again, the newest first; `closing` takes out its commands."""

    name: str
    commands: list[Registrable] = field(default_factory=list)
    specs: list[CommandSpec] = field(default_factory=list)
    provides: set[type] = field(default_factory=set)
    starts: list[Start] = field(default_factory=list)
    undo: list[Undo] = field(default_factory=list)
    closing: list[Undo] = field(default_factory=list)

    @property
    def needs(self) -> set[type]:
        """The types of the services of its commands."""
        return {kind for spec in self.specs for kind in spec.services.values()}

    def close(self) -> None:
        """Nobody can ask for its commands any more."""
        self._undo(self.closing)

    def withdraw(self) -> None:
        """Nothing of it is left, whatever one of the undos raises."""
        self.close()
        self._undo(self.undo)

    def _undo(self, steps: list[Undo]) -> None:
        while steps:
            try:
                steps.pop()()
            except Exception:
                log.exception("plugin %r: something could not be taken out", self.name)


@cache
def installed() -> dict[str, EntryPoint]:
    """The plugins of installed packages, by name."""
    return {point.name: point for point in entry_points(group=GROUP)}


def find(name: str) -> Callable[[Any], None]:
    """`setup` of the plugin of this name: an entry point, else a module. Raises `RefusedError`."""
    point = installed().get(name)
    try:
        plugin = point.load() if point else importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise RefusedError(f"cannot be imported: {error}") from error
    except Exception as error:
        raise RefusedError(f"cannot be imported: {told(error)}") from error
    setup = getattr(plugin, "setup", None if point is None else plugin)
    if not callable(setup):
        raise RefusedError("is no plugin: it has no setup(app)")
    return cast(Callable[[Any], None], setup)


def set_up(setup: Callable[[Any], object], app: "Registrations") -> None:
    """Call it. Raises `RefusedError` for one that only would do something if it were awaited."""
    promised = setup(app)
    if inspect.iscoroutine(promised):
        promised.close()
        raise RefusedError("has an async setup(app), which must be a plain function")


def told(error: BaseException) -> str:
    """What was raised, and where."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{where}"


def listed(what: str, problems: Iterable[Problem]) -> RefusedError:
    """A refusal for these problems, one to a line."""
    return RefusedError("\n  ".join([f"{what}:", *map(str, problems)]))


class Registrations:
    """What `setup(app)` calls. Everything is noted with its undo for the plugin that is being set up."""

    def __init__(self) -> None:
        self.identity = Identity()
        self.registry = Registry()
        self.languages = Languages()
        self.notices = Notices()
        self.drawings = Drawings()
        self.mounts: dict[str, APIRouter] = {}
        self._services: dict[type, object] = {}
        self._scoped: dict[type, Make] = {}
        self._middleware: list[Middleware] = []
        self._migrations: list[str] = []
        self._reports: dict[str, Callable[[Tx], int]] = {}
        self._listening: list[Listener] = []
        self._moving: list[Moved] = []
        self._guards: list[MakeGuard] = []
        self._ended: list[Ended] = []
        self._audits: dict[str, Audit] = {}
        self._retained: list[Forget] = []
        self._jobs: dict[str, Job] = {}
        self._flows: dict[str, Shape] = {}
        self._checking: list[Check] = []
        self._own = Plugin("")
        self._into: Plugin | None = self._own

    def add(self, *commands: Registrable) -> None:
        """Register commands, groups of them, and subscribers of events."""
        self._noting.commands.extend(commands)

    def provide(self, service: object) -> None:
        """Inject this object wherever a keyword-only parameter has its type."""
        self._offer(self._services, type(service), service)

    def provide_each(self, kind: type, make: Make) -> None:
        """Inject what `make(ctx)` makes, anew for every invocation that asks for a `kind`.

        It makes a value, an awaitable of one, or an async context manager that is left when the handler is done.
        """
        self._offer(self._scoped, kind, make)

    def use(self, middleware: Middleware) -> None:
        """Run `async def middleware(ctx, call_next) -> Message | None` around every handler, the first one outermost."""
        self._append(self._middleware, middleware)

    def on_merge(self, fn: OnMerge) -> None:
        """`fn(tx, kept, gone)` moves a feature's rows when two people turn out to be one. A `UserError` refuses the merge."""
        self._append(self.identity.on_merge, fn)

    def on_start(self, fn: Start) -> None:
        """`await fn(store)` before the first event comes in: what a feature keeps in memory is read. It may raise to refuse."""
        self._noting.starts.append(fn)

    def on_listen(self, subscriber: Handler, fn: Callable[[Place], bool]) -> None:
        """This subscriber of `Spoke` hears the talk of the places for which `fn(place)` is True. It is asked for every line."""
        self._append(self._listening, (subscriber, fn))

    def on_moved(self, fn: Moved) -> None:
        """`await fn(platform, old, new)` when a place has another id (a Telegram group that grew): what is kept by it follows."""
        self._append(self._moving, fn)

    def migrations(self, package: str) -> None:
        """A package of Alembic revisions that this feature brings. Raises `SchemaError` when it is none."""
        folder(package)
        self._append(self._migrations, package)

    def report(self, name: str, fn: Callable[[Tx], int]) -> None:
        """A number for the state page, read in one snapshot."""
        if name in self._reports:
            raise ValueError(f"there is another report {name!r}")
        self._put(self._reports, name, fn)

    def topic(self, name: str, about: Text) -> None:
        """What `tx.send(person, message, topic=name)` tells people of, in words for them: they can say that they do not want it."""
        check_topic(self.notices.topics, name)
        self._put(self.notices.topics, name, about)

    def drawing(self, name: str, fn: Draw) -> None:
        """`await fn(what)` draws `Image(…, draw="name:what")` when it is sent: PNG or JPEG, computed off the loop.

        It is drawn again when it is sent again, so it gives the same each time. What it raises is logged, and the words that
        stand for the picture are said in its place.
        """
        self.drawings.check(name)
        self._put(self.drawings.ways, name, fn)

    def guard(self, make: MakeGuard) -> None:
        """`make(spec)` gives a guard for a command, behind those it has of its own, or None."""
        self._append(self._guards, make)

    def on_end(self, fn: Ended) -> None:
        """`fn(tx, invocation, succeeded)` in the transaction in which an invocation ends: finished, expired or given up.

        `invocation` is its id. One that was carried out and lost its answer has succeeded. Ended without a write, a hold or a
        step of its own it is not told of. It must not raise.
        """
        self._append(self._ended, fn)

    def audit(self, name: str, fn: Audit) -> None:
        """A number that is 0 while all is well, counted by `soulfra audit`, after a restore and in drills."""
        if name in self._audits:
            raise ValueError(f"there is another audit {name!r}")
        self._put(self._audits, name, fn)

    def check(self, fn: Check) -> None:
        """`fn()` gives what is wrong with what an operator wrote, a line each, when every plugin is there: for `soulfra check`."""
        self._append(self._checking, fn)

    def retain(self, fn: Forget) -> None:
        """`fn(tx, before)` removes at most 1,000 rows that ended before that time (µs), and returns how many they were."""
        self._append(self._retained, fn)

    def flow(self, fn: FlowFn) -> None:
        """`async def fn(run: Run, …) -> result`: work in several steps, which `Flows.start` begins and a restart does not end.

        It is known by its module and name. Raises `TypeError` for what cannot be a flow.
        """
        shape = Shape(fn)
        if shape.name in self._flows:
            raise ValueError(f"there is another flow {shape.name}")
        self._put(self._flows, shape.name, shape)

    def schedule(self, name: str, cron: str, fn: Callable[[Store], Awaitable[object]]) -> None:
        """`await fn(store)` at these times (cron in UTC: minute hour day month weekday), in one process of all.

        It may be run again after a crash: effects belong into `store.write` under a key of their own.
        """
        if name in self._jobs:
            raise ValueError(f"there is another job {name!r}")
        self._put(self._jobs, name, Job(name, cron, fn))

    def mount(self, prefix: str, router: "APIRouter") -> None:
        """Serve these pages under `prefix` (`"/codex"`): a path of our web server, lower case, without a slash at its end."""
        if not _PREFIX.fullmatch(prefix) or any(f"{prefix}/".startswith(f"{path}/") for path in _TAKEN):
            raise ValueError(
                f"nothing can be mounted at {prefix!r}: expected a path like /codex that is not the server's"
            )
        if prefix in self.mounts:
            raise ValueError(f"something else is mounted at {prefix}")
        self._put(self.mounts, prefix, router)

    def translations(self, path: Path) -> None:
        """A folder of catalogues (`de.po`) for the texts of this feature. Raises `NotADirectoryError` when there is none."""
        self._noting.undo.append(self.languages.add(path))

    @property
    def packages(self) -> Sequence[str]:
        """The packages of migrations of all plugins, in their order."""
        return tuple(self._migrations)

    def service(self, kind: type[T]) -> T:
        """What was provided of this type. Raises `KeyError` when nothing was."""
        return cast(T, self._services[kind])

    # --- with an undo ----------------------------------------------------------------------------------------------------

    @property
    def _noting(self) -> Plugin:
        if self._into is None:
            raise RuntimeError("the bot runs: a plugin registers in its setup(app), which `app.load_plugin` calls")
        return self._into

    def _offer(self, table: dict[Any, Any], kind: type, what: object) -> None:
        """One type, one service; only who made the app replaces what is there."""
        if self._noting is not self._own and kind in self._kinds:
            raise ValueError(f"the service {kind.__name__} is provided already")
        self._noting.provides.add(kind)
        self._put(table, kind, what)

    @property
    def _kinds(self) -> set[type]:
        """The types of everything that is provided."""
        return {*self._services, *self._scoped}

    def _put(self, table: dict[Any, Any], key: object, value: object) -> None:
        self._noting.undo.append(lambda: table.pop(key, None))
        table[key] = value

    def _append(self, table: list[T], value: T) -> None:
        self._noting.undo.append(lambda: table.remove(value))
        table.append(value)

    def _register(self, plugin: Plugin) -> None:
        """Compile its commands and put them beside those of the others. Raises `RefusedError`."""
        specs, problems = compile_commands(plugin.commands)
        if problems:
            raise listed("has commands that cannot work", problems)
        if clashes := check_paths([*self.registry, *specs]):
            raise listed("has commands that are there already", clashes)
        if unclear := self.languages.clashes(specs):
            raise listed("has choices that people could not tell apart", unclear)
        specs = [self.languages.worded(spec) for spec in specs]
        try:
            names = self.languages.paths(specs, self.registry)
            for spec in specs:
                plugin.closing.append(self.registry.add(spec, names[spec.path]))
        except DefinitionError as error:
            raise listed("has commands that are there already", error.problems) from error
        plugin.specs = specs
