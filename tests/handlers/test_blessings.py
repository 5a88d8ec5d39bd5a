"""Blessings as people meet them on the three platforms: daily, levels, boards, statements page by page, and operators."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.sandbox.world import SandboxError
from bot.store import Tx
from bot.testing import Reply, World, world
from bot.users import User
from economy import Ledger
from economy.audit import total
from economy.ledger import balance_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
PREFIX = {"discord": "!", "twitch": "!", "telegram": "/"}
every = pytest.mark.parametrize("platform", PREFIX)
GIFTS = 19
ENTRY = re.compile(r"([+−]\d+) ✦ (.*?) № (\d+)")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def w() -> AsyncIterator[World]:
    async with world("economy", "mirrors", "handlers") as one:
        yield one
        assert await one.app.store.read(total) == 0


async def do(w: World, platform: str, who: str, line: str, *, private: bool = False) -> Reply:
    return await w.on(platform).user(who).say(PREFIX[platform] + line, private=private)


async def holds(w: World, platform: str, who: str) -> int:
    return await w.app.store.read(balance_of, w.sandbox.world.human(who).on(platform))


def words_of(reply: Reply) -> str:
    """Everything that is shown, without what makes it bold."""
    return re.sub(r"\*|\\(?=\W)", "", reply.text or str(reply.payload))


def gifts(tx: Tx, ledger: Ledger, giver: User, to: User, home: str) -> None:
    for n in range(1, GIFTS + 1):
        tx.key = f"{giver.key}/{n}"
        ledger.move(tx, giver, to, 1, home)


# the whole story of a platform, in the order in which it happens


@every
async def test_what_cannot_be_given_is_refused_kindly_and_nothing_changes(w: World, platform: str) -> None:
    refused = {
        "@bob 0": "between 1 and 1000",
        "@bob 1.5 for you": "amount must be a whole number",
        "@bob 9223372036854775808": "amount must be a whole number of at most 18 digits",
        "@ada 1": "you cannot bless yourself",
        "@nobody 1": "I do not know @nobody",
    }
    for who in ("ada", "bob"):
        await do(w, platform, who, "balance", private=True)
    for line, told in refused.items():
        said = await do(w, platform, "ada", f"bless {line}", private=True)
        assert told in words_of(said), line
    assert [await holds(w, platform, who) for who in ("ada", "bob")] == [100, 100]


@every
async def test_daily_comes_once(w: World, platform: str) -> None:
    first = await do(w, platform, "cleo", "daily")
    assert re.search(
        r"20\W* ✦ for .*cleo.*, on day .*1.* of a streak\. You hold 120 ✦\. The next are due", first.text, re.IGNORECASE
    )
    again = await do(w, platform, "cleo", "daily", private=True)
    assert "You have had today's blessings. The next are due" in again.text
    assert await holds(w, platform, "cleo") == 120


@every
async def test_balance_shows_the_level(w: World, platform: str) -> None:
    await do(w, platform, "bob", "bless @cleo 60")
    reached = await do(w, platform, "bob", "bless @cleo 25")
    assert "has reached level 2, Ember." in words_of(reached)
    await do(w, platform, "cleo", "bless @bob 60")
    shown = await do(w, platform, "cleo", "balance", private=True)
    assert "Level 2, Ember ▱▱▱▱▱▱▱▱▱▱" in words_of(shown)
    assert "195 ✦ more lead to Candle." in words_of(shown)
    assert shown.private


@every
async def test_the_board_of_this_server_and_of_all(w: World, platform: str) -> None:
    here = await do(w, platform, "ada", "top")
    assert "Most blessed here" in str(here.payload)
    assert "1. Cleo: 105 ✦" in words_of(here) or "1. cleo: 105 ✦" in words_of(here)
    everywhere = await do(w, platform, "ada", "top everywhere")
    assert "Most blessed here" not in str(everywhere.payload)
    assert "105 ✦" in words_of(everywhere)
    assert "Most blessed here" not in str((await do(w, platform, "ada", "top", private=True)).payload)


@every
async def test_the_statement_is_read_page_by_page(w: World, platform: str) -> None:
    giver, to = (w.sandbox.world.human(name).on(platform) for name in ("ada", "bob"))
    await w.app.store.write(gifts, w.app.service(Ledger), giver, to, "")
    pages = [await do(w, platform, "ada", "statement", private=True)]
    while "Next" in pages[-1].buttons:
        pages.append(await pages[-1].press("Next"))
    entries = [entry for page in pages for entry in ENTRY.findall(words_of(page))]
    assert len(pages) == 3
    assert [entry[:2] for entry in entries[:-1]] == [("−1", f"to {to.name}")] * GIFTS
    assert entries[-1][:2] == ("+100", "to welcome you")
    numbers = [int(entry[2]) for entry in entries]
    assert numbers == sorted(set(numbers), reverse=True)
    assert all(page.private for page in pages)
    assert "Page 3 of 3" in (await do(w, platform, "ada", "statement 99", private=True)).text


@every
async def test_operators_grant_and_take_back_and_others_do_not(w: World, platform: str) -> None:
    before = await holds(w, platform, "cleo")
    assert "those who run this bot" in (await do(w, platform, "bob", "grant @cleo 5", private=True)).text
    granted = await do(w, platform, "ada", "grant @cleo 50 for the song", private=True)
    assert granted.private
    assert await holds(w, platform, "cleo") == before + 50
    read = words_of(await do(w, platform, "cleo", "statement", private=True))
    amount, what, number = ENTRY.findall(read)[0]
    assert (amount, what) == ("+50", "from those who run this bot")
    assert f"№ {number}: “for the song”" in read
    assert "is taken back" in words_of(await do(w, platform, "ada", f"reverse {number} a mistake", private=True))
    assert await holds(w, platform, "cleo") == before


@every
async def test_where_nothing_costs_anything_the_list_says_so(w: World, platform: str) -> None:
    assert "Nothing costs anything here." in (await do(w, platform, "cleo", "prices", private=True)).text


async def test_all_of_it_is_native_on_discord(w: World) -> None:
    bob, ada = w.discord.user("bob"), w.discord.user("ada")
    assert "You have had" not in (await bob.slash("daily")).text
    assert "Your blessings:" in (await bob.slash("statement", page=1)).text
    assert "Most blessed" in str((await bob.slash("top", where="everywhere")).payload)
    assert "was granted" in (await ada.slash("grant", to="bob", amount=3, why="a gift")).text
    assert "There is no transfer 99999" in (await ada.slash("reverse", transfer=99999)).text
    with pytest.raises(SandboxError, match="not offered to bob"):
        await bob.slash("reverse", transfer=1)
