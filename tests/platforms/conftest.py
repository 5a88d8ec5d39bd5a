"""One house for each module of the contract suite, everybody known to it: client libraries keep their base address per process."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.testing import World
from tests.house import PREFIX, House, opened
from tests.platforms.tour import Scene, scene, touring


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with opened(tmp_path_factory.mktemp("house")) as one:
        for platform in PREFIX:
            for user in one.sandbox.world.people:
                await one.do(platform, user, "balance", private=True)
        yield one


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def tour() -> AsyncIterator[World]:
    """The tour, for a module."""
    async with touring() as w:
        yield w


@pytest.fixture
def there(tour: World, platform: str) -> Scene:
    """The platform of a test, and a room of its own."""
    return scene(tour, platform)
