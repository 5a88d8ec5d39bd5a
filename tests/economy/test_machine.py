"""The ledger against its model on both databases; and the test of this test: each mistake that others lost money on is caught."""

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.economy.books import Books
from tests.economy.machine import SETTINGS, Machine
from tests.economy.mutants import MUTANTS

PATIENT = settings(SETTINGS, max_examples=400)
"""A mistake that shows in one of many runs must be found each time; it ends with the first."""

CAUGHT = [(name, kind) for name, mutant in MUTANTS.items() for kind in mutant.kinds]


@pytest.fixture
def machine(ledger: Books, monkeypatch: pytest.MonkeyPatch) -> type[Machine]:
    monkeypatch.setattr(Machine, "books", ledger, raising=False)
    monkeypatch.setattr(Machine, "first", "")
    return Machine


def test_whatever_people_do(machine: type[Machine]) -> None:
    run_state_machine_as_test(machine, settings=SETTINGS)


@pytest.mark.parametrize(("mutant", "kind"), CAUGHT, ids=lambda one: one)
def test_a_mistake_is_caught(mutant: str, machine: type[Machine], monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTS[mutant].plant(monkeypatch)
    with pytest.raises(Exception, match=r"."):
        run_state_machine_as_test(machine, settings=PATIENT)
    assert machine.first, "it broke down before anything was found wrong"
