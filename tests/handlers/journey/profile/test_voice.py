"""Tones: whose counts, and which voice is nearest, over the whole cube."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from bot.store import Tx
from handlers.journey.profile import voice
from handlers.journey.profile.voice import AXES, POINTS, VOICES, Tone, nearest
from tests.features import ADA, ADA_TOO, BOB
from tests.handlers.journey.profile.conftest import Kept

HOME = "discord:5"


def test_every_corner_and_every_tenth_has_a_voice_and_each_voice_a_place() -> None:
    tenths = [tenth / 10 for tenth in range(11)]
    found = {
        nearest(Tone(warmth, formality, brevity, mysticism, 1 - brevity))
        for warmth, formality, mysticism in product(tenths, repeat=3)
        for brevity in (0.0, 1.0)
    }
    assert found == set(VOICES)


@settings(max_examples=50, deadline=None, database=None)
@given(st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_the_nearest_is_nearest_and_brevity_and_emoji_choose_no_voice(sides: list[float]) -> None:
    tone = Tone(*sides)

    def far(one: str) -> float:
        return sum((getattr(tone, axis) - value / 100) ** 2 for axis, value in POINTS[one].items())  # type: ignore[index]

    assert far(nearest(tone)) == min(map(far, VOICES))
    assert nearest(structs.replace(tone, brevity=1 - tone.brevity, emoji=1 - tone.emoji)) == nearest(tone)


@pytest.mark.parametrize("name", VOICES)
def test_a_voice_is_nearest_to_itself(name: str) -> None:
    at = {axis: value / 100 for axis, value in POINTS[name].items()}  # type: ignore[index]
    assert nearest(structs.replace(Tone(), **at)) == name


def test_who_has_set_nothing_hears_the_warm_voice() -> None:
    assert nearest(Tone()) == "warm"
    assert tuple(structs.asdict(Tone())) == AXES


async def test_each_side_is_as_the_person_set_it_else_as_the_server_did(kept: Kept) -> None:
    await kept.store.write(voice.set_server, HOME, {"warmth": 10, "emoji": 0})
    await kept.store.write(voice.set_person, ADA, {"warmth": 95, "brevity": 100})
    assert await kept.tone(ADA, HOME) == structs.replace(Tone(), warmth=0.95, brevity=1.0, emoji=0.0)
    assert await kept.tone(ADA) == structs.replace(Tone(), warmth=0.95, brevity=1.0)
    assert await kept.tone(BOB, HOME) == structs.replace(Tone(), warmth=0.1, emoji=0.0)
    assert await kept.tone(BOB, "discord:6") == await kept.tone(BOB) == Tone()


async def test_what_was_set_is_set_anew_and_taken_away(kept: Kept) -> None:
    for value in (10, 20):
        await kept.store.write(voice.set_person, ADA, {"warmth": value})
    assert (await kept.tone(ADA)).warmth == 0.2
    await kept.store.write(voice.set_person, ADA, None)
    assert await kept.tone(ADA) == Tone()


async def test_one_person_keeps_their_sides_and_takes_those_they_lack(kept: Kept) -> None:
    await kept.store.write(voice.set_person, ADA, {"warmth": 10})
    await kept.store.write(voice.set_person, ADA_TOO, {"warmth": 90, "emoji": 90})
    await kept.link(ADA, ADA_TOO)
    assert await kept.tone(ADA) == await kept.tone(ADA_TOO) == structs.replace(Tone(), warmth=0.1, emoji=0.9)


async def test_a_voice_follows_a_place_that_has_another_id(kept: Kept) -> None:
    def moved(tx: Tx) -> None:
        voice.set_server(tx, "telegram:-1", {"warmth": 10, "emoji": 20})
        voice.set_server(tx, "telegram:-2", {"emoji": 90})
        voice.moved(tx, "telegram", "-1", "-2")

    await kept.store.write(moved)
    assert await kept.tone(BOB, "telegram:-2") == structs.replace(Tone(), warmth=0.1, emoji=0.9)
    assert await kept.tone(BOB, "telegram:-1") == Tone()
