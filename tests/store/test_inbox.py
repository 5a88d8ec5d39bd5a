"""The inbox: accepted once, in order, sealed, erased when it has ended."""

import asyncio
from collections.abc import Callable
from typing import Any

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
    for id_ in ids:
        await store.write(inbox.accept, structs.replace(invocation, id=id_))
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
    await store.close()
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


async def put(store: Store, one: Invocation, state: inbox.State, reason: str = "") -> None:
    """Accepted, with a write, and ended like this."""
    await store.write(inbox.accept, one)
    await Memory(store, one.id).write(mark, one.id)
    if state not in ("accepted", "asking"):
        await store.write(inbox.end, one.id, state, reason)


async def test_a_dead_letter_keeps_everything_until_it_is_retried_or_dropped(
    store: Store, invocation: Invocation
) -> None:
    await put(store, invocation, "dead", "why")
    assert await store.write(inbox.begin, invocation.id) == 0
    assert not await store.write(inbox.accept, invocation)
    (letter,) = await store.read(inbox.letters, "dead")
    assert (letter.asked, letter.reason, letter.state) == (invocation, "why", "dead")
    assert await store.read(inbox.writes, invocation.id) == 1
    assert await store.write(inbox.retry, invocation.id)
    assert await store.read(inbox.retries) == [invocation.id]
    assert await store.write(inbox.begin, invocation.id) == 1
    assert await store.read(inbox.standing, invocation.id) == inbox.Standing("accepted", 1, by_hand=True)
    assert await store.write(inbox.drop, invocation.id)
    assert await store.read(inbox.load, invocation.id) is None
    assert await store.read(inbox.writes, invocation.id) == 0
    assert not await store.write(inbox.retry, invocation.id)


async def test_a_state_ends_once(store: Store, invocation: Invocation) -> None:
    await store.write(inbox.accept, invocation)
    assert await store.write(inbox.finish, invocation.id)
    for again in (inbox.finish, inbox.expire, inbox.drop):
        assert not await store.write(again, invocation.id)
    assert not await store.write(inbox.settling, invocation.id, succeeded=True)


async def test_a_redemption_is_known_until_it_is_settled(store: Store, invocation: Invocation) -> None:
    for id_, succeeded in (("a", True), ("b", False)):
        await store.write(inbox.accept, structs.replace(invocation, id=id_))
        await store.write(inbox.settling, id_, succeeded=succeeded, reason="why")
    assert await store.read(inbox.unsettled) == [("a", True), ("b", False)]
    await store.write(inbox.settled, ["b", "a"])
    assert await store.read(inbox.unsettled) == []
    assert await store.read(inbox.load, "a") is None


async def test_what_ended_long_ago_is_forgotten_and_nothing_else(
    store: Store, clock: Any, invocation: Invocation
) -> None:
    ended: list[inbox.State] = ["done", "expired", "dead", "dropped"]
    for state in (*ended, "accepted"):
        await put(store, structs.replace(invocation, id=f"old {state}"), state)
    clock.now += 1_000
    await put(store, structs.replace(invocation, id="new"), "done")
    assert await store.write(inbox.forget, clock.now) == 4
    assert await store.write(inbox.forget, clock.now) == 0
    known = {
        id_
        for id_ in ("new", *(f"old {state}" for state in (*ended, "accepted")))
        if await store.read(inbox.known, id_)
    }
    assert known == {"new", "old accepted"}
    assert await store.read(inbox.writes, "old dead") == 0
    assert await store.read(inbox.writes, "old accepted") == 1
