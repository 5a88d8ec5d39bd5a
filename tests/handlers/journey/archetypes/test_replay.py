"""The log of events from zero gives what the rows have: random lives, and each rule by itself."""

import asyncio
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.security.keyring import Keyring
from bot.store import Store, Tx, people
from bot.store.events import events_after, head
from bot.users import User
from economy.ledger import Ledger
from handlers.journey.archetypes.gathering import gather
from handlers.journey.archetypes.replay import Life, Replay, replayed
from handlers.journey.archetypes.unlocking import Unlocking, earned, merge
from handlers.journey.moods import MOODS
from mirrors import shelf, words
from tests import servers
from tests.handlers.journey.archetypes.way import DAY, HOUR, MIGRATIONS, NOW, SMALL, Pages

UNLOCKING, LEDGER = Unlocking(SMALL), Ledger(100_000)
WHO, MOOD = st.integers(0, 2), st.sampled_from(MOODS)
STEPS = st.one_of(
    st.tuples(st.just("seal"), WHO, MOOD, st.sampled_from(["bond", "body"]), st.floats(0, 1), st.floats(-1, 1)),
    st.tuples(st.just("seal"), WHO, st.just("tide"), st.just("bond"), st.floats(0.7, 1), st.floats(-1, 1)),
    st.tuples(st.just("wait"), st.sampled_from([1, 24, 25, 24 * 20])),
    st.tuples(st.just("correct"), WHO, st.integers(0, 9), MOOD),
    st.tuples(st.just("forget"), WHO, st.integers(0, 9)),
    st.tuples(st.just("give"), WHO, WHO, st.integers(1, 15)),
    st.tuples(st.just("spawn"), WHO, st.sampled_from(["Echo", "Moon"])),
    st.tuples(st.just("merge"), WHO, WHO),
)


class World:
    """A store on which lives are led one after the other, each by people of its own."""

    def __init__(self, folder: Path, where: Any) -> None:
        self.loop, self.games = asyncio.new_event_loop(), itertools.count(1)
        self.store = self.loop.run_until_complete(
            Store.open(where, Keyring.open(folder / "keys"), MIGRATIONS, clock=lambda: NOW)
        )

    def lead(self, steps: list[tuple[Any, ...]]) -> tuple[dict[int, tuple[Any, ...]], Replay]:
        """The people that there are at the end, each with what they have earned and their pages; and the replay."""

        async def led() -> tuple[dict[int, tuple[Any, ...]], Replay]:
            start = (await self.store.read(head)).seq
            game = Game(next(self.games))
            await self.store.write(game.play, steps)
            events = await self.store.read(events_after, start, 10_000)
            replay = Replay(SMALL)
            for event in events:
                replay.take(event)
            return await self.store.read(game.people), replay

        return self.loop.run_until_complete(led())


class Game:
    """Three people."""

    def __init__(self, number: int) -> None:
        self.users = [User("discord", f"{number}-{n}", f"u{n}") for n in range(3)]
        self.keys = (f"{number}/{n}" for n in itertools.count())
        self.pages = Pages()

    def play(self, tx: Tx, steps: list[tuple[Any, ...]]) -> None:
        tx.now = NOW
        for user in self.users:
            words.decide(tx, user, agree=True)
        for kind, *how in steps:
            getattr(self, kind)(tx, *how)

    def people(self, tx: Tx) -> dict[int, tuple[Any, ...]]:
        return {
            person: (earned(tx, person), [(leaf.book, leaf.number) for leaf in self.pages.of[person]])
            for person in {tx.person(user) for user in self.users}
        }

    def wait(self, tx: Tx, hours: int) -> None:
        tx.now += hours * HOUR

    def seal(self, tx: Tx, who: int, mood: str, category: str, depth: float, valence: float) -> None:
        person = tx.person(self.users[who])
        self.pages.seal(tx, person, mood=mood, category=category, depth=depth, valence=valence)
        UNLOCKING.unlock(tx, person, gather(tx, person, self.pages.facts))

    def correct(self, tx: Tx, who: int, which: int, mood: Any) -> None:
        if mine := self.pages.of[tx.person(self.users[who])]:
            self.pages.correct(tx, mine[which % len(mine)], mood)

    def forget(self, tx: Tx, who: int, which: int) -> None:
        if mine := self.pages.of[tx.person(self.users[who])]:
            self.pages.forget(tx, mine[which % len(mine)])

    def give(self, tx: Tx, giver: int, to: int, amount: int) -> None:
        tx.key = next(self.keys)
        if tx.person(self.users[giver]) != tx.person(self.users[to]):
            LEDGER.move(tx, self.users[giver], self.users[to], amount)

    def spawn(self, tx: Tx, who: int, name: str) -> None:
        for text in ("one", "two", "three"):
            words.keep(tx, tx.person(self.users[who]), "whisper", text)
        shelf.spawn(tx, self.users[who], name)

    def merge(self, tx: Tx, kept: int, gone: int) -> None:
        one, other = tx.person(self.users[kept]), tx.person(self.users[gone])
        if one != other:
            LEDGER.merge(tx, one, other)
            shelf.merge(tx, one, other)
            words.merge(tx, one, other)
            merge(tx, one, other)
            self.pages.merge(one, other)
            people.merge(tx, one, other)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    with servers.lent(folder, MIGRATIONS, "sqlite") as where:
        one = World(folder, where)
        yield one
        one.loop.run_until_complete(one.store.close())
        one.loop.close()


