"""Where chapters end: by their length, and by the mood that leads."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.journey.codex.chapters import FULL, WINDOW, Place, leading, place
from handlers.journey.moods import MOODS, Mood

DAY = WINDOW // 30
HISTORY = st.lists(st.tuples(st.integers(0, 12 * DAY), st.sampled_from(MOODS)), max_size=60)


def told(history: list[tuple[int, Mood]]) -> tuple[list[int], list[Place]]:
    """When each page was written, and its place, as sealing does it: (pause before it, mood)."""
    times: list[int] = []
    places: list[Place] = []
    now = WINDOW * 2
    for number, (pause, mood) in enumerate(history):
        now += pause + 1
        counts = {mood: 1}
        for at, (_, other) in zip(times, history[:number], strict=True):
            if at > now - WINDOW:
                counts[other] = counts.get(other, 0) + 1
        places.append(place(places[: -FULL - 1 : -1], counts))
        times.append(now)
    return times, places


@given(HISTORY)
def test_a_chapter_ends_when_it_is_full_or_another_mood_leads_and_never_else(history: list[tuple[int, Mood]]) -> None:
    _, places = told(history)
    for number, (one, after) in enumerate(pairwise(places), 1):
        held = sum(each.chapter == one.chapter for each in places[:number])
        ended = held == FULL or after.leading != one.leading
        assert after.chapter == one.chapter + ended
    assert [one.chapter for one in places[:1]] == [1] * bool(places)


@given(HISTORY)
def test_whoever_leads_has_the_most_pages_of_the_last_thirty_days(history: list[tuple[int, Mood]]) -> None:
    times, places = told(history)
    for number, (at, one) in enumerate(zip(times, places, strict=True)):
        near = [mood for (_, mood), then in zip(history[: number + 1], times, strict=False) if then > at - WINDOW]
        assert near.count(one.leading) == max(map(near.count, MOODS))


@given(HISTORY, st.integers(0, 60))
def test_what_is_written_later_changes_no_chapter(history: list[tuple[int, Mood]], cut: int) -> None:
    assert told(history[:cut])[1] == told(history)[1][:cut]


def test_a_tie_changes_nothing() -> None:
    assert leading({"tide": 2, "void": 2}, "void") == "void"
    assert leading({"tide": 2, "void": 2}, "ash") == "tide"
    assert leading({"tide": 2, "void": 2}, None) == "tide"
    with pytest.raises(ValueError, match="empty"):
        leading({}, None)


def test_one_mood_makes_chapters_of_twelve() -> None:
    _, places = told([(DAY, "grove")] * 30)
    assert [one.chapter for one in places] == [1] * 12 + [2] * 12 + [3] * 6
