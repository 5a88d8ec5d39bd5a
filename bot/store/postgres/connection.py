"""Connections to PostgreSQL, and statements on them."""

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from bot.store.tx import ConstraintError, Rows

_DEFAULTS: dict[str, str | int] = {
    "application_name": "soulfra",
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""What the URL does not say. A connection whose other end is gone without a word is noticed within a minute."""

_PREPARED = 500
_AFTER = 2
"""A connection prepares a statement at its third use, and keeps so many."""

_ALONE = 727_275
SHARED = f"pg_advisory_xact_lock_shared({_ALONE})"
"""Every write holds this, so that one which is to be alone can wait for the others."""


def connect(url: str, *, by_hand: bool = True) -> psycopg.Connection:
    """A connection whose transactions are begun and ended by hand, else by the driver. Raises `psycopg.OperationalError`."""
    options = {**_DEFAULTS, **{name: value for name, value in conninfo_to_dict(url).items() if value is not None}}
    connection = psycopg.connect(autocommit=by_hand, prepare_threshold=_AFTER, **options)  # type: ignore[arg-type]
    connection.prepared_max = _PREPARED
    return connection


class Session:
    """What a `Tx` runs its statements on. `failure`: why the transaction that runs cannot be committed any more."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self._cursor = connection.cursor(binary=True)
        self.failure: psycopg.Error | None = None

    def run(self, sql: str, values: dict[str, object]) -> Rows:
        """Raises `ConstraintError` for what the database refuses, and what the driver raises."""
        try:
            self._execute(sql, values)
            return self._cursor.fetchall() if self._cursor.description else []
        except (errors.IntegrityError, errors.DataError, errors.ReadOnlySqlTransaction) as error:
            self.failure = error
            raise ConstraintError(str(error).partition("\n")[0]) from error
        except psycopg.Error as error:
            self.failure = self.failure or error
            raise

    def _execute(self, sql: str, values: dict[str, object]) -> None:
        try:
            self._cursor.execute(sql.encode(), values)
        except errors.DataError as error:
            if error.sqlstate is not None:  # it is the server's
                raise
            self._cursor.execute(sql.encode(), {name: _held(value) for name, value in values.items()})

    def alone(self) -> None:
        """Wait for the other writes; those that come later wait for this one."""
        self.run(f"SELECT pg_advisory_xact_lock({_ALONE})", {})

    def command(self, sql: str) -> str | None:
        """Run it as it stands: what begins and ends transactions. The last value it gives."""
        cursor = self.connection.execute(sql.encode())
        while cursor.nextset():
            pass
        row = cursor.fetchone() if cursor.description else None
        return str(row[0]) if row else cursor.statusmessage


def _held(value: object) -> object:
    """PostgreSQL holds no NUL in texts, and hostile input may have some: the sign for what cannot be shown is in its place."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value
