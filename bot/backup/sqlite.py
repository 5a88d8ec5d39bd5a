"""SQLite: copied while the bot writes, looked through, and put in the place of what is there."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import ClassVar

from bot.backup.disk import sync
from bot.backup.manifest import BackupError

FLOWS = "flows.db"
MAIN = "soulfra.db"


class Sqlite:
    """The databases in a data folder: the application's, and that of the flows when there is one."""

    kind = "sqlite"
    files: ClassVar[list[str]] = [FLOWS, MAIN]

    def __init__(self, data: Path) -> None:
        self._data = data

    def dump(self, work: Path) -> list[Path]:
        """Copies, looked through. The flows come first: a step that is done again finds its effect in the newer application."""
        copies = [work / name for name in self.files if (self._data / name).exists()]
        for copy in copies:
            try:
                _copy(self._data / copy.name, copy)
            except sqlite3.Error as error:
                raise BackupError(f"{self._data / copy.name} cannot be copied: {error}") from error
            look_through(copy)
        return copies

    def examined(self, work: Path) -> Path:
        """What the audits are run on: the copy itself."""
        return work / MAIN

    def load(self, work: Path) -> Path:
        """A database to look into, made of the files of a backup."""
        for name in self.files:
            if (work / name).exists():
                look_through(work / name)
        return work / MAIN

    def settle(self, work: Path) -> None:
        """What was looked into is one file again, with nothing beside it."""
        with closing(sqlite3.connect(work / MAIN)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
        sync(work / MAIN)

    def discard(self) -> None:
        """Nothing but files, which whoever made the folder takes away."""

    def replace(self, stamp: str, *, over: bool) -> None:
        """The files take their places with the folder."""


def look_through(path: Path) -> None:
    """Every page, every index, every reference. Raises `BackupError` for a damaged copy."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            loose = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"{path.name} is damaged: {error}", "backup_corrupted") from error
    if said != "ok" or loose is not None:
        reason = said if said != "ok" else f"a row of {loose[0]} refers to none of {loose[2]}"
        raise BackupError(f"{path.name} is damaged: {reason}", "backup_corrupted")


def _copy(source: Path, to: Path) -> None:
    """In one go: in smaller steps it would begin again with every write. Copying the file would miss what is in the WAL."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(to)) as copy:
        live.execute("PRAGMA busy_timeout=30000")
        live.backup(copy, pages=-1)
    to.chmod(0o600)
    sync(to)
