"""The schema over time, brought up to date by Alembic; every package is a branch with a version folder of its own.

A package of migrations holds revision files only (`economy/migrations/economy_0001.py`); the first has a branch label, with
which the names of all of them begin.
"""

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.errors import SoulfraError

OWN = "bot.store.migrations.versions"
_VERSION = sa.table("alembic_version", sa.column("version_num"))


class SchemaError(SoulfraError):
    """The schema of the database is not one that this code knows."""

    code = "schema"


async def upgrade(path: Path, packages: Sequence[str] = ()) -> None:
    """All revisions of the framework and of these packages, in one transaction: all of them or none.

    Raises `SchemaError` when the database is newer than the code.
    """
    config = configuration(packages)
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = sqlite_engine(path)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_upgrade, config, path)
            await connection.commit()
    except DatabaseError as error:
        raise SchemaError(f"The schema of {path} cannot be brought up to date: {error.orig}") from error
    finally:
        await engine.dispose()


def configuration(packages: Sequence[str] = ()) -> Config:
    """Alembic's settings: the version folders of all packages. No file is read, and logging is left alone."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    folders = "\n".join(_folder(name) for name in dict.fromkeys((OWN, *packages)))
    config.set_main_option("version_locations", folders.replace("%", "%%"))
    return config


def sqlite_engine(path: Path) -> AsyncEngine:
    """SQLAlchemy's own transactions on SQLite are no real ones: these begin with the write lock."""
    engine = create_async_engine(URL.create("sqlite+aiosqlite", database=str(path)), poolclass=NullPool)

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(dbapi: DBAPIConnection, _record: object) -> None:
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        cursor.execute("PRAGMA busy_timeout=30000")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _folder(package: str) -> str:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SchemaError(f"{package} is not a package of migrations")
    return spec.submodule_search_locations[0]


def _upgrade(connection: Connection, config: Config, path: Path) -> None:
    """What a plugin made that is not here now stays as it is, unknown to Alembic meanwhile."""
    known = ScriptDirectory.from_config(config)
    present = set(MigrationContext.configure(connection).get_current_heads())
    absent = {revision for revision in present if not _known(known, revision, path)}
    if present - absent != set(known.get_heads()):
        for revision in absent:
            connection.execute(_VERSION.delete().where(_VERSION.c.version_num == revision))
        config.attributes["connection"] = connection
        command.upgrade(config, "heads")
        for revision in absent:
            connection.execute(_VERSION.insert().values(version_num=revision))


def _known(known: ScriptDirectory, revision: str, path: Path) -> bool:
    """False for what an absent plugin made. Raises `SchemaError` for what a newer version of a present one made."""
    try:
        known.get_revision(revision)
    except CommandError as error:
        branches = {label for one in known.walk_revisions() for label in one.branch_labels}
        if revision.rpartition("_")[0] not in branches:
            return False
        raise SchemaError(
            f"{path} has the schema {revision}, which this version does not know: it was made by a newer version"
        ) from error
    return True
