"""Connections to SQLite, and statements on them."""

import sqlite3
from pathlib import Path

from bot.store.tx import BatchFailed, ConstraintError, Rows

PRAGMAS = (
    "busy_timeout=30000",
    "journal_mode=WAL",
    "synchronous=FULL",  # group commit makes it nearly free
    "foreign_keys=ON",
    "secure_delete=ON",  # what is erased is not left in free pages
    "temp_store=MEMORY",
    "journal_size_limit=67108864",
)


def connect(path: Path, *, readonly: bool = False) -> sqlite3.Connection:
    """A connection whose transactions are begun and ended by hand; it may move between threads, one at a time."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    for pragma in (*PRAGMAS, *(["query_only=ON"] if readonly else [])):
        connection.execute(f"PRAGMA {pragma}")
    return connection


class Session:
    """What a `Tx` runs its statements on."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def run(self, sql: str, values: dict[str, object]) -> Rows:
        """Raises `ConstraintError` for what the database refuses."""
        if not self.connection.in_transaction:  # SQLite has rolled back by itself; this would commit alone
            raise BatchFailed("the transaction is gone")
        try:
            return self.connection.execute(sql, values).fetchall()
        except (sqlite3.IntegrityError, OverflowError) as error:
            raise ConstraintError(str(error)) from error
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_READONLY:
                raise ConstraintError(str(error)) from error
            raise

    def alone(self) -> None:
        """A writer always is."""
