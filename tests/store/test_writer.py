"""The batch: a function fails alone, a batch fails whole, nobody hears of it before the COMMIT."""

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.errors import UserError
from bot.store import BatchFailed, Store, Tx, insert, kept, param
from bot.store.events import verify
from bot.store.schema import kept as table
from bot.store.writer import BATCH

KEYS = sa.select(table.c.key).order_by(table.c.key)
ORPHANS = sa.Table("orphan", sa.MetaData(), sa.Column("parent", sa.Text))
ORPHAN = insert(ORPHANS).values(parent=param("parent"))
DDL = "CREATE TABLE orphan (parent TEXT REFERENCES kept(key) DEFERRABLE INITIALLY DEFERRED)"


def put(tx: Tx, key: str) -> str:
    kept.keep(tx, key, "value")
    return key


def put_and_raise(tx: Tx, key: str) -> None:
    put(tx, key)
    raise UserError("No.")


def flood(tx: Tx) -> None:
    for number in range(300):
        kept.keep(tx, f"flood{number}", "y" * 3000)


def flood_quietly(tx: Tx) -> str:
    """Hides the error, and tries to go on."""
    for key in ("flood", "after"):
        try:
            flood(tx) if key == "flood" else put(tx, key)
        except (sqlite3.OperationalError, BatchFailed):
            continue
    return "all is well"


def orphan(tx: Tx) -> None:
    tx.execute(ORPHAN, parent="nobody")


def keys(path: Path) -> list[str]:
    """As another connection sees them."""
    connection = sqlite3.connect(path)
    try:
        return sorted(key for (key,) in connection.execute("SELECT key FROM kept"))
    finally:
        connection.close()


async def together(store: Store, *calls: tuple[Callable[..., Any], *tuple[Any, ...]]) -> list[Any]:
    """All in one batch: the writer is held up while they queue."""
    gate, reached = threading.Event(), threading.Event()

    def hold(tx: Tx) -> bool:
        reached.set()
        return gate.wait(20)

    held = store.write(hold)
    await asyncio.to_thread(reached.wait)
    futures = [store.write(fn, *args) for fn, *args in calls]
    gate.set()
    await held
    return await asyncio.gather(*futures, return_exceptions=True)


async def test_a_failing_function_fails_alone(store: Store, path: Path) -> None:
    out = await together(store, (put, "a1"), (put_and_raise, "a2"), (put, "a3"))
    assert out[0] == "a1"
    assert isinstance(out[1], UserError)
    assert out[2] == "a3"
    assert keys(path) == ["a1", "a3"]


async def test_callers_resume_after_the_commit(store: Store, path: Path) -> None:
    for number in range(50):
        key = await store.write(put, f"b{number}")
        assert key in keys(path)


async def test_order_of_the_queue_over_several_batches(store: Store) -> None:
    ran: list[int] = []
    await asyncio.gather(*(store.write(lambda tx, n=n: ran.append(n)) for n in range(3 * BATCH)))
    assert ran == list(range(3 * BATCH))


async def test_a_failed_commit_fails_everybody(store: Store, path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute(DDL)
    connection.close()
    out = await together(store, (put, "c1"), (orphan,), (put, "c2"))
    assert all(isinstance(one, BatchFailed) for one in out)
    assert keys(path) == []
    assert await store.write(put, "c3") == "c3"
    assert keys(path) == ["c3"]


@pytest.mark.parametrize("hostile", [flood, flood_quietly])
async def test_a_full_disk_fails_everybody(store: Store, path: Path, hostile: Callable[[Tx], object]) -> None:
    writer = store._writer._connection
    pages = writer.execute("PRAGMA page_count").fetchone()[0]
    writer.execute(f"PRAGMA max_page_count={pages + 8}")
    out = await together(store, (put, "d1"), (hostile,), (put, "d2"))
    assert all(isinstance(one, BatchFailed) for one in out)
    assert keys(path) == []
    assert await store.write(put, "d3") == "d3"
    assert keys(path) == ["d3"]


async def test_the_cause_of_a_full_disk_is_told(store: Store) -> None:
    writer = store._writer._connection
    pages = writer.execute("PRAGMA page_count").fetchone()[0]
    writer.execute(f"PRAGMA max_page_count={pages + 8}")
    with pytest.raises(BatchFailed, match="full"):
        await store.write(flood)


async def yields(tx: Tx) -> None:
    put(tx, "never")


def generates(tx: Tx) -> Any:
    put(tx, "never")
    yield


@pytest.mark.parametrize("fn", [yields, generates])
@pytest.mark.parametrize("way", ["write", "read"])
async def test_deferred_functions_are_refused(store: Store, path: Path, fn: Callable[[Tx], Any], way: str) -> None:
    run: Callable[[Any], Awaitable[Any]] = getattr(store, way)
    with pytest.raises(TypeError, match="ordinary function"):
        await run(fn)
    assert keys(path) == []


async def test_even_stop_iteration_reaches_its_caller(store: Store) -> None:
    with pytest.raises(RuntimeError):
        await store.write(lambda tx: next(iter(())))
    assert await store.write(put, "after") == "after"


async def test_a_cancelled_caller_does_not_stop_the_write(store: Store, path: Path) -> None:
    future = store.write(put, "e")
    future.cancel()
    await store.write(put, "f")
    assert keys(path) == ["e", "f"]


async def test_a_reader_cannot_write(store: Store, path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await store.read(put, "g")
    assert keys(path) == []


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


async def test_close_carries_out_what_is_queued(store: Store, path: Path) -> None:
    futures = [store.write(put, f"i{number:03}") for number in range(300)]
    await store.close()
    assert len(keys(path)) == 300
    assert [await future for future in futures] == keys(path)
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
    assert await store.read(verify) is None
