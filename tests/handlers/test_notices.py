"""notify and inbox, as people use them."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.errors import UserError
from bot.testing import Reply, World, world
from handlers.notices import clock, zones
from tests.bot.telling import _tell

PREFIX = {"discord": "!", "twitch": "!", "telegram": "/"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def w() -> AsyncIterator[World]:
    async with world("handlers.general", "handlers.notices", "tests.bot.telling") as one:
        for name in ("ada", "bob", "cleo"):
            for platform in ("discord", "twitch", "telegram"):
                await one.on(platform).user(name).say(f"{PREFIX[platform]}ping", private=True)
        yield one


def words(reply: Reply) -> str:
    """Without the look that Discord gives them."""
    return reply.text.replace("\\", "")


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_what_is_set_is_shown_with_ways_to_change_it(w: World) -> None:
    for platform, prefix in PREFIX.items():
        ada = w.on(platform).user("ada")
        told = await ada.say(f"{prefix}notify show")
        assert told.private
        assert "where you were last" in told.text
        assert "What others tell you" in told.text
        quiet = await told.press("Quiet from 22:00 to 07:00")
        assert "22:00 to 07:00 (UTC)" in words(quiet)
        again = await ada.say(f"{prefix}notify show", private=True)
        assert "Quiet hours: 22:00 to 07:00 (UTC)" in words(again)
        assert "no quiet hours" in (await again.press("No quiet hours")).text


async def test_a_topic_is_picked_off_and_on(w: World) -> None:
    ada = w.discord.user("ada")
    off = await (await ada.slash("notify show")).pick("news")
    assert "no longer write to you about **news**" in off.text
    assert "✗ **news**" in (await ada.slash("notify show")).text
    assert "about **news** again" in (await ada.slash("notify on", topic="News")).text
    assert "✓ **news**" in (await ada.slash("notify show")).text
    assert "There is no topic nonsense. There are: news." in (await ada.slash("notify off", topic="nonsense")).text
    assert (await ada.autocomplete("notify off", "topic", topic="n")).suggestions == ["news"]


async def test_quiet_hours_are_typed_in_the_own_zone(w: World) -> None:
    for platform, prefix in PREFIX.items():
        bob = w.on(platform).user("bob")
        hushed = await bob.say(f"{prefix}notify quiet 10pm 7 america/new_york")
        assert hushed.private
        assert "22:00 to 07:00 (America/New_York)" in words(hushed)
        offered = await bob.say(f"{prefix}notify quiet 22:00 7:00 new york", private=True)
        assert "22:00 to 07:00 (America/New_York)" in words(await offered.press("America/New_York"))
        assert "22:00 to 07:00 (America" in words(await bob.say(f"{prefix}notify show", private=True))
        assert "no quiet hours" in (await bob.say(f"{prefix}notify quiet off", private=True)).text
    typed = await w.discord.user("bob").autocomplete("notify quiet", "zone", start="1", zone="new y")
    assert typed.suggestions == ["America/New_York"]


@pytest.mark.parametrize(
    ("hours", "why"),
    [
        ("22:00", "Say both times"),
        ("25:00 7:00", "Say both times"),
        ("7:00 7:00", "another time"),
        ("7:00 6:00", "20 hours at most"),
        ("22:00 7:00 Middle/Earth", "called like Europe/Berlin"),
    ],
)
async def test_hours_that_cannot_be_are_refused_kindly(w: World, hours: str, why: str) -> None:
    assert why in words(await w.discord.user("bob").say(f"!notify quiet {hours}", private=True))


async def test_a_platform_that_somebody_is_not_on_is_refused(w: World) -> None:
    bob = w.discord.user("bob")
    assert "link your account there first" in (await bob.slash("notify platform", where="twitch")).text
    assert "I write to you on Discord." in (await bob.slash("notify platform", where="discord")).text
    assert "where you were last" in (await (await bob.slash("notify show")).pick("last")).text


async def test_the_inbox_is_leafed_through_and_read(w: World) -> None:
    ada = w.discord.user("ada")
    for platform, prefix in PREFIX.items():
        cleo = w.on(platform).user("cleo")
        assert "Nothing has come" in (await cleo.say(f"{prefix}inbox", private=True)).text
        await cleo.say(f"{prefix}notify off news", private=True)  # the inbox keeps it all the same
        store, cleos = w.app.store, w.sandbox.world.human("cleo").on(platform)
        for n in range(6):
            await store.write(_tell, cleos, "ada", f"word {n}")
        first = await cleo.say(f"{prefix}inbox")
        assert first.private
        assert "6 new" in first.text
        assert first.text.count("●") == 5
        assert first.text.index("word 5") < first.text.index("word 1")
        second = await first.press("Older")
        assert "1 new" in second.text
        assert re.search(r"●.*word 0", second.text)
        assert "nothing new" in (await second.press("Newer")).text
    await ada.say("!picture @cleo")
    assert "Cancelled" in (await w.discord.user("cleo").say("!inbox", private=True)).text


async def test_closed_direct_messages_lead_to_another_platform(w: World) -> None:
    cleo = w.discord.user("cleo")
    code = re.findall(r"[A-Z0-9]{9}", (await cleo.slash("link")).text)[-1]
    await w.telegram.user("cleo").say(f"/link {code}", private=True)
    await cleo.slash("notify platform", where="discord")
    await cleo.slash("notify on", topic="news")
    w.sandbox.discord.closed_dms.add("cleo")
    try:
        told = await w.discord.user("ada").say("!tell @cleo come over")
        assert "come over" not in "".join(one.text for one in told.messages), "not where others read"
        await w.app.intake._delivery.pulse()
        await w.app.intake.quiet()
    finally:
        w.sandbox.discord.closed_dms.discard("cleo")
    sent = [str(wire.payload) for wire in w.sandbox.world.record.since(0) if wire.platform == "telegram"]
    assert any("come over" in one for one in sent)


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("0", 0),
        ("7", 420),
        ("7:05", 425),
        ("07.30", 450),
        ("23h59", 1439),
        ("12am", 0),
        ("12pm", 720),
        ("10:30PM", 1350),
    ],
)
async def test_a_time_can_be_typed_in_many_ways(typed: str, minute: int) -> None:
    assert clock(typed) == minute


@pytest.mark.parametrize("typed", ["", "x", "24", "7:60", "13pm", "0am", "-1", "1:2", "7:00:00", "٣"])
async def test_anything_else_is_no_time(typed: str) -> None:
    with pytest.raises(UserError):
        clock(typed)


async def test_zones_are_found_however_they_are_written() -> None:
    assert zones()["europe/berlin"] == "Europe/Berlin"
