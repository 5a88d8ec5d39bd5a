"""A store with the codex's tables: a file, or of each kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import servers
from tests.handlers.journey.codex.shelf import MIGRATIONS, Shelf


@pytest.fixture
def packages() -> tuple[str, ...]:
    return MIGRATIONS


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with servers.lent(tmp_path / "db", MIGRATIONS) as where:
        one = Shelf(where, tmp_path / "keys")
        yield one
        one.close()


@pytest.fixture
def everywhere_shelf(database: Path | str, tmp_path: Path) -> Iterator[Shelf]:
    """On each kind of database."""
    one = Shelf(database, tmp_path / "keys")
    yield one
    one.close()
