"""What comes unasked: once, also when the job is killed in between, run twice or by two processes; and never past a lock."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.security.keyring import Keyring
from bot.store import Store, Tx
from bot.store.events import events_after, seal_due
from bot.users import User
from config.load import load_data
from config.whispers import Whispers
from handlers.journey.whispers.choosing import Leaning
from handlers.journey.whispers.daily import Daily
from handlers.journey.whispers.whispering import Whispering
from tests.features import ADA, ADA_TOO, BOB, MIGRATIONS, Clock, Features
from tests.handlers.journey.whispers.machine import link
from tests.handlers.journey.whispers.test_whispering import ask, refused, skip

WHISPERING = Whispering(load_data(Whispers, "whispers.toml"))


class Town:
    """Who wants a whisper now."""

    def __init__(self) -> None:
        self.wanting: list[int] = []
        self.daily = Daily(WHISPERING, lambda _tx, _now: self.wanting, lambda _tx, _person: Leaning())

    async def wakes(self, features: Features, *users: User) -> None:
        self.wanting = [await features.store.write(Tx.person, user) for user in users]

    async def run(self, features: Features) -> None:
        await self.daily.run(features.store)


@pytest.fixture
def packages() -> tuple[str, ...]:
    return MIGRATIONS


@pytest_asyncio.fixture
async def features(database: Path | str, tmp_path: Path) -> AsyncIterator[Features]:
    """On each kind of database."""
    clock = Clock()
    store = await Store.open(database, Keyring.open(tmp_path), MIGRATIONS, clock=clock)
    yield Features(store, database, clock)
    await store.close()


@pytest.fixture
def town() -> Iterator[Town]:
    return Town()


def sent(features: Features) -> int:
    """How many messages are on their way."""
    return int(features.sql("SELECT count(*) FROM outbox")[0][0])


def states(features: Features) -> list[str]:
    return [state for (state,) in features.sql("SELECT state FROM whisper ORDER BY id")]


async def test_it_comes_once_a_day(features: Features, town: Town) -> None:
    await town.wakes(features, ADA, BOB)
    for day in range(1, 4):
        for _ in range(12):
            await town.run(features)
            features.clock.pass_hours(1 / 12)
        assert sent(features) == 2 * day
        for user in (ADA, BOB):
            person = await features.store.write(Tx.person, user)
            await features.store.write(WHISPERING.answered, person)
        features.clock.pass_hours(23)
    assert states(features) == ["answered"] * 6


async def test_two_processes_ask_once(features: Features, town: Town, tmp_path: Path) -> None:
    other = await Store.open(features.where, Keyring.open(tmp_path), MIGRATIONS, clock=features.clock)
    try:
        await town.wakes(features, ADA, BOB)
        await asyncio.gather(*(town.daily.run(store) for store in (features.store, other) * 3))
        assert states(features) == ["open"] * 2
        features.clock.pass_hours(24)
        await town.wakes(features)
        await asyncio.gather(*(town.daily.run(store) for store in (features.store, other) * 3))
        assert sent(features) == 4
    finally:
        await other.close()


async def test_cut_off_in_between_it_goes_on_where_it_was(features: Features, town: Town) -> None:
    """Before the COMMIT of somebody's part nothing of it is there; after it they are not asked again."""
    await town.wakes(features, ADA, BOB)

    def killed(tx: Tx, person: int) -> None:
        assert town.daily.give(tx, person)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await features.store.write(killed, town.wanting[0])
    assert (sent(features), states(features)) == (0, [])
    await features.store.write(town.daily.give, town.wanting[0])
    assert sent(features) == 1
    for _ in range(2):
        await town.run(features)
    assert sent(features) == 2


async def test_trouble_with_one_is_nobody_elses(
    features: Features, town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await town.wakes(features, ADA)
    town.wanting.insert(0, 4711)
    await town.run(features)
    assert sent(features) == 1
    assert "person 4711" in caplog.text


async def test_one_that_is_open_is_not_asked_again(features: Features, town: Town) -> None:
    await ask(features)
    await town.wakes(features, ADA)
    await town.run(features)
    assert (sent(features), states(features)) == (0, ["open"])


async def test_a_lock_holds_for_what_comes_by_itself(features: Features, town: Town) -> None:
    for _ in range(3):
        await ask(features)
        await skip(features)
    await town.wakes(features, ADA)
    await town.run(features)
    assert sent(features) == 0
    assert (await refused(features)).startswith("locked")
    features.clock.pass_hours(24)
    await town.run(features)
    assert sent(features) == 1


async def test_of_one_that_waits_they_are_reminded_once(features: Features, town: Town) -> None:
    first = await ask(features)
    features.clock.pass_hours(23.99)
    await town.run(features)
    assert sent(features) == 0
    for hours in (0.01, 1, 22):
        features.clock.pass_hours(hours)
        await town.run(features)
        assert sent(features) == 1
    assert (await ask(features)).id == first.id


async def test_what_is_too_old_is_closed_and_told(features: Features, town: Town) -> None:
    await ask(features)
    features.clock.pass_hours(48)
    await town.run(features)
    assert states(features) == ["open"]
    features.clock.now += 1
    await town.run(features)
    await town.run(features)
    assert states(features) == ["expired"]
    await seal_due(features.store)
    kinds = [one.kind for one in await features.store.read(events_after, 0)]
    assert kinds.count("whisper.expired") == 1


async def test_two_who_became_one_have_one_a_day(features: Features, town: Town) -> None:
    await town.wakes(features, ADA_TOO)
    await town.run(features)
    await features.store.write(link, ADA, ADA_TOO)
    person = await features.store.write(Tx.person, ADA)
    await features.store.write(WHISPERING.answered, person)
    features.clock.pass_hours(1)
    town.wanting.append(person)  # the old number means her too
    await town.run(features)
    assert sent(features) == 1
    features.clock.pass_hours(23)
    await town.run(features)
    assert sent(features) == 2
