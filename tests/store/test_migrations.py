"""The schema: made by migrations, the same as the tables; what is newer is refused."""

import asyncio
import importlib
import logging
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from pydantic import SecretStr

from bot.app import App
from bot.backup.databases import database as backed_up
from bot.security.keyring import Keyring
from bot.store import SchemaError, Store, inbox, metadata, people
from bot.store.events import events_after, seal_due
from bot.store.migrations import bring_up, engine_for, heads, upgrade
from bot.users import User
from config.settings import DatabaseSettings, Settings
from tests import servers
from tests.servers import sql, stored_in

OURS = {
    "person",
    "users",
    "link_code",
    "inbox",
    "remembered",
    "outbox",
    "event",
    "button",
    "kept",
    "blob",
    "server_setting",
    "profile",
    "notice",
    "notice_setting",
    "lease",
    "model_use",
}
FIRST = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "plug_0001", None, ("plug",), "bot_0001"


def upgrade() -> None:
    op.create_table("plug", sa.Column("id", sa.Integer, primary_key=True))
"""
PROGRAM = """
import asyncio, pathlib
from bot.store import migrations

asyncio.run(migrations.upgrade(pathlib.Path("a.db")))
print(migrations.__file__)
"""
SECOND = """
from alembic import op

revision, down_revision, branch_labels, depends_on = "plug_0002", "plug_0001", None, None


def upgrade() -> None:
    op.rename_table("plug", "plug_new")
    raise RuntimeError("half way")
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """No file yet."""
    return tmp_path / "new" / "soulfra.db"


