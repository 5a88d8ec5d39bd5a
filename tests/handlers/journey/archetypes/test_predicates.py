"""When an archetype is reached, and how far it is otherwise."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.journey.archetypes.metrics import METRICS
from handlers.journey.archetypes.predicates import in_order, opened, ratio, reached
from tests.handlers.journey.archetypes.way import SMALL, archetype

NOTHING = dict.fromkeys(METRICS, 0.0)
VALUES = st.fixed_dictionaries({metric: st.floats(0, 1000) for metric in METRICS})


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_can_be_asked_for(metric: str) -> None:
    one = archetype("one", (metric, 2))
    assert not reached(one, NOTHING | {metric: 1.999})
    assert reached(one, NOTHING | {metric: 2})


@pytest.mark.parametrize(
    ("answered", "streak", "share", "done"),
    [
        (0, 0, 0, False),
        (2, 0, 0.25, False),
        (4, 0, 0.5, False),
        (40, 0, 0.5, False),
        (2, 1, 0.5, False),
        (4, 2, 1, True),
    ],
)
def test_shares_are_clipped_and_their_mean_is_told(answered: int, streak: int, share: float, done: bool) -> None:
    one = archetype("one", ("answered", 4), ("streak", 2))
    found = NOTHING | {"answered": answered, "streak": streak}
    assert (ratio(one, found), reached(one, found)) == (share, done)


@settings(max_examples=60, deadline=None, database=None)
@given(VALUES, st.sampled_from(METRICS), st.floats(0, 1000))
def test_a_share_is_within_bounds_and_never_falls_when_a_metric_rises(
    values: dict[str, float], metric: str, more: float
) -> None:
    for one in SMALL.written:
        low, high = ratio(one, values), ratio(one, values | {metric: values[metric] + more})
        assert 0 <= low <= high <= 1
        assert not reached(one, values) or low == 1


def test_one_opens_the_next_in_one_go() -> None:
    found = opened(SMALL.ordered, (), NOTHING | {"answered": 2})
    assert [one.id for one in found] == ["first", "second", "third"]
    assert opened(SMALL.ordered, {"first", "second", "third"}, NOTHING | {"answered": 2}) == []


def test_what_requires_waits_for_what_is_required() -> None:
    assert opened(SMALL.ordered, (), NOTHING | {"weight.tide": 9}) == []
    assert [one.id for one in opened(SMALL.ordered, {"first"}, NOTHING | {"weight.tide": 9})] == ["heavy"]


def test_order_puts_what_is_required_first() -> None:
    ids = [one.id for one in in_order(SMALL.written)]
    assert sorted(ids) == sorted(one.id for one in SMALL.written)
    assert all(ids.index(first) < ids.index(one.id) for one in SMALL.written for first in one.requires)
