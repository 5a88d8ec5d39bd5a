"""The daily blessings: once a day for each person, wherever and however often they ask, and whatever the clock does."""

import asyncio
import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.store import Tx, people
from bot.users import User
from economy import daily
from economy.accounts import shown
from economy.daily import DAY, Claimed, Daily
from economy.ledger import Ledger, balance_of
from economy.settings import DailySettings
from tests.features import ADA, ADA_TOO, BOB, Features, opened
from tests.servers import KINDS

LEDGER = Ledger(0)
DAILY = Daily(DailySettings(base=20, step=5, most=60), LEDGER)
_fresh = itertools.count(1)


def link(tx: Tx, kept: User, gone: User) -> None:
    one, other = tx.person(kept), tx.person(gone)
    LEDGER.merge(tx, one, other)
    daily.merge(tx, one, other)
    people.merge(tx, one, other)


async def claim(features: Features, user: User) -> Claimed | str:
    """What was gained, or the code of the refusal."""
    try:
        return await features.store.write(DAILY.take, user)
    except UserError as error:
        return error.code


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(-60, 60)), max_size=15))
async def test_whatever_the_clock_does(features: Features, steps: list[tuple[int, int]]) -> None:
    run = next(_fresh)
    users = [User("discord", f"{run}-{n}", f"u{n}") for n in range(2)]
    last: dict[int, int] = {}
    streak: dict[int, int] = {}
    total = [0, 0]
    for who, hours in steps:
        features.clock.now = max(features.clock.now + hours * DAY // 24, DAY)
        today = features.clock.now // DAY
        got = await claim(features, users[who])
        if today <= last.get(who, 0):
            assert got == "claimed"
            continue
        streak[who] = streak.get(who, 0) + 1 if last.get(who) == today - 1 else 1
        gained, last[who] = min(20 + 5 * (streak[who] - 1), 60), today
        total[who] += gained
        assert got == Claimed(gained, streak[who], total[who], (today + 1) * DAY)
    for user, sum_ in zip(users, total, strict=True):
        assert await features.store.read(balance_of, user) == sum_


@pytest.mark.parametrize("kind", KINDS)
async def test_of_two_claims_at_once_on_two_platforms_one_wins(tmp_path: Path, kind: str) -> None:
    async with opened(tmp_path, kind) as features:
        await features.store.write(link, ADA, ADA_TOO)
        for _ in range(3):
            got = await asyncio.gather(*(claim(features, user) for user in (ADA, ADA_TOO) * 4))
            assert sorted(map(str, got)).count("claimed") == 7
            features.clock.pass_hours(24)
        assert await features.store.read(balance_of, ADA) == 20 + 25 + 30


async def test_the_refusal_says_when_the_next_is_due(features: Features) -> None:
    await claim(features, ADA)
    with pytest.raises(UserError, match=r"The next are due 2023-11-15 00:00 UTC\."):
        await features.store.write(DAILY.take, ADA)


async def test_it_counts_for_the_level(features: Features) -> None:
    await claim(features, ADA)
    person = await features.store.write(Tx.person, ADA)
    assert (await features.store.read(shown, person)).received == 20


@pytest.mark.parametrize(("first", "second"), [(ADA, ADA_TOO), (ADA_TOO, ADA)])
async def test_linked_the_longer_streak_of_today_goes_on(features: Features, first: User, second: User) -> None:
    for _ in range(3):
        await claim(features, first)
        features.clock.pass_hours(24)
    await claim(features, first)
    await claim(features, second)
    await features.store.write(link, ADA, ADA_TOO)
    assert await claim(features, ADA) == await claim(features, ADA_TOO) == "claimed"
    features.clock.pass_hours(24)
    got = await claim(features, ADA_TOO)
    assert isinstance(got, Claimed)
    assert got.streak == 5


async def test_linked_with_somebody_who_never_claimed(features: Features) -> None:
    await claim(features, ADA_TOO)
    await features.store.write(link, ADA, ADA_TOO)
    await features.store.write(link, ADA, BOB)
    assert await claim(features, ADA) == "claimed"
