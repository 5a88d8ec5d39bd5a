"""One connection and the transactions on it, taken up again when it is lost."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

import psycopg

from bot.store.postgres.connection import Session, connect
from bot.store.tx import BatchFailed, Tx

PATIENCE = 5.0
"""Seconds in which a server that restarts is waited for."""

_PAUSE, _LONGEST = 0.02, 0.5
T = TypeVar("T")


class LostError(Exception):
    """The connection broke before anything was committed."""


class Line:
    """Held by one thread. It connects when it is first needed, and again when the connection is lost."""

    def __init__(self, url: str, make_tx: Callable[[Session], Tx], clock: Callable[[], int]) -> None:
        self._url, self._make_tx, self._clock = url, make_tx, clock
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """Connected. Raises `LostError` when there is nobody to connect to."""
        if self._session is None or self._session.connection.closed:
            try:
                self._session = Session(connect(self._url))
            except psycopg.OperationalError as error:
                raise LostError(str(error)) from error
            self.tx = self._make_tx(self._session)
        return self._session

    def close(self) -> None:
        """Let go of the connection."""
        if self._session is not None:
            self._session.connection.close()

    def patiently(self, work: Callable[[], T]) -> T:
        """Do it again while the connection is lost, for `PATIENCE`. Raises `BatchFailed`."""
        until, tries = time.monotonic() + PATIENCE, 0
        while True:
            try:
                return work()
            except LostError as error:
                tries += 1
                if time.monotonic() > until:
                    raise BatchFailed(f"the database is away: {error}") from error
                if tries > 1:  # a connection that died of age is made again at once
                    pause(tries)

    def begun(self, command: str) -> tuple[Session, str | None]:
        """In a transaction, and what beginning it said."""
        session = self.session
        session.failure = None
        self.tx.begin(self._clock())
        try:
            return session, self.guarded(lambda: session.command(command))
        except BaseException:
            self.undo()  # it may have begun, and failed in what comes with that: a lock
            raise

    def guarded(self, work: Callable[[], T]) -> T:
        """Raises `LostError` when the connection breaks meanwhile, whatever the work made of it."""
        session = self.session
        try:
            return work()
        except BaseException as error:
            if session.connection.closed:
                raise LostError(str(session.failure or error)) from error
            raise

    def undo(self) -> None:
        """Nothing of this transaction stays. A connection that cannot be told so is of no use any more."""
        if self._session is not None and not self._session.connection.closed:
            try:
                self._session.command("ROLLBACK")
            except psycopg.Error:
                self._session.connection.close()


def pause(tries: int) -> None:
    """Longer each time, and never as long as the others."""
    time.sleep(min(_LONGEST, _PAUSE * 2**tries) * random.uniform(0.5, 1))  # noqa: S311  (no secret)
