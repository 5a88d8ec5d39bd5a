"""A store in a database of its own, of each kind."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.command.invocation import Invocation, ReplyHandle
from bot.security.keyring import Keyring
from bot.store import Store
from bot.users import Place, User
from tests.servers import stored_in

Reopen = Callable[[], Awaitable[Store]]


@pytest.fixture
def everywhere() -> None:
    """These tests choose their databases themselves."""


class Clock:
    """Microseconds that move when the test says so."""

    def __init__(self) -> None:
        self.now = 1_700_000_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(tmp_path: Path) -> Keyring:
    return Keyring.open(tmp_path / "keys")


@pytest.fixture
def packages() -> tuple[str, ...]:
    """The tables of the framework alone."""
    return ()


@pytest.fixture
def stored(database: Path | str) -> Callable[[], bytes]:
    """Every byte that is on the disk, or in any row."""
    return lambda: stored_in(database)


@pytest.fixture
async def reopen(database: Path | str, keys: Keyring, clock: Clock) -> AsyncIterator[Reopen]:
    """Opens the same database, as often as asked."""
    opened: list[Store] = []

    async def again() -> Store:
        opened.append(await Store.open(database, keys, clock=clock))
        return opened[-1]

    yield again
    for store in opened:
        await store.close()


@pytest.fixture
async def store(reopen: Reopen) -> Store:
    return await reopen()


@pytest.fixture
def ada() -> User:
    return User("telegram", "1", "Ada", "ada")


@pytest.fixture
def handle(ada: User) -> ReplyHandle:
    return ReplyHandle("telegram", "bot", "room", ada, token="reply-token-1")


@pytest.fixture
def invocation(ada: User, handle: ReplyHandle) -> Invocation:
    return Invocation(
        id="telegram:bot:7",
        kind="command",
        author=ada,
        place=Place("telegram", "room"),
        reply=handle,
        received=1,
        answer_until=2,
        path="vault put",
        options={"words": "my-secret-words", "n": 3, "to": User("telegram", "2", "Bob")},
    )
