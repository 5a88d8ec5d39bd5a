"""What the store asked of its database, replayed by a raw driver: the same statements in as many transactions.

A command is recorded once as it runs; a value that a statement of the same transaction has returned is taken from the replayed
statement's own rows then, so the replay may run in any order beside others. Such values are told from others by their size:
everything that the database numbers begins at `FAR`.
"""

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from bot.store import Tx
from bot.store.postgres.connection import Session as PostgresSession
from bot.store.postgres.connection import connect as connect_postgres
from bot.store.sqlite.connection import Session as SqliteSession
from bot.store.sqlite.connection import connect as connect_sqlite

FAR = 10**9
_SEALING = ("event.seq IS NULL", "event.seq IS NOT NULL")
"""Looking for what is to be sealed is done once for a batch, not for each command: it is not held against the raw driver."""

Rows = list[tuple[Any, ...]]


@dataclass(slots=True)
class Step:
    """One statement. `links`: name of a value -> the step, row and column that gives it."""

    sql: str
    values: dict[str, object]
    links: dict[str, tuple[int, int, int]]
    rows: Rows


@dataclass
class Transaction:
    """Its statements in order."""

    steps: list[Step] = field(default_factory=list)

    @property
    def seals(self) -> bool:
        """Is it the sealer's, who works beside the commands on PostgreSQL?"""
        return any("pg_snapshot_xmin" in step.sql or "pg_try_advisory" in step.sql for step in self.steps)

    def add(self, sql: str, values: dict[str, object], rows: Rows) -> None:
        """What a statement was given, and gave."""
        links = {}
        for name, value in values.items():
            if type(value) is int and value >= FAR and (place := self._place(value)) is not None:
                links[name] = place
        self.steps.append(Step(sql, dict(values), links, rows))

    def _place(self, value: int) -> tuple[int, int, int] | None:
        """Where it came from, the newest first."""
        for number in range(len(self.steps) - 1, -1, -1):
            for row, columns in enumerate(self.steps[number].rows):
                if value in columns:
                    return number, row, columns.index(value)
        return None

    def run(self, execute: Callable[[str, dict[str, object]], Rows]) -> None:
        """Everything once more."""
        seen: list[Rows] = []
        for step in self.steps:
            values = step.values
            if step.links:
                values = {
                    **values,
                    **{name: seen[number][row][column] for name, (number, row, column) in step.links.items()},
                }
            seen.append(execute(step.sql, values))


@contextmanager
def recorded() -> Iterator[list[Transaction]]:
    """The write transactions of everything that runs meanwhile. Meant for one command at a time."""
    found: list[Transaction] = []
    begin = Tx.begin
    plain = {kind: kind.run for kind in (SqliteSession, PostgresSession)}

    def writing() -> bool:
        return threading.current_thread().name.startswith("store-writer")

    def began(self: Tx, now: int) -> None:
        begin(self, now)
        if writing():
            found.append(Transaction())

    def ran(self: Any, sql: str, values: dict[str, object]) -> Rows:  # noqa: ANN401  (a session of either kind)
        rows = plain[type(self)](self, sql, values)
        if writing() and found and not any(part in sql for part in _SEALING):
            found[-1].add(sql, values, rows)
        return rows

    Tx.begin = began  # type: ignore[method-assign]
    for kind in plain:
        kind.run = ran  # type: ignore[method-assign]
    try:
        yield found
    finally:
        Tx.begin = begin  # type: ignore[method-assign]
        for kind, run in plain.items():
            kind.run = run  # type: ignore[method-assign]


Command = list[Transaction]


@dataclass(frozen=True)
class Load:
    """How it went: seconds for everything, and those of each command, shortest first."""

    seconds: float
    latencies: list[float]

    @property
    def rate(self) -> float:
        """Commands in a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """In seconds."""
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))]


def on_sqlite(path: Path, commands: list[Command], in_flight: int, batch: float) -> Load:
    """One thread; so many transactions to a COMMIT as ours had on average, taken in turn from those in flight."""
    connection = connect_sqlite(path)

    def execute(sql: str, values: dict[str, object]) -> Rows:
        return connection.execute(sql, values).fetchall()

    began, latencies = time.perf_counter(), []
    coming, ready = iter(commands), deque[tuple[Iterator[Transaction], float]]()
    for command in (next(coming, None) for _ in range(in_flight)):
        if command is not None:
            ready.append((iter(command), time.perf_counter()))
    owed = 0.0
    while ready:
        owed += batch
        turn = [ready.popleft() for _ in range(min(len(ready), max(1, int(owed))))]
        owed = max(0.0, owed - len(turn))
        connection.execute("BEGIN IMMEDIATE")
        more = []
        for left, since in turn:
            transaction = next(left, None)
            if transaction is not None:
                transaction.run(execute)
                more.append((left, since))
            else:
                latencies.append(time.perf_counter() - since)
                if (command := next(coming, None)) is not None:
                    more.append((iter(command), time.perf_counter()))
        connection.execute("COMMIT")
        ready.extend(more)
    seconds = time.perf_counter() - began
    connection.close()
    return Load(seconds, sorted(latencies))


def on_postgres(url: str, commands: list[Command], in_flight: int, connections: int) -> Load:
    """So many threads, each with a connection; those in flight take turns, a transaction at a time."""
    ready: queue.SimpleQueue[tuple[Iterator[Transaction], float] | None] = queue.SimpleQueue()
    coming, latencies, lock = iter(commands), list[float](), threading.Lock()
    open_commands = min(in_flight, len(commands))

    def work() -> None:
        nonlocal open_commands
        with connect_postgres(url) as connection:
            cursor = connection.cursor(binary=True)
            while (taken := ready.get()) is not None:
                left, since = taken
                if (transaction := next(left, None)) is not None:
                    _transaction(cursor, transaction)
                    ready.put((left, since))
                    continue
                with lock:
                    latencies.append(time.perf_counter() - since)
                    command = next(coming, None)
                    open_commands -= command is None
                if command is not None:
                    ready.put((iter(command), time.perf_counter()))
                elif open_commands == 0:
                    for _ in range(connections):
                        ready.put(None)

    threads = [threading.Thread(target=work) for _ in range(connections)]
    began = time.perf_counter()
    for _ in range(in_flight):
        if (first := next(coming, None)) is not None:
            ready.put((iter(first), began))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(time.perf_counter() - began, sorted(latencies))


def _transaction(cursor: psycopg.Cursor[Any], transaction: Transaction) -> None:
    def execute(sql: str, values: dict[str, object]) -> Rows:
        cursor.execute(sql.encode(), values)
        return cursor.fetchall() if cursor.description else []

    cursor.execute("BEGIN")
    transaction.run(execute)
    cursor.execute("COMMIT")
