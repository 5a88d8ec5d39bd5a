"""An emulated Telegram, and the plainest client there is."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox.telegram import TelegramEmulator
from bot.sandbox.world import World


class Client:
    """Calls methods as a form, which is what the client library does."""

    def __init__(self, emulator: TelegramEmulator, session: aiohttp.ClientSession) -> None:
        self._emulator, self._session = emulator, session

    async def __call__(self, method: str, *, token: str | None = None, **form: Any) -> tuple[int, Any]:
        """Status, and the result or the description of the error."""
        url = f"{self._emulator.address}/bot{token or self._emulator.bot_token}/{method}"
        async with self._session.post(url, data=form) as answer:
            body = await answer.json()
            assert body["ok"] == (answer.status == 200)
            return answer.status, body["result"] if body["ok"] else body["description"]


@pytest.fixture
async def emulator() -> AsyncIterator[TelegramEmulator]:
    one = TelegramEmulator(World())
    await one.start()
    yield one
    await one.stop()


@pytest.fixture
async def call(emulator: TelegramEmulator) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(emulator, session)
