"""A store with the tables of profiles, on each kind of database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest_asyncio

from bot.security.keyring import Keyring
from bot.store import Store, Tx, people
from bot.users import User
from handlers.journey.profile import profile, voice
from tests import servers

MIGRATIONS = ("handlers.journey.profile.migrations",)


@dataclass
class Kept:
    """The store, where it is, and the time it is (microseconds)."""

    store: Store
    where: Path | str
    now: int = 1_700_000_000_000_000

    def stored(self) -> bytes:
        """Every byte that is on the disk, or in any row."""
        return servers.stored_in(self.where)

    async def profile(self, user: User) -> profile.Profile:
        return await self.store.read(lambda tx: profile.read(tx, tx.person(user)))

    async def tone(self, user: User, home: str = "") -> voice.Tone:
        return await self.store.read(lambda tx: voice.tone(tx, tx.person(user), home))

    async def link(self, kept: User, gone: User) -> None:
        """As identity does it."""

        def linked(tx: Tx) -> None:
            one, other = tx.person(kept), tx.person(gone)
            profile.merge(tx, one, other)
            voice.merge(tx, one, other)
            people.merge(tx, one, other)

        await self.store.write(linked)


@pytest_asyncio.fixture
async def kept(kind: str, tmp_path: Path) -> AsyncIterator[Kept]:
    with servers.lent(tmp_path / "db", MIGRATIONS, kind) as where:
        keys = Keyring.open(tmp_path / "keys")
        one = Kept(None, where)  # type: ignore[arg-type]
        one.store = await Store.open(where, keys, MIGRATIONS, clock=lambda: one.now)
        yield one
        await one.store.close()
