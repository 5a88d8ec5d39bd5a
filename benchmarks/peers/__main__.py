"""The same work in other frameworks: python -m benchmarks.peers [--only PEER] [--rounds N]

Every cell is a process of its own, interleaved over the peers; of each figure the better one of the rounds counts. Ratios and
growth are of CPU time beside the floor's in the same process: what else the machine does is not counted. What is in a row says the
docstring of its script. Ends with 1 when a peer is faster than our router core, or could not be measured.
"""

import argparse
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.floor_router import SOURCE_SHA256
from benchmarks.peers.venvs import VenvError, python_of

ROOT = Path(__file__).parents[2]
COMMANDS = (10, 100, 1000)
FLOOR, OURS = ("floor", "FLOOR full"), ("soulfra", "router core")
PEERS = {
    "discord": ("ext.commands", "CommandTree"),
    "twitchio": ("process_commands",),
    "telegram": ("process_update",),
    "aiogram": ("feed_update",),
    "errbot": ("botcmd", "arg_botcmd", "botcmd, BOT_ASYNC"),
    "opsdroid": ("match_regex", "match_parse"),
    "nonebot": ("on_command", "alconna"),
}
"""The variants of each script."""
TIMEOUT = 600
HEADER = (
    f"{'peer':37} {'N':>5} {'median us':>11} {'p99 us':>11} {'cmd/s/core':>11} {'N1000/N10':>10} "
    f"{'first reply ms':>15} {'RSS MB':>7} {'x FLOOR full':>13} {'x our core':>11} {'commands':>9}"
)
Script = tuple[str, str]
"""A peer and its variant."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one process told: times of a command, alone and beside FLOOR full; the first reply since its start; its memory."""

    name: str
    version: str
    median_us: float
    p99_us: float
    cpu_us: float
    x_floor: float
    first_reply_ms: float
    rss_mb: float
    iterations: int

    def better(self, other: "Cell") -> "Cell":
        """The better one of each figure."""
        return Cell(
            self.name,
            self.version,
            min(self.median_us, other.median_us),
            min(self.p99_us, other.p99_us),
            min(self.cpu_us, other.cpu_us),
            min(self.x_floor, other.x_floor),
            min(self.first_reply_ms, other.first_reply_ms),
            min(self.rss_mb, other.rss_mb),
            self.iterations + other.iterations,
        )


Table = dict[Script, dict[int, Cell]]


class Run:
    """What was found, and what could not be."""

    def __init__(self) -> None:
        self.table: Table = defaultdict(dict)
        self.problems: list[str] = []

    def measure(self, peers: list[str], rounds: int) -> None:
        """All cells of the floor, of ours and of these peers."""
        pythons = {peer: Path(sys.executable) for peer, _variant in (FLOOR, OURS)} | dict(self._environments(peers))
        scripts = [FLOOR, OURS, *((peer, variant) for peer in peers if peer in pythons for variant in PEERS[peer])]
        for number in range(1, rounds + 1):
            for commands in COMMANDS:
                for script in scripts:
                    print(f"round {number}, N = {commands}: {', '.join(script)}", file=sys.stderr, flush=True)
                    self._cell(pythons[script[0]], script, commands)

    def _environments(self, peers: list[str]) -> Iterator[tuple[str, Path]]:
        for peer in peers:
            try:
                yield peer, python_of(peer)
            except VenvError as error:
                self.problems.append(str(error))

    def _cell(self, python: Path, script: Script, commands: int) -> None:
        peer, variant = script
        command = [str(python), "-m", f"benchmarks.peers.{peer}", variant, str(commands)]
        try:
            done = subprocess.run(  # noqa: S603
                command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=TIMEOUT
            )
        except subprocess.SubprocessError as error:
            said = str(getattr(error, "stderr", None) or error).strip().splitlines()
            self.problems.append(f"{peer}, {variant}, N = {commands}: {said[-1]}")
            return
        cell, row = Cell(**json.loads(done.stdout.splitlines()[-1])), self.table[script]
        row[commands] = row[commands].better(cell) if commands in row else cell


def lines(table: Table) -> Iterator[str]:
    """The table, and the versions of what is in it."""
    yield HEADER
    for row in table.values():
        for commands, cell in row.items():
            growth = f"{cell.x_floor / row[10].x_floor:.2f}" if commands == COMMANDS[-1] and 10 in row else ""
            ours = table[OURS].get(commands)
            yield (
                f"{cell.name:37} {commands:>5} {cell.median_us:>11,.2f} {cell.p99_us:>11,.2f} "
                f"{_rate(cell.cpu_us):>11} {growth:>10} {cell.first_reply_ms:>15,.0f} {cell.rss_mb:>7.1f} "
                f"{cell.x_floor:>13,.1f} {f'{cell.x_floor / ours.x_floor:,.1f}' if ours else '':>11} {cell.iterations:>9,}"
            )
    yield ", ".join(filter(None, dict.fromkeys(cell.version for row in table.values() for cell in row.values())))
    yield f"Python {sys.version.split()[0]}; floor_router.py {SOURCE_SHA256}"


def _rate(cpu_us: float) -> str:
    """Commands for a second of one core."""
    rate = 1e6 / cpu_us
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"


def faster_than_ours(table: Table) -> Iterator[str]:
    """The peers that are, and with how many commands."""
    for (peer, _variant), row in table.items():
        for commands, cell in row.items():
            ours = table[OURS].get(commands)
            if peer in PEERS and ours and cell.x_floor <= ours.x_floor:
                yield f"{cell.name}, N = {commands}: faster than our router core"


def main() -> int:
    """1 when there is something to tell besides the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers", description="The same work in other frameworks."
    )
    parser.add_argument("--only", choices=PEERS, help="measure this peer alone")
    parser.add_argument("--rounds", type=int, default=2, help="how often each cell is measured")
    options = parser.parse_args()
    run = Run()
    run.measure([options.only] if options.only else list(PEERS), options.rounds)
    print(*lines(run.table), sep="\n")
    problems = [*run.problems, *faster_than_ours(run.table)]
    print(*(f"MISSED {problem}" for problem in problems), sep="\n", end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
