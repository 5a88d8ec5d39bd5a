"""Who is new is greeted and a stream is announced where moderators want it, in the server's language, once; nowhere else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec import structs

from bot.app import App
from bot.events import Joined, WentLive
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World
from bot.testing.template import prepare
from config.settings import Settings


class Hall:
    """An App on every platform, without a wire."""

    def __init__(self, app: App, platforms: dict[str, Offline]) -> None:
        self.app, self.platforms = app, platforms

    async def say(self, name: str, line: str) -> None:
        await self.app.intake.submit(self.platforms[name].invocation("ada", line, direct=False))
        await self.app.intake.quiet()
        self.platforms[name].sent.clear()
        self.platforms[name].handles.clear()

    async def happened(self, name: str, event: Joined | WentLive) -> list[str]:
        platform = self.platforms[name]
        await self.app.intake.happened(event, platform.handle("cleo", direct=False))
        await self.app.intake.quiet()
        return [shown(one) for one in platform.sent]


@pytest_asyncio.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    world = World()
    platforms = {name: Offline(name, world) for name in ("discord", "twitch", "telegram")}
    app = App(Settings(data=tmp_path)).load()
    prepare(app)
    await app.start(platforms.values())
    yield Hall(app, platforms)
    await app.stop()


def joined(hall: Hall, name: str, step: int = 1) -> Joined:
    platform = hall.platforms[name]
    place = structs.replace(platform.place("cleo", direct=False), channel="somewhere") if name == "discord" else None
    return Joined(
        id=f"{name}:joined:{step}",
        place=place or platform.place("cleo", direct=False),
        at=1,
        user=platform.user("cleo"),
    )


@pytest.mark.parametrize(("name", "prefix"), [("discord", "!"), ("telegram", "/")])
async def test_who_is_new_is_greeted_once_where_moderators_chose(hall: Hall, name: str, prefix: str) -> None:
    assert await hall.happened(name, joined(hall, name)) == []
    await hall.say(name, f"{prefix}settings announcements")
    told = await hall.happened(name, joined(hall, name, 2))
    assert await hall.happened(name, joined(hall, name, 2)) == told
    assert len(told) == 1
    assert told[0].startswith("Welcome, ")
    assert f"{prefix}help" in told[0]
    chosen = hall.platforms[name].place("ada", direct=False).channel
    assert [handle.channel for handle in hall.platforms[name].handles] == [chosen]


async def test_the_greeting_is_in_the_servers_language_and_with_its_prefix(hall: Hall) -> None:
    for line in ("!settings announcements", "!settings language de", "!settings prefix ?"):
        await hall.say("discord", line)
    (told,) = await hall.happened("discord", joined(hall, "discord"))
    assert told.startswith("Willkommen, ")
    assert "?help" in told


async def test_a_stream_that_begins_is_announced(hall: Hall) -> None:
    place = hall.platforms["twitch"].place("ada", direct=False)
    assert await hall.happened("twitch", WentLive(id="twitch:live:1", place=place, at=1)) == []
    await hall.say("twitch", "!settings announcements")
    assert await hall.happened("twitch", WentLive(id="twitch:live:2", place=place, at=1)) == ["We are live."]
