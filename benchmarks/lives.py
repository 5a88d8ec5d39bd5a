"""Bots in processes of their own, for `benchmarks.process` to look at.

python -m benchmarks.lives run REPORT FILE        `soulfra run` with the settings FILE; each SIGUSR1 writes REPORT anew
python -m benchmarks.lives long FOLDER COMMANDS   so many commands without a wire; prints its memory after the first and the last
"""

import asyncio
import signal
import sys
import sysconfig
import time
from collections.abc import Iterator
from importlib import import_module
from itertools import count
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from bot.adapter import Outcome, Payload
from bot.app import App
from bot.command import Invocation, ReplyHandle
from bot.flows import Pace
from bot.run import collect_seldom
from bot.sandbox.offline import Offline
from bot.sandbox.world import PLATFORMS, World
from config.settings import Settings

EARLY = 1_000
"""Commands after which memory is looked at for the first time."""

PEOPLE, IN_FLIGHT, SLOWEST = 200, 64, 5
LINES = ("bless @p{other} 1 thank you", "balance", "top", "help", "bless @p{other} 2", "ping", "prices")


class Report(Struct):
    """What a process says of itself: third-party top-level modules; callbacks of its loop since the last report, ms of CPU."""

    modules: list[str]
    callbacks: int
    slowest: list[tuple[float, str]]


def memory(pid: int | str = "self") -> float:
    """The resident memory of a process, in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmRSS"))


def third_party() -> list[str]:
    """The top-level modules that came from packages."""
    home = sysconfig.get_paths()["purelib"]
    top = {
        name.partition(".")[0]
        for name, one in sys.modules.items()
        if str(getattr(one, "__file__", "")).startswith(home)
    }
    return sorted(name for name in top if name.isidentifier() and name in sys.modules)


def _name(handle: asyncio.Handle) -> str:
    """Of the coroutine or function. Nothing is asked how it shows itself: there are objects that change when they are."""
    called = handle._callback  # type: ignore[attr-defined]  # noqa: SLF001
    task = getattr(called, "__self__", None)
    named = task.get_coro() if isinstance(task, asyncio.Task) else called
    return str(getattr(named, "__qualname__", type(named).__name__))


class Watch:
    """How much CPU of the loop's thread each callback takes."""

    def __init__(self) -> None:
        self.count, self.slowest = 0, list[tuple[float, str]]()
        run, clock = asyncio.Handle._run, time.thread_time  # noqa: SLF001  (there is no other place where all of them pass)

        def timed(handle: asyncio.Handle) -> None:
            began = clock()
            run(handle)
            took = (clock() - began) * 1e3
            self.count += 1
            if len(self.slowest) < SLOWEST or took > self.slowest[-1][0]:
                self.slowest = sorted([*self.slowest, (took, _name(handle))], reverse=True)[:SLOWEST]

        asyncio.Handle._run = timed  # type: ignore[method-assign, assignment]  # noqa: SLF001

    def report(self) -> Report:
        """Since the last one."""
        done = Report(third_party(), self.count, self.slowest)
        self.count, self.slowest = 0, []
        return done


def run(report: Path, settings: str) -> None:
    """`soulfra run`, watched."""
    from bot.cli import main  # noqa: PLC0415

    watch = Watch()

    def write(*_: object) -> None:
        unfinished = report.with_suffix(".part")
        unfinished.write_bytes(msgspec.json.encode(watch.report()))
        unfinished.rename(report)

    signal.signal(signal.SIGUSR1, write)
    sys.argv = ["soulfra", "run", "--config", settings]
    main()


class Short(Offline):
    """Forgets what it has sent, and tells who waits for it."""

    def __init__(self) -> None:
        super().__init__("twitch", World())
        self.waiting: dict[str, asyncio.Future[None]] = {}

    async def send(self, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        outcome = await super().send(handle, payload, key)
        self.sent.clear()
        self.handles.clear()
        if waiting := self.waiting.pop(handle.message or "", None):
            waiting.set_result(None)
        return outcome

    def events(self) -> Iterator[Invocation]:
        """Everybody in turn says one thing after the other, without an end."""
        for number in count():
            words = LINES[number % len(LINES)].format(other=(number + 1) % PEOPLE)
            line = self.invocation(f"p{number % PEOPLE}", f"!{words}", direct=False)
            yield structs.replace(line, reply=structs.replace(line.reply, message=line.id))


async def long(folder: Path, commands: int) -> None:
    """Print the memory after EARLY commands, and after all of them."""
    for name in PLATFORMS:
        import_module(f"bot.platforms.{name}.platform")  # as much as a bot has loaded
    app, platform = App(Settings(data=folder, discover=False)).load(), Short()
    app.flows.pace = Pace(after=None)  # loaded in the middle, it would be taken for growth
    await app.start([platform])
    collect_seldom()
    events = platform.events()
    for some in (EARLY, commands - EARLY):
        await _load(app, platform, events, some)
        print(memory(), flush=True)
    await app.stop()


async def _load(app: App, platform: Short, events: Iterator[Invocation], commands: int) -> None:
    left = iter(range(commands))

    async def client() -> None:
        for _, event in zip(left, events, strict=False):
            replied = platform.waiting[event.id] = asyncio.get_running_loop().create_future()
            await app.intake.submit(event)
            await replied

    await asyncio.gather(*(client() for _ in range(IN_FLIGHT)))
    await app.intake.quiet()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["run", where, settings]:
            run(Path(where), settings)
        case ["long", where, commands]:
            asyncio.run(long(Path(where), int(commands)))
        case _:
            sys.exit(__doc__)
