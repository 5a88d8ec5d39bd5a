"""Connections to SQLite."""

import sqlite3
from pathlib import Path

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
