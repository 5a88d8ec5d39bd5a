"""Without a model: quotations with their days and numbers, a question back, and nothing else."""

import re
from collections.abc import Iterable, Iterator

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.message import Message, Text
from bot.message.text import Run
from bot.model import tokens
from bot.store import Tx
from bot.store.schema import users
from bot.testing import World, world
from bot.users import User
from handlers.oracle import quoting, retrieval
from handlers.oracle.retrieval import LONGEST, MOST, Found
from handlers.oracle.wording import excerpt, words
from tests.handlers.oracle.conftest import Chat
from tests.handlers.oracle.house import BREAD, HARBOUR, SEA, write

DAY = 24 * 3_600_000_000
PAGES = [
    Found("p1", "I feared the sea.", "What?", 1_700_000_000_000_000, ("fear", "nature")),
    Found("p7", "I love the sea.", "What?", 1_700_000_000_000_000 + 40 * DAY, ("nature", "love")),
]
ENTRY = Found("k3", "Swimming is on Mondays.", "Swimming", 0)


def said(sources: list[Found], about: str = "sea") -> str:
    return Message(*quoting.quoted(sources, words(about))).plain


def test_two_pages() -> None:
    assert said(PAGES) == (
        "On 2023-11-14 you wrote “I feared the sea” [1]; later, on 2023-12-24, “I love the sea” [2].\n"
        "What would you see if you went outside with it?"
    )


def test_the_first_one_quoted_is_number_one() -> None:
    picked = quoting.picked([ENTRY, *PAGES[::-1]])
    assert picked == [*PAGES, ENTRY]
    assert re.findall(r"\[\d\]", said(picked)) == ["[1]", "[2]", "[3]"]
    assert str(quoting.named(picked)).startswith("[1] page 1 of your codex · [2] page 7 of your codex · [3]")


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("It was calm.", "“It was calm” [1]."),
        ("海が好き。", "“海が好き” [1]."),
        ("Was it calm?", "“Was it calm?” [1]."),
        ("And then ...", "“And then ...” [1]."),
        ("It was calm", "“It was calm” [1]."),
    ],
)
def test_a_quotation_and_its_sentence_have_one_full_stop(text: str, quoted: str) -> None:
    assert said([Found("p1", text, "", 0)]).startswith(f"On 1970-01-01 you wrote {quoted}\n")
    assert said([Found("k1", text, "", 0)]).startswith(f"This server keeps: {quoted}\n")


def test_one_page_an_entry_and_nothing() -> None:
    assert said(PAGES[:1]) == "On 2023-11-14 you wrote “I feared the sea” [1].\nWhat would be left if the fear went?"
    assert said([ENTRY]).startswith("This server keeps, under Swimming: “Swimming is on Mondays” [1].")
    assert said([]).startswith("I have nothing about that")
    both = said([PAGES[0], ENTRY])
    assert both.index("[1]") < both.index("“Swimming is on Mondays” [2].")
    assert quoting.named([PAGES[1], ENTRY]).template
    assert str(quoting.named([PAGES[1], ENTRY])) == "[1] page 7 of your codex · [2] number 3 of what this server knows"


def test_at_most_two_pages_and_an_entry_are_quoted() -> None:
    many = [Found(f"{kind}{n}", "x", "", n) for n in range(1, 5) for kind in "pk"]
    assert [one.id for one in quoting.picked(many)] == ["p1", "p2", "k1"]
    assert [one.id for one in quoting.picked(many[1::2])] == ["k1", "k2"]


@given(st.text(max_size=400), st.text(max_size=60), st.integers(20, 300))
def test_a_quotation_is_a_piece_of_the_text(text: str, about: str, most: int) -> None:
    cut = excerpt(text, words(about), most)
    assert len(cut) <= most
    plain = " ".join(text.split())
    assert cut.removeprefix("…").removesuffix("…").strip() in plain or cut in plain


def test_a_quotation_is_about_the_question() -> None:
    text = "Nothing of note happened. " * 30 + "Then the whale came up beside us. " + "And more of the same. " * 30
    cut = excerpt(text, ["whale"], 200)
    assert "whale came up" in cut
    assert (cut[0], cut[-1]) == ("…", "…")


FOUND = st.builds(
    Found, st.integers(1, 99).map("p{}".format), st.text(max_size=900), st.text(max_size=100), st.integers(0, 10**15)
)


@given(st.lists(FOUND, max_size=12, unique_by=lambda one: one.id), st.integers(0, 2_000))
def test_sources_are_few_and_within_the_budget(ranked: list[Found], budget: int) -> None:
    taken = retrieval.chosen(ranked, ["x"], budget, tokens)
    assert len(taken) <= MOST
    assert sum(tokens(one.text) + tokens(one.title) for one in taken) <= budget
    assert all(len(one.text) <= LONGEST for one in taken)
    ids = [one.id for one in ranked]
    assert [one.id for one in taken] == sorted((one.id for one in taken), key=ids.index)


