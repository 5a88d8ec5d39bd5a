"""Interleaved rounds: pieces of work measured milliseconds apart meet the same neighbours on the machine.

The median of the rounds' ratios moves by a tenth where medians taken one after the other move twofold.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Any

PAIRS, LOOPS = 41, 300
Work = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Ratio:
    """`ratio` is the median over all rounds; `low` and `high` are the smallest and the largest one. Times are medians."""

    ratio: float
    low: float
    high: float
    floor_us: float
    ours_us: float
    rounds: int

    def __str__(self) -> str:
        return (
            f"x{self.ratio:.2f} (rounds {self.low:.2f} to {self.high:.2f}; medians of {self.rounds}: "
            f"floor {self.floor_us:.2f} us, ours {self.ours_us:.2f} us)"
        )


@dataclass(frozen=True, slots=True)
class Calls:
    """What one command takes, the same every time: calls of Python and C functions, and tasks that are made."""

    calls: int
    tasks: int


def compare(floor: Work, ours: Work, *, rounds: int = PAIRS, loops: int = LOOPS) -> Ratio:
    """Ours beside the floor."""
    return _ratio(asyncio.run(_rounds((floor, ours), rounds, loops)), lambda times: times[1])


def compare_beyond(floor: Work, bare: Work, ours: Work, *, rounds: int = PAIRS, loops: int = LOOPS) -> Ratio:
    """What ours takes beyond `bare`, which is a part of it, beside the floor."""
    return _ratio(asyncio.run(_rounds((floor, ours, bare), rounds, loops)), lambda times: times[1] - times[2])


def count_calls(work: Work) -> Calls:
    """Of one run after another that fills the caches. `work` does all in its own task; other threads are not counted."""
    return asyncio.run(_counted(work))


async def _rounds(works: Sequence[Work], rounds: int, loops: int) -> list[list[float]]:
    """Microseconds of each work, round by round. Who begins goes round, too."""
    for work in works:
        await _microseconds(work, loops)
    found = []
    for number in range(rounds):
        times = [0.0] * len(works)
        for step in range(len(works)):
            which = (number + step) % len(works)
            times[which] = await _microseconds(works[which], loops)
        found.append(times)
    return found


async def _microseconds(work: Work, loops: int) -> float:
    """By the clock of this thread's CPU: nothing here waits, and what others do meanwhile is not counted."""
    began = time.thread_time()
    for _ in range(loops):
        await work()
    return (time.thread_time() - began) / loops * 1e6


def _ratio(rounds: list[list[float]], ours: Callable[[list[float]], float]) -> Ratio:
    ratios = sorted(ours(times) / times[0] for times in rounds)
    floors, others = (statistics.median(values) for values in ((t[0] for t in rounds), map(ours, rounds)))
    return Ratio(statistics.median(ratios), ratios[0], ratios[-1], floors, others, len(rounds))


async def _counted(work: Work) -> Calls:
    await work()
    loop, calls, tasks = asyncio.get_running_loop(), 0, 0

    def profile(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    def counted(running: asyncio.AbstractEventLoop, coroutine: Any) -> asyncio.Task[Any]:  # noqa: ANN401
        nonlocal tasks
        tasks += 1
        return asyncio.Task(coroutine, loop=running)

    loop.set_task_factory(counted)
    sys.setprofile(profile)
    try:
        await work()
    finally:
        sys.setprofile(None)
        loop.set_task_factory(None)
    return Calls(calls - 1, tasks)  # `setprofile` itself