def same(live: dict[int, tuple[Any, ...]], replay: Replay) -> dict[int, Life]:
    """The replay says what the rows say."""
    lives = {person: replay.life(person) for person in live}
    for person, (have, pages) in live.items():
        assert lives[person].earned == have
        assert sorted((leaf.book, leaf.number) for leaf in lives[person].leaves) == sorted(pages)
    return lives


@settings(max_examples=60, deadline=None, database=None)
@given(steps=st.lists(STEPS, min_size=5, max_size=40))
def test_random_lives_are_replayed(world: World, steps: list[tuple[Any, ...]]) -> None:
    same(*world.lead(steps))


def tide(who: int, depth: float = 1.0) -> tuple[Any, ...]:
    return ("seal", who, "tide", "bond", depth, 1.0)


LIVES = {
    "a merge joins pages; what they open comes with the next page": (
        [tide(0, 0.1), tide(1, 0.1), ("wait", 24), ("merge", 0, 1), ("wait", 24), tide(0, 0.1)],
        {"first": NOW, "second": NOW + 2 * DAY, "third": NOW + 2 * DAY, "faithful": None},
    ),
    "a forgotten page takes nothing away": ([tide(0), ("forget", 0, 0)], {"first": NOW, "heavy": NOW}),
    "and counts as before": ([tide(0, 0.1), ("forget", 0, 0), ("wait", 1), tide(0, 0.1)], {"second": NOW + HOUR}),
    "a corrected mood counts": (
        [("seal", 0, "ash", "bond", 1.0, 1.0), ("correct", 0, 0, "tide"), ("wait", 1), tide(0, 0.1)],
        {"heavy": NOW + HOUR},
    ),
    "a gift that is not enough, and then is": (
        [("give", 0, 1, 15), tide(0), ("give", 0, 2, 5), ("wait", 1), tide(0)],
        {"kind": NOW + HOUR},
    ),
    "two versions of one mirror are one": (
        [("spawn", 0, "Echo"), ("spawn", 0, "Echo"), tide(0), ("wait", 24), tide(0)],
        {"doubled": None},
    ),
    "mirrors of two people who are one are two": (
        [("spawn", 0, "Echo"), ("spawn", 1, "Echo"), ("merge", 0, 1), tide(0), ("wait", 24), tide(0)],
        {"doubled": NOW + DAY},
    ),
    "of what both have the earlier time counts": (
        [tide(0), ("wait", 1), tide(1), tide(1), ("merge", 0, 1)],
        {"first": NOW, "second": NOW + HOUR, "heavy": NOW},
    ),
    "also when the one who goes was first": (
        [tide(0), ("wait", 1), tide(1), tide(1), ("merge", 1, 0)],
        {"first": NOW, "second": NOW + HOUR, "heavy": NOW},
    ),
    "two mirrors are two": (
        [("spawn", 0, "Echo"), ("spawn", 0, "Moon"), tide(0), ("wait", 24), tide(0)],
        {"doubled": NOW + DAY},
    ),
}


@pytest.mark.parametrize("name", LIVES)
def test_each_rule(world: World, name: str) -> None:
    steps, expected = LIVES[name]
    lives = same(*world.lead(steps))
    found = max(lives.values(), key=lambda life: len(life.pages)).earned
    assert {which: found.get(which) for which in expected} == expected


def test_leaves_keep_hash_chapter_and_order_forgotten_or_not(world: World) -> None:
    live, replay = world.lead([tide(0), tide(0), ("forget", 0, 0), tide(0)])
    life = max(same(live, replay).values(), key=lambda one: len(one.pages))
    book = life.leaves[0].book
    assert [(leaf.number, leaf.chapter, leaf.hash) for leaf in life.leaves] == [
        (number, 1, f"hash-{book}-{number}") for number in (1, 2, 3)
    ]
    assert [leaf.forgotten for leaf in life.leaves] == [True, False, False]


def test_a_store_is_replayed_as_a_whole_and_strange_books_are_passed_over(world: World) -> None:
    live, _ = world.lead([tide(0), tide(0)])

    async def whole() -> Replay:
        await world.store.write(lambda tx: tx.emit("page.forgotten", book=10**9, number=1))
        return await world.store.read(replayed, SMALL)

    same(live, world.loop.run_until_complete(whole()))
