"""Quiet hours: over midnight, on the days when the clocks are changed, in every zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.quiet import DAY, LONGEST, Quiet, located

HOUR = 3_600_000_000
BERLIN, KARACHI = "Europe/Berlin", "Asia/Karachi"
ZONES = [BERLIN, KARACHI, "UTC", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca",
         "Pacific/Chatham", "America/Havana", "Asia/Beirut", "Antarctica/Troll", "no/such"]  # fmt: skip
MOMENTS = st.integers(1_577_836_800, 2_082_758_400).map(lambda second: second * 1_000_000 + 7)


def at(text: str, zone: str = BERLIN, fold: int = 0) -> int:
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return int(moment.timestamp()) * 1_000_000


def night(start: int = 22 * 60, end: int = 7 * 60, zone: str = BERLIN) -> Quiet:
    return Quiet(start, end, zone)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-01-10 21:59", "2026-01-10 21:59"),
        ("2026-01-10 22:00", "2026-01-11 07:00"),
        ("2026-01-11 03:30", "2026-01-11 07:00"),
        ("2026-01-11 07:00", "2026-01-11 07:00"),
        ("2026-03-28 23:00", "2026-03-29 07:00"),
        ("2026-10-24 23:00", "2026-10-25 07:00"),
    ],
)
def test_over_midnight_until_the_same_time_on_the_clock(now: str, due: str) -> None:
    assert night().over(at(now)) == at(due)


def test_a_night_is_as_long_as_it_is_there() -> None:
    begin = [at("2026-03-28 22:00"), at("2026-10-24 22:00"), at("2026-06-10 22:00")]
    assert [(night().over(one) - one) // HOUR for one in begin] == [8, 10, 9]


def test_an_end_that_is_skipped_is_after_the_gap() -> None:
    assert night(end=150).over(at("2026-03-29 01:00")) == at("2026-03-29 03:30")


def test_an_end_that_is_there_twice_is_the_next_one() -> None:
    first, second = at("2026-10-25 02:30"), at("2026-10-25 02:30", fold=1)
    assert second - first == HOUR
    assert night(end=150).over(at("2026-10-25 01:00")) == first
    assert night(end=150).over(at("2026-10-25 02:10", fold=1)) == second


def test_a_zone_that_is_not_known_any_more_is_utc() -> None:
    assert located("no/such") == located("../../etc/passwd") == located("") == ZoneInfo("UTC")


@given(
    st.integers(0, DAY - 1),
    st.integers(1, LONGEST),
    st.sampled_from(ZONES),
    MOMENTS,
    st.sampled_from([None, *range(12)]),
)
def test_it_is_never_quiet_when_it_is_over_and_that_is_within_a_day(
    start: int, length: int, zone: str, now: int, change: int | None
) -> None:
    quiet = Quiet(start, (start + length) % DAY, zone)
    if change is not None:  # around the change of a clock, which chance alone would miss
        now = _change(zone, change) + now % (3 * HOUR) - HOUR
    due = quiet.over(now)
    assert not quiet.holds(due)
    assert (due > now) is quiet.holds(now)
    assert due == now or 0 < due - now <= 25 * HOUR


def _change(zone: str, which: int) -> int:
    """A time when the offset of this zone changes, in microseconds; some other one where it never does."""
    where = located(zone)
    hours = [1_767_225_600 + hour * 3600 for hour in range(24 * 366)]
    offsets = [datetime.fromtimestamp(one, UTC).astimezone(where).utcoffset() for one in hours[::24]]
    days = [day for day in range(1, len(offsets)) if offsets[day] != offsets[day - 1]] or [100]
    day = days[which % len(days)] - 1
    found = [
        one
        for one in hours[day * 24 : day * 24 + 25]
        if datetime.fromtimestamp(one, UTC).astimezone(where).utcoffset() != offsets[day]
    ]
    return (found or hours)[0] * 1_000_000
