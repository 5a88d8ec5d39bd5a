"""What every script of the table shares: one command is run again and again, and each reply is checked.

FLOOR full is measured in the same process, in turns with it, so that both meet the same neighbours on the machine. Standard
library only: it runs in the environments of the peers. Linux: memory and the start of the process are read from /proc.
"""

import asyncio
import gc
import json
import logging
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from importlib.metadata import version
from pathlib import Path

from benchmarks.floor_router import REPLY, TEXT, Sink, build_full

ITERATIONS, SECONDS, FEWEST = 20_000, 2.0, 5
"""As many, or for as long, but at least a few: some peers take seconds for a command."""
TURN_NS = 3_000_000
"""One turn, at least one command: short beside what else the machine does, and of the same length for both."""
Work = Callable[[], Awaitable[object]]
Build = Callable[[int, Sink], Awaitable[Work]]
"""Registers as many commands, the last one is `bless`; returns what has it called once, its reply put into the sink."""


def names(commands: int) -> list[str]:
    """As many commands; the last one is `bless`."""
    return [*(f"cmd{number}" for number in range(commands - 1)), "bless"]


def reply(user: str, amount: int, note: str) -> str:
    """What `bless` says."""
    return f"{user.removeprefix('@')} +{amount}: {note}"


def by_hand(rest: str) -> str:
    """The reply to the arguments, taken apart by the handler; for frameworks that have no typed ones."""
    user, amount, note = rest.split(None, 2)
    return reply(user, int(amount), note)


def main(package: str | None, variants: Mapping[str, Build]) -> None:
    """Measure the variant and the number of commands of the command line; prints one line of JSON."""
    variant, commands = sys.argv[1], int(sys.argv[2])
    logging.disable()
    found = asyncio.run(_measured(variants[variant], commands))
    print(json.dumps({"name": f"{package}: {variant}" if package else variant, "version": _version(package), **found}))


def _version(package: str | None) -> str:
    return f"{package} {version(package)}" if package else ""


async def _measured(build: Build, commands: int) -> dict[str, float]:
    sink = Sink()
    work = await build(commands, sink)
    await _once(work, sink)
    first = _since_start_ms()
    await _turn(work, sink)
    return {"first_reply_ms": first, "rss_mb": _rss_mb(), **await _times(work, sink)}


async def _times(work: Work, sink: Sink) -> dict[str, float]:
    """Of one command. CPU is that of all threads; `x_floor` is the median of the turns' ratios."""
    floor_sink = Sink()
    floor = build_full(10, floor_sink)
    samples: list[int] = []
    turns: list[tuple[float, float]] = []
    gc.collect()
    until = time.perf_counter() + SECONDS
    while len(samples) < FEWEST or (len(samples) < ITERATIONS and time.perf_counter() < until):
        _, floor_ns = await _turn(floor, floor_sink)
        taken, cpu_ns = await _turn(work, sink)
        samples += taken
        turns.append((cpu_ns, floor_ns))
    return {
        "median_us": statistics.median(samples) / 1e3,
        "p99_us": sorted(samples)[int(len(samples) * 0.99)] / 1e3,
        "cpu_us": statistics.median(ours for ours, _floor in turns) / 1e3,
        "x_floor": statistics.median(ours / floor for ours, floor in turns),
        "iterations": len(samples),
    }


async def _turn(work: Work, sink: Sink) -> tuple[list[int], float]:
    """Nanoseconds of each command, and of the CPU for one, without the share of this loop and its checks."""
    samples: list[int] = []
    spent = 0
    cpu, wall = time.process_time_ns(), time.perf_counter_ns()
    while spent < TURN_NS:
        samples.append(await _once(work, sink))
        spent += samples[-1]
    cpu, wall = time.process_time_ns() - cpu, time.perf_counter_ns() - wall
    return samples, cpu * spent / wall / len(samples)


async def _once(work: Work, sink: Sink) -> int:
    """Nanoseconds of one command, which must have been answered once and rightly."""
    sink.count, sink.last = 0, ""
    began = time.perf_counter_ns()
    await work()
    taken = time.perf_counter_ns() - began
    if (sink.count, sink.last) != (1, REPLY):
        sys.exit(f"{TEXT!r} was answered {sink.count} times, at last with {sink.last!r}")
    return taken


def _since_start_ms() -> float:
    """Since the process was started, before the interpreter was there; to a tick of 10 ms."""
    after_name = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2]
    began = int(after_name.split()[19]) / os.sysconf("SC_CLK_TCK")
    return (time.clock_gettime(time.CLOCK_BOOTTIME) - began) * 1e3


def _rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
