"""What is private is never shown where others read: not when its way is closed, refused, expired or gone."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import pytest
from msgspec import structs

from bot.adapter import Outcome, Platform
from bot.command import ReplyHandle
from bot.message import Button, Message, b, card
from bot.platforms.twitch.limits import WHISPERS
from bot.sandbox.world import World
from bot.windows import Window
from tests.platforms.discord.support import Stage as DiscordStage
from tests.platforms.telegram.conftest import Bench
from tests.platforms.twitch.stage import Stage as TwitchStage

WORDS = "moonstone"
MESSAGES = {
    "words": Message(WORDS),
    "many words": Message(f"{WORDS} " * 900),
    "a card": Message(card=card(WORDS, b(WORDS), fields={WORDS: WORDS})),
    "buttons": Message("?", buttons=[Button(WORDS, "p", id="i1")]),
    "announced": Message(WORDS, announce=True),
}


@dataclass
class Place:
    """A platform on which the private way is not open, and where the answer is to go."""

    world: World
    platform: Platform
    handle: ReplyHandle

    async def answer(self, message: Message) -> list[Outcome]:
        payloads = self.platform.render(message, self.handle)
        return [await self.platform.send(self.handle, one, f"7.{n}") for n, one in enumerate(payloads)]

    def overheard(self) -> list[str]:
        """Requests that the platform took, and that others than the asker see, with the words."""
        return [
            one.name
            for one in self.world.record.since(0)
            if one.direction == "out" and one.status < 400 and WORDS in str(one.payload)
            if one.about.get("private_to") != "ada"
        ]


@asynccontextmanager
async def discord(*, slash: bool, closed: bool, late: bool = False, shown: str | None = None) -> AsyncIterator[Place]:
    async with DiscordStage() as stage:
        does = stage.discord.slash("ada", "bless", {"to": "bob"}) if slash else stage.discord.say("ada", "!bless")
        await stage.dealt((await does).event)
        if closed:
            stage.discord.closed_dms.add("ada")
        stage.world.offset += 1_000 * late
        handle = structs.replace(stage.ears.submitted[0].reply, shown=shown)
        yield Place(stage.world, stage.platform, handle)


@asynccontextmanager
async def telegram(*, started: bool, shown: str | None = None, press: bool = False) -> AsyncIterator[Place]:
    bench = Bench()
    await bench.emulator.start()
    bench.platform = bench.adapter()
    await bench.platform.start(bench.ingress, [])
    try:
        if started:
            await bench.ask("/start", private=True)
        handle = structs.replace((await bench.ask("/vault")).reply, shown=shown)
        yield Place(bench.world, bench.platform, structs.replace(handle, token="77") if press else handle)
    finally:
        await bench.platform.stop()
        await bench.emulator.stop()


@asynccontextmanager
async def twitch(*, whispers: bool, known: bool = False, fails: int = 0, spent: bool = False) -> AsyncIterator[Place]:
    stage = await TwitchStage().open(whispers=whispers)
    try:
        if known:
            await stage.asked("ada", "!hello", private=True)
        asked = await stage.asked("ada", "!vault")
        if fails:
            stage.twitch.fail(fails, "/helix/whispers", times=20)
        if spent:
            stage.platform._sender._whispers = window = Window(WHISPERS, 60.0)
            window.punish(1e12)
        yield Place(stage.world, stage.platform, asked.reply)
    finally:
        await stage.close()


CLOSED: dict[str, Callable[[], AbstractAsyncContextManager[Place]]] = {
    "discord: direct messages closed": lambda: discord(slash=False, closed=True),
    "discord: interaction expired": lambda: discord(slash=True, closed=False, late=True),
    "discord: expired and closed": lambda: discord(slash=True, closed=True, late=True),
    "discord: its place is gone": lambda: discord(slash=True, closed=False, shown="555"),
    "discord: a line whose place is gone": lambda: discord(slash=False, closed=True, shown="555"),
    "telegram: never started": lambda: telegram(started=False),
    "telegram: its place is gone": lambda: telegram(started=True, shown="555"),
    "telegram: gone and never started": lambda: telegram(started=False, shown="555"),
    "telegram: the press is over": lambda: telegram(started=False, press=True),
    "twitch: whisper refused": lambda: twitch(whispers=True),
    "twitch: no whispers": lambda: twitch(whispers=False),
    "twitch: too many whispers": lambda: twitch(whispers=True, known=True, fails=429),
    "twitch: whispers fail": lambda: twitch(whispers=True, known=True, fails=500),
    "twitch: whispers spent": lambda: twitch(whispers=True, known=True, spent=True),
}


@pytest.mark.parametrize("way", CLOSED)
async def test_private_words_never_become_public(way: str) -> None:
    async with CLOSED[way]() as place:
        for message in MESSAGES.values():
            assert await place.answer(message.replaced(private=True))
        assert place.overheard() == []


async def test_the_same_words_in_public_are_seen() -> None:
    for way in (discord(slash=False, closed=True), telegram(started=False), twitch(whispers=True)):
        async with way as place:
            await place.answer(MESSAGES["words"])
            assert len(place.overheard()) == 1
