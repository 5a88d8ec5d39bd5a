"""Threads that each hold one connection, made when they are needed."""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, Protocol, TypeVar

from bot.store.tx import BatchFailed

T = TypeVar("T")
log = logging.getLogger(__name__)


class Line(Protocol):
    """What a thread works with."""

    def close(self) -> None:
        """The thread ends."""


L = TypeVar("L", bound=Line)


class Workers(Generic[L]):
    """At most so many; what is given to them is begun in this order, and done at the same time."""

    def __init__(self, most: int, name: str, make: Callable[[], L]) -> None:
        self._most, self._name, self._make = most, name, make
        self._queue: queue.SimpleQueue[tuple[Callable[[L], object], Future[object]] | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._count = threading.Lock()
        self._open = True

    def submit(self, job: Callable[[L], T]) -> Future[T]:
        """Raises `BatchFailed` when the store is closed."""
        if not self._open:
            raise BatchFailed("the store is closed")
        future: Future[T] = Future()
        self._queue.put((job, future))  # type: ignore[arg-type]
        with self._count:
            if self._queue.qsize() > self._idle and len(self._threads) < self._most:
                # a thread that is not a daemon would keep a crashed process alive
                thread = threading.Thread(target=self._work, name=f"{self._name}-{len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()
        return future

    async def close(self, seconds: float) -> None:
        """Carry out what is queued and stop, within this many seconds."""
        if self._open:
            self._open = False
            for _ in self._threads:
                self._queue.put(None)
        await asyncio.to_thread(self._join, time.monotonic() + seconds)
        if any(thread.is_alive() for thread in self._threads):
            log.error("A function is still running after %s seconds; the store is left to it.", seconds)

    def _join(self, until: float) -> None:
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _work(self) -> None:
        line = self._make()
        while (call := self._next()) is not None:
            job, future = call
            if not future.set_running_or_notify_cancel():  # nobody waits for it any more
                continue
            try:
                result = job(line)
            except BaseException as error:  # it is for who waits
                future.set_exception(error)
            else:
                future.set_result(result)
        line.close()

    def _next(self) -> tuple[Callable[[L], object], Future[object]] | None:
        with self._count:
            self._idle += 1
        try:
            return self._queue.get()
        finally:
            with self._count:
                self._idle -= 1
