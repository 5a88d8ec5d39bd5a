"""A real store with the tables of every feature, and a clock that a test can move."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.security.keyring import Keyring
from bot.store import Store
from bot.users import User

MIGRATIONS = ("economy.migrations", "mirrors.migrations", "handlers.whispers.migrations")
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
    """The store, its file and its clock."""

    store: Store
    path: Path
    clock: Clock


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Features]:
    """A fresh one."""
    clock, path = Clock(), folder / "features.db"
    store = await Store.open(path, Keyring.open(folder), MIGRATIONS, clock=clock)
    try:
        yield Features(store, path, clock)
    finally:
        await store.close()
