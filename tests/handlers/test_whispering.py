"""Whispers over time: one open at a time, what a skip locks and for how long, what expires."""

import pytest

from bot.errors import UserError
from bot.store import Tx, people
from bot.users import User
from config.load import load_data
from config.whispers import Category, Whispers
from handlers.whispers.whispering import NO_REPEAT, Asked, Skipped, Whispering, merge
from mirrors import words
from tests.features import ADA, ADA_TOO, Features
from tests.servers import REFUSED

CATALOGUE = load_data(Whispers, "whispers.toml").whisper
WHISPERING = Whispering(CATALOGUE)
BY_TEXT = {one.text: one for one in CATALOGUE}
ANSWER = "Three words here"


async def ask(features: Features, category: Category | None = None, user: User = ADA) -> Asked:
    return await features.store.write(WHISPERING.ask, user, category)


async def answer(features: Features, text: str = ANSWER, user: User = ADA) -> int:
    return await features.store.write(WHISPERING.answer, user, text)


async def skip(features: Features, user: User = ADA) -> Skipped:
    return await features.store.write(WHISPERING.skip, user)


async def refused(features: Features, category: Category | None = None) -> str:
    with pytest.raises(UserError) as error:
        await ask(features, category)
    return f"{error.value.code}: {error.value}"


def link(tx: Tx, kept: User, gone: User) -> None:
    one, other = tx.person(kept), tx.person(gone)
    merge(tx, one, other)
    words.merge(tx, one, other)
    people.merge(tx, one, other)


async def test_one_whisper_is_open_at_a_time(features: Features) -> None:
    first = await ask(features)
    assert await ask(features, "body") == Asked(first.text, again=True)
    assert await answer(features) == 1
    second = await ask(features)
    assert second.text != first.text
    assert not second.again


async def test_the_category_that_waited_longest_comes_next(features: Features) -> None:
    categories = []
    for _ in range(12):
        categories.append(BY_TEXT[(await ask(features)).text].category)
        await answer(features)
    assert len(set(categories[:6])) == 6
    assert categories[6:] == categories[:6]


async def test_nothing_comes_again_within_thirty(features: Features) -> None:
    texts = []
    for _ in range(60):
        texts.append((await ask(features)).text)
        await answer(features)
        features.clock.pass_hours(1)
    assert all(text not in texts[max(0, at - NO_REPEAT) : at] for at, text in enumerate(texts))


async def test_a_category_runs_dry_and_says_so(features: Features) -> None:
    for _ in range(8):
        assert BY_TEXT[(await ask(features, "bond")).text].category == "bond"
        await answer(features)
    assert (await refused(features, "bond")).startswith("no_whisper")


async def test_a_skip_locks_its_category_for_a_day(features: Features) -> None:
    await ask(features, "body")
    assert await skip(features) == Skipped("body", 0)
    assert (await refused(features, "body")).startswith("locked")
    features.clock.pass_hours(23.9)
    assert (await refused(features, "body")) == "locked: The whispers rest for a while. Come back in 6 min."
    features.clock.pass_hours(0.1)
    assert not (await ask(features, "body")).again


async def test_skips_lock_everything_longer_and_longer(features: Features) -> None:
    for _ in range(2):
        await ask(features)
        assert (await skip(features)).locked == 0
    for hours in (12, 24, 48, 72, 72):
        await ask(features)
        assert (await skip(features)).locked == hours * 3600
        features.clock.pass_hours(hours - 0.01)
        assert (await refused(features)).startswith("locked")
        features.clock.pass_hours(0.01)


async def test_skips_further_apart_than_a_week_lock_nothing(features: Features) -> None:
    for _ in range(6):
        await ask(features)
        assert (await skip(features)).locked == 0
        features.clock.pass_hours(85)


async def test_an_answer_ends_the_streak(features: Features) -> None:
    for _ in range(2):
        await ask(features)
        await skip(features)
    await ask(features)
    await answer(features)
    for _ in range(2):
        features.clock.pass_hours(1)
        await ask(features)
        assert (await skip(features)).locked == 0


async def test_a_whisper_expires_after_48_hours_without_penalty(features: Features) -> None:
    first = await ask(features)
    features.clock.pass_hours(48)
    assert await ask(features) == Asked(first.text, again=True)
    features.clock.pass_hours(0.01)
    for late in (answer, skip):
        with pytest.raises(UserError) as error:
            await late(features)
        assert error.value.code == "no_open_whisper"
    assert not (await ask(features)).again


@pytest.mark.parametrize("text", ["", "two words", "   a \n b  "])
async def test_an_answer_has_three_words(features: Features, text: str) -> None:
    await ask(features)
    with pytest.raises(UserError) as error:
        await answer(features, text)
    assert error.value.code == "too_short"
    assert (await ask(features)).again


async def test_linking_keeps_the_newer_of_two_open_whispers(features: Features) -> None:
    await ask(features, user=ADA)
    await answer(features, user=ADA)
    await ask(features, user=ADA)
    features.clock.pass_hours(1)
    newer = await ask(features, user=ADA_TOO)
    await features.store.write(link, ADA, ADA_TOO)
    for user in (ADA, ADA_TOO):
        assert await ask(features, user=user) == Asked(newer.text, again=True)
    assert await answer(features, user=ADA_TOO) == 2


async def test_the_database_refuses_a_second_open_whisper(features: Features) -> None:
    await ask(features)
    with pytest.raises(REFUSED, match=r"(?i)unique"):
        features.sql(
            "INSERT INTO whisper (person, name, category, text, state, asked) "
            "SELECT person, name, category, text, state, asked FROM whisper"
        )


async def test_the_newest_skip_of_two_linked_people_counts(features: Features) -> None:
    for user in (ADA, ADA_TOO):
        await ask(features, "body", user)
        await skip(features, user)
        features.clock.pass_hours(1)
    await features.store.write(link, ADA, ADA_TOO)
    features.clock.pass_hours(22.5)
    assert (await refused(features, "body")).startswith("locked")
    features.clock.pass_hours(0.5)
    assert not (await ask(features, "body")).again
