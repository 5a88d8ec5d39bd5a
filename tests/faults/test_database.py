"""The database is full, locked, unreadable or away in the middle of commands, and comes back: nothing is lost or doubled."""

import asyncio
import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from bot import delivery, resuming
from bot.adapter import Acceptance
from bot.app import App
from bot.store import BatchFailed
from tests import servers
from tests.faults.stage import PACKAGES, PRICE, Stage, at_write, priced
from tests.servers import Server, sql

WELCOME, WRITES, LONG = 100, 6, "x" * 3_000
ROOMY = "telegram"
"""Where what is long is shown in one piece."""
Trouble: TypeAlias = Callable[[App], Iterator[None]]


def full(app: App) -> Iterator[None]:
    """No page can be added: SQLite rolls back by itself, so that ROLLBACK TO fails too."""
    with closing(sqlite3.connect(app.database)) as other, other:
        other.execute("CREATE TABLE IF NOT EXISTS ballast (x)")
        while free := other.execute("PRAGMA freelist_count").fetchone()[0]:
            other.execute("INSERT INTO ballast VALUES (zeroblob(?))", [free * 4_000])
    writer = app.store.engine.writer._connection
    (pages,), (most,) = (writer.execute(f"PRAGMA {one}_count").fetchone() for one in ("page", "max_page"))
    writer.execute(f"PRAGMA max_page_count={pages}")
    yield
    writer.execute(f"PRAGMA max_page_count={most}")


def unwritable(app: App) -> Iterator[None]:
    """Writing into the log of the database fails, which is at COMMIT."""
    log = Path(f"{app.database}-wal")
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, most[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, most)


