"""Tokens of a person and day: never more than they may, whoever asks at the same time."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.model import Prompt, Source, cost, tokens
from bot.model.budget import Budget, merge
from bot.security.keyring import Keyring
from bot.store import Store

DAY = 86_400_000_000
BUDGET = Budget(1_000)


class Clock:
    """Microseconds that move when the test says so; it is just before midnight in UTC."""

    def __init__(self) -> None:
        self.now = 20_000 * DAY - 1

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def packages() -> tuple[str, ...]:
    """The tables of the framework alone."""
    return ()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def stores(database: Path | str, tmp_path: Path, clock: Clock) -> AsyncIterator[list[Store]]:
    """Two, as two processes have them."""
    keys = Keyring.open(tmp_path / "keys")
    opened = [await Store.open(database, keys, clock=clock) for _ in range(2)]
    yield opened
    for one in opened:
        await one.close()


async def test_a_day_has_so_many(stores: list[Store], clock: Clock) -> None:
    store, other = stores
    assert await store.read(BUDGET.left, 1) == 1_000
    assert [await store.write(BUDGET.spend, 1, used) for used in (600, 401, 400, 1, 0)] == [
        True,
        False,
        True,
        False,
        True,
    ]
    assert await other.read(BUDGET.left, 1) == 0
    assert await other.write(BUDGET.spend, 2, 1_001) is False
    assert await other.read(BUDGET.left, 2) == 1_000
    clock.now += 1
    assert await other.read(BUDGET.left, 1) == 1_000
    assert await other.write(BUDGET.spend, 1, 5) is True
    assert await store.read(BUDGET.left, 1) == 995


async def test_a_clock_that_is_behind_gives_nothing_back(stores: list[Store], clock: Clock) -> None:
    store, _ = stores
    clock.now += 1
    await store.write(BUDGET.spend, 1, 900)
    clock.now -= 1
    assert await store.write(BUDGET.spend, 1, 200) is False
    assert await store.read(BUDGET.left, 1) == 100


async def test_many_at_once(stores: list[Store]) -> None:
    spent = await asyncio.gather(*(store.write(BUDGET.spend, 1, 100) for store in stores * 10))
    assert sum(spent) == 10
    assert await stores[0].read(BUDGET.left, 1) == 0


async def test_two_people_are_one(stores: list[Store], clock: Clock) -> None:
    store, _ = stores
    for person, used in ((1, 700), (2, 800), (3, 50)):
        await store.write(BUDGET.spend, person, used)
    await store.write(merge, 1, 2)
    await store.write(merge, 4, 3)
    await store.write(merge, 4, 9)
    assert [await store.read(BUDGET.left, person) for person in (1, 2, 4)] == [0, 1_000, 950]
    clock.now += 1
    await store.write(BUDGET.spend, 5, 10)
    await store.write(merge, 5, 1)
    assert await store.read(BUDGET.left, 5) == 990


async def test_nothing_is_given(stores: list[Store]) -> None:
    with pytest.raises(ValueError, match="not given"):
        await stores[0].write(BUDGET.spend, 1, -1)


def test_the_estimate() -> None:
    assert [tokens(text) for text in ("", "a", "four words of English", "日本", "🙂", "\ud800")] == [0, 1, 7, 2, 2, 1]
    short, long = Prompt("Tell.", []), Prompt("Tell.", [Source("1", "x" * 300)], "?")
    assert 400 < cost(short, 400) < cost(long, 400) < cost(short, 400) + 130


def test_every_source_has_an_id_of_its_own() -> None:
    with pytest.raises(ValueError, match="of its own"):
        Prompt("Tell.", [Source("1", "a"), Source("1", "b")])
