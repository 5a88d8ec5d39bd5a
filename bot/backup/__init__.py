"""Backups of a whole installation but for its keys, restores that are proven before they replace anything, and drills."""

import asyncio
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.audit import ANCHORS, Anchors, Audit
from bot.backup import make, restore
from bot.backup.databases import Installation, database
from bot.backup.manifest import BackupError, Manifest
from bot.backup.restore import Drill
from bot.backup.swap import finish, pending
from bot.backup.targets import open_target
from bot.lock import Lock
from bot.security.keyring import Keyring
from bot.store import Store
from config.settings import Settings

__all__ = ["BackupError", "Backups", "Drill", "Manifest", "finish", "resume"]


class Backups:
    """Those of one installation. Every method raises `BackupError`, with a code of its own for each thing that is wrong."""

    def __init__(
        self, settings: Settings, keys: Keyring, migrations: Sequence[str], audits: Mapping[str, Audit]
    ) -> None:
        self._settings = settings.backup
        anchors = Anchors(settings.data / ANCHORS)
        self._home = Installation(settings.data, database(settings), keys, migrations, audits, anchors)

    async def make(self, store: Store, targets: Sequence[str] = ()) -> Manifest:
        """Back up into these targets, or those of the settings, while the bot runs; the newest `keep` of each stay.

        One that cannot be reached does not keep the others from theirs; it is told when they are done.
        """
        failed: list[str] = []
        with self._workshop() as work:
            manifest = await make.gather(self._home, store, work)
            for where in self._targets(targets):
                try:
                    await asyncio.to_thread(self._put, where, manifest, work)
                except BackupError as error:
                    failed.append(str(error))
        if failed:
            raise BackupError("; ".join(failed), "backup_target")
        return manifest

    async def restore(self, where: str, name: str | None = None, *, over: bool = False) -> Manifest:
        """Make the installation what it was in this backup, the newest unless named. Raises `InUseError` while a bot runs.

        `over` lets a PostgreSQL database that is not empty be replaced. What was there is kept under another name.
        """
        lock = Lock.take(self._home.data)
        try:
            finish(self._home.data)
            target = open_target(where, self._settings.s3)
            if name is None:
                name = await asyncio.to_thread(restore.newest, target)
            return await restore.restore(self._home, target, name, over=over)
        finally:
            lock.release()

    async def drill(self, where: str) -> Drill:
        """Restore the newest backup beside, look at everything in it, and throw it away. Raises "backup_stale" for an old one.

        A backup is stale when the next one but one was due since.
        """
        with self._workshop() as work:
            drill = await restore.drill(self._home, open_target(where, self._settings.s3), work)
        if _overdue(self._settings.every, drill.manifest.made):
            age = f"{drill.age / 60:.0f} minutes old"
            raise BackupError(f"{drill.manifest.name} is sound, but {age}: backups are not being made", "backup_stale")
        return drill

    def _targets(self, targets: Sequence[str]) -> list[str]:
        if not (targets or self._settings.targets):
            raise BackupError("where to? Name a target, or set backup.targets", "backup_target")
        return list(targets or self._settings.targets)

    def _put(self, where: str, manifest: Manifest, work: Path) -> None:
        target = open_target(where, self._settings.s3)
        make.put(self._home, target, manifest, work)
        make.prune(self._home, target, self._settings.keep, work)

    @contextmanager
    def _workshop(self) -> Iterator[Path]:
        """A folder to work in, for one backup or drill at a time; what a crash left in it is gone."""
        room = self._home.data / "backup"
        work = room / "work"
        with ExitStack() as ending:
            ending.callback(Lock.take(room).release)
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir(mode=0o700)
            ending.callback(shutil.rmtree, work, ignore_errors=True)
            yield work


def resume(data: Path) -> None:
    """Carry out what a crash left of a restore, if it did. Raises `InUseError` while the restore is at it."""
    if pending(data):
        lock = Lock.take(data)
        try:
            finish(data)
        finally:
            lock.release()


def _overdue(every: str, made: int) -> bool:
    from croniter import croniter  # type: ignore[import-untyped]  # noqa: PLC0415  (slow to import)

    times = croniter(every, datetime.fromtimestamp(made / 1e6, UTC))
    times.get_next(datetime)
    return bool(times.get_next(datetime) <= datetime.now(UTC))
