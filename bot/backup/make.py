"""A backup is made: copied, looked through, audited, put into the targets, and only then called one."""

import asyncio
import logging
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from bot.audit import examine
from bot.backup import content
from bot.backup.databases import Installation
from bot.backup.manifest import FORMAT, NAME, BackupError, Manifest, pack, part, unpack
from bot.backup.targets import Target
from bot.store import Store
from bot.store.events import seal_due
from bot.store.kept import keep
from bot.store.migrations import heads
from bot.store.store import now

CANARY: Final = "backup/canary"
"""The sealed row that a restored database must open: it holds the name of the backup."""

_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}Z")
log = logging.getLogger(__name__)
_ABANDONED = 86_400 * 1_000_000


def named(made: int) -> str:
    """The name of a backup made at this time (µs): names in order are in the order of their times."""
    return f"{datetime.fromtimestamp(made / 1e6, UTC):%Y%m%dT%H%M%S}.{made % 1_000_000:06}Z"


async def gather(home: Installation, store: Store, work: Path) -> Manifest:
    """Everything that the backup is made of, in the folder `work`, checked. Raises `BackupError` for what is not right."""
    made = now()
    name = named(made)
    await store.write(keep, CANARY, name)  # whoever finds this in it knows that nothing committed before is missing
    await seal_due(store)
    files = await asyncio.to_thread(home.database.dump, work)
    where = home.database.examined(work)
    async with home.looking(where) as copy:
        found = await copy.read(examine, home.audits, home.anchors.read())
        blobs = await copy.read(content.listed)
    if found.wrong:
        raise BackupError(f"nothing was backed up, for the audit found: {'; '.join(found.wrong)}", "audit")
    revisions = await asyncio.to_thread(heads, where)
    await asyncio.to_thread(home.database.settle, work)
    files.append(await asyncio.to_thread(content.write_list, work, blobs, home.blobs))
    parts = [await asyncio.to_thread(part, file) for file in files]
    await asyncio.to_thread(home.anchors.note, found.head, now())
    key = home.keys.id.hex()
    return Manifest(FORMAT, name, _version(), made, home.database.kind, revisions, key, found.head, parts)


def put(home: Installation, target: Target, manifest: Manifest, work: Path) -> None:
    """The manifest comes last, so that half a backup is none; where it could be no more than half, it is taken away."""
    try:
        content.upload(target, work, home.blobs)
        for each in manifest.files:
            target.put(f"{manifest.name}/{each.name}", work / each.name)
        (work / NAME).write_bytes(pack(manifest, home.keys))
        target.put(f"{manifest.name}/{NAME}", work / NAME)
    except BackupError:
        with suppress(BackupError):  # it goes after a day
            target.remove(target.names(manifest.name))
        raise


def complete(names: Iterable[str]) -> list[str]:
    """The backups among these names of files, the newest first."""
    folders = (each.removesuffix(f"/{NAME}") for each in names if each.endswith(f"/{NAME}"))
    return sorted(filter(_NAME.fullmatch, folders), reverse=True)


def prune(home: Installation, target: Target, keep: int, work: Path) -> None:
    """Only the newest `keep` stay, with the blobs that one of them needs. What was given up half way goes after a day."""
    names = target.names("")
    there = complete(names)
    old, abandoned = set(there[keep:]), named(now() - _ABANDONED)
    folders = {each.partition("/")[0] for each in names}
    gone = [
        each for each in filter(_NAME.fullmatch, folders) if each in old or (each not in there and each < abandoned)
    ]
    if not gone:
        return
    target.remove([f"{each}/{NAME}" for each in gone if each in old])
    target.remove([each for each in names if each.partition("/")[0] in gone])
    try:
        needed = {content.name(digest) for each in there[:keep] for digest in _blobs_of(home, target, each, work)}
    except BackupError as error:
        log.warning("no blob is taken out of the backups while one of them cannot be read: %s", error)
        return
    target.remove([each for each in names if each.startswith(f"{content.FOLDER}/") and each not in needed])


def _blobs_of(home: Installation, target: Target, name: str, work: Path) -> list[str]:
    """The digests of those that a backup needs; of nothing else is anything known to be needed."""
    manifest = manifest_of(home, target, name, work)
    target.get(f"{name}/{content.LIST}", work / content.LIST)
    if part(work / content.LIST) not in manifest.files:
        raise BackupError(f"{name}: {content.LIST} is damaged", "backup_corrupted")
    return content.read_list(work)


def manifest_of(home: Installation, target: Target, name: str, work: Path) -> Manifest:
    """That of a backup in a target. Raises `BackupError` when there is none, or none that may be restored here."""
    if not _NAME.fullmatch(name):
        raise BackupError(f"{name!r} is not the name of a backup, which is like {named(0)}", "backup_missing")
    try:
        target.get(f"{name}/{NAME}", work / NAME)
    except BackupError as error:
        if error.code == "backup_incomplete" and not target.names(name):
            raise BackupError(f"there is no backup {name}", "backup_missing") from error
        if error.code == "backup_incomplete":
            raise BackupError(f"{name} has no {NAME}: it was never finished", "backup_incomplete") from error
        raise
    return unpack((work / NAME).read_bytes(), name, home.database.kind, home.keys)


def _version() -> str:
    try:
        return version("soulfra")
    except PackageNotFoundError:  # run from its folder
        return ""
