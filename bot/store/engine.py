"""What the store needs of a database, and what both kinds of it promise to a transaction function."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import Literal, Protocol, TypeVar

from bot.store.tx import Tx

CLOSE = 30.0
"""Seconds that a close waits for what is queued."""

_DEFERRED = (CoroutineType, GeneratorType, AsyncGeneratorType)
T = TypeVar("T")


class Engine(Protocol):
    """One database: `bot.store.sqlite` or `bot.store.postgres`."""

    @property
    def name(self) -> Literal["sqlite", "postgresql"]:
        """Of which kind it is."""

    def write(self, fn: Callable[[Tx], T], lane: str | None = None) -> asyncio.Future[T]:
        """Begun now; resolved after the COMMIT. Of those with one lane no two run at the same time, in no process."""

    def read(self, fn: Callable[[Tx], T]) -> Future[T]:
        """Begun now, on one snapshot."""

    async def close(self, seconds: float = CLOSE) -> None:
        """Carry out what is queued and let go of the database, within this many seconds."""


def plain(result: T) -> T:
    """The result, unless the function was not an ordinary one. Raises `TypeError`."""
    if isinstance(result, _DEFERRED):
        if isinstance(result, CoroutineType):
            result.close()
        raise TypeError("a transaction is an ordinary function: no await, no yield")
    return result


def carry_out(fn: Callable[[Tx], T], tx: Tx) -> T:
    """Run it. Raises what it raises, and what the database refused even when the function hid it."""
    result = plain(fn(tx))
    if tx.refused is not None:
        raise tx.refused
    return result


def settle(future: asyncio.Future[T], result: T | None, error: BaseException | None) -> None:
    """Tell who waits, if anybody still does: the effect stays when its caller was cancelled."""
    if future.done():
        return
    if error is not None:
        future.set_exception(RuntimeError("StopIteration") if isinstance(error, StopIteration) else error)
    else:
        future.set_result(result)  # type: ignore[arg-type]
