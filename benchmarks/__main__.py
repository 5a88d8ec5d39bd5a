"""The whole table: every row beside its floor, one module after the other, each in a process of its own.

python -m benchmarks                   all of it; ends with 1 when a goal is missed
python -m benchmarks --only router     these modules only, as often as the option is given
python -m benchmarks --markdown        the same as it stands in docs/performance.md
"""

import argparse
import os
import platform
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from benchmarks import floor_router
from benchmarks.row import Row

MODULES = ("router", "paths.discord", "paths.telegram", "paths.twitch", "ledger", "echo", "revelation", "process")
"""Each has `rows`."""
LIBRARIES = ("discord.py", "twitchio", "python-telegram-bot", "aiohttp", "msgspec", "pydantic", "sqlalchemy", "psycopg")
_PROCESSORS = Path("/proc/cpuinfo")


def machine() -> str:
    """What is measured on."""
    lines = _PROCESSORS.read_text(encoding="utf-8").splitlines() if _PROCESSORS.exists() else []
    named = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{named}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, load {load}\n"
        f"Python {platform.python_version()}, {libraries}\n"
        f"floor_router.py {floor_router.SOURCE_SHA256}\n"
    )


def cells(row: Row) -> str:
    """A line of a Markdown table."""
    goal = "" if row.goal is None else f"{row.goal:g}{'' if row.met() else ' (missed)'}"
    return f"| {_plain(row.what)} | {_plain(row.figure)} | {goal} |"


def _plain(text: str) -> str:
    return text.replace("<", "\\<").replace("|", "\\|")


def part(name: str, *, markdown: bool) -> bool:
    """Print the rows of one module as they come; are all goals met?"""
    met = True
    for row in import_module(f"benchmarks.{name}").rows():
        print(cells(row) if markdown else row, flush=True)
        met = met and row.met()
    return met


def alone(name: str, options: list[str]) -> bool:
    """The same in a process of its own: registries and caches of one are nothing to the next."""
    command = [sys.executable, "-m", "benchmarks", "--part", name, *options]
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603


def main() -> None:
    """Print the table; exit with 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="What it costs, beside its floors.")
    parser.add_argument("--only", action="append", choices=MODULES, help="this module only")
    parser.add_argument("--markdown", action="store_true", help="as a table in Markdown")
    parser.add_argument("--part", choices=MODULES, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.part:
        sys.exit(not part(chosen.part, markdown=chosen.markdown))
    print(machine(), flush=True)
    if chosen.markdown:
        print("| | measured | at most |\n|---|---|---|", flush=True)
    options = ["--markdown"] if chosen.markdown else []
    if missed := [name for name in chosen.only or MODULES if not alone(name, options)]:
        sys.exit(f"missed in {', '.join(missed)}")


if __name__ == "__main__":
    main()
