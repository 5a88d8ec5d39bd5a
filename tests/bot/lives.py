"""One data folder and the processes that work on it, one after the other: how invocations fare over crashes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec import structs

from bot.app import App
from bot.command import Invocation
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World
from bot.store import Store, Tx, inbox
from bot.store.store import now
from bot.testing.template import prepare
from config.settings import Settings
from tests.bot import plugin
from tests.bot.conftest import Kernel

Ends = list[tuple[str, bool]]
HOUR = 3_600_000_000


class House:
    """One data folder and its lives, one after the other. Nothing can be read or written while it is `away`."""

    away = False

    def __init__(self, data: Path, ends: Ends) -> None:
        self._data, self._ends = data, ends

    @asynccontextmanager
    async def life(self, *, late: int = 0, waits: bool = True, **switches: object) -> AsyncIterator[Kernel]:
        """A process, which has taken up what was left if `waits`. `late`: its clock is so many µs ahead."""
        settings = Settings(data=self._data, plugins=["tests.bot.plugin", "tests.bot.spending", "tests.bot.painter"])
        app = App(settings).load()
        app.on_end(lambda _tx, id_, succeeded: self._ends.append((id_, succeeded)))
        for name, value in switches.items():
            setattr(app.service(plugin.Switches), name, value)
        platform = Offline("twitch", World())
        with pytest.MonkeyPatch.context() as patch:
            clock = {"clock": lambda: self._now(late)}
            patch.setattr(Store.open.__func__, "__kwdefaults__", {**Store.open.__kwdefaults__, **clock})
            prepare(app)
            await app.start([platform])
        try:
            if waits:
                await app.intake.quiet()
            yield Kernel(self._data, app, platform)
        finally:
            await app.stop()

    def _now(self, late: int) -> int:
        if self.away:
            raise OSError("the disk is full")
        return now() + late


def said(kernel: Kernel) -> list[str]:
    return [shown(payload) for payload in kernel.platform.sent]


async def kill(kernel: Kernel) -> None:
    """What runs is gone in the middle."""
    for task in list(kernel.app.intake._lanes._tasks):
        task.cancel()


async def killed_after_its_write(house: House, line: str = "!note hello", **more: object) -> Invocation:
    async with house.life(die=True) as kernel:
        one = structs.replace(kernel.line(line), **more)
        await kernel.app.intake.submit(one)
        async with asyncio.timeout(5):
            while not await kernel.notes():
                await asyncio.sleep(0.001)
        await kill(kernel)
    return one


def state(tx: Tx, id_: str) -> str:
    standing = inbox.standing(tx, id_)
    return standing.state if standing else "unknown"


async def state_of(kernel: Kernel, id_: str) -> str:
    return await kernel.app.store.read(state, id_)


async def left_waiting(house: House, **more: object) -> Invocation:
    """Accepted, and then its process is gone before it ran."""
    async with house.life() as kernel:
        one = structs.replace(kernel.line("!note late", direct=False), **more)
        await kernel.app.store.write(inbox.accept, one)
    return one


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.001)


async def given_up(house: House, **more: object) -> Invocation:
    """A command that ends with its process, whenever it is taken up."""
    one = await killed_after_its_write(house, **more)
    for _ in range(3):
        async with house.life(die=True, waits=False) as kernel:
            await until(lambda kernel=kernel: kernel.switches.running > 0)
            await kill(kernel)
    return one
