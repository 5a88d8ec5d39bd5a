"""The kernel with a plugin for tests and a platform without a wire."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from msgspec import structs

from bot.adapter import Acceptance
from bot.app import App
from bot.command import Invocation
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World
from bot.testing.template import prepare
from config.settings import Settings
from tests.bot import plugin

if TYPE_CHECKING:
    from tests.bot.lives import House


@dataclass
class Kernel:
    """An App on one offline platform."""

    data: Path
    app: App
    platform: Offline

    @property
    def switches(self) -> plugin.Switches:
        return self.app.service(plugin.Switches)

    def line(self, text: str, user: str = "ada", *, direct: bool = True, id_: str | None = None) -> Invocation:
        invocation = self.platform.invocation(user, text, direct=direct)
        return structs.replace(invocation, id=id_) if id_ else invocation

    async def submit(self, invocation: Invocation) -> tuple[Acceptance, list[str]]:
        """What became of it, and what was shown."""
        self.platform.sent.clear()
        acceptance = await self.app.intake.submit(invocation)
        await self.app.intake.quiet()
        return acceptance, [shown(payload) for payload in self.platform.sent]

    async def say(self, text: str, user: str = "ada", *, direct: bool = True) -> str:
        return "\n".join((await self.submit(self.line(text, user, direct=direct)))[1])

    async def notes(self) -> list[str]:
        return await self.app.store.read(plugin.notes)


async def started(
    data: Path, platform: str = "twitch", gate: asyncio.Event | None = None, operators: list[str] | None = None
) -> Kernel:
    """A running kernel; call `app.stop()` at the end. `gate`: what slow commands wait for, from the start."""
    settings = Settings(data=data, plugins=["tests.bot.plugin", "tests.bot.talk"], operators=operators or [])
    app = App(settings).load()
    app.service(plugin.Switches).gate = gate
    offline = Offline(platform, World())
    prepare(app)
    await app.start([offline])
    return Kernel(data, app, offline)


@pytest_asyncio.fixture
async def kernel(tmp_path: Path) -> AsyncIterator[Kernel]:
    one = await started(tmp_path / "data")
    yield one
    await one.app.stop()


@pytest.fixture
def ends() -> list[tuple[str, bool]]:
    """What was told of the ends of invocations, by the lives of a `house`."""
    return []


@pytest.fixture
def house(tmp_path: Path, ends: list[tuple[str, bool]]) -> "House":
    """A data folder for several lives."""
    from tests.bot.lives import House  # noqa: PLC0415  (it stands on this module)

    return House(tmp_path / "house", ends)
