"""A PostgreSQL database as the store sees it."""

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

import psycopg
from sqlalchemy.dialects import registry
from sqlalchemy.engine import Dialect

from bot.store.engine import CLOSE, carry_out, settle
from bot.store.postgres import writing
from bot.store.postgres.line import Line
from bot.store.postgres.workers import Workers
from bot.store.statements import Statements
from bot.store.tx import BatchFailed, Keys, Tx

DIALECT: Dialect = registry.load("postgresql.psycopg")()
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
T = TypeVar("T")


@dataclass(slots=True)
class _Call:
    """A write, and who waits for it."""

    fn: Callable[[Tx], Any]
    future: asyncio.Future[Any]


class Postgres:
    """Writers and readers, each a pool of connections in threads. Made in an event loop."""

    name: Final = "postgresql"

    def __init__(self, url: str, keys: Keys, clock: Callable[[], int], read_url: str | None, connections: int) -> None:
        make = partial(Tx, statements=Statements(DIALECT), keys=keys)
        self._loop = asyncio.get_running_loop()
        self._lanes: dict[str, deque[_Call]] = {}
        self._joining = threading.Lock()
        self.writers = Workers(connections, "store-writer", partial(Line, url, make, clock))
        reading = partial(Line, read_url or url, partial(make, readonly=True), clock)
        self.readers = Workers(connections, "store-reader", reading)

    def write(self, fn: Callable[[Tx], T], lane: str | None = None) -> asyncio.Future[T]:
        """Begun in this order, carried out at the same time as others, but those of one lane one after the other."""
        call = _Call(fn, self._loop.create_future())
        if lane is None:
            self.writers.submit(partial(self._run, call, None))
        elif self._first(call, lane):
            self.writers.submit(partial(self._run_lane, lane))
        return call.future

    def read(self, fn: Callable[[Tx], T]) -> Future[T]:
        """Begun now; again when the connection breaks."""
        return self.readers.submit(lambda line: line.patiently(lambda: _read(line, fn)))

    async def close(self, seconds: float = CLOSE) -> None:
        """What hangs is left after `seconds`."""
        await self.writers.close(seconds)
        await self.readers.close(seconds)

    def _first(self, call: _Call, lane: str) -> bool:
        """Is nobody at work in this lane? Else it waits its turn."""
        with self._joining:
            waiting = self._lanes.setdefault(lane, deque())
            waiting.append(call)
            return len(waiting) == 1

    def _run_lane(self, lane: str, line: Line) -> None:
        waiting = self._lanes[lane]
        while waiting:
            self._run(waiting[0], lane, line)
            with self._joining:
                waiting.popleft()
                if not waiting:
                    del self._lanes[lane]

    def _run(self, call: _Call, lane: str | None, line: Line) -> None:
        result, error = None, None
        try:
            result = writing.write(line, call.fn, lane)
        except BaseException as raised:  # it is for who waits
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            self._loop.call_soon_threadsafe(settle, call.future, result, error)


def _read(line: Line, fn: Callable[[Tx], T]) -> T:
    try:
        line.begun(_SNAPSHOT)
        return line.guarded(lambda: carry_out(fn, line.tx))
    except psycopg.OperationalError as error:
        raise BatchFailed(f"the database cannot be read: {error}") from error
    finally:
        line.undo()