def given_words(parts: Iterable[object]) -> Iterator[str]:
    """Every argument of texts, and whatever stands for itself: nothing of our own."""
    for part in parts:
        if isinstance(part, Text):
            yield from given_words(part.args.values())
        elif isinstance(part, Run) and part.when is None:
            yield part.text
        elif isinstance(part, str):
            yield part


@given(st.lists(FOUND, max_size=6, unique_by=lambda one: one.id), st.text(max_size=30))
def test_nothing_is_said_but_fixed_texts_and_pieces_of_sources(sources: list[Found], about: str) -> None:
    own = {str(n) for n in range(100)} | {"\n"}
    known = [" ".join(f"{one.title} {one.text}".split()) for one in sources] + [one.title for one in sources]
    picked = quoting.picked(sources)
    for said in given_words([*quoting.quoted(picked, words(about)), quoting.named(picked)]):
        assert said in own or any(said.strip("…").strip() in one for one in known)


def test_rankings_are_taken_in_turns_and_nearness_ranks_alone() -> None:
    assert [one.id for one in retrieval.in_turns(PAGES, [ENTRY])] == ["p1", "k3", "p7"]
    assert [one.id for one in retrieval.by_nearness([*PAGES, ENTRY], [0.2, 0.5, 0.9])] == ["k3", "p7"]


async def test_the_oracle_quotes_what_was_written(chat: Chat) -> None:
    await chat.write(SEA, HARBOUR, BREAD)
    answer = await chat.say("/oracle What did I feel by the sea?")
    for piece in (
        SEA[:-1],
        HARBOUR[:-1],
        "[1]",
        "[2]",
        "page 1 of your codex",
        "page 2 of your codex",
        "outside with it?",
    ):
        assert piece in answer
    assert "bread" not in answer
    assert (await chat.events("oracle.answered")) == ['{"person":1,"sources":2}']


async def test_what_is_not_there_is_not_invented(chat: Chat) -> None:
    await chat.write(SEA)
    assert "I have nothing about that" in await chat.say("/oracle What about volcanoes?")
    assert "I have nothing about that" in await chat.say("/oracle What did I feel by the sea?", "bob")
    assert (await chat.events("oracle.answered")) == ['{"person":1,"sources":0}', '{"person":2,"sources":0}']


async def test_whoever_may_be_in_danger_is_told_of_help(chat: Chat) -> None:
    answer = await chat.say("/oracle I want to kill myself, what have I written about it?")
    assert "page" not in answer
    assert await chat.events("oracle.answered") == []
    assert len(answer) > 40


async def test_who_may_be_in_danger_is_quoted_and_told_of_help(chat: Chat) -> None:
    await chat.write(SEA)
    answer = await chat.say("/oracle What did I feel by the sea, when I overdosed on mince pies with my sister?")
    assert "page" in answer
    assert "you need not carry it alone" in answer
    assert len(await chat.events("oracle.answered")) == 1


@pytest.mark.parametrize("platform", ["discord", "telegram", "twitch"])
async def test_what_a_server_knows_has_its_own_commands(platform: str) -> None:
    prefix = "/" if platform == "telegram" else "!"
    async with world("tests.handlers.oracle.house") as w:
        await knowing(w, platform, prefix)
        if platform == "discord":
            answer = await w.discord.user("ada").slash("oracle", question="Who feeds dragons?")
            assert (answer.private, "Do not feed the dragons" in answer.text) == (True, True)


async def knowing(w: World, platform: str, prefix: str) -> None:
    bob, cleo = (w.on(platform).user(name) for name in ("bob", "cleo"))
    assert (await bob.say(f"{prefix}know add Do not feed the dragons")).text.startswith("I know that now")
    assert "I know" not in (await cleo.say(f"{prefix}know add Do feed the dragons")).text
    asked = await cleo.say(f"{prefix}know ask May I feed a dragon?")
    assert (asked.private, "[1] “Do not feed the dragons”" in asked.text.replace("\\", "")) == (False, True)
    assert "knows nothing about that" in (await cleo.say(f"{prefix}know ask volcanoes")).text
    assert "Do not feed the dragons" in (await cleo.say(f"{prefix}know list")).text
    assert "no longer" not in (await bob.say(f"{prefix}know remove 9")).text
    await bob.say(f"{prefix}know add A second thing about dragons")
    assert "no longer know number" in (await bob.say(f"{prefix}know remove 2")).text


def known(tx: Tx, platform: str, name: str) -> str:
    rows = tx.execute(sa.select(users.c.platform, users.c.id, users.c.folded_name))
    return next(id_ for on, id_, called in rows if (on, called) == (platform, name))


async def test_pages_are_read_back_on_every_platform() -> None:
    async with world("tests.handlers.oracle.house") as w:
        for platform, prefix in {"discord": "!", "twitch": "!", "telegram": "/"}.items():
            cleo = w.on(platform).user("cleo")
            await cleo.say(f"{prefix}oracle hello", private=True)
            author = User(platform, (await w.app.store.read(known, platform, "cleo")), "cleo")
            await w.app.store.write(write, author, SEA, HARBOUR)
            answer = await cleo.say(f"{prefix}oracle What did I feel by the sea?", private=True)
            assert answer.private
            assert SEA[:40] in answer.text.replace("\\", "")
