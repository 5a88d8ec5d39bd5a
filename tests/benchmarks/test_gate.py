"""The gate shuts: one call more than the budget is told, whatever the clock says."""

import asyncio
import sys
import time
import tomllib
from collections.abc import Callable

import pytest

from benchmarks import gate, router
from benchmarks.floor_router import Sink
from benchmarks.pairs import Calls, Work, count_calls
from benchmarks.row import Row, told

NAME = "router core from text"


def work() -> Work:
    """The real core."""
    return router.build(10, Sink())


def slower(also: Callable[[], object]) -> Work:
    """The same, and something else every time."""
    core = work()

    async def one() -> None:
        await core()
        also()

    return one


def _nothing() -> None:
    """Costs one call itself."""


def _clock() -> None:
    time.monotonic()


def test_a_path_keeps_within_its_budget(capsys: pytest.CaptureFixture[str]) -> None:
    spent = gate.fewest(work)
    assert spent == count_calls(work())
    assert gate.within(NAME, spent, spent)
    assert "met" in capsys.readouterr().out


def test_one_call_more_shuts_the_gate(capsys: pytest.CaptureFixture[str]) -> None:
    same, more = gate.fewest(lambda: slower(_nothing)), gate.fewest(lambda: slower(_clock))
    assert more.calls == same.calls + 1
    assert not gate.within(NAME, more, same)
    assert f"{more.calls} calls and 0 tasks; the budget is {same.calls} and 0" in capsys.readouterr().out


def test_one_task_more_shuts_the_gate() -> None:
    tasks = gate.fewest(lambda: slower(lambda: asyncio.ensure_future(asyncio.sleep(0)))).tasks
    assert tasks == 1
    assert not gate.within(NAME, Calls(100, tasks), Calls(100, 0))


def test_fewer_calls_pass_and_ask_for_a_lower_budget(capsys: pytest.CaptureFixture[str]) -> None:
    assert gate.within(NAME, Calls(99, 0), Calls(100, 0))
    assert "lower it in budget.toml" in capsys.readouterr().out


def test_a_path_without_a_budget_shuts_the_gate() -> None:
    assert not gate.within("something new", Calls(1, 0), None)


def test_every_path_has_a_budget_and_the_other_way_round(monkeypatch: pytest.MonkeyPatch) -> None:
    file = tomllib.loads(gate.BUDGET.read_text(encoding="utf-8"))
    assert file["paths"].keys() == gate.PATHS.keys()
    monkeypatch.setattr(sys, "version_info", (*map(int, file["python"].split(".")), 0))
    assert (gate.budgets() or {}).keys() == gate.PATHS.keys()
    monkeypatch.setattr(sys, "version_info", (4, 0, 0))
    assert gate.budgets() is None


def test_a_ratio_beyond_its_goal_shuts_the_gate() -> None:
    assert told([Row("a", 1.2, "x1.20", 1.0), Row("b", 9.0, "x9.00")], gate.SLACK)
    assert not told([Row("a", 1.3, "x1.30", 1.0), Row("b", 0.5, "x0.50", 1.0)], gate.SLACK)


def test_what_was_reached_stands_for_a_goal_that_was_not_and_is_not_lost_again() -> None:
    measured = [Row("a", 3.9, "x3.90", 3.0), Row("b", 1.2, "x1.20", 1.0), Row("c", 9.0, "x9.00")]
    assert gate.told(gate.limited(measured, {"a": 3.2, "b": 0.5}), gate.SLACK)
    assert not gate.told(gate.limited(measured, {"a": 3.1}), gate.SLACK)


def test_only_what_is_missed_every_time_shuts_the_gate() -> None:
    tries = iter([2.0, 2.0, 1.0])
    assert gate.kept(lambda: [Row("a", next(tries), "", 1.0)])
    assert not gate.kept(lambda: [Row("a", 2.0, "", 1.0)])
