"""The schema over time, brought up to date by Alembic; every package is a branch with a version folder of its own.

A package of migrations holds revision files only (`economy/migrations/economy_0001.py`); the first has a branch label, with
which the names of all of them begin.
"""

import asyncio
import importlib.util
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from bot.errors import SoulfraError

OWN = "bot.store.migrations.versions"
_AMBIGUOUS = re.compile(r"://[^@/?]*(?:[/?][^@]*|@.*)@")
"""The driver would take a part of the password for the host, and name it when that is not there."""
_VERSION = sa.table("alembic_version", sa.column("version_num"))
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(727274)"


class SchemaError(SoulfraError):
    """The schema of the database is not one that this code knows."""

    code = "schema"


class _Revisions(NamedTuple):
    """What there is in some folders of revisions."""

    heads: frozenset[str]
    every: frozenset[str]
    branches: frozenset[str]


async def upgrade(where: Path | str, packages: Sequence[str] = ()) -> None:
    """All revisions of the framework and of these packages, in one transaction: all of them or none.

    `where` is a SQLite file or the URL of a PostgreSQL database. Raises `SchemaError` when the database is newer than the
    code, is none, or may not be changed by who we are there.
    """
    await asyncio.to_thread(bring_up, where, packages)


def bring_up(where: Path | str, packages: Sequence[str] = (), to: Sequence[str] = ("heads",)) -> None:
    """`upgrade`, for who does not run in an event loop; `to` are earlier revisions to stop at."""
    folders = tuple(_folders(packages))
    engine, name = engine_for(where), shown(where)
    if isinstance(where, Path):
        where.parent.mkdir(parents=True, exist_ok=True)
    try:
        with engine.begin() as connection:
            _upgrade(connection, folders, name, to)
    except DatabaseError as error:
        raise SchemaError(f"The schema of {name} cannot be brought up to date: {in_a_line(error.orig)}") from error
    finally:
        engine.dispose()


def heads(where: Path | str) -> list[str]:
    """The newest revision of each branch that the database has seen."""
    engine = engine_for(where)
    try:
        with engine.connect() as connection:
            return sorted(MigrationContext.configure(connection).get_current_heads())
    except DatabaseError as error:
        raise SchemaError(f"{shown(where)} cannot be read: {in_a_line(error.orig)}") from error
    finally:
        engine.dispose()


def in_a_line(error: BaseException | None) -> str:
    """What the driver says, without its line breaks."""
    return " ".join(str(error).split())


def shown(where: Path | str) -> str:
    """Its name for people and logs, without a password. Raises `SchemaError` for a URL of anything but PostgreSQL."""
    if isinstance(where, Path):
        return str(where)
    parts = _parsed(where)
    return f"the PostgreSQL database {parts.get('dbname', '')} on {parts.get('host', 'localhost')}"


def configuration(packages: Sequence[str] = ()) -> Config:
    """Alembic's settings: the version folders of all packages. No file is read, and logging is left alone."""
    return _configured(_folders(packages))


def folder(package: str) -> str:
    """Where its revisions are. Raises `SchemaError` when it is no package of migrations."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SchemaError(f"{package} is not a package of migrations")
    return spec.submodule_search_locations[0]


def engine_for(where: Path | str) -> Engine:
    """For migrations only. Raises `SchemaError` for a URL of anything but PostgreSQL."""
    if isinstance(where, Path):
        return _sqlite_engine(where)
    _parsed(where)
    from bot.store.postgres.connection import connect  # noqa: PLC0415  (who uses SQLite does not wait for its driver)

    return sa.create_engine("postgresql+psycopg://", creator=partial(connect, where, by_hand=False), poolclass=NullPool)


def _parsed(url: str) -> dict[str, Any]:
    """By the driver itself: what it takes and what we show cannot differ."""
    from psycopg import ProgrammingError  # noqa: PLC0415
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    try:
        if url.startswith(("postgresql://", "postgres://")) and not _AMBIGUOUS.search(url):
            known = conninfo_to_dict(url)
            if str(known.get("port", 0)).replace(",", "").isdecimal():
                return known
    except ProgrammingError:
        pass
    raise SchemaError(  # no word of what it has
        "a database is a SQLite file, or a URL like postgresql://name:password@host/database, "
        "with %40, %2F and %3F for an @, / or ? in the password"
    )


def _sqlite_engine(path: Path) -> Engine:
    """SQLAlchemy's own transactions on SQLite are no real ones: these begin with the write lock."""
    engine = sa.create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _connect(dbapi: DBAPIConnection, _record: object) -> None:
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        cursor.execute("PRAGMA busy_timeout=30000")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _folders(packages: Sequence[str]) -> Iterator[str]:
    return map(folder, dict.fromkeys((OWN, *packages)))


def _configured(folders: Iterable[str]) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(folders).replace("%", "%%"))
    return config


def _upgrade(connection: Connection, folders: tuple[str, ...], name: str, to: Sequence[str]) -> None:
    """What a plugin made that is not here now stays as it is, unknown to Alembic meanwhile."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_ONE_AT_A_TIME)
    known = _revisions(folders)
    present = set(MigrationContext.configure(connection).get_current_heads())
    absent = {revision for revision in present if not _known(known, revision, name)}
    if present - absent != known.heads:
        for revision in absent:
            connection.execute(_VERSION.delete().where(_VERSION.c.version_num == revision))
        config = _configured(folders)
        config.attributes["connection"] = connection
        for revision in to:
            command.upgrade(config, revision)
        for revision in absent:
            connection.execute(_VERSION.insert().values(version_num=revision))


def _revisions(folders: tuple[str, ...]) -> _Revisions:
    """Those of these folders, with the files that are in them now."""
    return _read(tuple((one, *sorted(file.name for file in Path(one).glob("*.py"))) for one in folders))


@lru_cache(16)
def _read(folders: tuple[tuple[str, ...], ...]) -> _Revisions:
    """Remembered, by the folders and their files: all of these are run, which takes longer than a look into the database."""
    scripts = ScriptDirectory.from_config(_configured(one for one, *_ in folders))
    every = list(scripts.walk_revisions())
    return _Revisions(
        frozenset(scripts.get_heads()),
        frozenset(one.revision for one in every),
        frozenset(label for one in every for label in one.branch_labels),
    )


def _known(known: _Revisions, revision: str, name: str) -> bool:
    """False for what an absent plugin made. Raises `SchemaError` for what a newer version of a present one made."""
    if revision in known.every:
        return True
    if revision.rpartition("_")[0] not in known.branches:
        return False
    raise SchemaError(
        f"{name} has the schema {revision}, which this version does not know: it was made by a newer version"
    )
