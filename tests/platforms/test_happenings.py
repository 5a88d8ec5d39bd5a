"""What happens beside commands: follows, raids, points and bits, newcomers, reactions; and the relay that carries talk across."""

import asyncio
import re
from typing import Any

import pytest

from bot.sandbox.twitch.points import Points
from bot.sandbox.world import Wire
from bot.testing import World
from bot.testing.reading import shown
from tests.platforms.tour import PREFIX, Scene, scene

pytestmark = pytest.mark.asyncio(loop_scope="module")
every = pytest.mark.parametrize("platform", PREFIX)


# -- events


@pytest.mark.parametrize(
    ("verb", "more", "said"),
    [
        ("follow", {}, "Welcome @bob!"),
        ("raid", {"viewers": 7}, "@bob brings 7!"),
        ("subscribe", {"months": 3}, "3 months, @bob!"),
        ("gift", {"count": 4}, "4 gifts!"),
        ("cheer", {"bits": 5, "text": "well done"}, "5 bits!"),
    ],
)
async def test_what_happens_is_noticed_once_though_it_is_delivered_twice(
    tour: World, verb: str, more: dict[str, Any], said: str
) -> None:
    bob = tour.twitch.user("bob")
    first = await bob.do(verb, event_id=f"once {verb}", **more)
    again = await bob.do(verb, event_id=f"once {verb}", **more)
    assert said in first.text
    assert again.messages == []


async def test_a_stream_begins_and_ends(tour: World) -> None:
    for verb, said in (("live", "The stream begins."), ("offline", "The stream is over.")):
        happened = await tour.sandbox.do("twitch", verb)
        assert [one.text for wire in happened.replies if (one := shown(wire))] == [said]


async def test_newcomers_are_greeted(tour: World) -> None:
    for platform in ("discord", "telegram"):
        there = scene(tour, platform)
        await there.person("cleo").do("leave", channel=there.room)
        assert "Come in" in (await there.person("cleo").do("join", channel=there.room)).text


@pytest.mark.parametrize("platform", ["discord", "telegram"])
async def test_a_reaction_is_noticed_and_another_is_not(there: Scene) -> None:
    bowed = await there.do("ada", "bow")
    message = bowed.messages[0].message
    assert "likes it" in (await there.person("bob").do("react", message=message, emoji="👍")).text
    assert (await there.person("cleo").do("react", message=message, emoji="🔥")).messages == []


# -- points and bits


@pytest.fixture(scope="module")
def points(tour: World) -> Points:
    """With rewards that our application made."""
    for reward in ("Candle", "Toll"):
        tour.sandbox.twitch.reward(reward, 100)
    return tour.sandbox.twitch.points


def _last(points: Points) -> str:
    """What became of the last redemption."""
    return str(list(points.redemptions.values())[-1]["status"])


async def test_points_light_a_candle_and_are_spent(tour: World, points: Points) -> None:
    lit = await tour.twitch.user("bob").redeem("Candle", "the sea")
    assert "@bob lights a candle for the sea." in lit.text
    assert _last(points) == "FULFILLED"


async def test_points_come_back_when_the_command_refuses(tour: World, points: Points) -> None:
    room, cleo = tour.sandbox.world.channels["twitch"][0].id, tour.sandbox.world.human("cleo").ids["twitch"]
    before = points.balances[room, cleo]
    assert "Not today" in (await tour.twitch.user("cleo").redeem("Toll")).text
    assert _last(points) == "CANCELED"
    assert points.balances[room, cleo] == before


async def test_a_hundred_bits_light_a_candle_too(tour: World) -> None:
    cheered = await tour.twitch.user("bob").cheer(100, "the rain")
    assert "lights a candle for the rain." in cheered.text
    assert "100 bits!" in cheered.text


# -- the relay


async def heard(w: World, since: int, said: str, times: int) -> list[Wire]:
    """Every message of the bot with these words, once there are so many; a moment longer, for one too many."""
    async with asyncio.timeout(5):
        while len(_said(w, since, said)) < times:
            await asyncio.sleep(0.01)
    await w.app.intake.quiet()
    return _said(w, since, said)


def _said(w: World, since: int, said: str) -> list[Wire]:
    wires = [wire for wire in w.sandbox.world.record.since(since) if wire.direction == "out"]
    return [wire for wire in wires if said in words(wire)]


def words(wire: Wire) -> str:
    """What a request shows."""
    one = shown(wire)
    return one.text if one is not None else ""


async def test_a_line_is_heard_once_in_every_other_room_and_nowhere_else(tour: World) -> None:
    rooms = {platform: scene(tour, platform) for platform in PREFIX}
    for name in ("discord", "telegram"):
        invited = await rooms["twitch"].do("ada", "relay invite")
        code = re.search(r"relay join (\S{9})", invited.text)
        assert code is not None, invited.text
        assert "hear each other" in (await rooms[name].do("bob", f"relay join {code[1]}")).text
    for platform, there in rooms.items():
        since = tour.sandbox.world.record.last
        await there.say("cleo", f"hello @bob from {platform}")
        found = await heard(tour, since, f"from {platform}", 2)
        assert not any(re.search(r"<@|@\d|211000", words(wire)) for wire in found)
        assert {wire.platform for wire in found} == set(PREFIX) - {platform}
        assert len(found) == 2
        assert all("cleo" in words(wire).lower() for wire in found)
        since = tour.sandbox.world.record.last
        assert "You bow." in (await there.do("cleo", "bow")).text
        assert {wire.platform for wire in await heard(tour, since, "bow", 1)} == {platform}
    await rooms["discord"].do("bob", "relay leave")
    since = tour.sandbox.world.record.last
    await rooms["twitch"].say("cleo", "is anybody there")
    assert {wire.platform for wire in await heard(tour, since, "is anybody there", 1)} == {"telegram"}
    for name in ("twitch", "telegram"):
        await rooms[name].do("ada", "relay leave")
    since = tour.sandbox.world.record.last
    await rooms["twitch"].say("cleo", "nobody any more")
    await tour.app.intake.quiet()
    assert _said(tour, since, "nobody any more") == []
