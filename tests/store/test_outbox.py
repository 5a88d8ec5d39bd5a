"""The outbox: kept with the effect, sent afterwards, erased when settled."""

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from bot.command.invocation import Invocation, ReplyHandle
from bot.errors import UserError
from bot.message import Image, Message, b, button, t
from bot.store import Memory, Parcel, Store, Tx, buttons, inbox, outbox
from bot.store.outbox import Stuck
from bot.users import User
from tests.servers import sql
from tests.store.conftest import Clock


async def test_a_parcel_comes_back_whole(store: Store, handle: ReplyHandle, ada: User, clock: Clock) -> None:
    message = Message(t("Hello {who}.", who=b(ada)), images=[Image("a dot", b"\x89PNG")], private=True)
    id_ = await store.write(outbox.enqueue, "k", handle, message)
    assert await store.read(outbox.pending, 10) == [Parcel(id_, "k", handle, message, 0, clock.now)]


async def test_the_same_key_is_the_same_message(store: Store, handle: ReplyHandle) -> None:
    first = await store.write(outbox.enqueue, "k", handle, Message("one"))
    assert await store.write(outbox.enqueue, "k", handle, Message("two")) == first
    assert [parcel.message.plain for parcel in await store.read(outbox.pending, 10)] == ["one"]


async def test_oldest_first_and_limited(store: Store, handle: ReplyHandle) -> None:
    for key in "cab":
        await store.write(outbox.enqueue, key, handle, Message(key))
    assert [parcel.key for parcel in await store.read(outbox.pending, 2)] == ["c", "a"]


async def test_progress_and_attempts(store: Store, handle: ReplyHandle) -> None:
    id_ = await store.write(outbox.enqueue, "k", handle, Message("long"))
    assert [await store.write(outbox.attempt, id_) for _ in range(2)] == [1, 2]
    await store.write(outbox.progress, id_, 3)
    (parcel,) = await store.read(outbox.pending, 1)
    assert parcel.piece == 3


@pytest.mark.parametrize("state", ["sent", "unknown", "dead"])
async def test_settled_is_final_and_erased_when_sent(
    store: Store, database: Path | str, handle: ReplyHandle, state: str
) -> None:
    id_ = await store.write(outbox.enqueue, "k", handle, Message("words"))
    await store.write(outbox.settle, id_, state, "why")
    await store.write(outbox.settle, id_, "dead" if state != "dead" else "sent", "other")
    assert await store.read(outbox.pending, 1) == []
    ((kept, reason, body),) = sql(database, "SELECT state, reason, body FROM outbox")
    assert (kept, reason, body is None) == ((state, "", True) if state == "sent" else (state, "why", False))
    assert await store.write(outbox.enqueue, "k", handle, Message("words")) == id_


async def test_what_waits_comes_when_it_is_due(store: Store, handle: ReplyHandle, clock: Clock) -> None:
    first, second = [await store.write(outbox.enqueue, key, handle, Message(key)) for key in "ab"]
    await store.write(outbox.attempt, first)
    await store.write(outbox.later, first, clock.now + 5_000_000, "busy")
    assert await store.write(outbox.behind, second, first, clock.now + 5_000_000)
    assert await store.read(outbox.pending, 9) == []
    clock.now += 5_000_000
    assert [one.id for one in await store.read(outbox.pending, 9)] == [first, second]
    assert [one.id for one in await store.read(outbox.pending, 9, first)] == [second]
    assert await store.write(outbox.attempt, first) == 1  # the last one came back
    await store.write(outbox.settle, first, "sent")
    assert not await store.write(outbox.behind, second, first, clock.now + 9)
    assert await store.write(outbox.attempt, first) == 0


async def test_a_reply_is_left_to_its_run_for_a_while_and_what_a_run_sends_until_it_ends(
    store: Store, invocation: Invocation, handle: ReplyHandle, clock: Clock
) -> None:
    await store.write(outbox.enqueue, "reply", handle, Message("x"), "another")
    await store.write(inbox.accept, invocation)
    await store.write(outbox.enqueue, "sent", handle, Message("y"), invocation.id)
    assert await store.read(outbox.pending, 9) == []
    clock.now += outbox.GRACE + 1
    assert [one.key for one in await store.read(outbox.pending, 9)] == ["reply"]
    await store.write(inbox.finish, invocation.id)
    assert [one.key for one in await store.read(outbox.pending, 9)] == ["reply", "sent"]


