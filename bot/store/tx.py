"""What a transaction function is given: `def give(tx: Tx, to: User, amount: int) -> Receipt`."""

import secrets
import sqlite3
from typing import Any, Protocol, TypeAlias

from bot.command.invocation import ReplyHandle
from bot.errors import SoulfraError
from bot.message import Message
from bot.store import buttons, events, outbox, people
from bot.store.statements import Statement, Statements
from bot.users import Place, User

Rows: TypeAlias = list[tuple[Any, ...]]


class Keys(Protocol):
    """What the store needs of the keyring. `context` says what the sealed bytes are; others do not open them."""

    def seal(self, data: bytes, *context: str) -> bytes:
        """Encrypted and authenticated."""

    def unseal(self, blob: bytes, *context: str) -> bytes:
        """What `seal` was given."""

    def digest(self, data: bytes) -> bytes:
        """A keyed hash: equal data is recognised, not guessed."""


class BatchFailed(SoulfraError):  # noqa: N818  (what happened, not whose fault)
    """Nothing of this batch of writes is in the database."""

    code = "store"


class Tx:
    """One transaction, without a way to commit it. `now` is its time in microseconds since the epoch.

    `key` names the remembered write this is (`<invocation>/<function>/<n>`), "" outside of one. `readonly`: a read.
    """

    __slots__ = ("_connection", "_sent", "_statements", "emitted", "key", "keys", "now", "readonly")

    def __init__(
        self, connection: sqlite3.Connection, statements: Statements, keys: Keys, *, readonly: bool = False
    ) -> None:
        self._connection, self._statements = connection, statements
        self.keys, self.readonly = keys, readonly
        self.begin(0)

    def begin(self, now: int) -> None:
        """A new function, or a new batch, starts at this time."""
        self.now, self.key, self.emitted, self._sent = now, "", False, 0

    def execute(self, statement: Statement, /, **values: object) -> Rows:
        """Run a statement that is a module constant; every named value must be given.

        Raises `TypeError` for values it does not ask for, `sqlite3.Error` for what the database refuses.
        """
        compiled = self._statements[statement]
        if values.keys() != compiled.names:
            raise TypeError(f"the statement asks for {sorted(compiled.names)}, given {sorted(values)}")
        if not self._connection.in_transaction:  # SQLite has rolled back by itself; this would commit alone
            raise BatchFailed("the transaction is gone")
        return self._connection.execute(compiled.sql, {**compiled.fixed, **values}).fetchall()

    def emit(self, kind: str, /, **body: int | str) -> None:
        """Append an event. Its body carries ids and numbers, never words: it is never forgotten."""
        events.append(self, kind, body)
        self.emitted = True

    def person(self, user: User) -> int:
        """Who is behind this user; a newcomer becomes a person. In a read an unknown user is 0, nobody."""
        return people.person(self, user)

    def send(self, to: User | Place, message: Message) -> None:
        """A direct message, or a line in a place: sent when the invocation is finished, else at the next start."""
        if isinstance(to, User):
            handle = ReplyHandle(to.platform, "", "", to, direct=True)
        else:
            handle = ReplyHandle(to.platform, "", to.channel, User(to.platform, "", ""), thread=to.thread)
        self._sent += 1
        key = f"{self.key or secrets.token_urlsafe(12)}/send/{self._sent}"
        invocation = self.key.rsplit("/", 2)[0] or None
        outbox.enqueue(self, key, handle, buttons.keep(self, message, handle), invocation)
