"""The log of events from zero gives what the rows have, over the whole way: archetypes, levels, order and hashes of the pages.

Random lives of two people on three platforms, led through the transactions that commands run, on the features as they are set
up; the codex that is brought back was written in another house with the same keys.
"""

import asyncio
import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import UserError
from bot.app import App
from bot.store import Store, Tx
from bot.store.events import events_after, head
from bot.users import User
from config.settings import Settings
from economy import Daily, Ledger, Levels
from economy.accounts import shown
from economy.tables import transfer
from handlers.journey.archetypes.replay import Replay, replayed
from handlers.journey.archetypes.unlocking import Unlocking, earned
from handlers.journey.codex import importing, pages
from handlers.journey.codex.exports import archive
from handlers.journey.codex.leaf import Draft
from handlers.journey.moods import MOODS, Mood
from handlers.journey.reading.analysis import Analysis
from handlers.journey.revelation import saga
from handlers.journey.revelation.saga import Answer, Saga
from handlers.journey.whispers.choosing import Leaning
from handlers.journey.whispers.whispering import Whispering
from mirrors import shelf
from mirrors import words as own_words
from tests import servers

HOUR, DAY = 3_600_000_000, 24 * 3_600_000_000
LAST_TRANSFER = sa.select(sa.func.max(transfer.c.id))

WHO, MOOD, SHARE = st.integers(0, 2), st.sampled_from(MOODS), st.floats(0, 1)
LIVED = st.tuples(st.just("answer"), WHO, MOOD, SHARE, st.floats(-1, 1), st.sampled_from([1, 20, 24, 24 * 8]))
STEPS = st.one_of(
    LIVED,
    LIVED,
    LIVED,
    st.tuples(st.just("skip"), WHO),
    st.tuples(st.just("correct"), WHO, st.integers(1, 9), MOOD),
    st.tuples(st.just("forget"), WHO, st.integers(1, 9)),
    st.tuples(st.just("give"), WHO, WHO, st.sampled_from([1, 30, 90])),
    st.tuples(st.just("daily"), WHO),
    st.tuples(st.just("take_back"), st.integers(0, 3)),
    st.tuples(st.just("spawn"), WHO, st.sampled_from(["Echo", "Moon"])),
    st.tuples(st.just("link")),
    st.tuples(st.just("bring"), WHO),
)


class House:
    """The features without platforms, on a database; `elsewhere` writes what is brought."""

    def __init__(self, folder: Path, where: Any, elsewhere: Any) -> None:
        self.app, self.loop, self.games = App(Settings(data=folder)).load(), asyncio.new_event_loop(), itertools.count()
        self.now = 1_700_000_000_000_000
        self.here, self.there = (self._opened(one) for one in (where, elsewhere))

    def _opened(self, where: Any) -> Store:
        opening = Store.open(where, self.app.keyring, servers.HOUSE, clock=lambda: self.now)
        return self.loop.run_until_complete(opening)

    def write(self, fn: Callable[..., Any], *args: Any, store: Store | None = None) -> Any:
        """Committed; None for what was refused, of which nothing is left."""

        async def written() -> Any:
            return await (store or self.here).write(fn, *args)

        try:
            return self.loop.run_until_complete(written())
        except UserError:
            return None

    def read(self, fn: Callable[..., Any], *args: Any) -> Any:
        """On a snapshot."""
        return self.loop.run_until_complete(self.here.read(fn, *args))

    def close(self) -> None:
        """Let go of everything."""
        for store in (self.here, self.there):
            self.loop.run_until_complete(store.close())
        self.loop.close()


