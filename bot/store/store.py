"""The store: transactions are plain functions. `await store.write(give, user, 5)`, `await store.read(top, 10)`."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from bot.store.connection import connect
from bot.store.migrations import upgrade
from bot.store.reader import Readers
from bot.store.statements import Statements
from bot.store.tx import Keys, Tx
from bot.store.writer import CLOSE, Writer

T = TypeVar("T")
P = ParamSpec("P")


def now() -> int:
    """Microseconds since the epoch."""
    return time.time_ns() // 1000


class Store:
    """One SQLite database, its writer and its readers. Made by `Store.open`."""

    def __init__(self, writer: Writer, readers: Readers, keys: Keys) -> None:
        self.keys = keys
        self._writer, self._readers = writer, readers

    @classmethod
    async def open(
        cls, path: Path, keys: Keys, migrations: Sequence[str] = (), *, clock: Callable[[], int] = now
    ) -> "Store":
        """Bring the schema up to date and start the threads.

        `migrations` are packages of further migrations (`"economy.migrations"`); `clock` gives microseconds.
        Raises `SchemaError` when the database was made by something newer.
        """
        await upgrade(path, migrations)
        statements = Statements()
        connection = connect(path)
        writer = Writer(connection, Tx(connection, statements, keys), clock)
        reading = partial(Tx, statements=statements, keys=keys, readonly=True)
        return cls(writer, Readers(partial(connect, path, readonly=True), reading, clock), keys)

    def write(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[T]:
        """Queue `fn(tx, …)` now; the future is resolved after its COMMIT, with its result or what it raised.

        A function that raises leaves nothing; `BatchFailed` means that the database could not commit. It runs even when
        its caller is cancelled. It must be short, and have no effect but through `tx`.
        """
        return self._writer.write(lambda tx: fn(tx, *args, **kwargs))

    async def read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`fn(tx, …)` on one snapshot, beside the writer. Never decide a write from it: decide inside the write."""
        return await asyncio.wrap_future(self.begin_read(fn, *args, **kwargs))

    def begin_read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """`read`, begun now and waited for in whatever way."""
        return self._readers.read(lambda tx: fn(tx, *args, **kwargs))

    async def close(self, seconds: float = CLOSE) -> None:
        """Carry out what is queued and let go of the database; a write function that hangs is left after `seconds`."""
        await self._writer.close(seconds)
        await self._readers.close()
