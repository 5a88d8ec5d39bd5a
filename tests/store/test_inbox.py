"""The inbox: accepted once, in order, sealed, erased when it has ended."""

import asyncio
from collections.abc import Callable

from msgspec import structs

from bot.command.invocation import Invocation, ReplyHandle
from bot.message import Message
from bot.store import Memory, Store, Tx, inbox, kept, outbox


async def test_what_is_accepted_comes_back_whole(store: Store, invocation: Invocation) -> None:
    assert await store.write(inbox.accept, invocation)
    assert await store.read(inbox.load, invocation.id) == invocation


async def test_duplicates_are_accepted_once(store: Store, invocation: Invocation) -> None:
    answers = await asyncio.gather(*(store.write(inbox.accept, invocation) for _ in range(50)))
    assert answers.count(True) == 1
    assert answers[0]
    await store.write(inbox.finish, invocation.id)
    assert not await store.write(inbox.accept, invocation)


async def test_attempts_are_counted_before_the_run(store: Store, invocation: Invocation) -> None:
    await store.write(inbox.accept, invocation)
    assert await store.read(inbox.waiting) == [(invocation.id, 0)]
    assert [await store.write(inbox.begin, invocation.id) for _ in range(2)] == [1, 2]
    assert await store.read(inbox.waiting) == [(invocation.id, 2)]
    await store.write(inbox.finish, invocation.id)
    assert await store.write(inbox.begin, invocation.id) == 0
    assert await store.read(inbox.waiting) == []


async def test_waiting_is_oldest_first(store: Store, invocation: Invocation) -> None:
    ids = [f"z{9 - number}" for number in range(9)]
    await asyncio.gather(*(store.write(inbox.accept, structs.replace(invocation, id=id_)) for id_ in ids))
    await store.write(inbox.expire, ids[4])
    assert await store.read(inbox.waiting) == [(id_, 0) for id_ in ids if id_ != ids[4]]


async def test_an_effect_without_its_acceptance_is_a_resumption(store: Store, invocation: Invocation) -> None:
    """The acceptance failed, the write behind it did not: delivered again, this is the second attempt."""
    await Memory(store, invocation.id).write(mark, "a")
    await store.write(inbox.accept, invocation)
    assert await store.write(inbox.begin, invocation.id) == 2


def mark(tx: Tx, key: str) -> None:
    kept.keep(tx, key, "1")


async def test_bodies_and_memories_are_erased(
    store: Store, stored: Callable[[], bytes], invocation: Invocation
) -> None:
    for end in (inbox.finish, inbox.expire):
        one = structs.replace(invocation, id=f"telegram:bot:{end.__name__}")
        await store.write(inbox.accept, one)
        await Memory(store, one.id).write(mark, end.__name__)
        await store.write(end, one.id)
        assert await store.read(inbox.load, one.id) is None
        assert await store.write(inbox.begin, one.id) == 0
    store._writer._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"mark" not in stored()


async def test_nothing_said_can_be_read_in_the_file(
    store: Store, stored: Callable[[], bytes], invocation: Invocation
) -> None:
    await store.write(inbox.accept, invocation)
    await store.close()
    assert invocation.id.encode() in stored()
    for secret in (b"my-secret-words", b"reply-token-1", b"vault put"):
        assert secret not in stored()


async def test_counts(store: Store, invocation: Invocation, handle: ReplyHandle) -> None:
    for id_ in "abcd":
        await store.write(inbox.accept, structs.replace(invocation, id=id_))
    parcels = [await store.write(outbox.enqueue, id_, handle, Message("hi"), id_) for id_ in "abc"]
    for id_ in "ab":
        await store.write(inbox.finish, id_)
    await store.write(inbox.expire, "d")
    assert await store.read(inbox.counts) == {"accepted": 4, "finished": 2, "delivered": 0}
    await store.write(outbox.settle, parcels[0], "sent")
    await store.write(outbox.settle, parcels[2], "sent")
    assert await store.read(inbox.counts) == {"accepted": 4, "finished": 2, "delivered": 1}
