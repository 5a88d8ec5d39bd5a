"""What every suite can ask for: a database of either kind, and a real PostgreSQL server."""

import gc
import ssl
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from bot.sandbox import sandbox
from tests import remembering, servers

settings.register_profile("soulfra", deadline=None)  # a busy machine is no failure
settings.load_profile("soulfra")
sandbox.PATIENCE = 60.0  # neither is it that an answer takes longer there
# Every client of HTTP reads all certificates anew, which takes longer than most tests; none of them speaks TLS.
ssl.create_default_context = cache(ssl.create_default_context)
remembering.commands()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported stays: it is not looked through for garbage again and again, then or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_unconfigure() -> None:
    """No server is left behind."""
    servers.stop()


@pytest.fixture(scope="session")
def postgres() -> servers.Server:
    """The server of this process; `postgres.url` is its superuser's."""
    return servers.server()


@pytest.fixture
def packages() -> tuple[str, ...]:
    """The migrations that `database` has seen; a suite may name fewer."""
    return servers.HOUSE


@pytest.fixture(params=servers.KINDS)
def kind(request: pytest.FixtureRequest) -> servers.Kind:
    """Whoever takes this runs once for each kind of database."""
    chosen: servers.Kind = request.param
    return chosen


@pytest.fixture
def database(kind: servers.Kind, tmp_path: Path, packages: tuple[str, ...]) -> Iterator[Path | str]:
    """What `Store.open` takes: a file, and a URL, each with the schema in place and no rows."""
    with servers.lent(tmp_path, packages, kind) as where:
        yield where


@pytest.fixture(autouse=servers.DEFAULT == "postgresql")
def everywhere() -> Iterator[None]:
    """With SOULFRA_TEST_DATABASE=postgresql every App of a test, in whatever process, is on one database on the server."""
    with servers.another():
        yield


@pytest.fixture(autouse=servers.DEFAULT == "postgresql", scope="module")
def everywhere_shared() -> Iterator[None]:
    """So is every App that the tests of a module share, on another one."""
    with servers.another():
        yield
