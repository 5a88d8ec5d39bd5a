"""A store with every feature's tables, in an event loop or driven from outside of one."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.economy.books import Books
from tests.features import Features, opened


@pytest_asyncio.fixture
async def features(tmp_path: Path) -> AsyncIterator[Features]:
    async with opened(tmp_path) as one:
        yield one


@pytest.fixture
def ledger(database: Path | str, tmp_path: Path) -> Iterator[Books]:
    """On each kind of database."""
    one = Books(database, tmp_path)
    yield one
    one.close()
