"""Transactions on both databases: nobody hears of one before its COMMIT, and one that fails leaves nothing."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.errors import UserError
from bot.store import BatchFailed, ConstraintError, Store, Tx, insert, kept, param
from bot.store.events import events_after, seal_due
from bot.store.schema import kept as table
from tests.servers import sql

KEYS = sa.select(table.c.key).order_by(table.c.key)
INSERT = insert(table).values(key=param("key"), value=param("value", sa.LargeBinary), at=param("now", sa.BigInteger))


def put(tx: Tx, key: str) -> str:
    kept.keep(tx, key, "value")
    return key


def put_and_raise(tx: Tx, key: str) -> None:
    put(tx, key)
    raise UserError("No.")


def keys(database: Path | str) -> list[str]:
    """As another connection sees them."""
    return sorted(key for (key,) in sql(database, "SELECT key FROM kept"))


async def test_callers_resume_after_the_commit(store: Store, database: Path | str) -> None:
    for number in range(50):
        key = await store.write(put, f"b{number}")
        assert key in keys(database)


async def yields(tx: Tx) -> None:
    put(tx, "never")


def generates(tx: Tx) -> Any:
    put(tx, "never")
    yield


@pytest.mark.parametrize("fn", [yields, generates])
@pytest.mark.parametrize("way", ["write", "read"])
async def test_deferred_functions_are_refused(
    store: Store, database: Path | str, fn: Callable[[Tx], Any], way: str
) -> None:
    run: Callable[[Any], Awaitable[Any]] = getattr(store, way)
    with pytest.raises(TypeError, match="ordinary function"):
        await run(fn)
    assert keys(database) == []


async def test_even_stop_iteration_reaches_its_caller(store: Store) -> None:
    with pytest.raises(RuntimeError):
        await store.write(lambda tx: next(iter(())))
    assert await store.write(put, "after") == "after"


async def test_a_cancelled_caller_does_not_stop_the_write(store: Store, database: Path | str) -> None:
    future = store.write(put, "e")
    future.cancel()
    await store.write(put, "f")
    await store.close()
    assert keys(database) == ["e", "f"]


async def test_a_reader_cannot_write(store: Store, database: Path | str) -> None:
    with pytest.raises(ConstraintError, match=r"read-?only"):
        await store.read(put, "g")
    assert keys(database) == []


async def test_a_read_is_one_snapshot(store: Store) -> None:
    loop = asyncio.get_running_loop()

    def twice(tx: Tx) -> tuple[int, int]:
        before = len(tx.execute(KEYS))
        asyncio.run_coroutine_threadsafe(_put(store), loop).result(20)
        return before, len(tx.execute(KEYS))

    assert await store.read(twice) == (0, 0)
    assert await store.read(lambda tx: len(tx.execute(KEYS))) == 1


async def _put(store: Store) -> None:
    await store.write(put, "h")


async def test_close_carries_out_what_is_queued(store: Store, database: Path | str) -> None:
    futures = [store.write(put, f"i{number:03}") for number in range(300)]
    await store.close()
    assert len(keys(database)) == 300
    assert [await future for future in futures] == keys(database)
    with pytest.raises(BatchFailed, match="closed"):
        await store.write(put, "late")


async def test_close_does_not_wait_for_ever(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    gate = threading.Event()
    stuck = store.write(lambda tx: gate.wait(20))
    await store.close(0.01)
    assert "still running" in caplog.text
    gate.set()
    assert await stuck


async def test_a_rolled_back_function_leaves_no_event(store: Store) -> None:
    def emit(tx: Tx) -> None:
        tx.emit("tried", n=1)
        raise UserError("No.")

    with pytest.raises(UserError):
        await store.write(emit)
    assert await seal_due(store) == 0
    assert await store.read(events_after, 0) == []


async def test_a_function_that_raises_leaves_nothing(store: Store, database: Path | str) -> None:
    with pytest.raises(UserError):
        await store.write(put_and_raise, "a")
    assert keys(database) == []


def duplicate(tx: Tx, *, hides: bool = False) -> str:
    put(tx, "before")
    for value in (b"1", b"2"):
        try:
            tx.execute(INSERT, key="k", value=value, now=tx.now)
        except ConstraintError:
            if not hides:
                raise
    return "all is well"


def huge(tx: Tx) -> None:
    put(tx, "before")
    tx.execute(INSERT, key="k", value=b"", now=2**63)


@pytest.mark.parametrize("fn", [duplicate, partial(duplicate, hides=True), huge])
async def test_what_the_database_refuses_leaves_nothing(
    store: Store, database: Path | str, fn: Callable[[Tx], object]
) -> None:
    """Whether or not the function hides it, on both: after it PostgreSQL would do nothing more."""
    with pytest.raises(ConstraintError):
        await store.write(fn)
    assert keys(database) == []
    assert await store.write(put, "after") == "after"


async def test_nothing_runs_after_a_refusal(store: Store, database: Path | str) -> None:
    def goes_on(tx: Tx) -> None:
        with suppress(ConstraintError):
            duplicate(tx)
        with pytest.raises(ConstraintError, match=r"(?i)unique"):
            put(tx, "late")

    with pytest.raises(ConstraintError):
        await store.write(goes_on)
    assert keys(database) == []


async def test_hostile_text_is_looked_up_and_kept(store: Store) -> None:
    """PostgreSQL holds no NUL: it is another sign there, never an error."""
    assert await store.read(kept.recall, "a\0b") is None
    await store.write(put, "a\0b")
    assert await store.read(kept.recall, "a\0b") == "value"
