"""A real store with the tables of every feature, and a clock that a test can move."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.security.keyring import Keyring
from bot.store import Store
from bot.users import User
from tests import servers

MIGRATIONS = ("economy.migrations", "mirrors.migrations", "handlers.journey.whispers.migrations")
HOUR = 3_600_000_000
ADA, BOB, CLEO = User("discord", "1", "Ada"), User("discord", "2", "Bob"), User("discord", "3", "Cleo")
ADA_TOO = User("twitch", "77", "ada_live")


@dataclass
class Clock:
    """Microseconds since the epoch."""

    now: int = 1_700_000_000_000_000

    def __call__(self) -> int:
        return self.now

    def pass_hours(self, hours: float) -> None:
        self.now += round(hours * HOUR)


@dataclass
class Features:
    """The store, where its database is, and its clock. `path` is for what only a SQLite file can show."""

    store: Store
    where: Path | str
    clock: Clock

    @property
    def path(self) -> Path:
        """The file."""
        assert isinstance(self.where, Path), "this test is about a SQLite file"
        return self.where

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Run by the owner of everything, beside the store; what it returns."""
        return servers.sql(self.where, statement)

    def stored(self) -> bytes:
        """Every byte that is on the disk, or in any row."""
        return servers.stored_in(self.where)


@asynccontextmanager
async def opened(folder: Path, kind: str = servers.DEFAULT) -> AsyncIterator[Features]:
    """A fresh one, on a file or on PostgreSQL."""
    with servers.lent(folder, MIGRATIONS, kind) as where:
        clock = Clock()
        store = await Store.open(where, Keyring.open(folder), MIGRATIONS, clock=clock)
        try:
            yield Features(store, where, clock)
        finally:
            await store.close()