@pytest.fixture
def database(kind: servers.Kind, path: Path) -> Path | str:
    """Nothing is in it yet."""
    return path if kind == "sqlite" else servers.empty()


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package of migrations that somebody has installed."""
    folder = tmp_path / "installed" / "plug_x" / "migrations"
    folder.mkdir(parents=True)
    for package in (folder, folder.parent):
        (package / "__init__.py").touch()
    (folder / "plug_0001.py").write_text(FIRST)
    monkeypatch.syspath_prepend(str(tmp_path / "installed"))
    yield folder
    for name in [name for name in sys.modules if name.startswith("plug_x")]:
        del sys.modules[name]
    importlib.invalidate_caches()


def tables(database: Path | str) -> set[str]:
    if isinstance(database, Path):
        return {name for (name,) in sql(database, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    return {name for (name,) in sql(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}


def compared(_object: object, name: str, kind: str, _reflected: bool, _other: object) -> bool:
    """Not what one of the two alone has (a column, its full-text index), nor the tables of tests and examples."""
    if kind == "column":
        return name not in {"txid", "found"}
    return not name.startswith(("test_", "guest", "knowledge_words"))


@pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")
async def test_the_migrations_make_the_tables(database: Path | str) -> None:
    """Those of the framework, and of every package that we ship."""
    shipped = App(Settings(discover=False)).load()._migrations
    assert set(shipped) == set(servers.HOUSE)
    await upgrade(database, shipped)
    engine = engine_for(database)
    options: dict[str, Any] = {"compare_type": True, "include_object": compared}
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
    engine.dispose()
    assert tables(database) >= OURS


async def test_twice_is_once(path: Path) -> None:
    await upgrade(path)
    before = stored_in(path)
    await upgrade(path)
    assert stored_in(path) == before


async def test_many_at_once_are_one(database: Path | str) -> None:
    """Processes that start together wait for each other."""
    await asyncio.gather(*(upgrade(database, servers.HOUSE) for _ in range(4)))
    assert "bot_0006" in heads(database)


async def test_a_newer_schema_is_refused(database: Path | str, keys: Keyring) -> None:
    await upgrade(database)
    sql(database, "UPDATE alembic_version SET version_num = 'bot_9999'")
    with pytest.raises(SchemaError, match="bot_9999"):
        await Store.open(database, keys)


async def test_what_is_no_database_is_refused(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"these are words, not a database. " * 100)
    with pytest.raises(SchemaError, match="not a database"):
        await upgrade(path)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://me:hunter2@host/db",
        "me:hunter2@host",
        "postgresql://me:hunter2@host/db?hunter2=%",
        "postgresql://me:so@hunter2@host/db",
        "postgresql://me:so/hunter2@host/db",
        "postgresql://me:hunter2?so@host/db",
        "postgresql://me@host:hunter2/db",
    ],
)
async def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SchemaError) as refused:
        await upgrade(url)
    assert "hunter2" not in str(refused.value)
    with pytest.raises(SchemaError, match="a URL like postgresql://"):
        backed_up(Settings(database=DatabaseSettings(url=SecretStr(url))))


async def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="PostgreSQL database soulfra on") as refused:
        await upgrade(f"postgresql://me:hunter2@/soulfra?host={tmp_path}")
    assert "hunter2" not in str(refused.value)
    assert "\n" not in str(refused.value)


async def test_every_package_is_a_branch(database: Path | str, keys: Keyring, plugin: Path) -> None:
    await upgrade(database)
    store = await Store.open(database, keys, ["plug_x.migrations"])
    await store.close()
    assert "plug" in tables(database)


async def test_a_plugin_may_be_away_for_a_while(database: Path | str, plugin: Path) -> None:
    """Its tables stay, and it goes on where it was; the others are brought up to date meanwhile."""
    await upgrade(database, ["plug_x.migrations"])
    await upgrade(database)
    (plugin.parent.parent / "other_x" / "migrations").mkdir(parents=True)
    (plugin.parent.parent / "other_x" / "__init__.py").touch()
    (plugin.parent.parent / "other_x" / "migrations" / "__init__.py").touch()
    other = FIRST.replace("plug", "other")
    (plugin.parent.parent / "other_x" / "migrations" / "other_0001.py").write_text(other)
    await upgrade(database, ["other_x.migrations"])
    assert {"plug", "other"} <= tables(database)
    await upgrade(database, ["plug_x.migrations", "other_x.migrations"])


async def test_a_plugin_that_was_newer_is_refused(database: Path | str, plugin: Path) -> None:
    (plugin / "plug_0002.py").write_text(SECOND.replace('raise RuntimeError("half way")', "pass"))
    await upgrade(database, ["plug_x.migrations"])
    (plugin / "plug_0002.py").unlink()
    with pytest.raises(SchemaError, match="plug_0002"):
        await upgrade(database, ["plug_x.migrations"])


async def test_a_migration_that_fails_leaves_nothing(database: Path | str, plugin: Path) -> None:
    (plugin / "plug_0002.py").write_text(SECOND)
    with pytest.raises(RuntimeError, match="half way"):
        await upgrade(database, ["plug_x.migrations"])
    assert tables(database) == set()
    (plugin / "plug_0002.py").unlink()
    await upgrade(database, ["plug_x.migrations"])
    assert "plug" in tables(database)


async def test_what_is_no_package_is_named(path: Path) -> None:
    with pytest.raises(SchemaError, match="not a package"):
        await upgrade(path, ["bot.errors"])


FIRST_RELEASE = ("bot_0004", "economy_0001", "mirrors_0001", "whispers_0001", "vault_0001", "relay_0001")
EARLIER = (
    "INSERT INTO person (id, created) VALUES (1, 5)",
    (
        "INSERT INTO users (platform, id, person, name, handle, folded_name, folded_handle, named)"
        " VALUES ('telegram', '1', 1, 'Ada', 'ada', 'ada', 'ada', 5)"
    ),
    "INSERT INTO inbox (id, state, attempts, accepted) VALUES ('telegram:1', 'accepted', 0, 5)",
    "INSERT INTO outbox (key, state, attempts, piece, reason, created) VALUES ('k', 'pending', 0, 0, '', 5)",
    "INSERT INTO event (at, kind, body) VALUES (5, 'early', '{}')",
    "INSERT INTO ledger_account (code, person, unbounded, hot, balance, version) VALUES ('person:1', 1, 0, 0, 8, 1)",
    "INSERT INTO ledger_account (code, unbounded, hot, balance, version) VALUES ('mint', 1, 1, 0, 0)",
    "INSERT INTO ledger_transfer (key, digest, reason, at) VALUES ('k', 'd', 'welcome', 5)",
    "INSERT INTO ledger_entry (transfer, account, amount, version, balance) VALUES (1, 1, 8, 1, 8)",
    "INSERT INTO ledger_entry (transfer, account, amount) VALUES (1, 2, -8)",
)


async def test_what_is_there_goes_forward(database: Path | str, keys: Keyring) -> None:
    """With its rows, from the first release on."""
    bring_up(database, servers.HOUSE, FIRST_RELEASE)
    assert heads(database) == sorted(FIRST_RELEASE)
    for statement in EARLIER:
        sql(database, statement)
    store = await Store.open(database, keys, servers.HOUSE)
    assert await store.read(inbox.waiting) == [("telegram:1", 0)]
    assert await store.read(people.users_of, 1) == [User("telegram", "1", "Ada", "ada")]
    await store.write(lambda tx: tx.emit("late"))
    await seal_due(store)
    assert [one.kind for one in await store.read(events_after, 0)] == ["early", "late"]
    await store.close()
    assert sql(database, "SELECT balance FROM ledger_account WHERE person = 1") == [(8,)]
    assert sql(database, "SELECT sum(amount) FROM ledger_entry") == [(0,)]


async def test_logging_is_left_alone(path: Path) -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers), logging.getLogger("bot").disabled)
    await upgrade(path)
    assert (root.level, list(root.handlers), logging.getLogger("bot").disabled) == before


def test_it_works_where_it_is_installed(tmp_path: Path) -> None:
    """From another folder, with a percent sign and a blank in its name."""
    place = tmp_path / "site 100%"
    shutil.copytree(Path(__file__).parents[2] / "bot", place / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(Path(__file__).parents[2] / "config", place / "config")
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, env={"PYTHONPATH": str(place)}, capture_output=True, check=True
    )
    assert str(place).encode() in ran.stdout
    assert tables(tmp_path / "a.db") >= OURS
