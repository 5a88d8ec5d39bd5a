"""The batch on SQLite: a function fails alone, a batch fails whole, nobody hears of it before the COMMIT."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.errors import UserError
from bot.store import BatchFailed, Store, Tx, insert, kept, param
from bot.store.sqlite.writer import BATCH
from tests.servers import sql
from tests.store.test_writer import keys, put, put_and_raise

ORPHANS = sa.Table("orphan", sa.MetaData(), sa.Column("parent", sa.Text))
ORPHAN = insert(ORPHANS).values(parent=param("parent"))
DDL = "CREATE TABLE orphan (parent TEXT REFERENCES kept(key) DEFERRABLE INITIALLY DEFERRED)"


@pytest.fixture
def kind() -> str:
    """A file."""
    return "sqlite"


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


async def test_a_failing_function_fails_alone(store: Store, database: Path) -> None:
    out = await together(store, (put, "a1"), (put_and_raise, "a2"), (put, "a3"))
    assert out[0] == "a1"
    assert isinstance(out[1], UserError)
    assert out[2] == "a3"
    assert keys(database) == ["a1", "a3"]


async def test_order_of_the_queue_over_several_batches(store: Store) -> None:
    ran: list[int] = []
    await asyncio.gather(*(store.write(lambda tx, n=n: ran.append(n)) for n in range(3 * BATCH)))
    assert ran == list(range(3 * BATCH))


async def test_a_failed_commit_fails_everybody(store: Store, database: Path) -> None:
    sql(database, DDL)
    out = await together(store, (put, "c1"), (orphan,), (put, "c2"))
    assert all(isinstance(one, BatchFailed) for one in out)
    assert keys(database) == []
    assert await store.write(put, "c3") == "c3"
    assert keys(database) == ["c3"]


@pytest.mark.parametrize("hostile", [flood, flood_quietly])
async def test_a_full_disk_fails_everybody(store: Store, database: Path, hostile: Callable[[Tx], object]) -> None:
    writer = store.engine.writer._connection
    pages = writer.execute("PRAGMA page_count").fetchone()[0]
    writer.execute(f"PRAGMA max_page_count={pages + 8}")
    out = await together(store, (put, "d1"), (hostile,), (put, "d2"))
    assert all(isinstance(one, BatchFailed) for one in out)
    assert keys(database) == []
    assert await store.write(put, "d3") == "d3"
    assert keys(database) == ["d3"]


async def test_the_cause_of_a_full_disk_is_told(store: Store) -> None:
    writer = store.engine.writer._connection
    pages = writer.execute("PRAGMA page_count").fetchone()[0]
    writer.execute(f"PRAGMA max_page_count={pages + 8}")
    with pytest.raises(BatchFailed, match="full"):
        await store.write(flood)
