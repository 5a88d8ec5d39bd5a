"""The strict server, and the service that talks to it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.model import Models, Prompt, Source
from tests.model.server import ModelServer

Open = Callable[..., Models]


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as one:
        yield one


@pytest.fixture
async def open_models() -> AsyncIterator[Open]:
    """`Models` for a server, closed at the end."""
    opened: list[Models] = []

    def models(server: ModelServer, **settings: Any) -> Models:
        opened.append(Models(server.settings(**settings)))
        return opened[-1]

    yield models
    for one in opened:
        await one.close()


@pytest.fixture
def models(server: ModelServer, open_models: Open) -> Models:
    return open_models(server)


@pytest.fixture
def prompt() -> Prompt:
    return Prompt("Say what you see.", [Source("1", "I saw a canary-word fly.")], "And what is it?")
