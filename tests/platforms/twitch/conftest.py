"""Everything running."""

from collections.abc import AsyncIterator

import pytest

from tests.platforms.twitch.stage import Stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    one = await Stage().open()
    yield one
    await one.close()
