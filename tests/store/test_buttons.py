"""Buttons: random ids for stored calls."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from bot.command.invocation import ReplyHandle
from bot.message import Message, button
from bot.store import Choice, Kept, Store, Tx, buttons
from bot.users import User

OPTIONS = {"agree": True, "n": 3, "part": 0.5, "words": "button-words", "to": User("telegram", "2", "Bob")}


@pytest.fixture
def asked() -> Message:
    return Message(
        "Well?",
        private=True,
        buttons=[button("Yes", "say yes", OPTIONS, style="primary"), button("No", "say no", anyone=True, once=False)],
    )


async def test_a_press_finds_the_call(store: Store, clock: Any, asked: Message, handle: ReplyHandle) -> None:
    message = await store.write(buttons.keep, asked, handle)
    ids = [one.id for one in message.buttons]
    assert [len(id_) for id_ in ids] == [16, 16]
    assert [structs.replace(one, id="") for one in message.buttons] == asked.buttons
    assert (message.runs, message.private) == (asked.runs, asked.private)
    expires = clock.now + 7 * 24 * 3600 * 1_000_000
    assert await store.read(buttons.press, ids[0]) == Kept(
        ids[0], "say yes", OPTIONS, "telegram:1", once=True, used=False, expires=expires
    )
    assert await store.read(buttons.press, ids[1]) == Kept(
        ids[1], "say no", {}, "", once=False, used=False, expires=expires
    )
    assert await store.read(buttons.press, "A" * 16) is None


async def test_used_once(store: Store, asked: Message, handle: ReplyHandle) -> None:
    message = await store.write(buttons.keep, asked, handle)
    id_ = message.buttons[0].id
    assert [await store.write(buttons.used, id_) for _ in range(2)] == [True, False]
    pressed = await store.read(buttons.press, id_)
    assert pressed is not None
    assert pressed.used


async def test_a_kept_button_keeps_its_id(store: Store, asked: Message, handle: ReplyHandle) -> None:
    message = await store.write(buttons.keep, asked, handle)
    assert await store.write(buttons.keep, message, handle) == message


async def test_without_buttons_nothing_runs(store: Store, handle: ReplyHandle) -> None:
    message = Message("plain")
    assert await store.write(keeps_without_statements, message, handle)


def keeps_without_statements(tx: Tx, message: Message, handle: ReplyHandle) -> bool:
    before = tx._connection.total_changes
    return buttons.keep(tx, message, handle) is message and tx._connection.total_changes == before


async def test_open_choices_survive_a_restart(
    store: Store, reopen: Any, clock: Any, asked: Message, handle: ReplyHandle
) -> None:
    first = await store.write(buttons.keep, asked, handle)
    clock.now += 1
    second = await store.write(buttons.keep, asked, structs.replace(handle, channel="other"))
    await store.write(buttons.keep, asked, structs.replace(handle, platform="twitch"))
    await store.write(buttons.used, first.buttons[0].id)
    await store.close()
    again = await reopen()
    wanted = [
        Choice(first.buttons[1].id, "telegram", "room", "", 2),
        Choice(second.buttons[0].id, "telegram", "other", "telegram:1", 1),
        Choice(second.buttons[1].id, "telegram", "other", "", 2),
    ]
    assert await again.read(buttons.open_choices, "telegram") == wanted
    clock.now += buttons.LIFETIME - 1
    assert await again.read(buttons.open_choices, "telegram") == wanted[1:]
    clock.now += 1
    assert await again.read(buttons.open_choices, "telegram") == []


async def test_options_are_sealed(
    store: Store, stored: Callable[[], bytes], asked: Message, handle: ReplyHandle
) -> None:
    await store.write(buttons.keep, asked, handle)
    await store.close()
    assert b"say yes" in stored()
    assert b"button-words" not in stored()
