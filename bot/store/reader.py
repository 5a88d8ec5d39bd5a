"""Readers on SQLite: threads with connections that cannot write; every function sees one snapshot."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bot.store.tx import Tx
from bot.store.writer import plain

THREADS = 4


class Readers:
    """Runs read functions, several at a time; each thread has a connection of its own."""

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        make_tx: Callable[[sqlite3.Connection], Tx],
        clock: Callable[[], int],
    ) -> None:
        self._connect, self._make_tx, self._clock = connect, make_tx, clock
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._threads = ThreadPoolExecutor(THREADS, "store-reader", self._enter)

    def read(self, fn: Callable[..., Any], args: tuple[Any, ...]) -> asyncio.Future[Any]:
        """Raises `RuntimeError` when the store is closed."""
        return asyncio.get_running_loop().run_in_executor(self._threads, self._read, fn, args)

    async def close(self) -> None:
        """Wait for the running reads and stop."""
        await asyncio.to_thread(self._threads.shutdown)
        for connection in self._connections:
            connection.close()

    def _enter(self) -> None:
        connection = self._local.connection = self._connect()
        self._local.tx = self._make_tx(connection)
        self._connections.append(connection)

    def _read(self, fn: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        run, tx = self._local.connection.execute, self._local.tx
        tx.begin(self._clock())
        run("BEGIN")
        try:
            return plain(fn(tx, *args))
        finally:
            if self._local.connection.in_transaction:
                run("ROLLBACK")
