"""The store in a SQLite file: one writer with group commit, several readers."""

from bot.store.sqlite.engine import Sqlite

__all__ = ["Sqlite"]
