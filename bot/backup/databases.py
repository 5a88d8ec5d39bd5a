"""What is backed up: the pieces of an installation, and the database that it works on."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.audit import Anchors, Audit
from bot.backup.postgres import Postgres
from bot.backup.sqlite import Sqlite
from bot.security.keyring import Keyring
from bot.store import Store
from config.settings import Settings


class Database(Protocol):
    """One that can be copied into a folder, and made again of what is there. All raise `BackupError`."""

    @property
    def kind(self) -> str:
        """ "sqlite" or "postgresql"."""

    @property
    def files(self) -> list[str]:
        """Its names in the data folder."""

    def dump(self, work: Path) -> list[Path]:
        """Files that hold all of it, as it was at one moment."""

    def examined(self, work: Path) -> Path | str:
        """What the audits of a backup look at."""

    def load(self, work: Path) -> Path | str:
        """A database of its own, made of the files of a backup, beside the one in use."""

    def settle(self, work: Path) -> None:
        """The files are as they stay."""

    def discard(self) -> None:
        """What `load` made is not needed."""

    def replace(self, stamp: str, *, over: bool) -> None:
        """What `load` made takes the place of the one in use."""


@dataclass(frozen=True)
class Installation:
    """Everything that a backup has to know of."""

    data: Path
    database: Database
    keys: Keyring
    migrations: Sequence[str]
    audits: Mapping[str, Audit]
    anchors: Anchors

    @property
    def blobs(self) -> Path:
        """The folder of the blobs."""
        return self.data / "blobs"

    @asynccontextmanager
    async def looking(self, where: Path | str) -> AsyncIterator[Store]:
        """The store of this database; one that an older version made is brought up to date."""
        store = await Store.open(where, self.keys, self.migrations)
        try:
            yield store
        finally:
            await store.close()


def database(settings: Settings) -> Database:
    """That of the settings."""
    url = settings.database.url
    return Sqlite(settings.data) if url is None else Postgres(url.get_secret_value(), settings.backup.pg_bin)
