"""The gate: what was reached is not lost again unnoticed.

python -m benchmarks.gate     ends with 1 when a ratio is beyond its limit by more than `SLACK`, or a command takes more calls

Ratios are medians of interleaved rounds, and move by a tenth. Their limit is the goal, or, where that is not reached yet, what
has been reached, from `budget.toml`: `make bench` says what is missed. What a command takes in calls of Python and C functions,
and in tasks, has no noise: each path has its budget in that file, for the Python that is named there and the libraries of
`requirements.lock`. One call more than that is told here before any clock could show it.
"""

import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from unittest import mock

import aiohttp

from benchmarks import router
from benchmarks.floor_router import Sink
from benchmarks.pairs import Calls, Work, count_calls
from benchmarks.paths import discord, discord_wire, telegram, twitch
from benchmarks.row import Row, told
from bot.platforms.discord.endpoint import Endpoint

SLACK, ROUNDS, COUNTS, TRIES = 1.25, 21, 3, 3
TIMED = (router, discord, telegram, twitch)
BUDGET = Path(__file__).with_name("budget.toml")
PATHS: dict[str, Callable[[], Work]] = {
    "router core from text": lambda: router.build(100, Sink()),
    "router core from named values": lambda: router.build(100, Sink(), named=True),
    "Discord slash by the gateway": lambda: discord.ours("INTERACTION_CREATE", discord_wire.INTERACTION),
    "Discord slash by HTTP": discord.posted,
    "Discord text": lambda: discord.ours("MESSAGE_CREATE", discord_wire.LINE),
    "Telegram polled": telegram.polled,
    "Telegram by webhook": telegram.posted,
    f"Twitch, {twitch.TOGETHER} commands at once": lambda: twitch.checked(twitch.ours),
}
"""Whose calls are counted, and what makes each of them anew."""


def within(name: str, spent: Calls, budget: Calls | None) -> bool:
    """Print what a path takes beside its budget; False when that is more, or when it has none."""
    over = budget is None or spent.calls > budget.calls or spent.tasks > budget.tasks
    beside = f"the budget is {budget.calls} and {budget.tasks}" if budget else "it has no budget"
    hint = "" if over or spent == budget else f"; lower it in {BUDGET.name}"
    print(f"{'MISSED' if over else 'met':6} {name:40} {spent.calls} calls and {spent.tasks} tasks; {beside}{hint}")
    return not over


def fewest(make: Callable[[], Work]) -> Calls:
    """Of a few counts, each of a new piece of work: what a timer of a library does now and then is not counted."""
    counts = [count_calls(make()) for _ in range(COUNTS)]
    return Calls(min(one.calls for one in counts), min(one.tasks for one in counts))


def budgets() -> Mapping[str, Calls] | None:
    """By the name of the path. None for another Python than they were counted with: it makes other calls for the same source."""
    file, running = tomllib.loads(BUDGET.read_text(encoding="utf-8")), "{}.{}".format(*sys.version_info[:2])
    if file["python"] != running:
        print(f"{BUDGET.name} is for Python {file['python']}: calls are not compared on {running}")
        return None
    return {name: Calls(**one) for name, one in file["paths"].items()}


def reached() -> Mapping[str, float]:
    """By the name of the row, where the goal is not reached."""
    ratios: Mapping[str, float] = tomllib.loads(BUDGET.read_text(encoding="utf-8"))["ratios"]
    return ratios


def limited(rows: Iterable[Row], ratios: Mapping[str, float]) -> Iterator[Row]:
    """With what was reached in place of a goal that was not."""
    for row in rows:
        yield row if row.goal is None else replace(row, goal=max(row.goal, ratios.get(row.what, 0.0)))


def kept(measure: Callable[[], Iterable[Row]]) -> bool:
    """Are all within their limits? A neighbour on the machine can spoil a try, but not several."""
    return any(told(limited(measure(), reached()), SLACK) for _ in range(TRIES))


def _signed(*_: object) -> bool:
    """In place of the verification, which is not ours."""
    return True


def counted() -> Iterator[tuple[str, Calls]]:
    """Every path with what it takes."""
    with ExitStack() as patches:
        patches.enter_context(mock.patch.object(aiohttp, "ClientSession", discord_wire.Session))
        patches.enter_context(mock.patch.object(Endpoint, "_signed", _signed))
        for name, make in PATHS.items():
            yield name, fewest(make)


def main() -> None:
    """Count, then measure; exit with 1 when something takes more than it may."""
    allowed = budgets()
    met = [within(name, spent, allowed.get(name)) for name, spent in counted()] if allowed is not None else []
    met += [kept(partial(module.rows, ROUNDS)) for module in TIMED]
    sys.exit(not all(met))


if __name__ == "__main__":
    main()
