"""`soulfra run` as a process: memory, start, help, idling, the longest callback, a long run.

python -m benchmarks.process     prints the table, with 100,000 commands in the long run; ends with 1 when a goal is missed

Memory and start are beside a process that only imports the same packages. The platforms are emulated in this process, the bot
has one of its own (`benchmarks.lives`).
"""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.lives import EARLY, Report, memory
from benchmarks.row import Row, told
from benchmarks.running import ENVIRONMENT, bare, cpu, crowd, emulated, file, reply, report, running
from bot.sandbox.sandbox import Sandbox

MEMORY, START, HELP, IDLE, CALLBACK, GROWTH = 25.0, 0.7, 0.25, 1.0, 20.0, 5.0
STARTS, HELPS, COMMANDS = 7, 9, 100_000
SETTLED, IDLING, LOADED = 20.0, 20.0, 20.0
"""Seconds: until flows are there, of idling, of load."""

HEAVY = ("discord", "twitchio", "telegram", "solana", "solders", "openai", "dbos")
"""Libraries of platforms, chains, models and flows."""


async def first_reply(sandbox: Sandbox) -> float:
    """Seconds from the start of the process to its first reply."""
    with tempfile.TemporaryDirectory() as folder:
        settings, began = file(sandbox, Path(folder)), time.perf_counter()
        async with running("-m", "bot", "run", "--config", settings):
            await reply(sandbox)
            return time.perf_counter() - began


async def imported(modules: list[str]) -> float:
    """Seconds from the start of a process to the end of its imports."""
    began = time.perf_counter()
    async with running(*bare(modules)):
        return time.perf_counter() - began


async def watched() -> tuple[list[str], list[str], Report]:
    """The modules at the first reply and when flows are there, and the callbacks under load between them."""
    async with emulated() as sandbox:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "report"
            command = ("-m", "benchmarks.lives", "run", str(path), file(sandbox, Path(folder)))
            async with running(*command) as process:
                await reply(sandbox)
                early = await report(process, path)
                await crowd(sandbox, LOADED)
                late = await report(process, path)
                return early.modules, late.modules, late


async def idle(modules: list[str]) -> tuple[float, float, float]:
    """Memory of the bot some time after its start and of a process with the same packages, and its CPU when idle, in %."""
    async with emulated() as sandbox:
        with tempfile.TemporaryDirectory() as folder:
            async with running("-m", "bot", "run", "--config", file(sandbox, Path(folder))) as process:
                await reply(sandbox)
                await asyncio.sleep(SETTLED)
                ours, began, used = memory(process.pid), time.perf_counter(), cpu(process.pid)
                await asyncio.sleep(IDLING)
                share = (cpu(process.pid) - used) / (time.perf_counter() - began) * 100
    async with running(*bare(modules)) as process:
        return ours, memory(process.pid), share


async def starts(modules: list[str], rounds: int) -> list[tuple[float, float]]:
    """In turns: seconds to the first reply, and of the imports alone."""
    async with emulated() as sandbox:
        return [(await first_reply(sandbox), await imported(modules)) for _ in range(rounds)]


def helped(rounds: int) -> list[float]:
    """Seconds that `soulfra --help` takes."""
    found = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "bot", "--help"], check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
        found.append(time.perf_counter() - began)
    return found[1:]


def needless() -> list[str]:
    """The heavy libraries that `soulfra --help` imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bot", "--help"],
        check=True,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
    )
    seen = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    return [name for name in HEAVY if name in seen]


def long_run(commands: int) -> tuple[float, float]:
    """Memory after the first commands, and after all."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "benchmarks.lives", "long", folder, str(commands)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
        )
    early, late = map(float, done.stdout.split())
    return early, late


def rows(rounds: int = STARTS, commands: int = COMMANDS) -> Iterator[Row]:
    """Everything about the process; `rounds` starts are measured, and the long run has so many commands."""
    times, found = helped(max(rounds, HELPS)), needless()
    took = statistics.median(times)
    yield Row("soulfra --help, seconds", took, f"{took:.2f} s ({min(times):.2f} to {max(times):.2f})", HELP)
    yield Row("platform, chain, model and flow libraries of --help", len(found), ", ".join(found) or "none", 0)
    early, late, seen = asyncio.run(watched())
    yield Row(
        f"longest of {seen.callbacks:,} callbacks end to end, ms of CPU",
        seen.slowest[0][0],
        "; ".join(f"{took:.1f} ms {what}" for took, what in seen.slowest),
        CALLBACK,
    )
    pairs = asyncio.run(starts(early, rounds))
    beyond = statistics.median(ours - floor for ours, floor in pairs)
    ours, floor = (statistics.median(one) for one in zip(*pairs, strict=True))
    yield Row(
        "first reply, seconds beyond bare imports", beyond, f"+{beyond:.2f} s ({ours:.2f} and {floor:.2f})", START
    )
    mine, theirs, share = asyncio.run(idle(late))
    yield Row(
        "memory, MB beyond bare imports",
        mine - theirs,
        f"+{mine - theirs:.1f} MB ({mine:.0f} and {theirs:.0f})",
        MEMORY,
    )
    yield Row("idle, % of a core", share, f"{share:.2f} %", IDLE)
    first, last = long_run(commands)
    grown = (last / first - 1) * 100
    yield Row(
        f"memory from {EARLY:,} to {commands:,} commands, %",
        abs(grown),
        f"{grown:+.1f} % ({first:.0f} to {last:.0f} MB)",
        GROWTH,
    )


if __name__ == "__main__":
    sys.exit(not told(rows()))
