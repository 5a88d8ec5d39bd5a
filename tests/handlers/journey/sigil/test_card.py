"""The card of a journey and its line of blocks."""

import re
from itertools import combinations
from math import dist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.journey.moods import MOODS, Mood
from handlers.journey.sigil.card import HEIGHT, WIDTH, Journey, blocks, card
from handlers.journey.sigil.days import DAYS, latest
from handlers.journey.sigil.digits import digits
from handlers.journey.sigil.donut import leading, shares
from handlers.journey.sigil.emblems import EMBLEMS
from tests.handlers.journey.sigil.pictures import names, parsed

NOTHING = Journey([], {}, [], 0)
WEEK = Journey([1, 0, 1, 2, 1, 1, 1], {"dawn": 1.2, "grove": 0.8}, ["wanderer", "gleaner"], 4)
FULL = Journey([5] * 200, dict.fromkeys(MOODS, 3.0), [*EMBLEMS, "of another installation"], 200)


@pytest.mark.parametrize("journey", [NOTHING, WEEK, FULL])
def test_a_card_is_a_picture_without_text(journey: Journey) -> None:
    svg = card(journey)
    assert set(names(svg)) == {"svg", "defs", "radialGradient", "stop", "g", "rect", "circle", "path"}
    assert (parsed(svg).get("width"), parsed(svg).get("height")) == (f"{WIDTH}", f"{HEIGHT}")
    ids = re.findall(r'id="([^"]+)"', svg)
    assert len(ids) == len(set(ids)) == len(EMBLEMS) + 1
    assert len(svg) <= 80_000


@pytest.mark.parametrize(("journey", "earned"), [(NOTHING, 0), (WEEK, 2), (FULL, 14)])
def test_what_is_not_yet_earned_is_dimmed(journey: Journey, earned: int) -> None:
    assert card(journey).count('<g opacity="0.32">') == len(EMBLEMS) - earned


@pytest.mark.parametrize("others", [1, 5, 20, 200])
def test_an_operators_own_archetypes_are_on_it_with_the_plain_emblem(others: int) -> None:
    own = [f"own-{number}" for number in range(others)]
    journey = Journey([], {}, ["wanderer", own[0], "gone"], 0, [*EMBLEMS, *own])
    svg = card(journey)
    assert svg.count('fill="url(#plain)"') == others
    assert svg.count('id="plain"') == 1
    assert svg.count('<g opacity="0.32">') == len(EMBLEMS) + others - 2
    frames = [one for one in parsed(svg).iter() if one.get("fill", "").startswith(("url(#a-", "url(#plain"))]
    centres = [(float(one.get("cx")), float(one.get("cy"))) for one in frames]
    radius = max(float(one.get("r")) for one in frames)
    assert all(62 < x - radius < x + radius < WIDTH - 62 for x, _ in centres)
    assert all(424 < y - radius < y + radius < HEIGHT - 24 for _, y in centres)
    assert min(dist(one, other) for one, other in combinations(centres, 2)) > 2 * radius
    assert blocks(journey).split(" · ")[1] == f"🏅2/{14 + others}"


def test_the_only_archetype_there_is() -> None:
    assert card(Journey([], {}, ["own"], 0, ["own"])).count('fill="url(#plain)"') == 1


def test_the_calendar_has_84_days_with_today_at_the_end() -> None:
    assert latest([1, 2]) == [0] * (DAYS - 2) + [1, 2]
    assert latest([9, *range(DAYS)]) == list(range(DAYS))
    for journey in (NOTHING, WEEK, FULL):
        assert len(_cells(journey)) == DAYS


def test_the_days_of_the_streak_are_outlined_whether_or_not_today_is_one() -> None:
    assert [sum(_cells(journey)) for journey in (NOTHING, WEEK, FULL)] == [0, 4, DAYS]
    assert _cells(WEEK)[-5:] == [False, True, True, True, True]
    assert _cells(Journey([0, 1, 1, 0], {}, [], 2))[-4:] == [False, True, True, False]


def _cells(journey: Journey) -> list[bool]:
    """Whether each day is outlined as one of the streak."""
    return [one.get("stroke-width") == "2.40" for one in parsed(card(journey)).iter() if one.get("rx")]


def test_moods_share_the_ring() -> None:
    assert shares({"ember": 3.0, "void": 1.0, "ash": 0.0, "tide": -1.0}) == {"ember": 0.75, "void": 0.25}
    assert leading({"ember": 1.0, "grove": 2.0}) == "grove"
    assert leading({}) is None
    assert "A124 124 0 1 1" in card(Journey([], {"tide": 0.8, "ash": 0.2}, [], 0))
    assert "A124" not in card(Journey([], {"tide": 1.0}, [], 0))


def test_numbers_are_strokes_in_a_row() -> None:
    assert digits(11, (100, 50), 1).count("M") == 2
    assert digits(1, (100, 50), 1) == "M94.00 41.00L102.00 34.00L102.00 66.00"


def test_the_line_of_blocks() -> None:
    assert blocks(NOTHING) == "▁" * 28 + " · 🏅0/14 · 📅0"
    assert blocks(WEEK) == "▁" * 21 + "▃▁▃▅▃▃▃ · 🌅█🌱▇ · 🏅2/14 · 📅4"
    assert blocks(FULL).startswith("█" * 28)


@given(
    st.lists(st.integers(0, 10**6), max_size=100),
    st.dictionaries(st.sampled_from(MOODS), st.floats(0, 1e6)),
    st.lists(st.sampled_from(list(EMBLEMS))),
    st.integers(0, 10**6),
)
@settings(max_examples=20, deadline=None)
def test_any_line_is_one_and_short(
    days: list[int], moods: dict[Mood, float], archetypes: list[str], streak: int
) -> None:
    line = blocks(Journey(days, moods, archetypes, streak))
    assert len(line) <= 120
    assert "\n" not in line
