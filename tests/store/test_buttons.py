"""Buttons: random ids for stored calls."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from bot.command.invocation import ReplyHandle
from bot.message import Choice, Message, Select, button
from bot.store import Choice as Open
from bot.store import Kept, Store, buttons
from bot.users import User

LIFETIME = 7 * 24 * 3600 * 1_000_000

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
        ids[0], "say yes", OPTIONS, "telegram:1", once=True, used=False, expires=expires, private=True
    )
    assert await store.read(buttons.press, ids[1]) == Kept(
        ids[1], "say no", {}, "", once=False, used=False, expires=expires, private=True
    )
    assert await store.read(buttons.press, "A" * 16) is None


async def test_used_once(store: Store, asked: Message, handle: ReplyHandle) -> None:
    message = await store.write(buttons.keep, asked, handle)
    id_ = message.buttons[0].id
    assert [await store.write(buttons.claim, id_) for _ in range(2)] == [True, False]
    pressed = await store.read(buttons.press, id_)
    assert pressed is not None
    assert pressed.used


async def test_a_kept_button_keeps_its_id(store: Store, asked: Message, handle: ReplyHandle) -> None:
    message = await store.write(buttons.keep, asked, handle)
    assert await store.write(buttons.keep, message, handle) == message


async def test_without_buttons_nothing_runs(store: Store, handle: ReplyHandle) -> None:
    message = Message("plain")
    assert await store.read(buttons.keep, message, handle) is message, "a read could not write"


async def test_open_choices_survive_a_restart(
    store: Store, reopen: Any, clock: Any, asked: Message, handle: ReplyHandle
) -> None:
    first = await store.write(buttons.keep, asked, handle)
    clock.now += 1
    second = await store.write(buttons.keep, asked, structs.replace(handle, channel="other"))
    await store.write(buttons.keep, asked, structs.replace(handle, platform="twitch"))
    await store.write(buttons.claim, first.buttons[0].id)
    await store.close()
    again = await reopen()
    wanted = [
        Open(first.buttons[1].id, "telegram", "room", "telegram:1", 2),
        Open(second.buttons[0].id, "telegram", "other", "telegram:1", 1),
        Open(second.buttons[1].id, "telegram", "other", "telegram:1", 2),
    ]
    assert await again.read(buttons.open_choices, "telegram") == wanted
    clock.now += LIFETIME - 1
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


@pytest.fixture
def listed() -> Message:
    return Message(
        "Which?",
        buttons=[button("Stop", "stop", seconds=60)],
        selects=[
            Select(
                "Colour", "paint", "colour", [Choice("red", "Red"), Choice("secret-blue", "Blue")], {"n": 1}, seconds=60
            ),
            Select("Sizes", "size", "sizes", [Choice(size, size) for size in "sml"], most=2, anyone=True),
        ],
    )


async def test_a_select_keeps_what_it_offered(store: Store, clock: Any, listed: Message, handle: ReplyHandle) -> None:
    message = await store.write(buttons.keep, listed, handle)
    colour, sizes = [await store.read(buttons.press, one.id) for one in message.selects]
    assert [colour, sizes] == [
        Kept(
            message.selects[0].id, "paint", {"n": 1}, "telegram:1", once=True, used=False,
            expires=clock.now + 60_000_000, option="colour", values=["red", "secret-blue"], most=1,
        ),
        Kept(
            message.selects[1].id, "size", {}, "", once=True, used=False,
            expires=clock.now + LIFETIME, option="sizes", values=["s", "m", "l"], most=2,
        ),
    ]  # fmt: skip
    assert message.replaced(buttons=listed.buttons, selects=listed.selects) == listed


async def test_numbers_go_on_over_selects(store: Store, clock: Any, listed: Message, handle: ReplyHandle) -> None:
    message = await store.write(buttons.keep, listed, handle)
    colour, sizes = (one.id for one in message.selects)
    numbers = [message.buttons[0].id, f"{colour}:0", f"{colour}:1", f"{sizes}:0", f"{sizes}:1", f"{sizes}:2"]
    assert buttons.numbered(message) == list(enumerate(numbers, 1))
    found = await store.read(buttons.open_choices, "telegram")
    assert [(one.number, one.id) for one in found] == buttons.numbered(message)
    clock.now += 60_000_000
    assert [one.id for one in await store.read(buttons.open_choices, "telegram")] == numbers[3:]


async def test_what_a_select_offers_is_sealed(
    store: Store, stored: Callable[[], bytes], listed: Message, handle: ReplyHandle
) -> None:
    await store.write(buttons.keep, listed, handle)
    await store.close()
    assert b"secret-blue" not in stored()


async def test_a_button_that_came_to_nothing_is_free_again(store: Store, asked: Message, handle: ReplyHandle) -> None:
    once, often = (one.id for one in (await store.write(buttons.keep, asked, handle)).buttons)
    assert await store.write(buttons.claim, once)
    await store.write(buttons.release, once)
    assert [await store.write(buttons.claim, once) for _ in range(2)] == [True, False]
    assert [await store.write(buttons.claim, often) for _ in range(2)] == [True, True]


async def test_what_cannot_be_pressed_any_more_is_forgotten(
    store: Store, clock: Any, asked: Message, handle: ReplyHandle
) -> None:
    for platform in ("discord", "telegram", "twitch"):
        await store.write(buttons.keep, asked, structs.replace(handle, platform=platform))
    clock.now += 1
    kept = await store.write(buttons.keep, asked, handle)
    expires = clock.now - 1 + LIFETIME
    assert await store.write(buttons.forget, expires) == 0
    assert await store.write(buttons.forget, expires + 1) == 6
    assert await store.read(buttons.press, kept.buttons[0].id) is not None
