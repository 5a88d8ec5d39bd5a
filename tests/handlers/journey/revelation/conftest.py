"""Bots of the journey on telegram and discord without a wire, and a strict language model on loopback.

The bots are those of a module; each test has somebody new in them.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from typing import Any

import msgspec
import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.app import App
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import Human, World
from bot.store import Tx
from bot.store.schema import event
from bot.testing.template import prepare
from bot.users import User
from config.settings import ModelSettings, Settings
from handlers.journey.codex import pages
from handlers.journey.codex.pages import Opened
from handlers.journey.profile.profile import change
from tests.bot.painter import DOT
from tests.model.server import ModelServer

PLUGINS = ["economy", "mirrors", "handlers.journey", "handlers.mirror"]
_EVENTS = sa.select(event.c.kind, event.c.body).order_by(event.c.id)
_numbers = count(70_000)


def allow(tx: Tx, user: User) -> None:
    """The model may read their words."""
    change(tx, user, model=True)


async def dot(_what: str) -> bytes:
    """Real pictures are drawn in `test_platforms`, and take most of the time."""
    return DOT


class Chat:
    """What somebody says to the bot in private, and what it answers."""

    def __init__(self, app: App, world: World, platforms: dict[str, Offline]) -> None:
        self.app, self.discord, self.platform = app, platforms["discord"], platforms["telegram"]
        number = str(next(_numbers))
        self.name = f"somebody{number}"
        world.people[self.name] = Human(self.name, "member", {"telegram": number, "discord": number})
        self.user = self.platform.user(self.name)
        self.before = 0

    async def say(self, line: str) -> str:
        before = len(self.platform.sent)
        await self.begins(line)
        await self.quiet()
        return "\n".join(map(shown, self.platform.sent[before:]))

    async def begins(self, line: str) -> None:
        """Taken in."""
        await self.app.intake.submit(self.platform.invocation(self.name, line, direct=True))

    async def quiet(self) -> None:
        async with asyncio.timeout(10):
            while self.app.intake.busy:
                await asyncio.sleep(0.001)

    async def answer(self, words: str) -> str:
        """To a new whisper."""
        await self.say("/whisper")
        return await self.say(f"/answer {words}")

    async def pages(self) -> list[Opened]:
        return await self.app.store.read(lambda tx: pages.everything(tx, tx.person(self.user)))

    async def events(self, *kinds: str) -> list[dict[str, Any]]:
        """The bodies of those of these kinds, since this was made."""
        rows = await self.app.store.read(lambda tx: tx.execute(_EVENTS))
        return [msgspec.json.decode(body) for kind, body in rows[self.before :] if kind in kinds]


Begin = Callable[..., Awaitable[Callable[[], Awaitable[Chat]]]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def begin(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Begin]:
    """Starts a bot with the model of these settings; what it gives makes a chat with somebody new."""
    running: list[App] = []

    async def start(model: ModelSettings | None = None) -> Callable[[], Awaitable[Chat]]:
        settings = Settings(data=tmp_path_factory.mktemp("data"), plugins=PLUGINS, discover=False)
        app = App(settings.model_copy(update={"model": model or ModelSettings()})).load()
        app.drawings.ways["sigil"] = dot
        world = World()
        there = {name: Offline(name, world) for name in ("telegram", "discord")}
        prepare(app)
        await app.start(list(there.values()))
        running.append(app)
        assert app.refused == {}

        async def somebody() -> Chat:
            chat = Chat(app, world, there)
            chat.before = len(await app.store.read(lambda tx: tx.execute(_EVENTS)))
            return chat

        return somebody

    yield start
    for app in running:
        await app.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(begin: Begin) -> Callable[[], Awaitable[Chat]]:
    return await begin()


@pytest_asyncio.fixture(loop_scope="module")
async def chat(shared: Callable[[], Awaitable[Chat]]) -> Chat:
    """Without a model."""
    return await shared()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def strict() -> AsyncIterator[ModelServer]:
    async with ModelServer() as one:
        yield one


@pytest.fixture
def server(strict: ModelServer) -> ModelServer:
    """With nothing asked yet."""
    strict.asked.clear()
    strict.paths.clear()
    strict._replies.clear()
    strict.busy.clear()
    return strict


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def modelled(begin: Begin, strict: ModelServer) -> Callable[[], Awaitable[Chat]]:
    return await begin(strict.settings(moderation=None, seconds=0.3, outer=1.0, day_tokens=1_500))


@pytest_asyncio.fixture(loop_scope="module")
async def talk(modelled: Callable[[], Awaitable[Chat]]) -> Chat:
    """With a model that may be asked, once in a day."""
    one = await modelled()
    await one.app.store.write(allow, one.user)
    return one
