"""A store with every feature's tables."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.features import Features, opened


@pytest_asyncio.fixture
async def features(tmp_path: Path) -> AsyncIterator[Features]:
    async with opened(tmp_path) as one:
        yield one