class Lives:
    """Ada on Discord and Twitch, who may turn out to be one; Bob on Telegram."""

    def __init__(self, house: House) -> None:
        self.house, self.app, self.number = house, house.app, next(house.games)
        platforms = (("discord", "Ada"), ("twitch", "ada"), ("telegram", "Bob"))
        self.users = [User(platform, f"{self.number}", name) for platform, name in platforms]
        self.keys = (f"{self.number}/{n}" for n in itertools.count())
        self.saga, self.ledger = house.app.service(Saga), house.app.service(Ledger)
        for user in self.users:
            house.write(own_words.decide, user, True)

    def answer(self, who: int, mood: Mood, depth: float, valence: float, hours: int) -> None:
        user, words = self.users[who], f"my {mood} is {depth}"
        self.house.write(self.app.service(Whispering).ask, user, None, Leaning())
        analysis = Analysis(mood, valence, 0.5, depth, ("home",), "en")
        self.house.write(self.saga.seal, user, Answer(words, analysis), "en", "discord:1")
        self.house.now += hours * HOUR

    def skip(self, who: int) -> None:
        self.house.write(self.app.service(Whispering).ask, self.users[who], None, Leaning())
        self.house.write(self.app.service(Whispering).skip, self.users[who])

    def correct(self, who: int, number: int, mood: Mood) -> None:
        self.house.write(saga.correct, self.users[who], number, mood)

    def forget(self, who: int, number: int) -> None:
        self.house.write(lambda tx: pages.forget(tx, tx.person(self.users[who]), number))

    def give(self, giver: int, to: int, amount: int) -> None:
        def given(tx: Tx) -> None:
            tx.key = next(self.keys)
            self.ledger.move(tx, self.users[giver], self.users[to], amount, "discord:1")

        self.house.write(given)

    def daily(self, who: int) -> None:
        self.house.write(self.app.service(Daily).take, self.users[who])

    def take_back(self, ago: int) -> None:
        def taken(tx: Tx) -> None:
            self.ledger.reversed(tx, self.users[2], (tx.execute(LAST_TRANSFER)[0][0] or 0) - ago, "")

        self.house.write(taken)

    def spawn(self, who: int, name: str) -> None:
        self.house.write(shelf.spawn, self.users[who], name)

    def link(self) -> None:
        def linked(tx: Tx) -> None:
            self.app.identity.redeem(tx, self.users[1], self.app.identity.issue(tx, self.users[0]))

        self.house.write(linked)

    def bring(self, who: int) -> None:
        """A book of three days, written by a namesake: one page is forgotten, one corrected."""

        def exported(tx: Tx) -> bytes:
            person = tx.person(User("discord", f"{self.number}/{who}/{next(self.keys)}", "Ada"))
            for n, mood in enumerate(("ember", "tide", "dawn")):
                draft = Draft("origin-1", "origin", "Where?", f"there {n}", "So be it.", mood, 0.5, 0.9, (), "en")
                pages.seal(tx, person, draft)
                tx.now += DAY
            pages.forget(tx, person, 1)
            pages.correct(tx, person, 3, "void")
            return archive.make(pages.volumes(tx, person), tx.keys.public, tx.keys.sign)

        data = self.house.write(exported, store=self.house.there)
        self.house.write(importing.restore, self.users[who], archive.read(data))

    def rows(self, tx: Tx) -> dict[int, Any]:
        """What each has become, their level, and their pages from the first to the last."""
        levels, found = self.app.service(Levels), {}
        for person in {tx.person(user) for user in self.users}:
            shelved = [
                (one.book, one.leaf, one.chapter, one.hash, one.forgotten)
                for one in pages.history(tx, person, 1, 10_000)[0][::-1]
            ]
            level = levels.of(shown(tx, person).received)
            found[person] = earned(tx, person), level, shelved, saga.facts(tx, person)
        return found

    def logged(self, replay: Replay, people: list[int]) -> dict[int, Any]:
        """The same by the log."""
        levels, found = self.app.service(Levels), {}
        for person in people:
            life = replay.life(person)
            leaves = [(one.book, one.number, one.chapter, one.hash, one.forgotten) for one in life.leaves]
            found[person] = life.earned, levels.of(life.received), leaves, [one.fact for one in life.leaves]
        return found

    def lead(self, steps: list[tuple[Any, ...]]) -> dict[int, Any]:
        """Live them, and compare; what the rows say at the end."""
        start = self.house.read(head).seq
        for kind, *how in steps:
            getattr(self, kind)(*how)
        replay = Replay(self.app.service(Unlocking).catalogue)
        for event in self.house.read(events_after, start, 100_000):
            replay.take(event)
        rows = self.house.read(self.rows)
        assert self.logged(replay, list(rows)) == rows
        return rows


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    with ExitStack() as ending:
        lent = [ending.enter_context(servers.lent(folder / name, kind="sqlite")) for name in ("here", "there")]
        one = House(folder, *lent)
        ending.callback(one.close)
        yield one


@settings(max_examples=20, deadline=None, database=None)
@given(steps=st.lists(STEPS, min_size=15, max_size=40))
def test_random_lives_are_replayed(house: House, steps: list[tuple[Any, ...]]) -> None:
    Lives(house).lead(steps)


def answers(who: int, *moods: Mood) -> list[tuple[Any, ...]]:
    return [("answer", who, mood, 0.9, 0.8, 20) for mood in moods]


def test_a_long_life_is_replayed_from_zero(house: House) -> None:
    """Nothing in it is refused, so that each kind of event is there."""
    lives = Lives(house)
    rows = lives.lead(
        [
            *answers(0, "ember", "tide", "tide"), *answers(1, "dawn", "grove"), *answers(2, "ash", "void"),
            ("daily", 0), ("daily", 1), ("give", 2, 0, 90), ("give", 2, 0, 20), ("give", 0, 2, 30), ("take_back", 0),
            ("correct", 0, 1, "grove"), ("forget", 0, 2), ("spawn", 0, "Echo"), ("skip", 0), ("bring", 1), ("link",),
            ("give", 1, 2, 3), ("correct", 1, 3, "void"), ("forget", 1, 4), *answers(1, *MOODS, *MOODS), ("bring", 2),
            *answers(2, "ash", "ash"), ("take_back", 1),
        ]
    )  # fmt: skip
    most, least = sorted(rows.values(), key=lambda one: -len(one[2]))
    assert (len(most[2]), len(least[2])) == (3 + 2 + 3 + 12, 2 + 3 + 2)
    assert most[0]
    assert most[1].number > 1
    replay = house.read(replayed, lives.app.service(Unlocking).catalogue)
    assert lives.logged(replay, list(rows)) == rows
