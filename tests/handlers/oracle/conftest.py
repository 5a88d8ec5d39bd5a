"""A bot of the oracle on a telegram without a wire, and a strict language model on loopback."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.app import App
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World
from bot.store.schema import event
from bot.testing.template import prepare
from bot.users import User
from config.settings import ModelSettings, Settings
from handlers.oracle.minilm import MiniLM
from tests.handlers.oracle import house
from tests.model.server import ModelServer


class Chat:
    """What ada says to the bot in private, and what it answers."""

    def __init__(self, app: App, platform: Offline) -> None:
        self.app, self.platform = app, platform
        self.ada: User = platform.invocation("ada", "/x", direct=True).author

    async def say(self, line: str, who: str = "ada", *, direct: bool = True) -> str:
        before, edited = len(self.platform.sent), len(self.platform.edited)
        await self.app.intake.submit(self.platform.invocation(who, line, direct=direct))
        while self.app.intake.busy:
            await asyncio.sleep(0.001)
        last = [payload for _, payload in self.platform.edited[edited:]][-1:] or self.platform.sent[before:]
        return "\n".join(map(shown, last))

    async def write(self, *answers: str, **more: Any) -> None:
        await self.app.store.write(house.write, self.ada, *answers, **more)

    async def allow(self) -> None:
        await self.app.store.write(house.allow, self.ada)

    async def events(self, kind: str) -> list[str]:
        rows = await self.app.store.read(lambda tx: tx.execute(sa.select(event.c.kind, event.c.body)))
        return [body for name, body in rows if name == kind]


Begin = Callable[..., Awaitable[Chat]]


@cache
def minilm() -> MiniLM:
    """One for all tests, which remembers what it has worked out: loading it takes longer than most of them."""
    one = MiniLM()
    one.vector = cache(one.vector)
    return one


@pytest.fixture(autouse=True)
def loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.oracle.minilm.MiniLM", minilm)


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as one:
        yield one


@pytest.fixture
async def begin(tmp_path: Path) -> AsyncIterator[Begin]:
    """Starts the bot, with the model of these settings."""
    running: list[App] = []

    async def start(model: ModelSettings | None = None, platform: str = "telegram") -> Chat:
        settings = Settings(data=tmp_path, plugins=["tests.handlers.oracle.house"], discover=False)
        app = App(settings.model_copy(update={"model": model or ModelSettings()})).load()
        offline = Offline(platform, World())
        prepare(app)
        await app.start([offline])
        running.append(app)
        assert app.refused == {}
        return Chat(app, offline)

    yield start
    for app in running:
        await app.stop()


@pytest.fixture
async def chat(begin: Begin) -> Chat:
    """Without a model."""
    return await begin()


@pytest.fixture
async def talk(begin: Begin, server: ModelServer) -> Chat:
    """With a model that may be asked, about two pages by the sea."""
    return await talking(begin, server)


async def talking(begin: Begin, server: ModelServer, **limits: float) -> Chat:
    """What `talk` is, with these limits of time."""
    one = await begin(server.settings(moderation=None, **limits))
    await one.write(house.SEA, house.HARBOUR, house.BREAD)
    await one.allow()
    return one
