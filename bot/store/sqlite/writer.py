"""The writer on SQLite: one thread, a SAVEPOINT per function, one COMMIT for whatever queued up meanwhile."""

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.store.engine import CLOSE, carry_out, settle
from bot.store.events import seal
from bot.store.tx import BatchFailed, Tx

BATCH = 256
_TROUBLE = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
)

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Call:
    """A function waiting to be run, and how it went."""

    fn: Callable[[Tx], Any]
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class Writer:
    """Runs write functions in the order they were given. Made and used in an event loop."""

    def __init__(self, connection: sqlite3.Connection, tx: Tx, clock: Callable[[], int]) -> None:
        self._connection, self._tx, self._clock = connection, tx, clock
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        self._open = True
        # a thread that is not a daemon would keep a crashed process alive
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    def write(self, fn: Callable[[Tx], T]) -> asyncio.Future[T]:
        """Queued now; resolved after the COMMIT. Raises `BatchFailed` when the store is closed."""
        if not self._open:
            raise BatchFailed("the store is closed")
        future: asyncio.Future[T] = self._loop.create_future()
        self._queue.put(Call(fn, future))
        return future

    async def close(self, seconds: float = CLOSE) -> None:
        """Carry out what is queued and stop, within this many seconds."""
        if self._open:
            self._open = False
            self._queue.put(None)
        await asyncio.to_thread(self._thread.join, seconds)
        if self._thread.is_alive():
            log.error("A write function is still running after %s seconds; the store is left to it.", seconds)

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            batch = [first]
            while len(batch) < BATCH and not self._queue.empty():
                if (call := self._queue.get()) is None:
                    self._queue.put(None)
                    break
                batch.append(call)
            self._commit(batch)
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
                self._loop.call_soon_threadsafe(_resume, batch)
        self._connection.close()

    def _commit(self, batch: list[Call]) -> None:
        run, emitted = self._connection.execute, False
        try:
            run("BEGIN IMMEDIATE")
            now = self._clock()
            for call in batch:
                self._tx.begin(now)
                self._run(call)
                emitted = emitted or self._tx.emitted
            if emitted:
                self._tx.begin(now)
                seal(self._tx)
            run("COMMIT")
        except BaseException as error:  # whatever it was, nothing of this batch is in the database
            self._undo()
            for call in batch:
                call.result, call.error = None, BatchFailed(f"nothing was written: {error!r}")

    def _run(self, call: Call) -> None:
        run = self._connection.execute
        run("SAVEPOINT f")
        try:
            call.result = carry_out(call.fn, self._tx)
        except BaseException as error:
            if not self._connection.in_transaction:  # SQLite has rolled back everything by itself
                raise
            call.error = BatchFailed(f"nothing was written: {error!r}") if _in_trouble(error) else error
            run("ROLLBACK TO f")
        run("RELEASE f")  # fails when the function hid that SQLite has rolled back

    def _undo(self) -> None:
        if self._connection.in_transaction:  # a failed COMMIT leaves it open
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")


def _in_trouble(error: BaseException) -> bool:
    """Is it the database's fault, not the function's? Then it may work when it is run again."""
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF in _TROUBLE


def _resume(batch: list[Call]) -> None:
    for call in batch:
        settle(call.future, call.result, call.error)
