"""What a person is told: sent once over crashes, in the order and language of the reader, on the next platform when one refuses."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec import structs

from bot.adapter import Outcome, Payload, Refused
from bot.app import App
from bot.command import ReplyHandle
from bot.message import Message, t
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World
from bot.store import Tx, people
from bot.testing.template import prepare
from config.settings import Settings

PLUGINS = ["handlers.general", "handlers.journey.profile", "handlers.notices", "tests.bot.telling"]
PREFIX = {"discord": "!", "twitch": "!", "telegram": "/"}


class Closed(Offline):
    """Where direct messages can be closed to the bot."""

    closed = False

    async def send(self, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        """Refuse what nobody asked for."""
        if self.closed and handle.direct and not handle.channel:
            return Refused("direct messages are closed")
        return await super().send(handle, payload, key)


class Room:
    """An App on three platforms without a wire; ada is one person on all of them."""

    def __init__(self, app: App, platforms: dict[str, Closed]) -> None:
        self.app, self.platforms = app, platforms

    async def say(self, platform: str, line: str, user: str = "ada", *, direct: bool = True, id_: str = "") -> str:
        """What is answered, and what is sent besides."""
        invocation = self.platforms[platform].invocation(user, PREFIX[platform] + line, direct=direct)
        for one in self.platforms.values():
            one.sent.clear()
            one.handles.clear()
        await self.app.intake.submit(structs.replace(invocation, id=id_) if id_ else invocation)
        await self.app.intake.quiet()
        return "\n".join(shown(one) for one in self.platforms[platform].sent).replace("\\", "")

    def told(self) -> list[tuple[str, str]]:
        """What was sent unasked, and where."""
        return [
            (name, shown(payload).replace("\\", ""))
            for name, one in self.platforms.items()
            for handle, payload in zip(one.handles, one.sent, strict=True)
            if handle.direct and not handle.channel
        ]

    async def pump(self) -> list[tuple[str, str]]:
        """Send what is due."""
        for one in self.platforms.values():
            one.sent.clear()
            one.handles.clear()
        await self.app.intake._delivery.pulse()
        await self.app.intake.quiet()
        return self.told()


def join(tx: Tx, *users: object) -> None:
    ids = [people.person(tx, user) for user in users]  # type: ignore[arg-type]
    for gone in ids[1:]:
        people.merge(tx, ids[0], gone)


@asynccontextmanager
async def opened(data: Path, *plugins: str) -> AsyncIterator[Room]:
    world = World()
    platforms = {name: Closed(name, world) for name in PREFIX}
    app = App(Settings(data=data, plugins=list(plugins) or PLUGINS, discover=False)).load()
    assert app.refused == {}
    prepare(app)
    await app.start(platforms.values())
    try:
        yield Room(app, platforms)
    finally:
        await app.stop()


@pytest_asyncio.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with opened(tmp_path) as one:
        for name in ("discord", "telegram"):
            await one.say(name, "ping")
        users = [one.platforms[name].user("ada") for name in ("discord", "telegram")]
        await one.app.store.write(lambda tx: join(tx, *users))
        yield one


async def test_a_person_is_told_where_they_were_last_and_never_in_public(room: Room) -> None:
    assert await room.say("discord", "tell @ada the sea is calm", "bob", direct=False) == "Told."
    assert room.told() == [("telegram", "bob says: the sea is calm")]
    assert all("sea" not in shown(one) for one in room.platforms["discord"].sent)


async def test_redelivered_and_repeated_it_is_told_once(room: Room) -> None:
    await room.say("discord", "tell @ada once", "bob", id_="discord:b:1")
    assert len(room.told()) == 1
    await room.say("discord", "tell @ada once", "bob", id_="discord:b:1")
    assert room.told() == []
    assert await room.pump() == []


async def test_refused_on_one_platform_it_goes_to_the_next(room: Room) -> None:
    room.platforms["telegram"].closed = True
    await room.say("discord", "tell @ada hello", "bob")
    assert room.told() == []
    assert await room.pump() == [("discord", "bob says: hello")]
    assert await room.pump() == []


async def test_refused_everywhere_it_is_in_the_inbox(room: Room) -> None:
    for one in room.platforms.values():
        one.closed = True
    await room.say("discord", "tell @ada hello", "bob")
    assert await room.pump() == await room.pump() == []
    assert "bob says: hello" in await room.say("discord", "inbox")


async def test_what_was_written_and_not_sent_is_sent_after_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path) as first:
        ada = first.platforms["telegram"].user("ada")
        await first.say("telegram", "ping")
        first.platforms.pop("telegram")
        await first.app.store.write(lambda tx: tx.send(tx.person(ada), Message(t("Later."))))
    async with opened(tmp_path) as second:
        assert await second.pump() + await second.pump() == [("telegram", "Later.")]
    async with opened(tmp_path) as third:
        assert await third.pump() == []


async def test_it_is_read_in_the_language_of_the_reader(room: Room) -> None:
    await room.say("telegram", "profile language de")
    await room.say("discord", "picture @ada", "bob")
    await room.app.store.write(
        lambda tx: tx.send(tx.person(room.platforms["discord"].user("ada")), Message(t("Cancelled.")))
    )
    assert await room.pump() == [("telegram", "Abgebrochen.")]
    assert "Abgebrochen." in await room.say("discord", "inbox")


@pytest.mark.parametrize("name", ["", "News", "a b", "news,", "-", "x" * 33, "news"])
def test_a_topic_has_a_name_that_can_be_typed_and_is_its_own(name: str) -> None:
    app = App(Settings(discover=False))
    app.topic("news", t("News"))
    with pytest.raises(ValueError, match="no new topic"):
        app.topic(name, t("Other"))


async def test_a_topic_goes_with_its_plugin(room: Room) -> None:
    topics: Callable[[], list[str]] = lambda: list(room.app.notices.topics)  # noqa: E731
    assert topics() == ["news"]
    await room.app.unload("tests.bot.telling")
    assert topics() == []
    assert "There is no topic" in await room.say("discord", "notify off news")
    await room.app.load_plugin("tests.bot.telling")
    assert topics() == ["news"]


async def test_who_is_given_much_is_told_once_wherever_they_are(tmp_path: Path) -> None:
    async with opened(tmp_path, "economy", "mirrors", "handlers") as house:
        await house.say("telegram", "ping", "bob")
        assert "blessed" in await house.say("discord", "bless @bob 49")
        assert house.told() == []
        discord, telegram = (house.platforms[name].user("bob") for name in ("discord", "telegram"))
        await house.app.store.write(lambda tx: join(tx, telegram, discord))
        assert "blessed" in await house.say("discord", "bless @bob 50", id_="discord:b:9", user="cleo", direct=False)
        assert house.told() == [("telegram", "cleo has blessed you with 50 ✦.")]
        await house.say("discord", "bless @bob 50", id_="discord:b:9", user="cleo", direct=False)
        assert house.told() == []
        await house.say("telegram", "notify off gifts", "bob")
        await house.say("discord", "bless @bob 50", user="cleo")
        assert house.told() == await house.pump() == []
        assert "2 new" in await house.say("telegram", "inbox", "bob")
