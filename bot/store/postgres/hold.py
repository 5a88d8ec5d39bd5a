"""One process for one database: a second one, with a data folder of its own, would take up what the first is doing."""

import logging
import os
import socket
import threading

import psycopg
from psycopg import errors

from bot.lock import InUseError
from bot.store.migrations import SchemaError, in_a_line, shown
from bot.store.postgres.connection import connect

_LOOK = 5.0
"""Seconds between two looks whether the connection is still there."""

# Who was killed a moment ago holds it until the server has noticed; one whose machine is gone, for a minute.
_PATIENT = """
SET lock_timeout = '3s'; SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3
"""
_TAKE = "SELECT pg_advisory_lock(727277)"  # each database has locks of its own
_WHO = """
SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND classid = 0 AND objid = 727277 AND granted AND datname = current_database()
"""
log = logging.getLogger(__name__)


class Hold:
    """A database that is ours until `release`; the server lets go of it when the process ends, however it ends.

    It is a lock of a session, with a connection of its own. A server that restarts forgets it: it is taken again within
    seconds, and somebody who was faster is told of in the log.
    """

    def __init__(self, url: str, connection: psycopg.Connection) -> None:
        self._url, self._connection = url, connection
        self._ending, self._said = threading.Event(), ""
        self._thread = threading.Thread(target=self._watch, name="store-hold", daemon=True)
        self._thread.start()

    @classmethod
    def take(cls, url: str) -> "Hold":
        """Raises `InUseError` when somebody else holds it, and `SchemaError` for what is no database or cannot be reached."""
        name = shown(url)
        try:
            return cls(url, _held(url))
        except psycopg.Error as error:
            raise SchemaError(f"{name} cannot be reached: {in_a_line(error)}") from error

    def release(self) -> None:
        """Let others work on it."""
        self._ending.set()
        self._thread.join()
        self._connection.close()

    def _watch(self) -> None:
        while not self._ending.wait(_LOOK):
            try:
                self._look()
            except (psycopg.Error, InUseError) as error:
                if self._said != str(error):
                    log.error("The lock of the database is lost: %s", error)  # noqa: TRY400  (it is tried again and again)
                self._said = str(error)
            else:
                self._said = ""

    def _look(self) -> None:
        try:
            self._connection.execute("SELECT 1")
        except psycopg.OperationalError:
            self._connection.close()
            self._connection = _held(self._url)


def _held(url: str) -> psycopg.Connection:
    """A connection that holds the lock."""
    connection = connect(url)
    try:
        connection.execute("SELECT set_config('application_name', %s, false)", [f"soulfra {os.getpid()} on {_host()}"])
        connection.execute(_PATIENT.encode())
        connection.execute(_TAKE.encode())
    except errors.LockNotAvailable:
        found = connection.execute(_WHO.encode()).fetchone()
        connection.close()
        holder = (found and found[0]) or "another process"
        raise InUseError(f"{shown(url)} is in use by {holder}: stop that one first") from None
    except BaseException:
        connection.close()
        raise
    return connection


def _host() -> str:
    return socket.gethostname()[:40]