def locked(app: App) -> Iterator[None]:
    """Another process writes for longer than we wait."""
    app.store.engine.writer._connection.execute("PRAGMA busy_timeout=10")
    with closing(sqlite3.connect(app.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


TROUBLES = pytest.mark.parametrize("trouble", [full, unwritable, locked])


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for another look."""
    monkeypatch.setattr(resuming, "PULSE", 0.05)
    monkeypatch.setattr(delivery, "PULSE", 0.05)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    priced(tmp_path / "files", monkeypatch)
    return Stage(tmp_path / "data")


async def _delivered(stage: Stage, id_: str, user: str, line: str, platform: str = "twitch") -> Acceptance | None:
    """As a platform does; None when it was not taken in, and has to be delivered again."""
    with suppress(BatchFailed):
        return await stage.app.intake.submit(stage.event(id_, user, line, platform))
    return None


async def _settled(stage: Stage) -> None:
    """Until everything has its end."""
    async with asyncio.timeout(20):
        while True:
            await stage.app.intake.quiet()
            open_ = stage.ask("SELECT count(*) FROM inbox WHERE ended IS NULL")
            if [*open_, *stage.ask("SELECT count(*) FROM outbox WHERE state = 'pending'")] == [0, 0]:
                return
            await asyncio.sleep(0.02)


@TROUBLES
async def test_after_any_write(stage: Stage, trouble: Trouble) -> None:
    """A command is taken in or not. Once taken in, it is finished when the database can be written to again."""
    async with stage.life() as app:
        await stage.say("100", "ada", "balance", ROOMY)
        for number in range(WRITES + 1):
            line, struck = f"tally {number}{LONG}", contextmanager(trouble)(app)
            if number:
                at_write(app, number, struck.__enter__)
            else:
                struck.__enter__()
            first = await _delivered(stage, str(number), "ada", line, ROOMY)
            await app.intake.quiet()
            with pytest.raises(BatchFailed):
                await app.intake.submit(stage.event(f"{number}0", "bob", f"note {LONG * 10}"))
            await app.intake.quiet()
            struck.__exit__(None, None, None)
            assert first == "accepted" if number else first is None or trouble is full  # what is small has its room
            assert await _delivered(stage, str(number), "ada", line, ROOMY) == ("seen" if first else "accepted")
            await _settled(stage)
            assert len(stage.to(str(number))) == 1
        well = sum("tallied " in words for _, words in stage.said)
        assert well == WRITES + 1 or trouble is full  # a run that fails can be told of where there is a little room
        (given,) = stage.ask("SELECT count(*) FROM ledger_transfer WHERE reason = 'blessing'")
        assert well <= given <= WRITES + 1
        assert await stage.balance("ada", ROOMY) == WELCOME - given - PRICE * well
        assert "kept" in await stage.say("200", "bob", "note after")
        await stage.audited()
    tokens = stage.ask("SELECT text FROM test_note")
    assert len(set(tokens)) == len(tokens) > given
    assert set(stage.ask("SELECT state FROM inbox")) == {"done"}


async def test_who_was_not_taken_in_has_no_effect(stage: Stage) -> None:
    """Even when the database was away for the acceptance alone, and was there again for what came after it."""
    async with stage.life() as app:
        engine, write = app.store.engine, app.store.engine.write

        def accepted(*arguments: Any, **more: Any) -> asyncio.Future[Any]:
            engine.write = write  # type: ignore[method-assign]
            with contextmanager(locked)(app):
                future = write(*arguments, **more)
                time.sleep(0.2)  # the writer gives it up meanwhile
            return future

        engine.write = accepted  # type: ignore[method-assign]
        with pytest.raises(BatchFailed, match="locked"):
            await app.intake.submit(stage.event("1", "ada", "note hello"))
        await app.intake.quiet()
        assert stage.ask("SELECT count(*) FROM test_note") == [0]
        assert await stage.say("1", "ada", "note hello") == "kept as number 1"


async def test_a_lock_that_is_short_is_waited_for(stage: Stage) -> None:
    async with stage.life() as app:
        with closing(sqlite3.connect(app.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            said = asyncio.ensure_future(stage.say("1", "ada", "tally one"))
            await asyncio.sleep(0.1)
            assert not said.done()
            other.execute("ROLLBACK")
        assert "tallied one" in await said
        await stage.audited()


# --- PostgreSQL ------------------------------------------------------------------------------------------------------------

AWAY = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 't\\_%' AND pid <> pg_backend_pid()"
CANCELLED = AWAY.replace("terminate", "cancel")
PEOPLE, EACH = 8, 4


async def _until_taken(stage: Stage, id_: str, user: str, line: str) -> None:
    while await _delivered(stage, id_, user, line) is None:
        await asyncio.sleep(0.05)


async def _people(stage: Stage, taken: list[str]) -> None:
    async def says(who: int) -> None:
        for number in range(EACH):
            id_ = f"{who + 1}{number}"
            await _until_taken(stage, id_, f"user{who}", f"tally t{id_}")
            taken.append(id_)

    await asyncio.gather(*map(says, range(PEOPLE)))


def _strikes(server: Server, how: str) -> None:
    if how == "restart":
        server.restart()
        return
    for _ in range(20):
        sql(server.url, AWAY if how == "lost" else CANCELLED)
        time.sleep(0.02)


@pytest.mark.parametrize("how", ["restart", "lost", "cancelled"])
async def test_a_server_that_goes_away_in_a_burst(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres: Server
) -> None:
    """All connections are cut at once, again and again, or every statement is cancelled: in a run that is resumed too."""
    priced(tmp_path / "files", monkeypatch)
    with servers.lent(tmp_path, PACKAGES, "postgresql") as url:
        stage, taken = Stage(tmp_path / "data", str(url)), list[str]()
        async with stage.life():
            burst = asyncio.ensure_future(_people(stage, taken))
            while len(taken) < PEOPLE:
                await asyncio.sleep(0.001)
            await asyncio.to_thread(_strikes, postgres, how)
            await burst
            await _settled(stage)
            await stage.audited()
            assert "kept as number" in await stage.say("999", "zoe", "note after")
        assert stage.answers() == dict.fromkeys([*taken, "999"], 1)
        well = [words for event, words in stage.said if words.startswith("tallied ")]
        ill = [words for event, words in stage.said if "went wrong on my side" in words]
        torn = [words for event, words in stage.said if "carried out as far as it had come" in words]
        assert len(well) + len(ill) + len(torn) == PEOPLE * EACH
        assert how == "cancelled" or not (ill or torn)
        tokens = stage.ask("SELECT text FROM test_note")
        assert len(tokens) == len(set(tokens)) >= len(well) + len(torn) + 1
        assert {words.removeprefix("tallied ").partition(",")[0] for words in well} <= set(tokens)
        assert stage.ask("SELECT count(*) FROM ledger_transfer WHERE kind = 'settle'") == [len(well) + len(torn)]
        assert stage.ask("SELECT count(*) FROM ledger_hold WHERE state = 'pending'") == [0]
        assert set(stage.ask("SELECT state FROM inbox")) == {"done"}
