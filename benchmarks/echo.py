"""End to end: from what a person does until the answer is shown, with ours and with a bare echo on the same client library.

python -m benchmarks.echo     prints the table

Ours has its store (SQLite, synchronous=FULL): what is accepted and what is answered is on the disk before the answer is shown.
The echo promises nothing. Each bot is alone in its process with a strict emulator of the platform, which is a part of both
figures. They get one command at a time, in turn, no faster than the platform allows.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection

from benchmarks.bots import ECHOES, PEOPLE, crowded, ours
from benchmarks.pairs import PAIRS
from benchmarks.row import Row, told
from bot.run import collect_seldom
from bot.sandbox.sandbox import Sandbox, shows
from bot.testing.reading import shown

EACH, WARM = 5, 6
"""Commands of each bot in a round, and before the first one."""
_PATIENCE = 10.0
_NOTE = "thank you"
_BLOCK = b"\0" * 4096


@dataclass(frozen=True, slots=True)
class Way:
    """How a command is given: on which platform, and with how many seconds from one to the next (what the platform bears)."""

    name: str
    platform: str
    pace: float


WAYS = (
    Way("Discord slash", "discord", 0.03),
    Way("Discord text", "discord", 0.03),
    Way("Twitch", "twitch", 0.31),
    Way("Telegram", "telegram", 0.04),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A bot with its platform."""

    way: Way
    sandbox: Sandbox

    async def answered(self, number: int) -> float:
        """Seconds from the act of somebody until the answer is shown. Raises `LookupError` for a wrong one, or none."""
        record = self.sandbox.world.record
        last, began = record.last, time.perf_counter()
        await self._act("bob" if number == 0 else f"p{number % PEOPLE}")  # Telegram finds only who has spoken
        while wires := await record.wait(last, _PATIENCE):
            ended, last = time.perf_counter(), wires[-1].seq
            for wire in filter(shows, wires):
                if wire.status != 200 or (answer := shown(wire)) is None or _NOTE not in answer.text:
                    raise LookupError(f"{self.way.name} was answered with {wire}")
                return ended - began
        raise LookupError(f"{self.way.name} was not answered")

    async def _act(self, who: str) -> None:
        """The same command on each way."""
        platform = self.way.platform
        if self.way.name == "Discord slash":
            await self.sandbox.discord.slash(who, "bless", {"to": "bob", "amount": 5, "note": _NOTE})
        elif platform == "telegram":
            await self.sandbox.telegram.say(who, f"/bless @bob 5 {_NOTE}", private=True)
        else:
            await self.sandbox.emulators[platform].say(who, f"!bless @bob 5 {_NOTE}")


def played(pipe: Connection, way: Way, kind: str) -> None:
    """What goes on in the process of a bot: whenever a number comes, a command is given and its seconds are sent back."""
    asyncio.run(_played(pipe, way, kind))


async def _played(pipe: Connection, way: Way, kind: str) -> None:
    sandbox = Sandbox(crowded())
    sandbox.twitch.people.bot_moderates = True  # it may speak 100 times in 30 seconds, and not 20 times
    await sandbox.start()
    try:
        async with ours(sandbox, way.platform) if kind == "ours" else ECHOES[way.platform](sandbox):
            stage = Stage(way, sandbox)
            for number in range(WARM):
                await stage.answered(number)
                await asyncio.sleep(way.pace)
            collect_seldom()
            pipe.send(0.0)
            while (number := await asyncio.to_thread(pipe.recv)) is not None:
                pipe.send(await stage.answered(number))
    finally:
        await sandbox.stop()


@contextmanager
def bot(way: Way, kind: str) -> Iterator[Connection]:
    """A bot in its own process, once it has answered its first commands."""
    spawn = get_context("spawn")
    pipe, other = spawn.Pipe()
    process = spawn.Process(target=played, args=(other, way, kind))
    process.start()
    other.close()
    try:
        pipe.recv()
        yield pipe
    finally:
        with suppress(OSError):  # it has ended already
            pipe.send(None)
        process.join(_PATIENCE)
        process.kill()


def taken(way: Way, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of every command with each bot, and of as many blocks written to the disk between them."""
    found: dict[str, list[float]] = {"ours": [], "echo": [], "disk": []}
    with tempfile.TemporaryFile(prefix="soulfra-bench-") as probe, bot(way, "ours") as mine, bot(way, "echo") as bare:
        for number in range(WARM, WARM + rounds * EACH):
            began = time.perf_counter()
            pipes = {"ours": mine, "echo": bare}
            for name in sorted(pipes, reverse=bool(number % 2)):
                pipes[name].send(number)
                found[name].append(pipes[name].recv() * 1e3)
            found["disk"].append(synced(probe.fileno()) * 1e3)
            time.sleep(max(0.0, began + way.pace - time.perf_counter()))
    return found


def synced(descriptor: int) -> float:
    """Seconds that the disk takes for one block."""
    os.pwrite(descriptor, _BLOCK, 0)
    began = time.perf_counter()
    os.fdatasync(descriptor)
    return time.perf_counter() - began


def row(way: Way, found: dict[str, list[float]]) -> Row:
    """Nothing is promised of it: it tells what the promises cost."""
    ratio = statistics.median(a / b for a, b in zip(found["ours"], found["echo"], strict=True))
    (mine, late), (bare, bare_late) = (
        (statistics.median(times), sorted(times)[int(len(times) * 0.99)]) for times in (found["ours"], found["echo"])
    )
    figure = (
        f"x{ratio:.2f} (medians of {len(found['ours'])}: echo {bare:.2f} ms, ours {mine:.2f} ms; p99 {bare_late:.2f} and "
        f"{late:.2f} ms; the disk takes {statistics.median(found['disk']):.2f} ms for a block)"
    )
    return Row(f"{way.name}, from the act to the answer, beside a bare echo", ratio, figure)


def rows(rounds: int = PAIRS) -> Iterator[Row]:
    """Each way of giving a command; a round is a few commands."""
    for way in WAYS:
        yield row(way, taken(way, rounds))


if __name__ == "__main__":
    sys.exit(not told(rows()))
