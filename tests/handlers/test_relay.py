"""The rooms of a relay: codes work once and for ten minutes, rooms leave, move along with their ids, and hear all others."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot import Message, UserError
from bot.app import App
from bot.events import Spoke
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World
from bot.security.keyring import Keyring
from bot.store import Store
from bot.testing.template import prepare
from bot.users import Place
from config.settings import Settings
from handlers.relay import rooms
from tests.features import Clock

LOUNGE = Place("discord", "7", "channel", "70")
STREAM = Place("twitch", "ada")
GROUP = Place("telegram", "-100", "group")
TOPIC = Place("telegram", "-100", "group", thread="3")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[Store]:
    one = await Store.open(tmp_path / "relay.db", Keyring.open(tmp_path), ["handlers.relay.migrations"], clock=clock)
    yield one
    await one.close()


async def together(store: Store, *places: Place) -> None:
    """These rooms are in one relay."""
    for place in places[1:]:
        await store.write(rooms.join, place, await store.write(rooms.invite, places[0]))


async def names(store: Store, place: Place) -> set[str]:
    return {rooms.key(one) for one in await store.read(rooms.others, place)}


async def test_every_room_hears_all_others(store: Store) -> None:
    assert await names(store, LOUNGE) == set()
    await together(store, LOUNGE, STREAM, TOPIC)
    assert await names(store, LOUNGE) == {"twitch:ada", "telegram:-100:3"}
    assert await names(store, TOPIC) == {"discord:7", "twitch:ada"}
    assert await names(store, GROUP) == set()  # the group, apart from its topic
    assert await store.write(rooms.forward, STREAM, Message("hello").to_json()) == 2
    assert await store.write(rooms.forward, GROUP, Message("hello").to_json()) == 0


async def test_a_code_works_once_however_it_is_typed(store: Store) -> None:
    code = await store.write(rooms.invite, LOUNGE)
    assert re.fullmatch("[A-HJKMNP-TV-Z2-9]{9}", code)
    assert await store.write(rooms.join, STREAM, f" {code[:4].lower()}-{code[4:]} ") == 1
    with pytest.raises(UserError) as refused:
        await store.write(rooms.join, GROUP, code)
    assert refused.value.code == "unknown_code"


@pytest.mark.parametrize(("late", "works"), [(-1, True), (0, False), (1, False)])
async def test_a_code_lives_for_ten_minutes(store: Store, clock: Clock, late: int, works: bool) -> None:
    code = await store.write(rooms.invite, LOUNGE)
    clock.now += 600_000_000 + late
    if works:
        assert await store.write(rooms.join, STREAM, code) == 1
    else:
        with pytest.raises(UserError, match="older than ten minutes"):
            await store.write(rooms.join, STREAM, code)
        assert await names(store, LOUNGE) == set()


async def test_a_room_is_in_one_relay_and_leaves_it(store: Store) -> None:
    await together(store, LOUNGE, STREAM)
    for own in (await store.write(rooms.invite, LOUNGE), await store.write(rooms.invite, GROUP)):
        with pytest.raises(UserError) as refused:
            await store.write(rooms.join, STREAM, own)
        assert refused.value.code == "in_relay"
    await store.write(rooms.leave, STREAM)
    assert await names(store, LOUNGE) == set()
    with pytest.raises(UserError) as refused:
        await store.write(rooms.leave, STREAM)
    assert refused.value.code == "no_relay"
    await together(store, LOUNGE, STREAM)
    assert await names(store, STREAM) == {"discord:7"}


async def test_the_memory_follows_what_is_stored(store: Store) -> None:
    await together(store, GROUP, LOUNGE, TOPIC)
    relay = rooms.Rooms()
    assert not relay.listens(GROUP)
    await relay.load(store)
    assert all(relay.listens(place) for place in (GROUP, LOUNGE, TOPIC))
    assert not relay.listens(STREAM)
    relay.left(GROUP)
    assert not relay.listens(GROUP)
    relay.joined(GROUP)
    assert relay.listens(GROUP)


async def test_a_group_that_gets_another_id_stays_with_its_topics(store: Store) -> None:
    await together(store, LOUNGE, GROUP, TOPIC)
    relay = rooms.Rooms()
    await relay.load(store)
    for _ in range(2):  # it is told twice
        await relay.moved("telegram", "-100", "-200")
        assert await names(store, LOUNGE) == {"telegram:-200", "telegram:-200:3"}
    assert relay.listens(Place("telegram", "-200", "group"))
    assert not relay.listens(GROUP)
    await relay.moved("twitch", "-200", "-300")  # another platform's room of the same id
    assert await names(store, LOUNGE) == {"telegram:-200", "telegram:-200:3"}


async def test_a_move_onto_a_room_of_another_relay_leaves_that_one_where_it_is(store: Store) -> None:
    new = Place("telegram", "-200", "group")
    await together(store, LOUNGE, GROUP)
    await together(store, STREAM, new)
    relay = rooms.Rooms()
    await relay.load(store)
    await relay.moved("telegram", "-100", "-200")
    assert await names(store, new) == {"twitch:ada"}
    assert await names(store, LOUNGE) == set()


async def test_moderators_join_rooms_and_talk_is_carried_across(tmp_path: Path) -> None:
    world = World()
    platforms = {name: Offline(name, world) for name in ("discord", "twitch")}
    app = App(Settings(data=tmp_path, plugins=["handlers.relay"], discover=False)).load()
    prepare(app)
    await app.start(platforms.values())

    async def say(name: str, line: str, user: str = "ada") -> str:
        platforms[name].sent.clear()
        await app.intake.submit(platforms[name].invocation(user, line, direct=False))
        await app.intake.quiet()
        return "\n".join(map(shown, platforms[name].sent)).replace("*", "")

    try:
        assert "for moderators" in await say("discord", "!relay invite", "cleo")
        assert not app.intake.listens(platforms["discord"].place("ada", direct=False))
        (code,) = {*re.findall(r"[A-Z2-9]{9}", await say("discord", "!relay invite"))}
        assert await say("twitch", f"!relay join {code}") == "From now on this room and one other hear each other."
        here = platforms["twitch"].place("ada", direct=False)
        assert app.intake.listens(here)
        spoke = Spoke(
            id="twitch:1", place=here, at=1, user=platforms["twitch"].user("bob"), message="1", text="*hi* @ada"
        )
        for _ in range(2):  # it is delivered twice
            await app.intake.happened(spoke, platforms["twitch"].handle("bob", direct=False))
            await app.intake.quiet()
        carried = [shown(one) for one in platforms["discord"].sent if "Twitch" in shown(one)]
        assert len(carried) == 1
        assert "on Twitch: " in carried[0]
        assert "own again" in await say("twitch", "!relay leave")
        assert not app.intake.listens(here)
    finally:
        await app.stop()
