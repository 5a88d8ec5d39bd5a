"""Events: numbered without gaps, chained, and what is tampered with is found."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.store import Event, Store, Tx
from bot.store.events import Broken, events_after, seal, seal_due, verify
from tests.servers import sql

TAMPERING = {
    "body": ("UPDATE event SET body = '{\"n\":999}' WHERE seq = 3", 3),
    "kind": ("UPDATE event SET kind = 'other' WHERE seq = 3", 3),
    "time": ("UPDATE event SET at = at + 1 WHERE seq = 3", 3),
    "chain": ("UPDATE event SET chain = 'x' WHERE seq = 3", 3),
    "removed": ("DELETE FROM event WHERE seq = 3", 3),
    "first removed": ("DELETE FROM event WHERE seq = 1", 1),
    "hidden": ("UPDATE event SET seq = 0 - seq WHERE seq = 3", 3),
    "put in": ("INSERT INTO event (at, kind, body, seq, chain) VALUES (1, 'k', '{}', 6, '')", 6),
}


def emit(tx: Tx, n: int) -> None:
    tx.emit("counted", n=n, who="telegram:1", kind="k")


async def five(store: Store) -> None:
    for n in range(5):
        await store.write(emit, n)


async def test_numbered_without_gaps(store: Store, clock: Any) -> None:
    await asyncio.gather(*(store.write(emit, n) for n in range(300)))
    await seal_due(store)
    events = await store.read(events_after, 0)
    assert [one.seq for one in events] == list(range(1, 301))
    assert sorted(one.body["n"] for one in events) == list(range(300))
    assert events[9] == Event(10, clock.now, "counted", {"n": events[9].body["n"], "who": "telegram:1", "kind": "k"})
    assert [one.seq for one in await store.read(events_after, 17, 2)] == [18, 19]
    assert await store.read(verify) is None


async def test_the_chain_goes_on_after_a_restart(store: Store, reopen: Any) -> None:
    await five(store)
    await store.close()
    again = await reopen()
    await again.write(emit, 5)
    await seal_due(again)
    assert [one.seq for one in await again.read(events_after, 4)] == [5, 6]
    assert await again.read(verify) is None


@pytest.mark.parametrize("name", TAMPERING)
async def test_tampering_is_found(store: Store, database: Path | str, name: str) -> None:
    await five(store)
    statement, number = TAMPERING[name]
    await seal_due(store)
    sql(database, statement)
    assert await store.read(verify) == Broken(number, "changed")


async def test_an_event_that_nobody_numbered_is_numbered_with_the_next(store: Store, database: Path | str) -> None:
    sql(database, "INSERT INTO event (at, kind, body) VALUES (1, 'early', '{}')")
    await store.write(emit, 1)
    await seal_due(store)
    assert [one.kind for one in await store.read(events_after, 0)] == ["early", "counted"]
    assert await store.write(seal) == await seal_due(store) == 0


@pytest.mark.parametrize("value", ["two words", "line\nbreak", "x" * 201])
async def test_words_are_refused(store: Store, value: str) -> None:
    with pytest.raises(ValueError, match="words"):
        await store.write(lambda tx: tx.emit("said", note=value))
    assert await store.read(events_after, 0) == []
