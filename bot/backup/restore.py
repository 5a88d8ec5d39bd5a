"""A backup becomes the installation again: fetched and proven beside it, then put in its place."""

import asyncio
import shutil
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.audit import ANCHORS, Anchors, Findings, examine
from bot.backup import content, swap
from bot.backup.databases import Installation
from bot.backup.make import CANARY, complete, manifest_of
from bot.backup.manifest import BackupError, Manifest, part
from bot.backup.targets import Target
from bot.security.keyring import SealError
from bot.store import SchemaError, Store
from bot.store.kept import recall
from bot.store.store import now


def newest(target: Target) -> str:
    """The name of the newest backup. Raises `BackupError` when there is none."""
    there = complete(target.names(""))
    if not there:
        raise BackupError("there is no backup", "backup_missing")
    return there[0]


def fetch(home: Installation, target: Target, name: str, work: Path) -> Manifest:
    """The files of a backup, each of them what the manifest says. Raises `BackupError`."""
    manifest = manifest_of(home, target, name, work)
    for each in manifest.files:
        target.get(f"{name}/{each.name}", work / each.name)
        if part(work / each.name) != each:
            raise BackupError(f"{name}: {each.name} is damaged", "backup_corrupted")
    return manifest


async def prove(home: Installation, manifest: Manifest, where: Path | str) -> Findings:
    """Numbers, chain and canary of a loaded database. Raises `BackupError` when anything is not as the manifest has it."""
    try:
        async with home.looking(where) as store:
            found = await store.read(examine, home.audits, [manifest.head] if manifest.head.seq else [])
            canary = await _canary(store)
    except SchemaError as error:
        raise BackupError(f"{manifest.name} cannot be read by this version: {error}", "backup_version") from error
    except BackupError:
        raise
    except Exception as error:  # whatever stands in the way of looking, nobody can say that it is sound
        raise BackupError(f"{manifest.name} cannot be looked into: {error!r}", "backup_corrupted") from error
    if found.wrong:
        raise BackupError(f"{manifest.name} is not sound: {'; '.join(found.wrong)}", "backup_corrupted")
    if canary != manifest.name:
        raise BackupError(f"{manifest.name} holds the rows of {canary or 'something else'}", "backup_corrupted")
    return found


async def restore(home: Installation, target: Target, name: str, *, over: bool) -> Manifest:
    """Nothing changes unless all is well; then everything does. Only for who holds the data folder's lock."""
    work, stamp = swap.begin(home.data), f"{datetime.now(UTC):%Y%m%dt%H%M%S%f}"
    try:
        manifest = await asyncio.to_thread(fetch, home, target, name, work)
        await prove(home, manifest, await asyncio.to_thread(home.database.load, work))
        await asyncio.to_thread(_blobs, home, target, work)
        await asyncio.to_thread(home.database.settle, work)
        Anchors(work / ANCHORS).note(manifest.head, manifest.made)
        await asyncio.to_thread(home.database.replace, stamp, over=over)
    except BaseException:
        with suppress(BackupError):  # the next restore discards it
            home.database.discard()
        shutil.rmtree(work)
        raise
    swap.decide(home.data, stamp, [*home.database.files, ANCHORS])
    swap.finish(home.data)
    return manifest


class Drill:
    """What a drill measured: `age` is what would have been lost (RPO), `took` how long to have it again (RTO), in seconds."""

    def __init__(self, manifest: Manifest, took: float) -> None:
        self.manifest, self.took = manifest, took
        self.age = (now() - manifest.made) / 1e6


async def drill(home: Installation, target: Target, work: Path) -> Drill:
    """Restore the newest backup into `work`, look at everything, and leave it. Raises `BackupError`."""
    began = time.monotonic()
    name = await asyncio.to_thread(newest, target)
    manifest = await asyncio.to_thread(fetch, home, target, name, work)
    try:
        await prove(home, manifest, await asyncio.to_thread(home.database.load, work))
        await asyncio.to_thread(_look_at_blobs, target, work)
    finally:
        with suppress(BackupError):
            await asyncio.to_thread(home.database.discard)
    return Drill(manifest, time.monotonic() - began)


async def _canary(store: Store) -> str | None:
    try:
        return await store.read(recall, CANARY)
    except SealError as error:
        raise BackupError(f"its sealed rows do not open: {error}", "backup_corrupted") from error


def _blobs(home: Installation, target: Target, work: Path) -> None:
    for _ in content.fetch(target, work, home.blobs):
        pass


def _look_at_blobs(target: Target, work: Path) -> None:
    for file in content.fetch(target, work, None):
        file.unlink()
