"""The schema: made by migrations, the same as the tables; what is newer is refused."""

import importlib
import logging
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from bot.security.keyring import Keyring
from bot.store import SchemaError, Store, metadata
from bot.store.migrations import sqlite_engine, upgrade

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
    """No database yet."""
    return tmp_path / "new" / "soulfra.db"


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


def tables(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    try:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    finally:
        connection.close()


async def test_the_migrations_make_the_tables(path: Path) -> None:
    await upgrade(path)
    engine = sqlite_engine(path)

    def differences(connection: Connection) -> list[object]:
        options = {"compare_type": True, "include_name": lambda name, kind, _: kind != "table" or name in OURS}
        options["include_object"] = lambda _o, name, kind, _r, _c: kind != "table" or name in OURS
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()
    assert tables(path) >= OURS


async def test_twice_is_once(path: Path, stored: Callable[[], bytes]) -> None:
    await upgrade(path)
    before = stored()
    await upgrade(path)
    assert stored() == before


async def test_a_newer_schema_is_refused(path: Path, keys: Keyring) -> None:
    await upgrade(path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = 'bot_9999'")
    connection.commit()
    connection.close()
    with pytest.raises(SchemaError, match="bot_9999"):
        await Store.open(path, keys)


async def test_what_is_no_database_is_refused(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"these are words, not a database. " * 100)
    with pytest.raises(SchemaError, match="not a database"):
        await upgrade(path)


async def test_every_package_is_a_branch(path: Path, keys: Keyring, plugin: Path) -> None:
    await upgrade(path)
    store = await Store.open(path, keys, ["plug_x.migrations"])
    await store.close()
    assert "plug" in tables(path)


async def test_a_plugin_may_be_away_for_a_while(path: Path, plugin: Path) -> None:
    """Its tables stay, and it goes on where it was; the others are brought up to date meanwhile."""
    await upgrade(path, ["plug_x.migrations"])
    await upgrade(path)
    (plugin.parent.parent / "other_x" / "migrations").mkdir(parents=True)
    (plugin.parent.parent / "other_x" / "__init__.py").touch()
    (plugin.parent.parent / "other_x" / "migrations" / "__init__.py").touch()
    other = FIRST.replace("plug", "other")
    (plugin.parent.parent / "other_x" / "migrations" / "other_0001.py").write_text(other)
    await upgrade(path, ["other_x.migrations"])
    assert {"plug", "other"} <= tables(path)
    await upgrade(path, ["plug_x.migrations", "other_x.migrations"])


async def test_a_plugin_that_was_newer_is_refused(path: Path, plugin: Path) -> None:
    (plugin / "plug_0002.py").write_text(SECOND.replace('raise RuntimeError("half way")', "pass"))
    await upgrade(path, ["plug_x.migrations"])
    (plugin / "plug_0002.py").unlink()
    with pytest.raises(SchemaError, match="plug_0002"):
        await upgrade(path, ["plug_x.migrations"])


async def test_a_migration_that_fails_leaves_nothing(path: Path, plugin: Path) -> None:
    (plugin / "plug_0002.py").write_text(SECOND)
    with pytest.raises(RuntimeError, match="half way"):
        await upgrade(path, ["plug_x.migrations"])
    assert tables(path) == set()
    (plugin / "plug_0002.py").unlink()
    await upgrade(path, ["plug_x.migrations"])
    assert "plug" in tables(path)


async def test_what_is_no_package_is_named(path: Path) -> None:
    with pytest.raises(SchemaError, match="not a package"):
        await upgrade(path, ["bot.errors"])


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
