"""A sandbox, its record, and the page served over it."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from bot.sandbox.api import install
from bot.sandbox.sandbox import Hear, Sandbox
from bot.web.server import WebServer, create_app
from config.settings import WebSettings
from tests.sandbox.scene import NUMBERS, Bot, Wires


@pytest_asyncio.fixture(loop_scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    sandbox = Sandbox()
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@pytest.fixture
def wires(sandbox: Sandbox) -> Wires:
    return Wires(sandbox.world)


@pytest_asyncio.fixture(loop_scope="module")
async def listening(sandbox: Sandbox) -> AsyncIterator[None]:
    """A house that deals with every event at once."""
    hearers: list[Hear] = []
    sandbox.attach(hearers.append, lambda: False)

    async def hear() -> None:
        last = 0
        while True:
            for wire in await sandbox.world.record.wait(last, 60):
                last = wire.seq
                if wire.direction == "in":
                    hearers[0](wire.platform, wire.about["event"])

    task = asyncio.create_task(hear())
    yield
    task.cancel()


@pytest_asyncio.fixture(loop_scope="module")
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    async with httpx.AsyncClient(trust_env=False) as http:
        yield Bot(sandbox, http)


@pytest_asyncio.fixture(loop_scope="module")
async def address(sandbox: Sandbox) -> AsyncIterator[str]:
    async def state() -> dict[str, int]:
        return NUMBERS

    app = create_app(lambda: None)
    install(app, sandbox, state)
    web = WebServer(app, WebSettings(port=0))
    yield await web.start()
    await web.stop()
