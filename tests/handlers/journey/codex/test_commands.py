"""The codex's commands as people use them, on every platform."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.store import Tx
from bot.testing import Upload, World, world
from mirrors.tables import own_words

EMPTY = ("codex read", "codex list", "codex verify", "codex export pdf")
PREFIX = {"discord": "!", "twitch": "!", "telegram": "/"}


@pytest_asyncio.fixture
async def w() -> AsyncIterator[World]:
    async with world("mirrors", "tests.handlers.journey.codex.plugin") as one:
        yield one


_KEPT = sa.select(sa.func.count()).select_from(own_words)


def kept(tx: Tx) -> int:
    """How many texts mirrors may be made of."""
    return tx.execute(_KEPT)[0][0]


class Someone:
    """Ada on one platform, who types in private."""

    def __init__(self, w: World, platform: str) -> None:
        self.platform, self.person = platform, w.on(platform).user("ada")

    async def say(self, line: str, **more: Any) -> Any:
        reply = await self.person.say(PREFIX[self.platform] + line, private=True, **more)
        assert reply.private
        return reply


async def test_a_life_of_a_codex(w: World) -> None:
    for platform in PREFIX:
        ada = Someone(w, platform)
        for line in EMPTY[: 1 if platform == "twitch" else None]:
            assert "Your codex is empty" in (await ada.say(line)).text
        for words in ("by the sea of salt", "in a garden at noon", "under the old bridge"):
            await ada.say(f"confide {words}")
        newest = await ada.say("codex read")
        assert "under the old bridge" in newest.text
        assert "Older" in newest.buttons
        assert "Newer" not in newest.buttons
        older = await newest.press("Older")
        assert "in a garden at noon" in older.text
        assert older.private
        if platform == "twitch":  # it takes three whispers in a second
            continue
        listed = await ada.say("codex list")
        assert "Your codex" in listed.text
        assert "by the sea" in (await ada.say("codex search salt")).text
        assert "No page of yours" in (await ada.say("codex search zebra")).text
        assert "3 pages, and each is as it was sealed" in (await ada.say("codex verify")).text
        asked, before = await ada.say("codex forget 2"), await w.app.store.read(kept)
        assert "for good?" in asked.text
        assert "is forgotten" in (await asked.press("Erase")).text
        assert await w.app.store.read(kept) == before - 1  # no mirror learns of it either
        assert "This page was forgotten" in (await ada.say("codex read 2")).text
        assert "was forgotten" in (await ada.say("codex forget 2")).text
        assert "No page of yours" in (await ada.say("codex search garden")).text
        assert "has no page 9" in (await ada.say("codex read 9")).text
        assert "each is as it was sealed" in (await ada.say("codex verify")).text


@pytest.mark.parametrize(("format_", "start"), [("markdown", b"# Codex"), ("pdf", b"%PDF-"), ("archive", b'{"books"')])
async def test_it_is_taken_along(w: World, format_: str, start: bytes) -> None:
    for platform in ("twitch", "telegram", "discord") if format_ == "archive" else ("discord",):
        ada = Someone(w, platform)
        await ada.say("confide by the sea of salt")
        reply = await ada.say(f"codex export {format_}")
        assert "codex." in repr(reply.requests)
    assert newest_file(w).startswith(start)


async def test_an_archive_comes_back(w: World) -> None:
    ada = w.discord.user("ada")
    await ada.slash("confide", words="by the sea of salt")
    await ada.slash("codex export", format="archive")
    data = newest_file(w)
    again = await ada.slash("codex import", file=Upload("codex.json", data))
    assert "in your codex already" in again.text
    changed = await ada.slash("codex import", file=Upload("codex.json", data.replace(b"of salt", b"of silt")))
    assert "page 1 is not as it was sealed" in changed.text
    other = await w.discord.user("bob").slash("codex import", file=Upload("codex.json", data))
    assert "somebody else" in other.text
    assert "no archive" in (await ada.slash("codex import", file=Upload("codex.json", b"hello"))).text
    assert "is as it was sealed" in (await ada.slash("codex verify")).text


async def test_a_page_is_picked_from_the_list(w: World) -> None:
    ada = w.discord.user("ada")
    for n in range(12):
        await ada.slash("confide", words=f"answer number {n}")
    listed = await ada.slash("codex list")
    assert "Page 1 of 2" in listed.text
    assert "answer number 7" in (await listed.pick("8")).text
    older = await listed.press("Next")
    assert "Page 2 of 2" in older.text
    found = await ada.slash("codex search", words="answer")
    assert "answer number 11" in found.text
    assert "answer number 11" in (await found.pick("12")).text


async def test_a_page_that_got_another_number_since_is_not_erased(w: World) -> None:
    ada = w.discord.user("ada")
    await ada.slash("confide", words="by the sea of salt")
    assert "other numbers" in (await ada.slash("codex forget", page=1, sure=True, seal="0" * 12)).text
    assert "by the sea" in (await ada.slash("codex read", page=1)).text
    assert "is forgotten" in (await ada.slash("codex forget", page=1, sure=True)).text


def newest_file(w: World) -> bytes:
    """What Discord was given last."""
    return list(w.sandbox.discord.files.values())[-1][0]
