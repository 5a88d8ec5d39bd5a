"""The rules of the whispers on both databases, in two processes; and that a bent rule is noticed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis.stateful import run_state_machine_as_test

from handlers.journey.whispers import locks, whispering
from tests.handlers.journey.whispers.machine import SETTINGS, Houses, Machine

BENT = {
    "CATEGORY_LOCK": (locks, locks.CATEGORY_LOCK - 1, lambda one: one.skip_and_come_back(0, "body", -1)),
    "FIRST_LOCK": (locks, locks.FIRST_LOCK + 1, lambda one: one.skip_in_a_row(0, 3, 0, 0)),
    "STREAK_WITHIN": (locks, locks.STREAK_WITHIN // 2, lambda one: one.skip_in_a_row(0, 3, 83, 0)),
    "OPEN_FOR": (whispering, whispering.OPEN_FOR + 1, lambda one: (one.ask(0, None), one.to_a_border(0, 0, 1))),
    "STREAK": (locks, 4, lambda one: one.skip_in_a_row(0, 3, 0, 0)),
}
"""Each rule, bent, and the steps that show it."""


@pytest.fixture
def machine(database: Path | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Machine]]:
    houses = Houses(database, tmp_path)
    monkeypatch.setattr(Machine, "houses", houses, raising=False)
    yield Machine
    houses.close()


def test_whatever_people_do(machine: type[Machine]) -> None:
    run_state_machine_as_test(machine, settings=SETTINGS)


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("rule", BENT)
def test_a_bent_rule_is_noticed(rule: str, machine: type[Machine], monkeypatch: pytest.MonkeyPatch) -> None:
    module, wrong, steps = BENT[rule]
    steps(begun(machine))
    monkeypatch.setattr(module, rule, wrong)
    with pytest.raises(AssertionError):
        steps(begun(machine))


def begun(machine: type[Machine]) -> Machine:
    one = machine()
    one.start()
    return one
