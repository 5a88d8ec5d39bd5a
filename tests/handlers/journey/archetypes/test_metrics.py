"""What is measured, to the number; and that it does not depend on the order of the pages."""

import random
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.journey import Mood as Configured
from handlers.journey.archetypes.metrics import METRICS, Facts, measure
from handlers.journey.moods import MOODS
from tests.handlers.journey.archetypes.way import DAY, HOUR, NOW, fact

TODAY = NOW // DAY * DAY
FACTS = st.builds(
    fact,
    st.integers(NOW - 90 * DAY, NOW),
    st.sampled_from(MOODS),
    st.sampled_from(["origin", "bond", "wonder"]),
    st.floats(0, 1),
    st.floats(-1, 1),
)


def test_nobody_is_nothing_in_everything() -> None:
    assert measure(Facts(), NOW) == dict.fromkeys(METRICS, 0)


def test_what_the_file_may_name_as_moods_are_the_moods() -> None:
    assert get_args(Configured) == MOODS


def test_answers_are_counted_in_all_and_by_category() -> None:
    found = measure(Facts([fact(), fact(), fact(category="wonder")]), NOW)
    assert (found["answered"], found["answered.bond"], found["answered.wonder"], found["answered.body"]) == (3, 2, 1, 0)


@pytest.mark.parametrize(
    ("depth", "valence", "days", "weight"),
    [
        (1.0, 1.0, 0, 1.0),
        (1.0, 0.0, 0, 0.5),
        (1.0, -1.0, 0, 1.0),
        (0.8, 0.5, 0, 0.6),
        (1.0, 1.0, 30, 0.5),
        (1.0, 1.0, 60, 0.25),
        (0.4, 0.0, 90, 0.025),
        (0.0, 1.0, 0, 0.0),
    ],
)
def test_a_weight_halves_in_thirty_days(depth: float, valence: float, days: int, weight: float) -> None:
    found = measure(Facts([fact(depth=depth, valence=valence)]), NOW + days * DAY)
    assert found["weight.tide"] == found["weight"] == pytest.approx(weight, abs=1e-12)
    assert found["weight.ember"] == 0


def test_a_clock_that_goes_back_makes_nothing_heavier() -> None:
    page = [fact(depth=1.0, valence=1.0)]
    assert measure(Facts(page), NOW - DAY)["weight"] == 1.0


def test_the_deepest_counts() -> None:
    assert measure(Facts([fact(depth=0.2), fact(depth=0.71), fact(depth=0.3)]), NOW)["depth_max"] == 0.71


@pytest.mark.parametrize(
    ("days", "streak"),
    [
        ([], 0),
        ([0], 1),
        ([1], 1),
        ([2], 0),
        ([0, 1, 2], 3),
        ([1, 2, 3], 3),
        ([0, 1, 3, 4], 2),
        ([0, 0, 0], 1),
        ([2, 3, 4], 0),
    ],
)
def test_a_streak_is_days_in_a_row_up_to_today_or_yesterday(days: list[int], streak: int) -> None:
    found = measure(Facts([fact(TODAY - ago * DAY) for ago in days]), TODAY + HOUR)
    assert (found["streak"], found["distinct_days"]) == (streak, len(set(days)))


def test_days_begin_at_midnight_utc() -> None:
    late, early = fact(TODAY - 1), fact(TODAY)
    assert measure(Facts([late, early]), TODAY)["streak"] == 2
    assert measure(Facts([late, early]), TODAY + 2 * DAY - 1)["streak"] == 2
    assert measure(Facts([late, early]), TODAY + 2 * DAY)["streak"] == 0


@settings(max_examples=100, deadline=None, database=None)
@given(st.lists(FACTS, max_size=12), st.randoms(use_true_random=False))
def test_order_and_what_is_finer_than_thousandths_change_nothing(pages: list, chance: random.Random) -> None:
    found = measure(Facts(pages), NOW)
    again = [
        fact(one.at, one.mood, one.category, round(one.depth * 1000) / 1000, round(one.valence * 1000) / 1000)
        for one in chance.sample(pages, len(pages))
    ]
    assert measure(Facts(again), NOW) == found
    assert tuple(found) == METRICS