async def test_a_new_process_tries_at_once_but_keeps_a_persons_own_time(
    store: Store, handle: ReplyHandle, clock: Clock
) -> None:
    tired = await store.write(outbox.enqueue, "tired", handle, Message("x"), "another")
    await store.write(outbox.later, tired, clock.now + 9_000_000, "busy")
    quiet = await store.write(outbox.enqueue, "quiet", handle, Message("x"), due=clock.now + 9_000_000, person=1)
    assert await store.write(outbox.awake) == quiet
    assert [one.id for one in await store.read(outbox.pending, 9)] == [tired]


async def test_a_new_process_does_not_repeat_what_may_have_arrived(
    store: Store, handle: ReplyHandle, clock: Clock
) -> None:
    for key in ("stale", "fresh"):
        id_ = await store.write(outbox.enqueue, key, handle, Message("x"))
        await store.write(outbox.later, id_, clock.now + 5, outbox.DOUBT)
        clock.now += 6 if key == "stale" else 0
    await store.write(outbox.awake)
    assert [one.key for one in await store.read(outbox.pending, 9)] == ["fresh"]
    assert [one.state for one in await store.read(outbox.stuck)] == ["unknown"]


async def test_what_is_stuck_is_seen_without_words_and_sent_again_by_an_operator(
    store: Store, handle: ReplyHandle, clock: Clock
) -> None:
    old = structs.replace(handle, expires=1)
    ids = [await store.write(outbox.enqueue, key, old, Message("secret words")) for key in "abc"]
    for id_, state in zip(ids, ("sent", "unknown", "dead"), strict=True):
        await store.write(outbox.progress, id_, 1)
        await store.write(outbox.settle, id_, state, "why")
    clock.now += 7
    seen = await store.read(outbox.stuck)
    assert seen == [
        Stuck(ids[2], "telegram", "dead", "why", 7),
        Stuck(ids[1], "telegram", "unknown", "why", 7),
    ]
    assert [await store.read(outbox.count, state) for state in ("pending", "unknown", "dead")] == [0, 1, 1]
    assert [await store.write(outbox.retry, id_) for id_ in (*ids, 99)] == [False, True, True, False]
    (first, second) = await store.read(outbox.pending, 9)
    assert (first.id, first.handle.expires, first.message.plain, first.piece) == (ids[1], None, "secret words", 1)
    assert second.created == clock.now
    assert not await store.write(outbox.retry, ids[1])


async def test_what_cannot_be_read_any_more_is_named_by_its_number(
    store: Store, database: Path | str, handle: ReplyHandle
) -> None:
    id_ = await store.write(outbox.enqueue, "k", handle, Message("x"))
    sql(database, "UPDATE outbox SET key = 'other'")
    assert await store.read(outbox.pending, 9) == [id_]
    await store.write(outbox.settle, id_, "dead", "unreadable")
    assert [(one.id, one.platform) for one in await store.read(outbox.stuck)] == [(id_, "")]
    assert not await store.write(outbox.retry, id_)


async def test_only_what_was_settled_before_is_forgotten(
    store: Store, database: Path | str, handle: ReplyHandle, clock: Clock
) -> None:
    waits, gone, fresh = [await store.write(outbox.enqueue, key, handle, Message(key)) for key in "abc"]
    await store.write(outbox.settle, gone, "unknown", "why")
    clock.now += 1_000
    await store.write(outbox.settle, fresh, "dead", "why")
    assert await store.write(outbox.forget, clock.now) == 1
    assert sql(database, "SELECT id FROM outbox ORDER BY id") == [(waits,), (fresh,)]


async def test_sealed(store: Store, handle: ReplyHandle, stored: Callable[[], bytes]) -> None:
    await store.write(outbox.enqueue, "k", handle, Message("spoken-words"))
    await store.close()
    assert b"spoken-words" not in stored()
    assert b"reply-token-1" not in stored()


def greet(tx: Tx, to: User, fail: bool) -> None:
    tx.send(to, Message("one", buttons=[button("Go", "go")]))
    tx.send(to, Message("two"))
    if fail:
        raise UserError("No.")


async def test_a_direct_message_goes_with_the_transaction(store: Store, ada: User, clock: Clock) -> None:
    with pytest.raises(UserError):
        await Memory(store, "i").write(greet, ada, True)
    assert await store.read(outbox.pending, 9) == []
    await Memory(store, "i").write(greet, ada, False)
    await Memory(store, "i", True).write(greet, ada, False)
    await store.write(greet, ada, False)
    clock.now += outbox.GRACE + 1
    parcels = await store.read(outbox.pending, 9)
    assert [parcel.message.plain for parcel in parcels] == ["one", "two"] * 2
    assert all(parcel.handle == ReplyHandle("telegram", "", "", ada, direct=True) for parcel in parcels)
    assert parcels[1].key.startswith("i/")
    pressed = await store.read(buttons.press, parcels[0].message.buttons[0].id)
    assert pressed is not None
    assert pressed.addressee == ada.key
