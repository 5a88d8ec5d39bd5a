"""PostgreSQL: pg_dump and pg_restore, and a database that takes another one's name."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, LiteralString

from sqlalchemy import make_url

from bot.backup.disk import sync
from bot.backup.manifest import BackupError
from bot.store.migrations import in_a_line, shown

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql

DUMP = "soulfra.dump"
_BESIDE = "_restoring"
_SHORT = 32  # of the 63 letters that a name may have
_TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
_UNNUMBERED = "UPDATE event SET txid = '3' WHERE seq IS NULL"


class Postgres:
    """The database of `url`; `programs` is the folder of pg_dump and pg_restore, None where PATH finds them."""

    kind = "postgresql"
    files: ClassVar[list[str]] = []

    def __init__(self, url: str, programs: Path | None) -> None:
        """Raises `SchemaError` for a URL that is none."""
        shown(url)
        self._url = make_url(url).set(drivername="postgresql")
        self._programs = programs

    def dump(self, work: Path) -> list[Path]:
        """One snapshot of everything, the flows too. Raises `BackupError` when the program is missing or too old."""
        self._run("pg_dump", "--format=custom", f"--file={work / DUMP}", database=self._name)
        (work / DUMP).chmod(0o600)
        sync(work / DUMP)
        return [work / DUMP]

    def examined(self, _work: Path) -> str:
        """What the audits are run on: the database itself."""
        return self._at(self._name)

    def load(self, work: Path) -> str:
        """A database beside the one in use, made of the dump; needs the right to create databases."""
        self.discard()
        with self._server() as server:
            server.execute(_sql("CREATE DATABASE {} TEMPLATE template0", self._beside))
        self._run("pg_restore", "--exit-on-error", "--no-owner", str(work / DUMP), database=self._beside)
        with self._connected(self._beside) as connection:  # numbers of another server's transactions mean nothing here
            connection.execute(_UNNUMBERED)
        return self._at(self._beside)

    def settle(self, _work: Path) -> None:
        """It is as it should be."""

    def discard(self) -> None:
        """Nothing is left of `load`."""
        with self._server() as server:
            server.execute(_sql("DROP DATABASE IF EXISTS {}", self._beside))

    def replace(self, stamp: str, *, over: bool) -> None:
        """The loaded one takes the name; the old one is kept under another, unless it is empty.

        `over`: although there is something in the old one. Raises `BackupError` when somebody works on it.
        """
        import psycopg  # noqa: PLC0415  (not needed on SQLite)

        empty = self._empty()
        if not (empty or over):
            raise BackupError(
                f"the database {self._name} is not empty: --replace keeps it under another name", "not_empty"
            )
        old = f"{self._name[:_SHORT]}_before_{stamp}"
        try:
            with self._server() as server:
                self._refuse_others(server)
            with self._server() as server, server.transaction():
                server.execute(_sql("ALTER DATABASE {} RENAME TO {}", self._name, old))
                server.execute(_sql("ALTER DATABASE {} RENAME TO {}", self._beside, self._name))
        except psycopg.errors.ObjectInUse as error:
            raise BackupError(f"somebody works on the database {self._name}: stop them first", "in_use") from error
        if empty:
            with self._server() as server:
                server.execute(_sql("DROP DATABASE {}", old))

    # --- the server ------------------------------------------------------------------------------------------------------

    @property
    def _name(self) -> str:
        return self._url.database or self._url.username or ""

    @property
    def _beside(self) -> str:
        return self._name + _BESIDE

    def _at(self, database: str) -> str:
        return self._url.set(database=database).render_as_string(hide_password=False)

    def _empty(self) -> bool:
        with self._connected(self._name) as connection:
            (tables,) = connection.execute(_TABLES).fetchone() or (0,)
        return not tables

    def _refuse_others(self, server: "psycopg.Connection[Any]") -> None:
        for _ in range(20):  # a connection that was closed is there for a moment
            (others,) = server.execute(_OTHERS, [self._name]).fetchone() or (0,)
            if not others:
                return
            time.sleep(0.1)
        raise BackupError(f"{others} connections work on the database {self._name}: stop them first", "in_use")

    def _server(self) -> "AbstractContextManager[psycopg.Connection[Any]]":
        """A connection to the server that holds no database of ours."""
        return self._connected("postgres")

    @contextmanager
    def _connected(self, database: str) -> "Iterator[psycopg.Connection[Any]]":
        import psycopg  # noqa: PLC0415

        try:
            with psycopg.connect(self._at(database), autocommit=True) as connection:
                yield connection
        except psycopg.errors.ObjectInUse:
            raise
        except psycopg.Error as error:
            raise BackupError(f"PostgreSQL, database {database}: {in_a_line(error)}", "backup") from error

    def _run(self, program: str, *words: str, database: str) -> None:
        """The password goes in by the environment: arguments can be read by others."""
        from psycopg.conninfo import conninfo_to_dict, make_conninfo  # noqa: PLC0415

        found = shutil.which(program, path=None if self._programs is None else str(self._programs))
        if found is None:
            where = self._programs or "PATH"
            raise BackupError(
                f"{program} is not in {where}: install PostgreSQL's client programs, or set backup.pg_bin"
            )
        self._check_version(found)
        known: dict[str, Any] = conninfo_to_dict(self._at(database))
        secret = known.pop("password", None)
        environment = os.environ | ({} if secret is None else {"PGPASSWORD": str(secret)})
        line = [found, *words, f"--dbname={make_conninfo(**known)}"]
        done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise BackupError(f"{program} failed: {' '.join(done.stderr.split())}", "backup")

    def _check_version(self, program: str) -> None:
        """An older pg_dump refuses a newer server; an older pg_restore does not read a newer dump."""
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        number = re.search(r"(\d+)", said)
        ours = int(number[1]) if number else 0
        with self._server() as server:
            theirs = server.info.server_version // 10_000
        if ours < theirs:
            told = f"{program} is version {ours}, the server is {theirs}"
            raise BackupError(f"{told}: set backup.pg_bin to the folder of newer programs")


def _sql(template: LiteralString, *names: str) -> "sql.Composed":
    from psycopg import sql  # noqa: PLC0415

    return sql.SQL(template).format(*map(sql.Identifier, names))
