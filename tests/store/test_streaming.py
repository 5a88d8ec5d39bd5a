"""Long reads: everything once, in order, on one snapshot, and nothing can be written by them."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bot.store import Store, Tx
from bot.store.events import SEALED, seal_due
from bot.store.schema import kept
from bot.store.streaming import PAGE, stream

MANY = PAGE + 10


def _happen(tx: Tx) -> None:
    for number in range(MANY):
        tx.emit("test.happened", number=number)


async def test_every_event_is_exported_once_in_order(database: Path | str, store: Store) -> None:
    await store.write(_happen)
    while await seal_due(store):
        pass
    async with stream(database, SEALED, after=0) as rows:
        found = [row[0] async for row in rows]
        assert found == list(range(1, MANY + 1))
    async with stream(database, SEALED, after=MANY - 2) as rows:
        assert [row[0] async for row in rows] == [MANY - 1, MANY]


async def test_what_is_written_meanwhile_is_not_seen(database: Path | str, store: Store) -> None:
    await store.write(_happen)
    while await seal_due(store):
        pass
    async with stream(database, SEALED, after=0) as rows:
        assert (await anext(rows))[0] == 1
        await store.write(_happen)
        await seal_due(store)
        assert len([row async for row in rows]) == MANY - 1


async def test_it_cannot_write(database: Path | str, store: Store) -> None:
    with pytest.raises(DBAPIError):
        async with stream(database, sa.insert(kept).values(key="a", value=b"b", at=1).returning(kept.c.key)):
            pass
