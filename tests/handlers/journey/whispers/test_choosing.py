"""The choice: what is left out, what weighs more, and how evenly it comes out. Fixed seeds, so it is the same each time."""

import hashlib
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.journey import Mood
from config.load import load_data
from config.whispers import CATEGORIES, Category, Whispers
from handlers.journey.moods import MOODS
from handlers.journey.whispers.choosing import NO_REPEAT, Leaning, Past, choose, level, weights

BANK = load_data(Whispers, "whispers.toml")
BY_ID = {one.id: one for one in BANK.whisper}
SEEDS = [hashlib.sha256(str(n).encode()).digest() for n in range(600)]
FEWER = SEEDS[:400]


def drawn(leaning: Leaning, seeds: list[bytes]) -> list[str]:
    """The ids of what somebody of the highest level is asked, one after the other, who answers everything."""
    ids: list[str] = []
    asked: list[str] = []
    for seed in seeds:
        last = ids[-1] if ids else ""
        found = choose(BANK, Past(set(ids[-NO_REPEAT:]), asked, 100, last), leaning, None, seed)
        assert found is not None
        ids.append(found.id)
        asked = [one for one in asked if one != found.category] + [found.category]
    return ids


EVEN = drawn(Leaning(), FEWER)


def test_the_level_rises_with_the_answers() -> None:
    assert [level(n) for n in (0, 4, 5, 14, 15, 29, 30, 59, 60, 10_000)] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_over_600_every_category_comes_about_equally_often_and_nothing_within_thirty() -> None:
    ids = drawn(Leaning(), SEEDS)
    counts = Counter(BY_ID[one].category for one in ids)
    assert set(counts) == set(CATEGORIES)
    assert all(90 <= count <= 110 for count in counts.values()), counts
    assert all(one not in ids[max(0, at - NO_REPEAT) : at] for at, one in enumerate(ids))
    assert len(set(ids)) > 0.9 * len(BANK.whisper)


def test_every_whisper_can_be_reached_by_a_seed() -> None:
    for wanted in CATEGORIES:
        found = [choose(BANK, Past(answered=60), Leaning(), wanted, seed) for seed in SEEDS]
        assert {one.id for one in found if one} == {one.id for one in BANK.whisper if one.category == wanted}


@pytest.mark.parametrize("mood", MOODS)
def test_a_mood_is_asked_more_often_by_whom_it_fills(mood: Mood) -> None:
    leaning, even = (sum(mood in BY_ID[one].moods for one in ids) for ids in (drawn(Leaning({mood: 3.0}), FEWER), EVEN))
    assert leaning > 1.1 * even


@pytest.mark.parametrize("archetype", ["weaver", "potter", "forgeheart"])
def test_an_archetype_leans_to_its_categories(archetype: str) -> None:
    def near(ids: list[str]) -> int:
        return sum(BY_ID[one].category in BANK.affinity[archetype] for one in ids)

    assert near(drawn(Leaning(archetypes=[archetype]), FEWER)) > 1.1 * near(EVEN)


def test_an_archetype_that_leans_to_nothing_changes_nothing() -> None:
    assert drawn(Leaning(archetypes=["wanderer", "nobody-knows-it"]), FEWER) == EVEN


def test_what_follows_up_is_four_times_as_likely() -> None:
    one = next(one for one in BANK.whisper if one.follow_ups)
    left = [BY_ID[one.follow_ups[0]]]
    before, after = (weights(BANK, left, Past(last=last), Leaning())[0] for last in ("", one.id))
    assert after == 4 * before


def test_an_even_mood_is_like_none() -> None:
    left = BANK.whisper[:40]
    none, all_ = (weights(BANK, left, Past(), Leaning(moods)) for moods in ({}, dict.fromkeys(MOODS, 2.0)))
    assert [round(a / b, 9) for a, b in zip(all_, none, strict=True)] == [round(4 / 3, 9)] * 40


names = st.sampled_from(sorted(BY_ID))
PASTS = st.builds(
    Past,
    recent=st.lists(names, max_size=NO_REPEAT),
    asked=st.lists(st.sampled_from(CATEGORIES), unique=True),
    answered=st.integers(0, 70),
    last=names | st.just("") | st.just("gone-from-the-bank"),
    locked=st.sets(st.sampled_from(CATEGORIES)),
)
LEANINGS = st.builds(
    Leaning,
    moods=st.dictionaries(st.sampled_from(MOODS), st.floats(0, 1e6)),
    archetypes=st.lists(st.sampled_from([*BANK.affinity, "unknown"]), max_size=5),
)


@settings(max_examples=60, deadline=None, database=None)
@given(
    past=PASTS,
    leaning=LEANINGS,
    wanted=st.none() | st.sampled_from(CATEGORIES),
    seed=st.binary(min_size=8, max_size=32),
)
def test_the_rules_hold_whatever_was_and_the_same_gives_the_same(
    past: Past, leaning: Leaning, wanted: Category | None, seed: bytes
) -> None:
    found = choose(BANK, past, leaning, wanted, seed)
    assert found == choose(BANK, past, leaning, wanted, seed)
    may = [
        one
        for one in BANK.whisper
        if one.id not in past.recent
        and one.category not in past.locked
        and wanted in (None, one.category)
        and one.level <= level(past.answered)
    ]
    assert found in may if may else found is None


@pytest.mark.parametrize("seed", [bytes(8), b"\xff" * 8])
def test_the_ends_of_the_seeds(seed: bytes) -> None:
    left = [one for one in BANK.whisper if not one.level]
    assert choose(BANK, Past(), Leaning(), None, seed) == left[0 if seed == bytes(8) else -1]
