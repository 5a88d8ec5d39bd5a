"""Numbering events on PostgreSQL: none is lost, none is numbered before an older one can be seen."""

import asyncio
import threading
from typing import Any

import pytest

from bot.store import Store, Tx
from bot.store.events import events_after, seal_due, verify
from bot.store.postgres.hold import Hold

WRITERS, EACH = 6, 25


@pytest.fixture
def kind() -> str:
    """The server; on a file the writer numbers them (test_events)."""
    return "postgresql"


def emit(tx: Tx, kind: str, n: int = 0) -> None:
    tx.emit(kind, n=n)


async def seen(store: Store) -> list[str]:
    """All that a reader of the numbers sees."""
    return [one.kind for one in await store.read(events_after, 0)]


async def test_who_holds_the_database_numbers_its_events(store: Store, database: str) -> None:
    """The lock of the process and that of the sealer are two."""
    held = await asyncio.to_thread(Hold.take, database)
    await store.write(emit, "told")
    assert (await seal_due(store), await seen(store)) == (1, ["told"])
    await asyncio.to_thread(held.release)


async def test_a_slow_transaction_is_not_overtaken(store: Store, reopen: Any) -> None:
    """Its row has the lower id and can be seen later: a reader that is past it would never see it."""
    reached, go_on = threading.Event(), threading.Event()

    def slow(tx: Tx) -> None:
        emit(tx, "slow")
        reached.set()
        go_on.wait(20)

    writing = store.write(slow)
    await asyncio.to_thread(reached.wait)
    await store.write(emit, "quick")
    assert (await seal_due(store), await seen(store)) == (0, [])
    go_on.set()
    await writing
    assert (await seal_due(store), await seen(store)) == (2, ["slow", "quick"])
    assert await store.read(verify) is None


async def test_every_event_once_and_in_its_writers_order(store: Store, reopen: Any) -> None:
    """Two processes write, both number all the time, and a reader follows."""
    other = await reopen()
    found: list[tuple[str, int]] = []
    ended = asyncio.Event()

    async def writes(who: int) -> None:
        for n in range(EACH):
            await (store, other)[who % 2].write(emit, f"writer.{who}", n)

    async def numbers(process: Store) -> int:
        count = 0
        while not ended.is_set():
            count += await seal_due(process)
            await asyncio.sleep(0)
        return count

    async def follows() -> None:
        at = 0
        while len(found) < WRITERS * EACH:
            for one in await other.read(events_after, at):
                found.append((one.kind, int(one.body["n"])))
                at = one.seq

    sealers = [asyncio.ensure_future(numbers(process)) for process in (store, other)]
    async with asyncio.timeout(60):
        await asyncio.gather(follows(), *(writes(who) for who in range(WRITERS)))
    ended.set()
    assert sum(await asyncio.gather(*sealers)) == WRITERS * EACH
    for who in range(WRITERS):
        assert [n for kind, n in found if kind == f"writer.{who}"] == list(range(EACH))
    assert await store.read(verify) is None


async def test_many_at_once_are_numbered_in_pages(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.events.PAGE", 10)
    await store.write(lambda tx: [emit(tx, "k", n) for n in range(35)] and None)
    assert await seal_due(store) == 35
    assert await store.read(verify) is None
