"""The App owns every registry and the life of the process. Two Apps can live in one process."""

import asyncio
import importlib
import logging
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack, suppress
from functools import cached_property
from typing import Protocol, TypeAlias, TypeVar, cast

from bot import platforms
from bot.adapter import Platform
from bot.command import CommandSpec, Group, Registry, check_services, compile_commands
from bot.delivery import Delivery
from bot.errors import DefinitionError, SettingsError
from bot.identity import Identity, OnMerge
from bot.intake import Intake
from bot.lanes import Lanes
from bot.router import Router
from bot.security.keyring import Keyring
from bot.store import Store, Tx, inbox, people
from bot.users import Place, User
from config.settings import Settings

T = TypeVar("T")
_DRAIN = 3.0
Registrable: TypeAlias = Callable[..., object] | Group
log = logging.getLogger(__name__)


class Plugin(Protocol):
    """A module with `setup(app)`, named in the settings."""

    def setup(self, app: "App") -> None: ...


class App:
    """Features register themselves in `setup(app)`; then `start`, and `stop` at the end."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.identity = Identity()
        self.platforms: dict[str, Platform] = {}
        self._ending = AsyncExitStack()
        self._commands: list[Registrable] = []
        self._services: dict[type, object] = {}
        self._migrations: list[str] = []
        self._reports: dict[str, Callable[[Tx], int]] = {}
        self.registry = Registry()
        self.provide(self.identity)
        self.provide(self.registry)

    # --- what setup(app) calls -------------------------------------------------------------------------------------------

    def add(self, *commands: Registrable) -> None:
        """Register handlers and groups."""
        self._commands.extend(commands)

    def provide(self, service: object) -> None:
        """Inject this object wherever a keyword-only parameter has its type."""
        self._services[type(service)] = service

    def service(self, kind: type[T]) -> T:
        """What was provided of this type. Raises `KeyError` when nothing was."""
        return cast(T, self._services[kind])

    def on_merge(self, fn: OnMerge) -> None:
        """`fn(tx, kept, gone)` moves a feature's rows when two people turn out to be one. A `UserError` refuses the merge."""
        self.identity.on_merge.append(fn)

    def migrations(self, package: str) -> None:
        """A package of Alembic revisions that this feature brings."""
        self._migrations.append(package)

    def report(self, name: str, fn: Callable[[Tx], int]) -> None:
        """A number for the state page, read in one snapshot."""
        self._reports[name] = fn

    @cached_property
    def keyring(self) -> Keyring:
        """The keys of this installation; made at the first use."""
        return Keyring.open(self.settings.data)

    # --- building --------------------------------------------------------------------------------------------------------

    def load(self) -> "App":
        """Set up every plugin that the settings name. Raises `SettingsError` for one that is not there."""
        for name in self.settings.plugins:
            try:
                plugin = cast(Plugin, importlib.import_module(name))
            except ModuleNotFoundError as error:
                raise SettingsError(f"plugins: {name!r} cannot be imported: {error}") from error
            if not hasattr(plugin, "setup"):
                raise SettingsError(f"plugins: {name!r} is no plugin: it has no setup(app)")
            plugin.setup(self)
        return self

    def compile(self, checks: Iterable[platforms.Check] = ()) -> list[CommandSpec]:
        """Every command, checked by these platforms. Raises `DefinitionError` with all problems."""
        specs, problems = compile_commands(self._commands)
        problems += check_services(specs, self._services)
        problems += [problem for check in checks for spec in specs for problem in check(spec)]
        if problems:
            raise DefinitionError(problems)
        return specs

    # --- life ------------------------------------------------------------------------------------------------------------

    async def start(self, adapters: Iterable[Platform] | None = None) -> None:
        """Open the store, connect the platforms (those with a token, or these), take up what an earlier process left."""
        if adapters is None:
            adapters = [platforms.create(name, self.settings) for name in self.settings.configured]
        self.platforms = {one.name: one for one in adapters}
        specs = self.compile(one.check for one in self.platforms.values())
        self.settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.store = await Store.open(self.settings.data / "soulfra.db", self.keyring, self._migrations)
        self._ending.push_async_callback(self.store.close)
        for spec in specs:
            self.registry.add(spec)
        router = Router(self.registry, self._services, self._prefixes(), self._resolve)
        self.intake = Intake(self.store, router, Lanes(), Delivery(self.store, self.platforms))
        self._ending.push_async_callback(self.intake.close)
        left = await self.intake.left()
        for one in self.platforms.values():
            self._ending.push_async_callback(self._stop, one)
        self._ending.push_async_callback(self._drain)
        await asyncio.gather(*(one.start(self.intake, specs) for one in self.platforms.values()))
        self.intake.resume(left)

    async def stop(self) -> None:
        """Answer what is being worked on, then no more events; let go of everything."""
        await self._ending.aclose()

    async def _drain(self) -> None:
        """While the platforms can still be written to."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN):
                await self.intake.quiet()

    @staticmethod
    async def _stop(platform: Platform) -> None:
        try:
            await platform.stop()
        except Exception:
            log.exception("%s did not stop cleanly", platform.name)

    def _prefixes(self) -> dict[str, str]:
        return {"discord": self.settings.discord.prefix, "twitch": self.settings.twitch.prefix, "telegram": "/"}

    async def _resolve(self, place: Place, ref: str) -> User | None:
        """The platform knows best; else somebody who has spoken to us before."""
        platform = self.platforms.get(place.platform)
        found = await platform.resolve(ref, place) if platform else None
        return found or await self.store.read(people.find_user, place.platform, ref.removeprefix("@"))

    async def state(self) -> dict[str, int]:
        """The numbers of the state page."""
        return await self.store.read(self._numbers)

    def _numbers(self, tx: Tx) -> dict[str, int]:
        return {**inbox.counts(tx), **{name: fn(tx) for name, fn in self._reports.items()}}
