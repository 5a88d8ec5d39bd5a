"""What is said right after an answer: its words are there at once, the picture when it is drawn, both where they belong."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import Image, Message, card, t
from bot.app import App
from bot.drawings import Drawings
from bot.message.text import words
from bot.plugins import RefusedError
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World as Town
from bot.store import outbox
from bot.testing import World, world
from bot.testing.template import prepare
from config.settings import Settings, WebSettings
from tests.bot.painter import DOT, Easel, painted

PREFIX = {"discord": "!", "twitch": "!", "telegram": "/"}
SETTINGS = Settings(discover=False, web=WebSettings(public="https://bot.example"))


@pytest.fixture(params=list(PREFIX))
async def offline(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[App, Offline]]:
    app = App(Settings(data=tmp_path / "data", plugins=["tests.bot.painter"], discover=False)).load()
    platform = Offline(request.param, Town())
    prepare(app)
    await app.start([platform])
    yield app, platform
    await app.stop()


async def test_the_words_do_not_wait_for_the_picture(offline: tuple[App, Offline]) -> None:
    app, platform = offline
    gate = app.service(Easel).gate = asyncio.Event()
    line = platform.invocation("ada", f"{PREFIX[platform.name]}paint red", direct=True)
    await app.intake.submit(line)
    async with asyncio.timeout(5):
        while not (app.service(Easel).folder / "red").exists():
            await asyncio.sleep(0.001)
    assert [shown(one).split(" !1")[0] for one in platform.sent] == ["painted red"]
    assert await app.store.read(outbox.count, "pending") == 1
    gate.set()
    await app.intake.quiet()
    first, second = platform.handles
    assert (first.follows, second.follows, second.shown) == (False, True, None)
    assert first.channel == second.channel
    assert DOT in [each for each in flat(platform.sent[1]) if isinstance(each, bytes)] or platform.name == "twitch"
    assert await app.store.read(outbox.count, "pending") == 0


def flat(value: Any) -> list[Any]:
    """Everything in a payload."""
    if isinstance(value, dict):
        return [one for each in value.values() for one in flat(each)]
    return [one for each in value for one in flat(each)] if isinstance(value, list) else [value]


async def test_a_picture_that_cannot_be_drawn_is_a_line(
    offline: tuple[App, Offline], caplog: pytest.LogCaptureFixture
) -> None:
    app, platform = offline
    with caplog.at_level(logging.ERROR):
        await app.intake.submit(platform.invocation("ada", f"{PREFIX[platform.name]}paint nothing", direct=True))
        await app.intake.quiet()
    assert [shown(one).split(" !1")[0] for one in platform.sent] == [
        "painted nothing",
        "I could not draw this, so here it is in words: a picture of nothing",
    ]
    assert "fault " in caplog.text
    assert await app.store.read(outbox.count, "dead") == 0


async def test_pictures_of_any_place_are_drawn_and_lost_ones_are_lines() -> None:
    async def fine(what: str) -> bytes:
        return what.encode()

    async def empty(_what: str) -> bytes:
        return b""

    drawings = Drawings()
    drawings.ways |= {"fine": fine, "empty": empty}
    message = Message(
        "here",
        images=[Image("one", draw="fine:a:b"), Image("two", draw="empty"), Image("three", draw="gone:x")],
        card=card("card", thumbnail=Image("four", draw="fine:")),
    )
    drawn = await drawings.drawn(message)
    assert drawn.images == [Image("one", b"a:b")]
    assert drawn.card is not None
    assert drawn.card.thumbnail is None
    assert [line.rpartition(" ")[2] for line in words(drawn.runs).split("\n")] == ["here", "two", "three", "four"]


async def on_discord(w: World) -> None:
    ada = w.discord.user("ada")
    for reply in (await ada.slash("paint", what="red"), await ada.say("!paint red")):
        text, picture = reply.messages
        assert (text.text, picture.text, reply.private) == ("painted red", "", False)
        assert picture.payload["attachments"][0]["description"] == "a picture of red"
        assert (await reply.press("Frame")).text == "framed words red"
        assert (await reply.press("Hang")).text == "framed picture red"
    private = await ada.slash("paint", what="blue", private="yes")
    assert (len(private.messages), private.private) == (2, True)
    private = await ada.say("!paint blue yes")
    assert (len(private.messages), private.private) == (2, True)
    w.sandbox.discord.closed_dms.add("cleo")
    pointed = await w.discord.user("cleo").say("!paint blue yes")
    assert len(pointed.messages) == 1
    assert "does not let me write to you" in pointed.text


async def on_telegram(w: World) -> None:
    ada = w.telegram.user("ada")
    reply = await ada.say("/paint red")
    text, picture = reply.messages
    assert (text.text, picture.text, reply.private) == ("painted red", "a picture of red", False)
    assert [wire.name for wire in reply.requests][-1].endswith("sendPhoto")
    assert (await reply.press("Frame")).text == "framed words red"
    assert (await reply.press("Hang")).text == "framed picture red"
    pointed = await w.telegram.user("cleo").say("/paint blue yes")
    assert len(pointed.messages) == 1
    assert "open a chat with me first" in pointed.text
    await ada.say("/paint blue", private=True)
    private = await ada.say("/paint blue yes")
    assert (len(private.messages), private.private) == (2, True)


async def on_twitch(w: World) -> None:
    ada = w.twitch.user("ada")
    reply = await ada.say("!paint red")
    text, picture = reply.messages
    assert text.text == "painted red !1 Frame · !2 Hang"
    assert picture.text.startswith("https://bot.example/b/")
    assert (await reply.press("Hang")).text == "framed picture red"
    pointed = await w.twitch.user("cleo").say("!paint blue yes")
    assert len(pointed.messages) == 1
    assert "that is private" in pointed.text
    await w.twitch.user("cleo").say("!paint blue yes", private=True)
    whispered = await w.twitch.user("cleo").say("!paint blue yes")
    assert (len(whispered.messages), whispered.private) == (2, True)


async def test_both_arrive_on_every_platform_as_private_as_the_answer() -> None:
    async with world("tests.bot.plugin", "tests.bot.painter", settings=SETTINGS) as w:
        await on_discord(w)
        await on_telegram(w)
        await on_twitch(w)
        for platform, prefix in PREFIX.items():
            bob = w.on(platform).user("bob")
            assert len((await bob.say(f"{prefix}sketch red")).messages) == 3
            reply = await bob.say(f"{prefix}present red", private=platform != "discord")
            said = [one.text.split(" !1")[0] for one in reply.messages]
            assert (len(said), said[:2]) == (3, ["it is on its way", "painted red"])
        numbers = await w.app.state()
        assert (numbers["dead"], numbers["unknown"]) == (2, 0)  # what Discord did not let us say


def test_a_message_is_a_value_with_what_follows_it() -> None:
    message = painted("red")
    assert Message.from_json(message.to_json()) == message
    assert message != message.replaced(then=None)
    german = Message(t("one"), then=Message(t("two"))).translated({"one": "eins", "two": "zwei"}.__getitem__)
    assert german.then is not None
    assert (german.plain, german.then.plain) == ("eins", "zwei")
    with pytest.raises(ValueError, match="no third"):
        Message("one", then=Message("two", then=Message("three")))


async def test_a_drawing_goes_with_its_plugin(tmp_path: Path) -> None:
    app = App(
        Settings(data=tmp_path / "data", plugins=["tests.bot.plugin", "tests.bot.painter"], discover=False)
    ).load()
    prepare(app)
    await app.start([Offline("twitch", Town())])
    try:
        assert app.drawings.ways.keys() == {"canvas"}
        await app.unload("tests.bot.painter")
        assert app.drawings.ways.keys() == set()
        with pytest.raises(RefusedError, match="is there already"):
            await app.load_plugin("tests.bot.plugin")
        await app.load_plugin("tests.bot.painter")
        assert app.drawings.ways.keys() == {"canvas"}
    finally:
        await app.stop()


@pytest.mark.parametrize("name", ["Canvas", "a:b", "", "canvas"])
def test_a_drawing_has_a_name_of_its_own(name: str, tmp_path: Path) -> None:
    app = App(Settings(data=tmp_path, plugins=[], discover=False))

    async def draw(_what: str) -> bytes:
        return DOT

    app.drawing("canvas", draw)
    with pytest.raises(ValueError, match="no new drawing"):
        app.drawing(name, draw)
