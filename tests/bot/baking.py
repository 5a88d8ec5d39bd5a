"""A plugin with flows, for the tests of flows: a bakery whose book says what was done how often."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.app import App
from bot.flows import Pace, Run
from bot.sandbox.offline import Offline
from bot.sandbox.world import World
from bot.store import BatchFailed, Tx, param
from bot.store.schema import insert, kept
from config.settings import Settings

ENTER = insert(kept).values(key=param("key"), value=param("value", sa.LargeBinary), at=param("at", sa.BigInteger))
BOOK = sa.select(kept.c.key).where(kept.c.key >= "bakery/", kept.c.key < "bakery0").order_by(kept.c.at, kept.c.key)
PAUSE = 0.05


class OvenError(Exception):
    """It is cold."""


class Oven:
    """What steps work with. `cold`: so often it fails first. `gate`: what slow steps wait for. `die`: where the process ends.

    `full`: what the disk has no room for, once.
    """

    def __init__(self, folder: Path | None = None, die: str = "") -> None:
        self.cold, self.heated, self.folder, self.die = 0, 0, folder, die
        self.full = ""
        self.gate = asyncio.Event()
        self.reached = asyncio.Event()

    def note(self, text: str) -> None:
        """A line that outlives the process."""
        if self.folder is not None:
            with (self.folder / "log").open("a") as log:
                log.write(f"{text}\n")

    def at(self, place: str) -> None:
        """The process may end here, as if its power were cut."""
        if place == self.die:
            os.kill(os.getpid(), signal.SIGKILL)


oven = Oven()


def enter(tx: Tx, what: str, count: int) -> int:
    """A line in the book; each is a row of its own, so that doing it twice shows."""
    oven.note(f"write {what}")
    if what == oven.full:
        oven.full = ""
        raise BatchFailed("database or disk is full")
    tx.execute(ENTER, key=f"bakery/{what}/{tx.key}/{os.urandom(4).hex()}", value=b"", at=tx.now)
    oven.at(f"in {what}")
    return count + 1


def book(tx: Tx) -> list[str]:
    """What was written, in order."""
    return [str(key).split("/")[1] for (key,) in tx.execute(BOOK)]


async def knead(loaves: int) -> int:
    """Outside of the database."""
    oven.note("knead")
    oven.at("in knead")
    if oven.heated < oven.cold:
        oven.heated += 1
        raise OvenError("the oven is cold")
    oven.at("after knead")
    return loaves * 2


async def rest() -> None:
    """Takes as long as the gate is shut."""
    oven.reached.set()
    await oven.gate.wait()


async def bake(run: Run, loaves: int, words: str = "") -> int:
    """Writes, works, waits, writes."""
    paid = await run.write(enter, "pay", loaves)
    oven.at("after pay")
    dough = await run.step(knead, loaves, tries=3, pause=0.01)
    await run.sleep(timedelta(seconds=PAUSE))
    oven.at("after sleep")
    done = await run.write(enter, "deliver", dough)
    oven.at("after deliver")
    return paid + done + len(words)


async def nap(run: Run, seconds: float) -> int:
    """Sleeps between two writes."""
    await run.write(enter, "lie down", 0)
    oven.reached.set()
    await run.sleep(timedelta(seconds=seconds))
    return await run.write(enter, "get up", 0)


async def proof(run: Run) -> int:
    """A step that takes long."""
    await run.step(rest)
    return await run.write(enter, "proofed", 0)


async def burn(run: Run) -> None:
    """Fails."""
    await run.write(enter, "burn", 0)
    raise OvenError("burnt")


def setup(app: App) -> None:
    """Register the plugin."""
    for fn in (bake, nap, proof, burn):
        app.flow(fn)


# --- for tests -----------------------------------------------------------------------------------------------------------

NOW = Pace(after=0.0, beat=0.1, look=0.2)


@asynccontextmanager
async def bakery(data: Path, *, plugin: bool = True, pace: Pace = NOW) -> AsyncIterator[App]:
    """One life of a bot that bakes."""
    oven.__init__()  # type: ignore[misc]
    app = App(Settings(data=data, plugins=["tests.bot.baking"] if plugin else [], discover=False)).load()
    app.flows.pace = pace
    await app.start([Offline("twitch", World())])
    try:
        yield app
    finally:
        await app.stop()


async def entries(app: App, *which: str) -> list[str]:
    """What the book says of these."""
    return [one for one in await app.store.read(book) if one in which]


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Wait for it, a few seconds at the most."""
    async with asyncio.timeout(10):
        while not await true():
            await asyncio.sleep(0.05)
