"""Notices: a person is reached where they want to be, when they want to be, once, and finds what came while they were away."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot import notices as settings
from bot.message import Card, Image, Message, b, button, part, select, t
from bot.store import Memory, Store, Tx, buttons, notices, outbox, people
from bot.store.people import RECENT
from bot.users import User
from tests.servers import sql

DISCORD, TWITCH, TELEGRAM = (User(name, "1", "Ada", "ada") for name in ("discord", "twitch", "telegram"))
MINUTE = 60_000_000


def tell(tx: Tx, to: int, words: str, topic: str = "") -> None:
    tx.send(to, Message(words, buttons=[button("Go", "go")], selects=[select("Pick", "go", "n", ["a"])]), topic)


def met(tx: Tx, user: User) -> int:
    return people.met(tx, user)


async def ada(store: Store, clock: Any, *users: User) -> int:
    """One person, who used the last of these platforms last."""
    ids = []
    for user in users or (DISCORD, TWITCH, TELEGRAM):
        clock.now += RECENT + 1
        ids.append(await store.write(met, user))
    for other in ids[1:]:
        await store.write(people.merge, ids[0], other)
    return ids[0]


async def waiting(store: Store) -> list[tuple[str, str]]:
    """Where what is due now goes, and what it says."""
    found = await store.read(outbox.pending, 99)
    return [(one.handle.platform, one.message.plain) for one in found if isinstance(one, outbox.Parcel)]


async def shelf(store: Store, page: int = 1, user: User = DISCORD, size: int = 3) -> list[tuple[str, bool]]:
    shown = await store.write(notices.show, user, page, size)
    return [(one.message.plain, one.new) for one in shown.notices]


async def test_where_they_were_last_and_where_they_chose(store: Store, clock: Any) -> None:
    who = await ada(store, clock)
    await store.write(tell, who, "one")
    await store.write(people.person, DISCORD)
    await store.write(tell, who, "spoken of is not there")
    clock.now += RECENT + 1
    await store.write(met, DISCORD)
    await store.write(tell, who, "two")
    await store.write(settings.prefer, TWITCH, "twitch")
    await store.write(tell, who, "three")
    await store.write(settings.prefer, TWITCH, "")
    await store.write(tell, who, "four")
    assert await waiting(store) == [
        ("telegram", "one"),
        ("telegram", "spoken of is not there"),
        ("discord", "two"),
        ("twitch", "three"),
        ("discord", "four"),
    ]
    found = await store.read(outbox.pending, 99)
    assert all(one.handle.direct and not one.handle.channel for one in found), "never where others read"


async def test_being_there_is_written_down_every_ten_minutes(store: Store, clock: Any, database: Path | str) -> None:
    first = clock.now
    await store.write(met, DISCORD)
    clock.now += RECENT
    await store.write(met, DISCORD)
    assert sql(database, "SELECT seen FROM users") == [(first,)]
    clock.now += 1
    await store.write(met, DISCORD)
    assert sql(database, "SELECT seen FROM users") == [(clock.now,)]


async def test_nobody_cannot_be_told(store: Store) -> None:
    with pytest.raises(ValueError, match="no person 77"):
        await store.write(tell, 77, "x")
    assert await waiting(store) == []


async def test_quiet_hours_end_first(store: Store, clock: Any) -> None:
    who = await ada(store, clock)
    minute = clock.now // MINUTE % (24 * 60)  # of the day in UTC
    await store.write(settings.hush, DISCORD, minute - 60, minute + 30, None)
    await store.write(tell, who, "later")
    assert await waiting(store) == []
    assert await shelf(store) == [("later", True)], "who looks by themselves finds it"
    clock.now += 30 * MINUTE
    assert await waiting(store) == [("telegram", "later")]
    await store.write(tell, who, "at once")
    assert len(await waiting(store)) == 2
    clock.now += 23 * 60 * MINUTE
    await store.write(settings.hush, DISCORD, None, None, None)
    await store.write(tell, who, "no more quiet")
    assert len(await waiting(store)) == 3


async def test_what_they_do_not_want_is_kept_and_not_sent(store: Store, clock: Any) -> None:
    who = await ada(store, clock)
    for topic in ("gifts", "gift", "ifts", "gifts"):
        await store.write(settings.want, DISCORD, topic, False)
    await store.write(settings.want, TWITCH, "gift", True)
    assert (await store.read(notices.wishes_of, who)).off == ("gifts", "ifts")
    await store.write(tell, who, "unwanted", "gifts")
    await store.write(tell, who, "wanted", "gift")
    await store.write(tell, who, "of no topic")
    assert await waiting(store) == [("telegram", "wanted"), ("telegram", "of no topic")]
    assert ("unwanted", True) in await shelf(store)


async def test_two_settings_at_once_are_both_kept(store: Store, clock: Any) -> None:
    who = await ada(store, clock)
    changes = [store.write(settings.want, DISCORD, f"t{n}", False) for n in range(8)]
    changes += [store.write(settings.prefer, DISCORD, "twitch"), store.write(settings.hush, TWITCH, 1, 2, "Asia/Tokyo")]
    await asyncio.gather(*changes)
    wishes = await store.read(notices.wishes_of, who)
    assert len(wishes.off) == 8
    assert (wishes.platform, wishes.zone, wishes.quiet and wishes.quiet.start) == ("twitch", "Asia/Tokyo", 1)
    await store.write(settings.hush, TWITCH, 3, 4, None)
    assert (await store.read(notices.wishes_of, who)).zone == "Asia/Tokyo", "a zone is named once"


async def test_a_resumed_command_has_told_once(store: Store, clock: Any) -> None:
    who = await ada(store, clock)
    for resumed in (False, True, True):
        await Memory(store, "i", resumed).write(tell, who, "once")
    clock.now += outbox.GRACE + 1  # so long it is left to the run
    assert await waiting(store) == [("telegram", "once")]
    assert await shelf(store) == [("once", True)]


async def test_what_a_platform_refuses_goes_to_the_next_with_buttons_of_its_own(store: Store, clock: Any) -> None:
    who = await ada(store, clock)
    await store.write(settings.prefer, DISCORD, "discord")
    await store.write(tell, who, "reach me")
    seen = []
    for left in (True, True, False):
        (parcel,) = await store.read(outbox.pending, 9)
        assert isinstance(parcel, outbox.Parcel)
        pressed = await store.read(buttons.press, parcel.message.buttons[0].id)
        picked = await store.read(buttons.press, parcel.message.selects[0].id)
        assert pressed is not None
        assert picked is not None
        assert pressed.addressee == picked.addressee == parcel.handle.to.key
        seen.append(parcel.handle.platform)
        assert await store.write(notices.readdress, parcel.id, parcel.handle.platform) is left
    assert seen == ["discord", "telegram", "twitch"]


async def test_what_was_shown_in_part_stays_where_it_is(store: Store, clock: Any) -> None:
    await store.write(tell, await ada(store, clock), "long")
    (parcel,) = await store.read(outbox.pending, 9)
    assert isinstance(parcel, outbox.Parcel)
    await store.write(outbox.progress, parcel.id, 1)
    assert not await store.write(notices.readdress, parcel.id, "telegram")


async def test_a_message_to_a_user_is_for_that_platform_alone(store: Store, clock: Any) -> None:
    await ada(store, clock)
    await store.write(lambda tx: tx.send(DISCORD, Message("there alone")))
    (parcel,) = await store.read(outbox.pending, 9)
    assert isinstance(parcel, outbox.Parcel)
    assert not await store.write(notices.readdress, parcel.id, "discord")
    assert await shelf(store) == []


async def test_pages_and_what_is_new_on_them(store: Store, clock: Any) -> None:
    who = await ada(store, clock)
    for n in range(4):
        await store.write(tell, who, str(n))
    assert await shelf(store, 1) == [("3", True), ("2", True), ("1", True)]
    first = await store.write(notices.show, DISCORD, 1, 3)
    assert (first.page, first.pages, first.unread) == (1, 2, 1)
    assert [one.new for one in first.notices] == [False] * 3
    assert await shelf(store, 99) == [("0", True)]
    assert (await store.write(notices.show, TWITCH, 1, 3)).unread == 0
    assert await shelf(store, 1, User("discord", "2", "Bob")) == [], "nobody else's"


async def test_a_merge_brings_notices_and_settings_along(store: Store, clock: Any) -> None:
    first, second = await ada(store, clock, DISCORD), await ada(store, clock, TWITCH)
    await store.write(tell, second, "of the one who goes")
    await store.write(tell, first, "of the one who stays")
    await store.write(settings.want, TWITCH, "gifts", False)
    for step in (settings.merge, people.merge):
        await store.write(step, first, second)
    assert (await store.read(notices.wishes_of, first)).off == ("gifts",)
    assert await shelf(store) == [("of the one who stays", True), ("of the one who goes", True)]
    await store.write(tell, second, "to a number that is old")
    assert (await waiting(store))[-1] == ("twitch", "to a number that is old")
    third = await ada(store, clock, TELEGRAM)
    await store.write(settings.prefer, TELEGRAM, "telegram")
    for step in (settings.merge, people.merge):
        await store.write(step, third, first)
    assert await store.read(notices.wishes_of, second) == await store.read(notices.wishes_of, third)
    assert (await store.read(notices.wishes_of, third)).platform == "telegram", "what the one who stays set counts"
    assert len(await shelf(store, size=9)) == 3


async def test_it_is_sealed_and_holds_words_alone(store: Store, clock: Any, database: Path | str) -> None:
    who = await ada(store, clock)
    card = Card(part("title"), [part("text")], thumbnail=Image("dot", b"pixels"))
    said = Message(t("secret {word}", word=b("words")), card=card, images=[Image("dot", b"pixels")])
    await store.write(lambda tx: tx.send(who, said))
    ((body,),) = sql(database, "SELECT body FROM notice")
    assert b"secret" not in bytes(body)
    (found,) = (await store.write(notices.show, DISCORD, 1, 3)).notices
    assert (found.message.runs, found.message.images) == (said.runs, [])
    assert found.message.card == Card(part("title"), [part("text")])


async def test_old_ones_are_forgotten_oldest_first(store: Store, clock: Any) -> None:
    who = await ada(store, clock)
    for words in ("old", "older"):
        await store.write(tell, who, words)
    clock.now += 1
    await store.write(tell, who, "new")
    assert await store.write(notices.forget, clock.now) == 2
    assert await shelf(store) == [("new", True)]
    assert await store.write(notices.forget, clock.now) == 0
