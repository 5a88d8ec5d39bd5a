"""One house for each module of the contract suite, everybody known to it: client libraries keep their base address per process."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.house import PREFIX, House, opened


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with opened(tmp_path_factory.mktemp("house")) as one:
        for platform in PREFIX:
            for user in one.sandbox.world.people:
                await one.do(platform, user, "balance", private=True)
        yield one
