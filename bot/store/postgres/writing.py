"""Write transactions on PostgreSQL: run again when they collide or the connection breaks, never carried out twice."""

import hashlib
import time
from collections.abc import Callable
from typing import TypeVar

import psycopg
from psycopg import errors

from bot.store.engine import carry_out
from bot.store.postgres.connection import SHARED, Session
from bot.store.postgres.line import PATIENCE, Line, LostError, pause
from bot.store.tx import BatchFailed, ConstraintError, OutcomeUnknownError, Tx

TRIES = 12
"""How often a transaction that collides with others is run."""

_COLLISION = (errors.SerializationFailure, errors.DeadlockDetected)
_BEGIN = f"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_current_xact_id()::text, {SHARED}"
_STATUS = "SELECT pg_xact_status('{}'::xid8)"
T = TypeVar("T")


def write(line: Line, fn: Callable[[Tx], T], lane: str | None) -> T:
    """Run it and commit.

    Raises what it raises, `ConstraintError`, `BatchFailed` when nothing was written, and `OutcomeUnknownError` when the
    connection was lost at the COMMIT and the server did not come back to say what became of it.
    """
    begin = _BEGIN if lane is None else f"{_BEGIN}, pg_advisory_xact_lock({_number(lane)})"
    for tries in range(1, TRIES + 1):
        try:
            return line.patiently(lambda: _attempt(line, begin, fn))
        except _COLLISION as error:
            if tries == TRIES:
                raise BatchFailed(f"it collided with others {tries} times: {error}") from error
            pause(tries)
        except psycopg.OperationalError as error:  # a full disk, for example
            raise BatchFailed(f"nothing was written: {error}") from error
    raise AssertionError("not reached")


def _attempt(line: Line, begin: str, fn: Callable[[Tx], T]) -> T:
    session, transaction = line.begun(begin)
    try:
        result = line.guarded(lambda: _carried_out(session, fn, line.tx))
    except BaseException as error:
        line.undo()
        if isinstance(session.failure, _COLLISION) and not isinstance(error, (*_COLLISION, LostError)):
            raise session.failure from error
        raise
    _commit(line, str(transaction))
    return result


def _carried_out(session: Session, fn: Callable[[Tx], T], tx: Tx) -> T:
    result = carry_out(fn, tx)
    if session.failure is not None:  # the function hid it; COMMIT would roll back and tell nobody
        raise session.failure
    return result


def _commit(line: Line, transaction: str) -> None:
    try:
        if line.guarded(lambda: line.session.command("COMMIT")) != "COMMIT":
            raise BatchFailed("the transaction was rolled back")
    except LostError as error:
        if not _committed(line, transaction, error):
            raise
    except psycopg.Error as error:
        line.undo()
        if isinstance(error, errors.IntegrityError):
            raise ConstraintError(str(error)) from error
        raise


def _committed(line: Line, transaction: str, lost: LostError) -> bool:
    """Ask the server what became of a COMMIT that it did not answer."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            status = line.patiently(lambda: line.guarded(lambda: line.session.command(_STATUS.format(transaction))))
        except (psycopg.Error, BatchFailed):
            break
        if status in {"committed", "aborted"}:
            return status == "committed"
        pause(3)  # the old connection's end is not through yet
    raise OutcomeUnknownError(f"the database went away while it committed: {lost}") from lost


def _number(lane: str) -> int:
    """The advisory lock of a lane."""
    return int.from_bytes(hashlib.blake2b(lane.encode(), digest_size=8).digest(), "big", signed=True)
