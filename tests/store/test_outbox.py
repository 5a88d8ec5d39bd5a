"""The outbox: kept with the effect, sent afterwards, erased when settled."""

from collections.abc import Callable

import pytest

from bot.command.invocation import ReplyHandle
from bot.errors import UserError
from bot.message import Image, Message, b, button, t
from bot.store import Memory, Parcel, Store, Tx, buttons, outbox
from bot.users import User


async def test_a_parcel_comes_back_whole(store: Store, handle: ReplyHandle, ada: User) -> None:
    message = Message(t("Hello {who}.", who=b(ada)), images=[Image("a dot", b"\x89PNG")], private=True)
    id_ = await store.write(outbox.enqueue, "k", handle, message, "i")
    assert await store.read(outbox.pending, 10) == [Parcel(id_, "k", handle, message, 0)]


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
async def test_settled_is_erased_and_final(store: Store, handle: ReplyHandle, state: str) -> None:
    id_ = await store.write(outbox.enqueue, "k", handle, Message("words"))
    await store.write(outbox.settle, id_, state, "why")
    await store.write(outbox.settle, id_, "dead" if state != "dead" else "sent", "other")
    assert await store.read(outbox.pending, 1) == []
    row = store._writer._connection.execute("SELECT state, reason, body FROM outbox").fetchone()
    assert row == (state, "why", None)
    assert await store.write(outbox.enqueue, "k", handle, Message("words")) == id_


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


async def test_a_direct_message_goes_with_the_transaction(store: Store, ada: User) -> None:
    with pytest.raises(UserError):
        await Memory(store, "i").write(greet, ada, True)
    assert await store.read(outbox.pending, 9) == []
    await Memory(store, "i").write(greet, ada, False)
    await Memory(store, "i", True).write(greet, ada, False)
    await store.write(greet, ada, False)
    parcels = await store.read(outbox.pending, 9)
    assert [parcel.message.plain for parcel in parcels] == ["one", "two"] * 2
    assert all(parcel.handle == ReplyHandle("telegram", "", "", ada, direct=True) for parcel in parcels)
    assert parcels[1].key.startswith("i/")
    pressed = await store.read(buttons.press, parcels[0].message.buttons[0].id)
    assert pressed is not None
    assert pressed.addressee == ada.key
