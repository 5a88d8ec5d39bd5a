"""Becoming an archetype on a real store: once, for good, in one go; and one person where there were two."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.security.keyring import Keyring
from bot.store import Store, Tx, people
from bot.store.events import events_after
from bot.users import User
from economy.ledger import Ledger
from handlers.journey.archetypes.gathering import gather
from handlers.journey.archetypes.metrics import Facts
from handlers.journey.archetypes.unlocking import Earned, Progress, Unlocking, earned, merge
from mirrors import shelf, words
from tests import servers
from tests.features import ADA, ADA_TOO, BOB
from tests.handlers.journey.archetypes.way import DAY, MIGRATIONS, NOW, SMALL, fact

UNLOCKING = Unlocking(SMALL)
ONE, TWO = Facts([fact()]), Facts([fact(), fact()])
LEDGER = Ledger(1000)


@dataclass
class Clock:
    now: int = NOW

    def __call__(self) -> int:
        return self.now


@dataclass
class Way:
    """A store and its clock."""

    store: Store
    clock: Clock

    async def unlock(self, user: User, facts: Facts) -> list[str]:
        return [one.id for one in await self.store.write(unlock, user, facts)]

    async def earned(self, user: User) -> dict[str, int]:
        return await self.store.read(lambda tx: earned(tx, tx.person(user)))

    async def progress(self, user: User, facts: Facts) -> dict[str, Progress]:
        found = await self.store.read(lambda tx: UNLOCKING.progress(tx, tx.person(user), facts))
        return {one.id: one for one in found}


@pytest_asyncio.fixture
async def way(kind: str, tmp_path: Path) -> AsyncIterator[Way]:
    with servers.lent(tmp_path, MIGRATIONS, kind) as where:
        clock = Clock()
        store = await Store.open(where, Keyring.open(tmp_path / "keys"), MIGRATIONS, clock=clock)
        yield Way(store, clock)
        await store.close()


def unlock(tx: Tx, user: User, facts: Facts) -> list[Earned]:
    return UNLOCKING.unlock(tx, tx.person(user), facts)


def link(tx: Tx, kept: User, gone: User) -> None:
    """As identity does it."""
    one, other = tx.person(kept), tx.person(gone)
    LEDGER.merge(tx, one, other)
    shelf.merge(tx, one, other)
    words.merge(tx, one, other)
    merge(tx, one, other)
    people.merge(tx, one, other)


def told(tx: Tx) -> list[tuple[int, str]]:
    """Of whom it was emitted that they have become what."""
    return [
        (int(one.body["person"]), str(one.body["archetype"]))
        for one in events_after(tx, 0)
        if one.kind == "archetype.earned"
    ]


async def test_everything_that_is_reached_comes_at_once_and_once(way: Way) -> None:
    found = await way.store.write(unlock, ADA, TWO)
    assert found == [Earned("first", 5, NOW), Earned("second", 0, NOW), Earned("third", 7, NOW)]
    assert await way.unlock(ADA, TWO) == []
    assert await way.earned(ADA) == dict.fromkeys(["first", "second", "third"], NOW)
    assert await way.earned(BOB) == {}


async def test_what_is_earned_stays_though_its_weight_is_gone(way: Way) -> None:
    heavy = Facts([fact(category="wonder", depth=1.0, valence=1.0)])
    assert await way.unlock(ADA, heavy) == ["first", "heavy"]
    way.clock.now += 90 * DAY
    assert await way.unlock(ADA, heavy) == []
    assert (await way.earned(ADA))["heavy"] == NOW
    assert (await way.progress(ADA, heavy))["heavy"].ratio == 1
    assert (await way.progress(BOB, heavy))["heavy"].ratio == pytest.approx(0.125 / 0.6)


async def test_many_at_once_are_given_each_archetype_once(way: Way) -> None:
    await way.store.write(lambda tx: tx.person(ADA))
    found = await asyncio.gather(*(way.store.write(unlock, ADA, TWO) for _ in range(8)))
    assert sorted(one.id for some in found for one in some) == ["first", "second", "third"]
    assert (
        len(await way.store.read(told)) == 3 or way.store.engine.name == "postgresql"
    )  # numbered there a moment later


async def test_two_processes_at_once_give_it_once(kind: str, tmp_path: Path) -> None:
    with servers.lent(tmp_path, MIGRATIONS, kind) as where:
        keys = Keyring.open(tmp_path / "keys")
        stores = [await Store.open(where, keys, MIGRATIONS) for _ in range(2)]
        await stores[0].write(lambda tx: tx.person(ADA))
        found = await asyncio.gather(*(store.write(unlock, ADA, TWO) for store in stores * 3))
        assert sorted(one.id for some in found for one in some) == ["first", "second", "third"]
        for store in stores:
            await store.close()


async def test_progress_tells_how_far_and_what_comes_first(way: Way) -> None:
    await way.unlock(ADA, ONE)
    found = await way.progress(ADA, ONE)
    assert list(found) == [one.id for one in SMALL.written]
    assert found["first"] == Progress("first", "First", 1.0, NOW)
    assert found["second"] == Progress("second", "Second", 0.5, None)
    assert found["third"] == Progress("third", "Third", 0.5, None, ("second",))


@pytest.mark.parametrize(("kept", "gone"), [(ADA, ADA_TOO), (ADA_TOO, ADA)])
async def test_one_person_has_what_both_had_at_the_earlier_time(way: Way, kept: User, gone: User) -> None:
    await way.unlock(ADA, ONE)
    way.clock.now += DAY
    await way.unlock(ADA_TOO, TWO)
    await way.store.write(link, kept, gone)
    both = {"first": NOW, "second": NOW + DAY, "third": NOW + DAY}
    assert await way.earned(ADA) == await way.earned(ADA_TOO) == both
    assert await way.unlock(ADA, TWO) == []


def give(tx: Tx, giver: User, to: User, amount: int, key: str) -> None:
    tx.key = key
    LEDGER.move(tx, giver, to, amount)


def spawn(tx: Tx, user: User, name: str) -> None:
    person = tx.person(user)
    for text in ("one", "two", "three"):
        words.keep(tx, person, "whisper", text)
    words.decide(tx, user, agree=True)
    shelf.spawn(tx, user, name)


async def counted(way: Way, user: User) -> tuple[int, int]:
    found = await way.store.read(lambda tx: gather(tx, tx.person(user), lambda tx, person: []))
    return found.blessings_given, found.mirrors_spawned


async def test_gifts_and_mirrors_are_counted_of_all_that_one_person_was(way: Way) -> None:
    await way.store.write(give, ADA, BOB, 5, "a")
    await way.store.write(give, ADA, BOB, 6, "b")
    await way.store.write(give, ADA_TOO, BOB, 7, "c")
    await way.store.write(give, BOB, ADA, 100, "d")
    await way.store.write(lambda tx: LEDGER.pay(tx, tx.person(ADA), 50, "e", "whisper"))
    for name in ("Echo", "echo", "Other"):
        await way.store.write(spawn, ADA, name)
    await way.store.write(spawn, ADA_TOO, "Echo")
    assert (await counted(way, ADA), await counted(way, ADA_TOO)) == ((11, 2), (7, 1))
    await way.store.write(link, ADA_TOO, ADA)
    assert await counted(way, ADA) == await counted(way, ADA_TOO) == (18, 3)
    assert await counted(way, User("discord", "404", "Nobody")) == (0, 0)
