"""The store: transactions are plain functions. `await store.write(give, user, 5)`, `await store.read(top, 10)`."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from bot.store.engine import CLOSE, Engine
from bot.store.migrations import upgrade
from bot.store.sqlite import Sqlite
from bot.store.sqlite.health import refuse_damaged
from bot.store.tx import Keys, Tx

T = TypeVar("T")
P = ParamSpec("P")


def now() -> int:
    """Microseconds since the epoch."""
    return time.time_ns() // 1000


class Store:
    """One database, its writers and its readers. Made by `Store.open`; `engine.name` says of which kind it is."""

    def __init__(self, engine: Engine, keys: Keys) -> None:
        self.engine, self.keys = engine, keys

    @classmethod
    async def open(
        cls,
        where: Path | str,
        keys: Keys,
        migrations: Sequence[str] = (),
        *,
        clock: Callable[[], int] = now,
        read_url: str | None = None,
        connections: int = 8,
    ) -> "Store":
        """Bring the schema up to date and start the threads.

        `where` is a SQLite file, or the URL of a PostgreSQL database; there `read_url` is for what only reads, and
        `connections` is how many the writers may hold, and the readers too. `migrations` are packages of further
        migrations (`"economy.migrations"`); `clock` gives microseconds. Raises `SchemaError` when the database was made
        by something newer, is none, or cannot be reached, `CorruptError` for a damaged file.
        """
        if isinstance(where, Path):
            await asyncio.to_thread(refuse_damaged, where)
        await upgrade(where, migrations)
        if isinstance(where, Path):
            return cls(Sqlite(where, keys, clock), keys)
        from bot.store.postgres import Postgres  # noqa: PLC0415  (who uses SQLite does not wait for its driver)

        return cls(Postgres(where, keys, clock, read_url, connections), keys)

    def write(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[T]:
        """Queue `fn(tx, …)` now; the future is resolved after its COMMIT, with its result or what it raised.

        A function that raises leaves nothing; `BatchFailed` means that the database could not commit, `OutcomeUnknownError`
        that nobody knows. It runs even when its caller is cancelled, and may run again before it is committed. It must be
        short, and have no effect but through `tx`. On SQLite writes keep their order, on PostgreSQL they run at the same time.
        """
        return self.engine.write(lambda tx: fn(tx, *args, **kwargs))

    def write_in(
        self, lane: str, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> asyncio.Future[T]:
        """`write`, and of those with the same lane no two at the same time, whichever process runs them."""
        return self.engine.write(lambda tx: fn(tx, *args, **kwargs), lane)

    async def read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`fn(tx, …)` on one snapshot, beside the writers. Never decide a write from it: decide inside the write."""
        return await asyncio.wrap_future(self.begin_read(fn, *args, **kwargs))

    def begin_read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """`read`, begun now and waited for in whatever way."""
        return self.engine.read(lambda tx: fn(tx, *args, **kwargs))

    async def close(self, seconds: float = CLOSE) -> None:
        """Carry out what is queued and let go of the database; a function that hangs is left after `seconds`."""
        await self.engine.close(seconds)
