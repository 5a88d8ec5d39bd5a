"""The App owns every registry and the life of the process. Two Apps can live in one process."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import cached_property
from pathlib import Path

from bot import languages, notices, platforms
from bot.adapter import Platform, Webhook
from bot.audit import ANCHORS, Anchors, Audit
from bot.backup import Backups, finish, resume
from bot.context import Ended
from bot.drawings import has_drawings
from bot.errors import SettingsError
from bot.flows import Flows
from bot.intake import Intake
from bot.loading import Loading
from bot.lock import Lock
from bot.message import Message
from bot.model import Models, budget
from bot.moderation.moderation import Moderation
from bot.plugins import Plugin, RefusedError, told
from bot.retention import sweep
from bot.router import Router
from bot.security.keyring import Keyring
from bot.sender import Sender
from bot.servers import Servers
from bot.store import Store, Tx, inbox, migrations, outbox, people
from bot.store.blobs import Blobs, has_files
from bot.store.events import head, seal_due
from bot.store.store import now
from bot.users import Channel, Place, Role, User
from config.settings import Settings

_DRAIN = 3.0
log = logging.getLogger(__name__)


class App(Loading):
    """Features register themselves in `setup(app)`; then `start`, and `stop` at the end.

    `address` is that of our own web server, once there is one. `alone`: no other process works on its database. On
    PostgreSQL that is made sure of; who says that it is not (with the same keys in both data folders) gets what flows do
    for several processes, and no more: what the inbox and the outbox hold would be done by each.
    """

    def __init__(self, settings: Settings, *, alone: bool = True) -> None:
        super().__init__(settings)
        self.address: str | None = None
        self._alone = alone
        self.blobs = Blobs(settings.data / "blobs", lambda: settings.web.public or self.address)
        self._changing = asyncio.Lock()
        self._ending = AsyncExitStack()
        self.servers = Servers({"discord": settings.discord.prefix, "twitch": settings.twitch.prefix, "telegram": "/"})
        self.languages.of_place = self.servers.language
        url = settings.database.url
        self.flows = Flows(
            settings.data, url.get_secret_value() if url else None, self._flows, self._jobs, self.service
        )
        self.provide(self.flows)
        self.models = Models(settings.model)
        moderation = Moderation(self.models.flagged if self.models.moderates else None)
        for service in (
            self.identity,
            self.registry,
            self.languages,
            self.notices,
            self.servers,
            self.blobs,
            self.models,
            moderation,
        ):
            self.provide(service)
        self.on_merge(budget.merge)
        self.on_merge(languages.merge)
        self.on_merge(notices.merge)
        self.on_start(self.languages.load)
        self.on_start(self.servers.load)
        self.on_moved(lambda platform, old, new: self.servers.moved(self.store, platform, old, new))
        self.report("unknown", lambda tx: outbox.count(tx, "unknown"))
        self.report("dead", lambda tx: outbox.count(tx, "dead"))
        self.anchors = Anchors(settings.data / ANCHORS)
        self.schedule("anchor", "* * * * *", self._anchor)
        self.schedule("retention", "23 * * * *", self._retain)
        if settings.backup.targets:
            self.schedule("backup", settings.backup.every, self._back_up)

    @cached_property
    def keyring(self) -> Keyring:
        """The keys of this installation; made at the first use."""
        return Keyring.open(self.settings.data)

    @cached_property
    def backups(self) -> Backups:
        """The backups of this installation."""
        return Backups(self.settings, self.keyring, self._migrations, self._audits)

    @property
    def audits(self) -> Mapping[str, Audit]:
        """What is 0 while all is well, by name."""
        return self._audits

    @property
    def ended(self) -> Collection[Ended]:
        """What is called in the commit in which an invocation ends."""
        return self._ended

    @property
    def webhooks(self) -> Mapping[str, Webhook]:
        """What platforms listen to on our web server, by path."""
        return {path: hook for one in self.platforms.values() for path, hook in one.webhooks.items()}

    # --- plugins ---------------------------------------------------------------------------------------------------------

    async def load_plugin(self, name: str) -> None:
        """Set up one more while the bot runs. Raises `RefusedError` when it cannot work: nothing of it is there then."""
        async with self._changing:
            if name in self._plugins:
                raise RefusedError(f"{name!r} is there already")
            self._set_up(name)
            self._check(self._checks)
            for step in (self._migrate, self._begin):
                if name in self._plugins:
                    await step(self._plugins[name])
            if name not in self._plugins:
                raise RefusedError(f"{name!r} {self.refused[name]}")
            await self._refresh()

    async def unload(self, name: str) -> None:
        """Take out everything that a plugin registered, while the bot runs; what runs is finished first.

        Not from within a command, which would wait for its own end. Raises `KeyError` for a plugin that is not there, and
        `RefusedError` while others need its services.
        """
        async with self._changing:
            plugin = self._plugins[name]
            if users := [
                one.name for one in self._plugins.values() if one is not plugin and one.needs & plugin.provides
            ]:
                raise RefusedError(f"{name!r} is needed by {', '.join(users)}")
            plugin.close()
            await self._drain()
            del self._plugins[name]
            plugin.withdraw()
            await self._refresh()

    async def _migrate(self, plugin: Plugin) -> None:
        """Make its tables."""
        try:
            await migrations.upgrade(self.database, self._migrations)
        except Exception as error:  # a revision may raise whatever it likes
            self._refuse(plugin, f"has migrations that fail: {told(error)}")

    async def _begin(self, plugin: Plugin) -> None:
        """What it wants done before the first event."""
        try:
            for start in plugin.starts:
                await start(self.store)
        except Exception as error:
            if plugin is self._own:
                raise
            self._refuse(plugin, f"cannot start: {told(error)}")
            self._refuse_unserved()
            if isinstance(error, SettingsError):  # it is for an operator to put right
                raise
            log.error("plugins: %r is left out: it %s", plugin.name, self.refused[plugin.name])  # noqa: TRY400  (it is told)

    async def _refresh(self) -> None:
        """Let router and platforms know what there is now."""
        self._router.refresh()
        await self.flows.refresh()
        for one in self.platforms.values():
            try:
                await one.register(self._specs(one.name))
            except Exception:
                log.exception("%s was not told of the new commands", one.name)

    # --- life ------------------------------------------------------------------------------------------------------------

    async def start(self, adapters: Iterable[Platform] | None = None) -> None:
        """Open the store, connect the platforms (those with a token, or these), take up what an earlier process left.

        Raises `SettingsError` for what an operator wrote wrongly, when no plugin at all can be taken in, and for commands
        added outside of plugins; `InUseError` when another process works on the data folder or the database.
        """
        if adapters is None:
            adapters = [platforms.create(name, self.settings) for name in self.settings.configured]
        self.platforms = {one.name: one for one in adapters}
        self._finish_loading()
        self._ending.callback(Lock.take(self.settings.data).release)
        finish(self.settings.data)
        await self._hold()
        await self._open()
        self._ending.push_async_callback(self.store.close)
        self._ending.push_async_callback(self.models.close)
        self._ending.push_async_callback(self._anchor_last)
        for plugin in [self._own, *self._plugins.values()]:
            if plugin is self._own or plugin.name in self._plugins:
                await self._begin(plugin)
        self._router = self._make_router()
        self.flows.begin(self.store)
        self._ending.push_async_callback(self.flows.close)
        self.intake = self._make_intake(self._router)
        self._ending.push_async_callback(self.intake.close)
        left = await self.intake.left()
        for one in self.platforms.values():
            self._ending.push_async_callback(self._stop, one)
        self._ending.push_async_callback(self._drain)
        await self._connect()
        self.intake.resume(left)

    async def _connect(self) -> None:
        """All platforms at once. When one cannot begin, none is left beginning: they are stopped next."""
        beginning = [
            asyncio.ensure_future(one.start(self.intake, self._specs(one.name))) for one in self.platforms.values()
        ]
        try:
            await asyncio.gather(*beginning)
        finally:
            for one in beginning:
                one.cancel()
            await asyncio.gather(*beginning, return_exceptions=True)

    async def _hold(self) -> None:
        """The lock of a data folder holds its SQLite file too."""
        if self._alone and isinstance(self.database, str):
            from bot.store.postgres.hold import Hold  # noqa: PLC0415  (who uses SQLite does not wait for its driver)

            hold = await asyncio.to_thread(Hold.take, self.database)
            self._ending.push_async_callback(asyncio.to_thread, hold.release)

    async def _open(self) -> None:
        reading = self.settings.database.read_url
        self.store = await Store.open(
            self.database,
            self.keyring,
            self._migrations,
            read_url=reading.get_secret_value() if reading else None,
            connections=self.settings.database.connections,
        )
        self.blobs.open(self.store)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Store]:
        """The store alone, nothing connected: for what operators do beside a running bot."""
        resume(self.settings.data)
        await self._open()
        try:
            yield self.store
        finally:
            await self.store.close()

    async def _anchor(self, store: Store) -> None:
        """Note how far the events are, outside of the database."""
        await seal_due(store)
        await asyncio.to_thread(self.anchors.note, await store.read(head), now())

    async def _retain(self, store: Store) -> None:
        """What has been kept for long enough is removed."""
        await sweep(store, self.settings.retention, list(self._retained), self.flows.forget)

    async def _back_up(self, store: Store) -> None:
        """Into the targets of the settings."""
        await self.backups.make(store)

    async def _anchor_last(self) -> None:
        """A disk that is full does not keep the bot from ending."""
        try:
            await self._anchor(self.store)
        except Exception:
            log.exception("the head of the events was not noted in %s", self.anchors.path)

    async def stop(self) -> None:
        """Answer what is being worked on, then no more events; let go of everything."""
        await self._ending.aclose()

    def _make_router(self) -> Router:
        return Router(
            self.registry,
            self._services,
            self.servers.prefix,
            self._resolve,
            scoped=self._scoped,
            middleware=self._middleware,
            guards=self._guards,
            allowed=self.servers.allowed,
        )

    def _make_intake(self, router: Router) -> Intake:
        intake = Intake(
            self.store,
            router,
            Sender(
                self.platforms,
                translate=self.languages.translate,
                prepare=self._prepare,
                language_of=lambda user: self.languages.match(self.languages.chosen(user)),
            ),
            operators=self.settings.operators,
            ended=self._ended,
            language=self.languages.choose,
            localizations=self.languages.localizations,
        )
        intake.on_listen, intake.on_moved = self._listening, self._moving
        return intake

    @property
    def database(self) -> Path | str:
        """Where everything is kept: a SQLite file, or the URL of a PostgreSQL database."""
        url = self.settings.database.url
        return url.get_secret_value() if url else self.settings.data / "soulfra.db"

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

    async def _prepare(self, message: Message, platform: Platform) -> Message:
        """What is drawn is drawn, and what a platform can only link has an address, before it is rendered."""
        if (message.images or message.card) and has_drawings(message):
            message = await self.drawings.drawn(message)
        return await self.blobs.addressed(message) if platform.links_files and has_files(message) else message

    async def _resolve(
        self, place: Place, ref: str, kind: type[User | Channel | Role] = User, /
    ) -> User | Channel | Role | None:
        """The platform knows best; else somebody who has spoken to us before."""
        platform = self.platforms.get(place.platform)
        found = await platform.resolve(ref, place, kind) if platform else None
        if found is None and kind is User:
            return await self.store.read(people.find_user, place.platform, ref.removeprefix("@"))
        return found

    async def state(self) -> dict[str, int]:
        """The numbers of the state page."""
        return await self.store.read(self._numbers)

    def _numbers(self, tx: Tx) -> dict[str, int]:
        return {**inbox.counts(tx), **{name: fn(tx) for name, fn in self._reports.items()}}
