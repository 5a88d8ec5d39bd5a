"""What is wrong is found: numbers that are not 0, events that were tampered with, an end that was cut off."""

import asyncio
import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from bot.app import App
from bot.audit import AnchorError, Anchors, examine
from bot.cli import cli
from bot.sandbox.offline import Offline
from bot.sandbox.world import World
from bot.store import Tx
from bot.store.events import Broken, Head, head, verify
from bot.testing.template import prepare
from config.settings import Settings
from tests import servers

COUNT = 12
_EVENTS = "SELECT seq, at, kind, body FROM event WHERE seq >= {} ORDER BY seq"
_CHAIN = "SELECT chain FROM event WHERE seq = {}"
Sql = Callable[[str], list[Any]]


def emit(tx: Tx, n: int) -> None:
    tx.emit("counted", n=n)


def planted(data: Path) -> App:
    return App(Settings(data=data, plugins=[], discover=False)).load()


async def filled(data: Path) -> None:
    """Events, of which the first ten are anchored while the bot runs, and the others at its end."""
    app = planted(data)
    prepare(app)
    await app.start([Offline("twitch", World())])
    for n in range(10):
        await app.store.write(emit, n)
    await app._anchor(app.store)
    for n in range(10, COUNT):
        await app.store.write(emit, n)
    await app.stop()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path | str]]:
    """A data folder, and the database that belongs to it."""
    data = tmp_path_factory.mktemp("audit") / "data"
    with servers.another():
        asyncio.run(filled(data))
        yield data, planted(data).database


