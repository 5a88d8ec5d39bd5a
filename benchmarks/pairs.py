"""Interleaved pairs: two pieces of work measured milliseconds apart meet the same neighbours on the machine.

The median of the pairs' ratios moves by a tenth where medians taken one after the other move twofold.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Ratio:
    """`ratio` is the median of ours / floor over all pairs; `low` and `high` are the smallest and the largest pair."""

    ratio: float
    low: float
    high: float
    floor_us: float
    ours_us: float
    pairs: int

    def __str__(self) -> str:
        return (
            f"x{self.ratio:.2f} (pairs {self.low:.2f} to {self.high:.2f}; medians of {self.pairs}: "
            f"floor {self.floor_us:.2f} us, ours {self.ours_us:.2f} us)"
        )


async def _microseconds(work: Work, loops: int) -> float:
    began = time.perf_counter()
    for _ in range(loops):
        await work()
    return (time.perf_counter() - began) / loops * 1e6


async def _compare(floor: Work, ours: Work, pairs: int, loops: int) -> Ratio:
    for work in (floor, ours):
        await _microseconds(work, loops)
    floors, others = [], []
    for number in range(pairs):
        first, second = (floor, ours) if number % 2 else (ours, floor)
        one, two = await _microseconds(first, loops), await _microseconds(second, loops)
        floors.append(one if first is floor else two)
        others.append(two if first is floor else one)
    ratios = sorted(o / f for f, o in zip(floors, others, strict=True))
    return Ratio(
        statistics.median(ratios), ratios[0], ratios[-1], statistics.median(floors), statistics.median(others), pairs
    )


def compare(floor: Work, ours: Work, *, pairs: int = 41, loops: int = 300) -> Ratio:
    """Ours beside the floor, in pairs whose order alternates."""
    return asyncio.run(_compare(floor, ours, pairs, loops))
