"""archetypes, through the whole kernel; and what is said when one is earned."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec import structs

from bot.app import App
from bot.message import Message
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World
from bot.store import Tx
from bot.testing.template import prepare
from config.settings import Settings
from handlers.journey.archetypes import catalogue
from handlers.journey.archetypes.gathering import gather
from handlers.journey.archetypes.showing import announced, bar, emblems
from handlers.journey.archetypes.unlocking import Earned, Unlocking
from handlers.journey.sigil.raster import Pictures
from tests.handlers.journey.archetypes import plugin
from tests.handlers.journey.archetypes.way import SMALL, fact


class Chat:
    """Ada's lines on Discord, and the answers to them."""

    def __init__(self, app: App, platform: Offline) -> None:
        self.app, self.platform = app, platform

    async def say(self, line: str, language: str | None = None) -> str:
        self.platform.sent.clear()
        invocation = self.platform.invocation("ada", line, direct=True)
        await self.app.intake.submit(structs.replace(invocation, locale=language))
        await self.app.intake.quiet()
        return "\n".join(map(shown, self.platform.sent)).replace("*", "")

    async def seal(self, *pages: object) -> None:
        """These are her pages now."""
        plugin.PAGES[:] = pages
        author = self.platform.invocation("ada", "", direct=True).author

        def sealed(tx: Tx) -> None:
            person = tx.person(author)
            Unlocking(catalogue.load()).unlock(tx, person, gather(tx, person, plugin.pages))

        await self.app.store.write(sealed)


@pytest_asyncio.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    plugin.PAGES.clear()
    plugins = ["economy", "mirrors", "tests.handlers.journey.archetypes.plugin"]
    app = App(Settings(data=tmp_path, plugins=plugins, discover=False)).load()
    platform = Offline("discord", World())
    prepare(app)
    await app.start([platform])
    yield Chat(app, platform)
    await app.stop()
    plugin.PAGES.clear()


async def test_a_newcomer_sees_how_far_it_is(chat: Chat) -> None:
    said = await chat.say("!archetypes")
    assert said.startswith("Your archetypes\n👣 Wanderer ▱▱▱▱▱▱▱▱▱▱ 0 %\n")
    assert "🐚 Gleaner ▱▱▱▱▱▱▱▱▱▱ 0 %, after Wanderer" in said
    assert "Lighthouse" in said
    assert "attachments" not in str(chat.platform.sent)


async def test_what_is_earned_has_its_day_and_the_newest_its_emblem(chat: Chat) -> None:
    await chat.seal(*[fact()] * 3)
    said = await chat.say("!archetypes")
    assert "👣 Wanderer, since <t:" in said
    assert "tracks behind you" in said
    assert "🐚 Gleaner ▰▰▰▰▰" not in said
    assert "The emblem of Wanderer" in str(chat.platform.sent)
    assert "wanderer.png" in str(chat.platform.sent)


async def test_in_german_the_file_speaks_german(chat: Chat) -> None:
    await chat.seal(*[fact()] * 3)
    said = await chat.say("!archetypes", "de")
    assert "Wanderseele" in said
    assert "Spuren hinter dir" in said


@pytest.mark.parametrize(
    ("share", "blocks"),
    [(0, "▱" * 10), (0.09, "▱" * 10), (0.5, "▰" * 5 + "▱" * 5), (0.999, "▰" * 9 + "▱"), (1, "▰" * 10)],
)
def test_a_bar_is_full_only_when_it_is_all_there(share: float, blocks: str) -> None:
    assert bar(share) == blocks


def test_what_is_said_when_archetypes_are_earned() -> None:
    earned = [Earned("first", 5, 0), Earned("second", 0, 0)]
    assert Message("Kept.", *announced(earned, SMALL, None)).plain == (
        "Kept.\n* You have become: First. You are first now. +5 ✦\n* You have become: Second. You are second now."
    )
    assert "Die First. Du bist jetzt first." in Message(*announced(earned, SMALL, "de")).plain
    assert announced([], SMALL, None) == []


async def test_emblems_are_pictures_also_of_one_without_art_of_its_own() -> None:
    ours = catalogue.load()
    (image,) = await emblems(["wanderer"], ours, Pictures(), "de", str)
    assert (image.data or b"").startswith(b"\x89PNG")
    assert (image.alt, image.name) == ("The emblem of Wanderseele", "wanderer.png")
    (plain,) = await emblems(["first"], SMALL, Pictures(), None, str)
    assert (plain.data or b"").startswith(b"\x89PNG")
