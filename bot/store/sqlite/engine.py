"""A SQLite file as the store sees it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from bot.store.engine import CLOSE
from bot.store.sqlite.connection import Session, connect
from bot.store.sqlite.reader import Readers
from bot.store.sqlite.writer import Writer
from bot.store.statements import SQLITE, Statements
from bot.store.tx import Keys, Tx

T = TypeVar("T")


class Sqlite:
    """One writer and its readers. One process has the file to itself. Made in an event loop."""

    name: Final = "sqlite"

    def __init__(self, path: Path, keys: Keys, clock: Callable[[], int]) -> None:
        statements = Statements(SQLITE)
        connection = connect(path)
        self.writer = Writer(connection, Tx(Session(connection), statements, keys), clock)
        reading = partial(Tx, statements=statements, keys=keys, readonly=True)
        self.readers = Readers(partial(connect, path, readonly=True), reading, clock)

    def write(self, fn: Callable[[Tx], T], lane: str | None = None) -> asyncio.Future[T]:  # noqa: ARG002  (one after the other)
        """Queued: writes are carried out in this order."""
        return self.writer.write(fn)

    def read(self, fn: Callable[[Tx], T]) -> Future[T]:
        """Begun now, beside the writer."""
        return self.readers.read(fn)

    async def close(self, seconds: float = CLOSE) -> None:
        """A write function that hangs is left after `seconds`."""
        await self.writer.close(seconds)
        await self.readers.close()
