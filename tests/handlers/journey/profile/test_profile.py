"""Profiles on a real store: sealed, changed piece by piece, one where there were two."""

import asyncio
from datetime import datetime

import pytest

from bot.notices import hush
from bot.store.events import events_after
from bot.users import User
from handlers.journey.profile import profile
from handlers.journey.profile.profile import Profile, change, due
from tests.features import ADA, ADA_TOO, BOB
from tests.handlers.journey.profile.conftest import Kept

CANARY = "canary-in-the-coal-mine"
WORDS = {"name": f"{CANARY}1", "purpose": f"{CANARY}2", "offering": f"{CANARY}3"}


async def test_a_stranger_has_what_is_usual(kept: Kept) -> None:
    assert await kept.profile(User("discord", "404", "Nobody")) == Profile()


async def test_what_is_not_named_stays(kept: Kept) -> None:
    await kept.store.write(change, ADA, name="Ada L.", purpose="to see")
    await kept.store.write(change, ADA, hour=8, zone="Europe/Berlin")
    found = await kept.store.write(change, ADA, purpose="", public=True)
    assert found == await kept.profile(ADA) == Profile("Ada L.", "", "", "Europe/Berlin", 8, public=True)
    assert (await kept.store.write(change, ADA, hour=None)).hour is None


async def test_two_changes_at_once_are_both_kept(kept: Kept) -> None:
    await kept.store.write(lambda tx: tx.person(ADA))
    changes = [{"name": "Ada"}, {"purpose": "to see"}, {"hour": 7}, {"public": True}, {"model": True}]
    await asyncio.gather(*(kept.store.write(change, ADA, **one) for one in changes))
    assert await kept.profile(ADA) == Profile("Ada", "to see", "", "UTC", 7, public=True, model=True)


async def test_no_word_is_in_any_file_row_or_event_or_repr(kept: Kept) -> None:
    await kept.store.write(change, ADA, **WORDS, model=True)
    found = await kept.profile(ADA)
    assert (found.name, found.purpose, found.offering) == tuple(WORDS.values())
    assert CANARY.encode() not in kept.stored()
    assert b"journey_profile" in kept.stored() or kept.store.engine.name == "postgresql"
    assert CANARY not in repr(found)
    await kept.link(ADA_TOO, ADA)
    assert (await kept.profile(ADA_TOO)).purpose == WORDS["purpose"]
    assert CANARY.encode() not in kept.stored()


async def test_a_decision_about_the_model_is_told_with_the_text_it_was_made_on(kept: Kept) -> None:
    await kept.store.write(change, ADA, model=True)
    await kept.store.write(change, ADA, model=False)
    if kept.store.engine.name == "sqlite":  # events are numbered a moment later on the other
        told = [one.body for one in await kept.store.read(events_after, 0) if one.kind == "profile.model"]
        assert [(one["granted"], one["text_version"]) for one in told] == [(1, 1), (0, 1)]
    assert not (await kept.profile(ADA)).model


async def test_who_agreed_to_an_earlier_text_has_not_agreed(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    await kept.store.write(change, ADA, model=True)
    assert (await kept.profile(ADA)).model
    monkeypatch.setattr(profile, "TEXT_VERSION", 2)
    assert not (await kept.profile(ADA)).model


async def test_the_zone_of_quiet_hours_is_taken_where_none_is_named(kept: Kept) -> None:
    await kept.store.write(hush, ADA, 22 * 60, 7 * 60, "Asia/Tokyo")
    assert (await kept.profile(ADA)).zone == "Asia/Tokyo"
    await kept.store.write(change, ADA, hour=8)
    assert await due_at(kept, "2026-01-05T08:30+09:00") == [ADA]
    assert await due_at(kept, "2026-01-05T08:30+00:00") == []


async def due_at(kept: Kept, moment: str) -> list[User]:
    """Whose hour it is."""
    at = round(datetime.fromisoformat(moment).timestamp() * 1_000_000)
    found = await kept.store.read(due, at)
    people = {user: await kept.store.read(lambda tx, user=user: tx.person(user)) for user in (ADA, BOB)}
    return [user for user, person in people.items() if person in found]


@pytest.mark.parametrize(
    ("hour", "moment", "is_due"),
    [
        (8, "2026-01-05T08:00:00+01:00", True),
        (8, "2026-01-05T08:59:59.999+01:00", True),
        (8, "2026-01-05T07:59:59.999+01:00", False),
        (8, "2026-01-05T09:00:00+01:00", False),
        (8, "2026-07-05T08:30:00+02:00", True),
        (0, "2026-01-05T22:59:59+00:00", False),
        (0, "2026-01-05T23:00:00+00:00", True),
        (23, "2026-01-05T22:30:00+00:00", True),
        (2, "2026-03-29T01:30:00+00:00", True),  # skipped that night: the hour after it
        (2, "2026-10-25T00:30:00+00:00", True),  # there twice: the first
        (2, "2026-10-25T01:30:00+00:00", False),
    ],
)
async def test_whose_hour_it_is(kept: Kept, hour: int, moment: str, is_due: bool) -> None:
    await kept.store.write(change, ADA, hour=hour, zone="Europe/Berlin")
    await kept.store.write(change, BOB, name="no hour")
    assert await due_at(kept, moment) == ([ADA] if is_due else [])


async def test_one_person_keeps_theirs_and_takes_what_they_lack(kept: Kept) -> None:
    await kept.store.write(change, ADA, name="Ada", public=True)
    await kept.store.write(change, ADA_TOO, name="Lady", purpose="to count", hour=6, zone="Asia/Tokyo", public=True)
    await kept.link(ADA, ADA_TOO)
    both = Profile("Ada", "to count", "", "Asia/Tokyo", 6, public=True)
    assert await kept.profile(ADA) == await kept.profile(ADA_TOO) == both


@pytest.mark.parametrize(("mine", "theirs"), [(8, None), (8, 6)])
async def test_an_hour_keeps_its_zone(kept: Kept, mine: int, theirs: int | None) -> None:
    await kept.store.write(change, ADA, hour=mine, zone="Europe/Berlin")
    await kept.store.write(change, ADA_TOO, hour=theirs, zone="Asia/Tokyo")
    await kept.link(ADA, ADA_TOO)
    found = await kept.profile(ADA)
    assert (found.hour, found.zone) == (8, "Europe/Berlin")


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("reverse", [True, False])
async def test_of_two_decisions_about_the_model_the_newest_counts(kept: Kept, first: bool, reverse: bool) -> None:
    await kept.store.write(change, ADA, model=first)
    kept.now += 1
    await kept.store.write(change, ADA_TOO, model=not first)
    await kept.link(*((ADA_TOO, ADA) if reverse else (ADA, ADA_TOO)))
    assert (await kept.profile(ADA)).model is not first


@pytest.mark.parametrize(("mine", "theirs"), [(True, False), (False, True)])
async def test_what_one_of_two_kept_to_themselves_stays_so(kept: Kept, mine: bool, theirs: bool) -> None:
    await kept.store.write(change, ADA, public=mine)
    await kept.store.write(change, ADA_TOO, public=theirs)
    await kept.link(ADA, ADA_TOO)
    assert not (await kept.profile(ADA)).public


@pytest.mark.parametrize(("one", "other"), [(ADA, ADA_TOO), (ADA_TOO, ADA)])
async def test_one_of_the_two_has_nothing(kept: Kept, one: User, other: User) -> None:
    await kept.store.write(change, ADA, purpose="to see")
    await kept.link(one, other)
    assert (await kept.profile(ADA)).purpose == (await kept.profile(ADA_TOO)).purpose == "to see"
