"""A Twitch and a bare client."""

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.twitch import TwitchEmulator
from bot.sandbox.world import World
from tests.sandbox.twitch.wire import Bare


@pytest.fixture
async def bare() -> AsyncIterator[Bare]:
    twitch = TwitchEmulator(World())
    await twitch.start()
    client = Bare(twitch)
    yield client
    await client.session.close()
    await twitch.stop()
