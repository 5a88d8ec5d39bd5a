"""A person's own words: sealed, theirs, and read under a standing consent only."""

import pytest

from bot.errors import UserError
from bot.store import Tx, people
from bot.store.events import events_after, seal_due
from bot.users import User
from mirrors import shelf, words
from mirrors.mirrors import merge
from mirrors.words import ConsentMissingError
from tests.features import ADA, ADA_TOO, BOB, Features
from tests.servers import REFUSED

SAID = ["The river was loud that night", "I hid a copper key under the stair", "We sang until the bus came"]


def say(tx: Tx, user: User, text: str) -> int:
    return words.keep(tx, tx.person(user), "whisper", text)


def link(tx: Tx, kept: User, gone: User) -> None:
    one, other = tx.person(kept), tx.person(gone)
    merge(tx, one, other)
    people.merge(tx, one, other)


async def spawned(features: Features, user: User, name: str = "Echo", said: list[str] = SAID) -> shelf.Version:
    for text in said:
        await features.store.write(say, user, text)
    await features.store.write(words.decide, user, True)
    return await features.store.write(shelf.spawn, user, name)


async def read(features: Features, user: User) -> list[str]:
    chosen = await features.store.read(shelf.choose, user, "")
    return await features.store.read(words.read, chosen.person, chosen.id)


async def test_nothing_is_read_before_consent(features: Features) -> None:
    for text in SAID:
        await features.store.write(say, ADA, text)
    with pytest.raises(ConsentMissingError):
        await features.store.write(shelf.spawn, ADA, "Echo")
    await features.store.write(words.decide, ADA, True)
    await features.store.write(shelf.spawn, ADA, "Echo")
    assert await read(features, ADA) == SAID


async def test_revoking_closes_every_way_in(features: Features) -> None:
    version = await spawned(features, ADA)
    await features.store.write(words.decide, ADA, False)
    with pytest.raises(ConsentMissingError):
        await features.store.read(words.read, version.person, version.id)
    with pytest.raises(ConsentMissingError):
        await features.store.read(shelf.choose, ADA, "Echo")
    with pytest.raises(ConsentMissingError):
        await features.store.write(shelf.spawn, ADA, "Echo")
    await features.store.write(words.decide, ADA, True)
    assert await read(features, ADA) == SAID


async def test_strangers_and_others_read_nothing(features: Features) -> None:
    version = await spawned(features, ADA)
    with pytest.raises(ConsentMissingError):
        await features.store.read(shelf.choose, BOB, "")
    await features.store.write(words.decide, BOB, True)
    bob = (await spawned(features, BOB)).person
    assert await features.store.read(words.read, bob, version.id) == []


async def test_consent_is_append_only(features: Features) -> None:
    for agree in (True, False, True):
        await features.store.write(words.decide, ADA, agree)
    assert features.sql("SELECT granted, text_version, platform FROM mirror_consent ORDER BY id") == [
        (1, words.TEXT_VERSION, "discord"),
        (0, words.TEXT_VERSION, "discord"),
        (1, words.TEXT_VERSION, "discord"),
    ]
    for change in ("UPDATE mirror_consent SET granted = 1", "DELETE FROM mirror_consent"):
        with pytest.raises(REFUSED, match="append-only"):
            features.sql(change)


async def test_words_are_in_no_file_and_no_event(features: Features) -> None:
    await spawned(features, ADA)
    stored = features.stored()
    assert b"Echo" in stored
    assert b"copper key" not in stored
    await seal_due(features.store)
    events = await features.store.read(events_after, 0)
    assert {event.kind for event in events} == {"mirror.consent", "mirror.spawned"}
    assert all(isinstance(value, int) for event in events for value in event.body.values())


async def test_what_is_forgotten_is_in_no_mirror(features: Features) -> None:
    def keep(tx: Tx, source: str, text: str) -> int:
        return words.keep(tx, tx.person(ADA), source, text)

    def forget(tx: Tx, source: str) -> None:
        words.forget(tx, tx.person(ADA), source)

    for leaf, text in enumerate(SAID, 1):
        await features.store.write(keep, words.page(1, leaf), text)
    await spawned(features, ADA, said=[])
    await features.store.write(forget, words.page(1, 2))
    await features.store.write(forget, words.page(9, 9))
    assert await read(features, ADA) == [SAID[0], SAID[2]]
    assert features.sql("SELECT COUNT(*) FROM own_words") == [(2,)]
    with pytest.raises(UserError, match="at least 3"):
        await features.store.write(shelf.spawn, ADA, "Echo")


async def test_too_few_words_are_told(features: Features) -> None:
    await features.store.write(words.decide, ADA, True)
    await features.store.write(say, ADA, SAID[0])
    with pytest.raises(shelf.UserError) as refused:
        await features.store.write(shelf.spawn, ADA, "Echo")
    assert refused.value.code == "too_few"
    assert "2 more" in str(refused.value)


async def test_spawning_again_makes_a_new_version_of_all_words(features: Features) -> None:
    first = await spawned(features, ADA)
    again = await spawned(features, ADA, "ECHO")
    assert (first.samples, again.samples) == (3, 6)
    assert first.manifest != again.manifest
    assert [one.samples for one in await features.store.read(shelf.mirrors_of, ADA)] == [6]


async def test_linking_brings_words_and_mirrors_along(features: Features) -> None:
    await spawned(features, ADA)
    await spawned(features, ADA_TOO, said=[text.upper() for text in SAID])
    await features.store.write(link, ADA, ADA_TOO)
    mine = await features.store.read(shelf.mirrors_of, ADA)
    assert len({one.name.casefold() for one in mine}) == 2
    assert await features.store.read(words.count, mine[0].person) == 6
    read_back = [await features.store.read(words.read, one.person, one.id) for one in mine]
    assert read_back == [[text.upper() for text in SAID], SAID]


@pytest.mark.parametrize(("kept_says", "gone_says", "stands"), [(True, False, False), (False, True, True)])
async def test_linking_follows_the_newest_decision(
    features: Features, kept_says: bool, gone_says: bool, stands: bool
) -> None:
    for earlier in (ADA, ADA_TOO):
        await features.store.write(words.decide, earlier, not stands)
    await features.store.write(words.decide, ADA, kept_says)
    await features.store.write(words.decide, ADA_TOO, gone_says)
    await features.store.write(link, ADA, ADA_TOO)
    if stands:
        assert await features.store.write(_require, ADA)
    else:
        with pytest.raises(ConsentMissingError):
            await features.store.write(_require, ADA)


async def test_linking_keeps_a_newer_decision_of_the_one_who_stays(features: Features) -> None:
    await features.store.write(words.decide, ADA_TOO, True)
    await features.store.write(words.decide, ADA, False)
    await features.store.write(link, ADA, ADA_TOO)
    with pytest.raises(ConsentMissingError):
        await features.store.write(_require, ADA)


def _require(tx: Tx, user: User) -> int:
    return words.require(tx, tx.person(user))
