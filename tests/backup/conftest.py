"""An installation with rows, events and blobs, and a folder for its backups."""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.audit import ANCHORS, Anchors, Audit
from bot.backup import Backups
from bot.security.keyring import Keyring
from bot.store import Store, Tx
from bot.store.blobs import Blobs
from bot.store.events import Head, head, seal_due
from bot.store.kept import keep, recall
from config.settings import BackupSettings, DatabaseSettings, Settings
from tests import servers

PICTURES = [b"\x89PNG\r\n\x1a\none", b"\x89PNG\r\n\x1a\ntwo"]


def said(tx: Tx, value: str) -> None:
    """A sealed row and an event."""
    keep(tx, "value", value)
    tx.emit("said", value=value)


def value(tx: Tx) -> str | None:
    return recall(tx, "value")


@dataclass
class Home:
    """One installation."""

    data: Path
    where: Path | str
    target: Path
    settings: Settings
    audits: dict[str, Audit]

    @property
    def keys(self) -> Keyring:
        return Keyring.open(self.data)

    @property
    def backups(self) -> Backups:
        return Backups(self.settings, self.keys, (), self.audits)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Store]:
        store = await Store.open(self.where, self.keys)
        try:
            yield store
        finally:
            await store.close()

    async def says(self, *values: str) -> None:
        async with self.opened() as store:
            for one in values:
                await store.write(said, one)

    async def value(self) -> str | None:
        async with self.opened() as store:
            return await store.read(value)

    async def back_up(self) -> str:
        """The name of a new backup."""
        async with self.opened() as store:
            return (await self.backups.make(store)).name

    def files(self) -> dict[str, str]:
        """What is in the data folder, but for locks and what is only at work."""
        found = sorted(file for file in self.data.rglob("*") if file.is_file() and file.name != "lock")
        found = [file for file in found if "restoring" not in file.parts]
        return {str(file.relative_to(self.data)): hashlib.sha256(file.read_bytes()).hexdigest() for file in found}


def installation(data: Path, where: Path | str, **backup: object) -> Home:
    """With a database that is there."""
    target = data.with_name("backups")
    url = None if isinstance(where, Path) else where
    settings = Settings(
        data=data,
        database=DatabaseSettings.model_validate({"url": url}),
        backup=BackupSettings.model_validate({"targets": [str(target)], **backup}),
    )
    return Home(data, where, target, settings, {})


async def furnish(home: Home) -> None:
    """Something of everything."""
    await home.says("one", "two")
    async with home.opened() as store:
        blobs = Blobs(home.data / "blobs", lambda: None)
        blobs.open(store)
        for picture in PICTURES:
            await blobs.put(picture, "image/png", "p.png")
    Anchors(home.data / ANCHORS).note(await _head(home), 1)


async def _head(home: Home) -> Head:
    async with home.opened() as store:
        await seal_due(store)
        return await store.read(head)


@pytest.fixture
def lend(tmp_path: Path) -> Callable[..., Home]:
    """Makes installations on SQLite."""

    def make(name: str = "data", **backup: object) -> Home:
        with servers.lent(tmp_path / name, (), "sqlite") as where:
            return installation(tmp_path / name, where, **backup)

    return make


@pytest.fixture
async def home(lend: Callable[..., Home]) -> Home:
    one = lend()
    await furnish(one)
    return one
