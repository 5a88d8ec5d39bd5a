"""A whisper, its answer and what comes of it, as people meet them on the three platforms."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.message.plain import clean
from bot.store import Tx
from bot.testing import Reply, World, world
from bot.users import User
from config.settings import Settings, WebSettings
from economy.ledger import balance_of
from handlers.journey.codex import pages
from handlers.journey.codex.pages import Opened
from handlers.journey.moods import MOODS
from handlers.journey.whispers.choosing import Leaning
from handlers.journey.whispers.whispering import Whispering

pytestmark = pytest.mark.asyncio(loop_scope="module")
PREFIX = {"discord": "!", "twitch": "!", "telegram": "/"}
WORDS = "I baked bread with my sister today, and we laughed about the old photographs."
GRANT = 100
KEPT = re.compile(r"Page (\d+) of your codex, chapter 1\.\s\+5 ✦")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def w() -> AsyncIterator[World]:
    settings = Settings(discover=False, web=WebSettings(public="https://bot.example"))
    async with world("economy", "mirrors", "handlers", settings=settings) as one:
        for platform in ("twitch", "telegram"):  # who has spoken there in private can be written to
            for who in ("ada", "bob"):
                await one.on(platform).user(who).say(f"{PREFIX[platform]}about", private=True)
        yield one
        numbers = await one.app.state()
        assert (numbers["dead"], numbers["unknown"]) == (3, 0)  # what Discord did not let us say


async def say(w: World, platform: str, who: str, line: str, *, private: bool = True) -> Reply:
    return await w.on(platform).user(who).say(PREFIX[platform] + line, private=private)


def plain(reply: Reply) -> str:
    """The words of all of it, without what makes them bold."""
    return re.sub(r"\*|\\(?=\W)", "", reply.text)


async def newest(w: World, platform: str, who: str) -> Opened | None:
    user = w.sandbox.world.human(who).on(platform)
    return await w.app.store.read(lambda tx: pages.latest(tx, tx.person(user)))


def whispered(tx: Tx, whispering: Whispering, user: User) -> None:
    whispering.ask(tx, user, None, Leaning({}, []))


async def revealed(w: World, platform: str, who: str, reply: Reply, words: str) -> Opened:
    """The text first, the picture after it, for its person alone; and the page."""
    page = await newest(w, platform, who)
    assert page is not None
    assert page.answer == words
    picture = reply.messages[-1]
    assert len(reply.messages) == 2
    assert reply.private
    assert clean(page.reading) in plain(reply)
    found = KEPT.search(plain(reply))
    assert found is not None
    assert int(found[1]) == page.number
    assert ("You have become: Wanderer" in plain(reply)) == (page.number == 3)
    assert pictured(platform, picture.payload)
    return page


def pictured(platform: str, payload: dict[str, Any]) -> bool:
    """Is it the sigil, with the words that stand for it?"""
    if platform == "discord":
        return payload["attachments"][0]["description"].startswith("A round sigil of ")
    if platform == "telegram":
        return "photo" in payload or "media" in payload
    return payload["message"].startswith("https://bot.example/b/")


async def test_on_discord_by_the_button_and_its_form(w: World) -> None:
    ada = w.discord.user("ada")
    asked = await ada.slash("whisper")
    assert asked.private
    form = await asked.press("Answer")
    assert form.modal is not None
    page = await revealed(w, "discord", "ada", reply := await form.submit(answer=WORDS), WORDS)
    other = "tide" if page.mood != "tide" else "dawn"
    changed = await reply.pick(other)
    assert f"Page 1 counts as {other}" in plain(changed)
    assert (changed.private, (await newest(w, "discord", "ada")).corrected) == (True, other)
    opened = await reply.press("In your codex")
    assert WORDS in plain(opened)
    assert opened.private
    again = await ada.slash("revelation latest")
    assert page.reading in plain(again)
    assert pictured("discord", again.payload)
    assert "in a row" in plain(await ada.slash("journey"))


async def test_on_telegram_by_a_reply_and_the_third_page_makes_a_wanderer(w: World) -> None:
    asked = await say(w, "telegram", "ada", "whisper", private=False)
    assert asked.private
    prompt = await asked.press("Answer")
    assert prompt.payload["reply_markup"]["force_reply"]
    reply = await w.telegram.user("ada").say(WORDS, private=True, reply_to=prompt.messages[-1].message)
    await revealed(w, "telegram", "ada", reply, WORDS)
    for number in (2, 3):
        await say(w, "telegram", "ada", "whisper")
        words = f"{WORDS} That was day {number}."
        reply = await say(w, "telegram", "ada", f"answer {words}")
        await revealed(w, "telegram", "ada", reply, words)
    assert await w.app.store.read(balance_of, w.sandbox.world.human("ada").on("telegram")) == GRANT + 3 * 5 + 10
    changed = await reply.press(next(one for one in reply.buttons if one.split()[-1] in MOODS))
    assert "Page 3 counts as" in plain(changed)
    assert words in plain(await reply.press("In your codex"))
    assert "3 pages" in plain(await say(w, "telegram", "ada", "journey"))


async def test_on_twitch_by_a_plain_line(w: World) -> None:
    await say(w, "twitch", "ada", "whisper", private=False)
    reply = await say(w, "twitch", "ada", f"answer {WORDS}", private=False)
    await revealed(w, "twitch", "ada", reply, WORDS)
    assert "Page 1 counts as" in plain(await say(w, "twitch", "ada", "3"))


async def test_where_nothing_private_can_be_said_it_is_told_that_it_was_done(w: World) -> None:
    """And no word of it; of who has said that they are in danger, who helps."""
    w.sandbox.discord.closed_dms.add("cleo")
    for platform in ("twitch", "discord"):
        await w.app.store.write(whispered, w.app.service(Whispering), w.sandbox.world.human("cleo").on(platform))
        reply = await say(w, platform, "cleo", f"answer {WORDS}", private=False)
        page = await newest(w, platform, "cleo")
        assert page is not None
        assert page.answer == WORDS
        who = "@cleo" if platform == "twitch" else "<@211000000000000003>"
        told = f"{who}, your answer is page 1 of your codex. Read it with revelation latest, where only you can see it."
        assert (plain(reply).replace("`", ""), len(reply.messages), reply.private) == (told, 1, False)
        danger = await say(w, platform, "cleo", "answer I want to kill myself tonight", private=False)
        assert "findahelpline.com" in danger.text
        assert (len(danger.messages), danger.private, "kill" in danger.text) == (1, False, False)


async def test_a_german_reader_is_told_in_german(w: World) -> None:
    w.sandbox.discord.locale = "de"
    try:
        bob = w.discord.user("bob")
        await bob.slash("whisper")
        reply = await bob.slash("answer", words="Ich habe heute mit meiner Schwester Brot gebacken und viel gelacht.")
    finally:
        w.sandbox.discord.locale = "en-US"
    page = await newest(w, "discord", "bob")
    assert page is not None
    assert page.language == "de"
    assert re.search(r"\b(der|die|das|du|ein|eine|in|ich|und)\b", page.reading)
    assert page.reading in plain(reply)
    assert "Your" not in reply.text
    assert page.question not in plain(reply)