@pytest.fixture
def data(made: tuple[Path, Path | str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy."""
    folder, where = made
    if isinstance(where, str):
        monkeypatch.setenv("SOULFRA_DATABASE__URL", servers.copied(where))
    return Path(shutil.copytree(folder, tmp_path / "data"))


@pytest.fixture
def sql(data: Path) -> Sql:
    """As the owner of everything."""
    where = planted(data).database
    return lambda statement: servers.sql(where, statement)


@pytest.fixture
def run(data: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """`soulfra …` with this data: how it ended, and what it said."""
    for name, value in {"DATA": str(data), "PLUGINS": "[]", "DISCOVER": "false"}.items():
        monkeypatch.setenv(f"SOULFRA_{name}", value)

    def soulfra(*words: str) -> tuple[int, str]:
        ran = CliRunner().invoke(cli, words)
        return ran.exit_code, ran.output

    return soulfra


def rewritten(sql: Sql, first: int) -> None:
    """What somebody does who can write to the database and knows how the chain is made."""
    ((chain,),) = sql(_CHAIN.format(first - 1))
    for seq, at, kind, body in sql(_EVENTS.format(first)):
        chain = hashlib.sha256(msgspec.json.encode([chain, seq, at, kind, body])).hexdigest()
        sql(f"UPDATE event SET chain = '{chain}' WHERE seq = {seq}")  # noqa: S608


def swapped(sql: Sql, one: int, other: int) -> None:
    for old, new in ((one, -1), (other, one), (-1, other)):
        sql(f"UPDATE event SET seq = {new} WHERE seq = {old}")  # noqa: S608


def edited(sql: Sql) -> None:
    sql("UPDATE event SET body = '{\"n\":9}' WHERE seq = 4")
    rewritten(sql, 4)


def cut_and_grown(sql: Sql) -> None:
    sql("DELETE FROM event WHERE seq > 8")
    for seq in range(9, COUNT + 1):
        sql(f"INSERT INTO event (at, kind, body, seq) VALUES (1, 'k', '{{}}', {seq})")  # noqa: S608
    rewritten(sql, 9)


TAMPERED: dict[str, tuple[Callable[[Sql], object], str]] = {
    "edited": (lambda sql: sql("UPDATE event SET body = '{}' WHERE seq = 7"), "event 7 was changed"),
    "removed": (lambda sql: sql("DELETE FROM event WHERE seq = 5"), "event 5 was changed"),
    "two of them swapped": (lambda sql: swapped(sql, 3, 4), "event 3 was changed"),
    "put in at the end": (
        lambda sql: sql("INSERT INTO event (at, kind, body, seq, chain) VALUES (1, 'k', '{}', 13, '')"),
        "event 13 was changed",
    ),
    "the end cut off": (lambda sql: sql("DELETE FROM event WHERE seq > 10"), "event 11 was anchored, or one after"),
    "all gone": (lambda sql: sql("DELETE FROM event"), "event 1 was anchored, or one after"),
    "edited and chained anew": (edited, "event 10 is not the one that was anchored"),
    "cut off and grown again": (cut_and_grown, "event 10 is not the one that was anchored"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_every_tampering_is_found(sql: Sql, run: Callable[..., tuple[int, str]], name: str) -> None:
    tamper, told = TAMPERED[name]
    tamper(sql)
    for words in (["audit", "verify"], ["audit"]):
        code, said = run(*words)
        assert (code, told in said) == (1, True), said


def test_a_copy_of_the_anchors_finds_what_the_own_ones_do_not(
    data: Path, sql: Sql, tmp_path: Path, run: Callable[..., tuple[int, str]]
) -> None:
    copy = Path(shutil.copy(data / "anchors.log", tmp_path))
    sql("DELETE FROM event WHERE seq > 10")
    (data / "anchors.log").unlink()
    assert run("audit", "verify") == (0, "The chain of 10 events is whole.\n")
    code, said = run("audit", "verify", "--anchor", str(copy))
    assert (code, said.startswith("event 11 was anchored")) == (1, True)


def test_all_is_well(data: Path, run: Callable[..., tuple[int, str]]) -> None:
    assert run("audit") == (0, "The chain of 12 events is whole.\n")
    assert [one.seq for one in Anchors(data / "anchors.log").read()] == [10, 12]
    assert (data / "anchors.log").stat().st_mode & 0o777 == 0o600


async def test_a_number_that_is_not_0_is_told(data: Path) -> None:
    app = planted(data)
    app.audit("sum of all entries", lambda tx: -5)
    app.audit("overdrawn", lambda tx: 0)
    async with app.opened() as store:
        found = await store.read(examine, app.audits)
    assert found.wrong == ["sum of all entries is -5, not 0"]
    assert found.head.seq == COUNT


async def test_events_that_come_meanwhile_are_no_alarm(data: Path) -> None:
    """The anchors are those of the moment in which they were asked for."""
    app = planted(data)
    async with app.opened() as store:
        anchors = app.anchors.read()
        before = await store.read(head)
        await store.write(emit, COUNT)
        await app._anchor(store)
        assert [one.seq for one in app.anchors.read()] == [10, 12, 13]
        assert list(anchors)[-1] == before
        assert await store.read(verify, app.anchors.read()) is None
        assert await store.read(verify, [Head(14, "x")]) == Broken(14, "cut")


def test_what_a_crash_tore_is_written_again(tmp_path: Path) -> None:
    anchors = Anchors(tmp_path / "anchors.log")
    anchors.note(Head(0, ""), 1)
    assert not anchors.path.exists()
    anchors.note(Head(3, "a"), 1)
    whole = anchors.path.read_bytes()
    anchors.path.write_bytes(whole + whole[:20])
    assert list(anchors.read()) == [Head(3, "a")]
    anchors.note(Head(3, "a"), 2)
    anchors.note(Head(5, "b"), 3)
    assert list(anchors.read()) == [Head(3, "a"), Head(5, "b")]


@pytest.mark.parametrize(
    ("line", "told"), [(b"words\n", "log:2 is not"), (b'{"time":1,"seq":3,"chain":"b"}\n', "log:2 goes back")]
)
def test_anchors_that_were_tampered_with_are_told(tmp_path: Path, line: bytes, told: str) -> None:
    anchors = Anchors(tmp_path / "anchors.log")
    anchors.note(Head(3, "a"), 1)
    with anchors.path.open("ab") as file:
        file.write(line)
    with pytest.raises(AnchorError, match=told):
        list(anchors.read())
