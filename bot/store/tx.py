"""What a transaction function is given: `def give(tx: Tx, to: User, amount: int) -> Receipt`."""

import secrets
from typing import Any, Protocol, TypeAlias

from bot.command.invocation import ReplyHandle
from bot.errors import SoulfraError
from bot.message import Message
from bot.store import events, notices, outbox, people
from bot.store.statements import Statement, Statements
from bot.users import Place, User

Rows: TypeAlias = list[tuple[Any, ...]]
FLOW = "flow:"
"""How the keys of what flows write begin: nobody waits for their end to send what they send."""


class Keys(Protocol):
    """What the store needs of the keyring. `context` says what the sealed bytes are; others do not open them."""

    def seal(self, data: bytes, *context: str) -> bytes:
        """Encrypted and authenticated."""

    def unseal(self, blob: bytes, *context: str) -> bytes:
        """What `seal` was given."""

    def digest(self, data: bytes) -> bytes:
        """A keyed hash: equal data is recognised, not guessed."""

    @property
    def public(self) -> bytes:
        """With which anybody checks a signature of this installation (Ed25519)."""

    def sign(self, data: bytes) -> bytes:
        """A signature by this installation."""


class BatchFailed(SoulfraError):  # noqa: N818  (what happened, not whose fault)
    """Nothing of this batch of writes is in the database."""

    code = "store"


class OutcomeUnknownError(SoulfraError):
    """The connection was lost while a write was being committed, and the database could not be asked what became of it."""

    code = "store_unknown"


class ConstraintError(SoulfraError):
    """The database refused: a constraint, a table that is append-only, a number too large, a write in a read.

    Nothing of the function stays then, even when it hides this; nothing more can be run in it.
    """

    code = "constraint"


class Session(Protocol):
    """A connection in a transaction, of whatever database."""

    def run(self, sql: str, values: dict[str, object]) -> Rows:
        """The rows of a statement; raises `ConstraintError` for what the database refuses."""

    def alone(self) -> None:
        """Wait for the other writes."""


class Tx:
    """One transaction, without a way to commit it. `now` is its time in microseconds since the epoch.

    `key` names the remembered write this is (`<invocation>/<function>/<n>`), "" outside of one. `readonly`: a read.
    """

    __slots__ = ("_sent", "_session", "_statements", "emitted", "key", "keys", "now", "readonly", "refused")

    def __init__(self, session: Session, statements: Statements, keys: Keys, *, readonly: bool = False) -> None:
        self._session, self._statements = session, statements
        self.keys, self.readonly = keys, readonly
        self.begin(0)

    def begin(self, now: int) -> None:
        """A new function, or a new batch, starts at this time."""
        self.now, self.key, self.emitted, self._sent = now, "", False, 0
        self.refused: ConstraintError | None = None

    def execute(self, statement: Statement, /, **values: object) -> Rows:
        """Run a statement that is a module constant; every named value must be given.

        Raises `TypeError` for values it does not ask for, `ConstraintError` for what the database refuses.
        """
        compiled = self._statements[statement]
        if values.keys() != compiled.names:
            raise TypeError(f"the statement asks for {sorted(compiled.names)}, given {sorted(values)}")
        if self.refused is not None:
            raise self.refused
        try:
            return self._session.run(compiled.sql, compiled.fixed | values if compiled.fixed else values)
        except ConstraintError as error:
            self.refused = error
            raise

    def alone(self) -> None:
        """No other write runs from here to the end of this one: for what moves rows that others may have just read."""
        self._session.alone()

    def emit(self, kind: str, /, **body: int | str) -> None:
        """Append an event. Its body carries ids and numbers, never words: it is never forgotten."""
        events.append(self, kind, body)
        self.emitted = True

    def person(self, user: User) -> int:
        """Who is behind this user; a newcomer becomes a person. In a read an unknown user is 0, nobody."""
        return people.person(self, user)

    def send(self, to: User | Place | int, message: Message, topic: str = "") -> None:
        """A direct message, or a line in a place: sent when the invocation is finished; of anything else, within a second or two.

        A person (what `person` gives) has it on the platform they chose, else where they were last, not in their quiet hours,
        and not about a `topic` that they do not want; it is kept for them as a notice. Raises `ValueError` for nobody.
        """
        self._sent += 1
        key = f"{self.key or secrets.token_urlsafe(12)}/send/{self._sent}"
        invocation = None if self.key.startswith(FLOW) else self.key.rsplit("/", 2)[0] or None
        if isinstance(to, int):
            notices.send(self, to, message, topic, key, invocation)
            return
        if isinstance(to, User):
            handle = outbox.direct(to)
        else:
            handle = ReplyHandle(to.platform, "", to.channel, User(to.platform, "", ""), thread=to.thread)
        outbox.send(self, key, handle, message, invocation)
