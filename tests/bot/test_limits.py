"""Limits: what counts, for how long, and that the counts do not grow for ever."""

import pytest

from bot.counts import Counts
from bot.limits import duration, parse_rate
from tests.bot.conftest import Kernel

KEY = ("bless", "twitch:1")


def test_a_count_ends_with_its_window() -> None:
    now = [0.0]
    counts = Counts(lambda: now[0])
    assert [counts.take(KEY, 2, 60) for _ in range(3)] == [0, 0, 60]
    now[0] = 59.0
    assert counts.take(KEY, 2, 60) == 1
    now[0] = 60.0
    assert [counts.take(KEY, 2, 60) for _ in range(3)] == [0, 0, 60]


def test_what_came_to_nothing_can_be_taken_again() -> None:
    counts = Counts(lambda: 0.0)
    assert counts.take(KEY, 1, 60) == 0
    counts.uncount(KEY)
    assert [counts.take(KEY, 1, 60) for _ in range(2)] == [0, 60]


async def test_two_limits_of_one_command_count_each_for_itself(kernel: Kernel) -> None:
    assert [await kernel.say("!talk chime") for _ in range(2)] == ["dong", "dong"]
    assert "That is enough for now" in await kernel.say("!talk chime")


def test_what_is_over_is_swept() -> None:
    now = [0.0]
    counts = Counts(lambda: now[0])
    for number in range(25_000):
        now[0] += 1
        counts.take(("bless", f"twitch:{number}"), 1, 60)
    assert len(counts._times) < 10_100


@pytest.mark.parametrize(
    ("rate", "meaning"), [("5/minute", (5, 60)), ("6/10 minutes", (6, 600)), ("1/day", (1, 86_400))]
)
def test_rates_read_like_english(rate: str, meaning: tuple[int, float]) -> None:
    assert parse_rate(rate) == meaning


@pytest.mark.parametrize("rate", ["", "5", "0/minute", "5/fortnight", "-1/minute"])
def test_other_rates_are_refused(rate: str) -> None:
    with pytest.raises(ValueError, match="a rate reads like"):
        parse_rate(rate)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "1 s"), (59.5, "60 s"), (61, "2 min"), (3_600, "60 min"), (3_601, "2 h")]
)
def test_durations_are_rounded_up(seconds: float, text: str) -> None:
    assert duration(seconds) == text
