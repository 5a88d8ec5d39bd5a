"""One process for one PostgreSQL database: a second is refused, until the first has ended in whatever way."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.app import App
from bot.lock import InUseError
from bot.store import SchemaError
from bot.store.postgres import hold
from bot.store.postgres.hold import Hold
from config.settings import DatabaseSettings, Settings
from tests import servers

HOLDER = """
import sys
from bot.store.postgres.hold import Hold
held = Hold.take(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def url() -> Iterator[str]:
    with servers.lent(Path(), (), "postgresql") as where:
        yield str(where)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is waited for, and the connection is looked at all the time."""
    monkeypatch.setattr(hold, "_PATIENT", "SET lock_timeout = '50ms'")
    monkeypatch.setattr(hold, "_LOOK", 0.02)


def soon(happens: Callable[[], bool]) -> None:
    for _ in range(500):
        if happens():
            return
        time.sleep(0.02)
    raise AssertionError("it has not happened")


def free(url: str) -> bool:
    try:
        Hold.take(url).release()
    except (InUseError, SchemaError):
        return False
    return True


def test_a_second_one_is_refused_until_the_first_lets_go(url: str, hurried: None) -> None:
    first = Hold.take(url)
    with pytest.raises(InUseError, match=r"database t_\w+ on .* is in use by soulfra \d+ on \S+: stop that one first"):
        Hold.take(url)
    assert free(servers.empty()), "another database on the same server is another one's"
    first.release()
    assert free(url)


def test_one_that_is_killed_lets_go(url: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        process.send_signal(signal.SIGKILL)
        assert free(url), "who comes at once waits for the server to notice"


def test_a_server_that_restarts_is_asked_again(url: str, postgres: servers.Server, hurried: None) -> None:
    first = Hold.take(url)
    connection = first._connection
    postgres.restart()
    soon(lambda: first._connection is not connection)
    assert not free(url)
    first.release()
    assert free(url)


def test_who_was_faster_after_a_restart_is_told_of(
    url: str, hurried: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as slow:
        slow.setattr(hold, "_LOOK", 3600.0)
        first = Hold.take(url)
        servers.sql(url, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        second = Hold.take(url)
    looking = threading.Thread(target=first._watch)
    looking.start()
    soon(lambda: "is lost: the PostgreSQL database" in caplog.text)
    second.release()
    soon(lambda: not first._connection.closed)
    assert caplog.text.count("is lost") == 1, "once, not at every look"
    assert not free(url)
    first.release()
    looking.join()
    first.release()
    looking.join()


async def test_a_second_bot_on_one_database_is_refused(tmp_path: Path, url: str, hurried: None) -> None:
    def bot(folder: str, *, alone: bool = True) -> App:
        database = DatabaseSettings(url=url)  # type: ignore[arg-type]  (pydantic makes it a secret)
        settings = Settings(data=tmp_path / folder, plugins=[], discover=False)
        settings.database = database
        return App(settings, alone=alone).load()

    one, other = bot("one"), bot("two")
    await one.start([])
    with pytest.raises(InUseError, match="in use by soulfra"):
        await other.start([])
    await other.stop()
    asked_for = bot("two", alone=False)
    await asked_for.start([])
    await asked_for.stop()
    await one.stop()
    after = bot("two")
    await after.start([])
    await after.stop()


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="PostgreSQL database soulfra on") as refused:
        Hold.take(f"postgresql://me:hunter2@/soulfra?host={tmp_path}")
    assert "hunter2" not in str(refused.value)
    assert "\n" not in str(refused.value)
