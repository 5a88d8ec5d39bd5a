"""Whispers over time: one open at a time, what a skip locks and for how long, what expires."""

import pytest
from msgspec import structs

from bot.errors import UserError
from bot.message import t
from bot.store import Tx, people
from bot.store.events import events_after, seal_due
from bot.users import User
from config.load import load_data
from config.whispers import Category, Whispers
from handlers.journey.whispers.asking import Asking
from handlers.journey.whispers.choosing import NO_REPEAT, Leaning
from handlers.journey.whispers.whispering import Answered, Asked, Skipped, Whispering, Wording, enough, merge
from tests.features import ADA, ADA_TOO, Features
from tests.servers import REFUSED

BANK = load_data(Whispers, "whispers.toml")
WHISPERING = Whispering(BANK)
ASKING = Asking(WHISPERING, lambda _tx, _person: Leaning(), lambda _tx, _person: False)


async def ask(features: Features, category: Category | None = None, user: User = ADA) -> Asked:
    return await features.store.write(ASKING.ask, user, category, None)


async def answer(features: Features, user: User = ADA) -> Answered:
    return await features.store.write(lambda tx: WHISPERING.answered(tx, tx.person(user)))


async def skip(features: Features, user: User = ADA) -> Skipped:
    return await features.store.write(WHISPERING.skip, user)


async def told(features: Features) -> list[str]:
    """The kinds of the events."""
    await seal_due(features.store)
    return [one.kind for one in await features.store.read(events_after, 0)]


def open_again(asked: Asked) -> Asked:
    return structs.replace(asked, again=True)


async def refused(features: Features, category: Category | None = None) -> str:
    with pytest.raises(UserError) as error:
        await ask(features, category)
    return f"{error.value.code}: {error.value}"


def link(tx: Tx, kept: User, gone: User) -> None:
    one, other = tx.person(kept), tx.person(gone)
    merge(tx, one, other)
    people.merge(tx, one, other)


async def test_one_whisper_is_open_at_a_time(features: Features) -> None:
    first = await ask(features)
    assert await ask(features, "body") == open_again(first)
    assert (await answer(features)).id == first.id
    second = await ask(features)
    assert second.text != first.text
    assert not second.again


async def test_nothing_comes_again_within_thirty(features: Features) -> None:
    asked = []
    for _ in range(60):
        asked.append((await ask(features)).id)
        await answer(features)
    assert all(one not in asked[max(0, at - NO_REPEAT) : at] for at, one in enumerate(asked))


async def test_a_category_runs_dry_and_says_so(features: Features) -> None:
    known = [one.id for one in BANK.whisper if one.category == "bond" and one.level <= 2]
    heard = set()
    for _ in known:
        heard.add((await ask(features, "bond")).id)
        await answer(features)
    assert heard == set(known)
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
    assert await ask(features) == open_again(first)
    features.clock.pass_hours(0.01)
    for late in (answer, skip):
        with pytest.raises(UserError) as error:
            await late(features)
        assert error.value.code == "no_open_whisper"
    assert not (await ask(features)).again


@pytest.mark.parametrize("text", ["", "two words", "   a \n b  "])
def test_an_answer_has_three_words(text: str) -> None:
    with pytest.raises(UserError) as error:
        enough(text)
    assert error.value.code == "too_short"


async def test_what_was_answered_is_told_to_who_keeps_the_words(features: Features) -> None:
    first = await ask(features, "body")
    person = await features.store.write(Tx.person, ADA)
    ended = await features.store.write(WHISPERING.answered, person)
    assert ended == Answered(ended.row, first.id, "body", first.text)
    with pytest.raises(UserError) as error:
        await features.store.write(WHISPERING.answered, person)
    assert error.value.code == "no_open_whisper"


async def test_what_became_of_each_is_an_event(features: Features) -> None:
    await ask(features)
    await skip(features)
    await ask(features)
    features.clock.pass_hours(48.01)
    await ask(features)
    await answer(features)
    kinds = ["asked", "skipped", "asked", "expired", "asked", "answered"]
    assert await told(features) == [f"whisper.{kind}" for kind in kinds]


async def test_a_wording_is_used_for_its_whisper_alone(features: Features) -> None:
    person = await features.store.write(Tx.person, ADA)
    chosen = await features.store.read(WHISPERING.next, person, None, Leaning())
    worded = await features.store.write(ASKING.ask, ADA, None, Wording(chosen.id, "Was ist {es}?"))
    assert (worded.id, worded.words, worded.written) == (chosen.id, "Was ist {es}?", True)
    assert await ask(features) == open_again(worded)
    await answer(features)
    other = await features.store.write(ASKING.ask, ADA, None, Wording(chosen.id, "Was ist es?"))
    assert other.id != chosen.id
    assert other.words == t(other.text)


async def test_linking_keeps_the_newer_of_two_open_whispers(features: Features) -> None:
    await ask(features, user=ADA)
    await answer(features, user=ADA)
    await ask(features, user=ADA)
    features.clock.pass_hours(1)
    newer = await ask(features, user=ADA_TOO)
    await features.store.write(link, ADA, ADA_TOO)
    for user in (ADA, ADA_TOO):
        assert await ask(features, user=user) == open_again(newer)
    assert "whisper.expired" in await told(features)
    assert (await answer(features, user=ADA_TOO)).id == newer.id


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
