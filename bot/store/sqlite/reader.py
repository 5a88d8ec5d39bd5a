"""Readers on SQLite: threads with connections that cannot write; every function sees one snapshot."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from bot.store.engine import carry_out
from bot.store.sqlite.connection import Session
from bot.store.tx import Tx

T = TypeVar("T")

THREADS = 4


class Readers:
    """Runs read functions, several at a time; each thread has a connection of its own."""

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        make_tx: Callable[[Session], Tx],
        clock: Callable[[], int],
    ) -> None:
        self._connect, self._make_tx, self._clock = connect, make_tx, clock
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._threads = ThreadPoolExecutor(THREADS, "store-reader", self._enter)

    def read(self, fn: Callable[[Tx], T]) -> Future[T]:
        """Begun now. Raises `RuntimeError` when the store is closed."""
        return self._threads.submit(self._read, fn)

    async def close(self) -> None:
        """Wait for the running reads and stop."""
        await asyncio.to_thread(self._threads.shutdown)
        for connection in self._connections:
            connection.close()

    def _enter(self) -> None:
        connection = self._local.connection = self._connect()
        self._local.tx = self._make_tx(Session(connection))
        self._connections.append(connection)

    def _read(self, fn: Callable[[Tx], T]) -> T:
        run, tx = self._local.connection.execute, self._local.tx
        tx.begin(self._clock())
        run("BEGIN")
        try:
            return carry_out(fn, tx)
        finally:
            if self._local.connection.in_transaction:
                run("ROLLBACK")
