"""A file that is no database any more is found before anything is done to it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from bot.errors import SoulfraError

WHOLE: Final = 64 << 20
"""Bytes up to which every page is looked at (about half a second); of a larger file, what leads to them is. Backups look
through all of it."""

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class CorruptError(SoulfraError):
    """The file was damaged, or is something else. It was not touched."""

    code = "corrupt"


def refuse_damaged(path: Path) -> None:
    """Read only. Raises `CorruptError`; a file that is not there, or cannot be opened, is for others to tell of."""
    if not path.exists():
        return
    look = "PRAGMA quick_check(1)" if path.stat().st_size <= WHOLE else "SELECT 'ok' FROM sqlite_master LIMIT 1"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (said,) = connection.execute(look).fetchone() or ("ok",)
            if _cut(path, connection):
                said = "its end is missing"
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in _DAMAGED:
            return
        said = str(error)
    if said != "ok":
        reason = " ".join(str(said).split())
        raise CorruptError(f"{path} is damaged ({reason}). Nothing was changed; `soulfra restore` brings a backup back")


def _cut(path: Path, connection: sqlite3.Connection) -> bool:
    """SQLite reads what is missing of the last page as zeros. With a WAL the file may be short of what is in that."""
    wal = path.with_name(f"{path.name}-wal")
    if wal.exists() and wal.stat().st_size:
        return False
    (pages,), (size,) = (connection.execute(f"PRAGMA page_{each}").fetchone() for each in ("count", "size"))
    return bool(path.stat().st_size < pages * size)
