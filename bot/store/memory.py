"""Exactly once: the writes of an invocation are remembered with their results, and read when it runs again.

A write is found by (invocation, function, occurrence) and a digest of its arguments. Its result is kept in the
transaction of its effect. A handler that takes another path than was carried out has diverged: a new write while
remembered ones are unread, other arguments, or an end with unread ones. The effect then stands and its answer is lost.
"""

import asyncio
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from concurrent.futures import Future
from functools import lru_cache
from typing import Any, Concatenate, ParamSpec, TypeVar, get_type_hints

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from bot.store.engine import plain
from bot.store.schema import inbox, insert, param, remembered
from bot.store.store import Store
from bot.store.tx import Tx

T = TypeVar("T")
P = ParamSpec("P")
Step = tuple[str, int]
"""A function and its occurrence, counted from 1."""

STATE = 0
# One statement for both: a redelivered invocation that has ended must not begin again (its memory is erased by then).
STEPS = (
    sa.select(remembered.c.function, remembered.c.occurrence, remembered.c.digest)
    .where(remembered.c.invocation == param("invocation"))
    .union_all(
        sa.select(inbox.c.state, sa.literal(STATE), sa.literal(b"", sa.LargeBinary)).where(
            inbox.c.id == param("invocation")
        )
    )
)
RECALL = sa.select(remembered.c.result).where(
    remembered.c.invocation == param("invocation"),
    remembered.c.function == param("function"),
    remembered.c.occurrence == param("occurrence", sa.Integer),
)
REMEMBER = insert(remembered).values(
    invocation=param("invocation"),
    function=param("function"),
    occurrence=param("occurrence", sa.Integer),
    digest=param("digest", sa.LargeBinary),
    result=param("result", sa.LargeBinary),
)

_RUNNING = ("accepted", "asking")
_ENCODE = msgspec.json.Encoder(order="deterministic").encode


class Diverged(BaseException):
    """The handler left the path that was carried out before. Not an `Exception`: a handler cannot swallow it."""


class Elsewhere(Diverged):
    """It has ended, or another delivery of it is being run: nothing of this run counts, and it says nothing."""


class Ticket:
    """Of a run that does not wait for its acceptance, which is queued before its writes. `void`: another was first.

    Without an acceptance that was kept there is no write either.
    """

    __slots__ = ("void",)

    def __init__(self) -> None:
        self.void = False


class Memory:
    """The remembered writes of one run of an invocation. `resumed`: it has run before."""

    def __init__(self, store: Store, invocation: str, resumed: bool = False, ticket: Ticket | None = None) -> None:
        self._store, self._invocation, self._ticket = store, invocation, ticket
        self._counts: dict[str, int] = {}
        self._claimed: set[Step] = set()
        self._earlier: Future[dict[Step, bytes]] | None = store.begin_read(_steps, invocation) if resumed else None
        self._found: AbstractSet[Step] = frozenset()
        self._diverged: Diverged | None = None

    async def write(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`store.write`, once over all runs of the invocation; what `fn` raises is not remembered.

        Arguments and result must be encodable by msgspec; the result comes back as the return annotation of `fn` says.
        Raises `Diverged`, and `TypeError` for a function without a name or a return annotation.
        """
        name, decode = _named(fn)
        occurrence = self._counts[name] = self._counts.get(name, 0) + 1
        step = (name, occurrence)
        self._claimed.add(step)
        digest = self._store.keys.digest(_ENCODE([args, kwargs]))
        call = _Call(self._invocation, step, digest, frozenset(self._claimed), self._ticket)
        try:
            encoded, unread = await self._store.write_in(
                self._invocation, call.carry_out, lambda tx: fn(tx, *args, **kwargs)
            )
        except Diverged as error:
            self._diverged = error
            raise
        self._found = self._found | unread
        result: T = decode(encoded)
        return result

    async def recall(self) -> None:
        """Wait until it is known what an earlier run has carried out. Raises `Elsewhere` when the invocation has ended."""
        if self._earlier is not None:
            await asyncio.wrap_future(self._earlier)

    @property
    def diverged(self) -> Diverged | None:
        """What `ended` would raise."""
        if self._diverged is not None:
            return self._diverged
        earlier = self._earlier.result() if self._earlier else {}  # read since the start of the run
        unread = (self._found | earlier.keys()) - self._claimed
        return Diverged(f"ended while {sorted(unread)} are unread") if unread else None

    def ended(self) -> None:
        """The handler has come to its end. Raises `Diverged` when it diverged, or when remembered writes are unread."""
        if (diverged := self.diverged) is not None:
            raise diverged


class _Call(Struct, frozen=True):
    """One remembered write, as the store runs it. `claimed`: what this run has asked for so far."""

    invocation: str
    step: Step
    digest: bytes
    claimed: frozenset[Step]
    ticket: Ticket | None

    def carry_out(self, tx: Tx, fn: Callable[[Tx], object]) -> tuple[bytes, AbstractSet[Step]]:
        """The encoded result, and the remembered steps that are still unread."""
        if self.ticket is not None and self.ticket.void:
            raise Elsewhere(f"{self.invocation} was taken in before")
        known = _steps(tx, self.invocation, taken=self.ticket is not None)
        unread = known.keys() - self.claimed
        if self.step in known:
            return self._recall(tx, known[self.step]), unread
        if unread:
            raise Diverged(f"{self.step} is new while {sorted(unread)} are unread")
        tx.key = self._key
        encoded = _ENCODE(plain(fn(tx)))
        tx.execute(REMEMBER, **self._row, digest=self.digest, result=tx.keys.seal(encoded, "remembered", self._key))
        return encoded, unread

    def _recall(self, tx: Tx, digest: bytes) -> bytes:
        if digest != self.digest:
            raise Diverged(f"{self.step} was carried out with other arguments")
        rows = tx.execute(RECALL, **self._row)
        if not rows:  # another process has just finished it
            raise Elsewhere(f"{self.invocation} has ended meanwhile")
        return tx.keys.unseal(rows[0][0], "remembered", self._key)

    @property
    def _key(self) -> str:
        return f"{self.invocation}/{self.step[0]}/{self.step[1]}"

    @property
    def _row(self) -> dict[str, object]:
        return {"invocation": self.invocation, "function": self.step[0], "occurrence": self.step[1]}


def _steps(tx: Tx, invocation: str, *, taken: bool = False) -> dict[Step, bytes]:
    """What was carried out, with the digests of the arguments. Raises `Elsewhere` when the invocation has ended.

    `taken`: also when its acceptance, which went before, could not be kept: who brought it says so, or brings it again.
    """
    steps: dict[Step, bytes] = {}
    for name, occurrence, digest in tx.execute(STEPS, invocation=invocation):
        if occurrence != STATE:
            steps[name, occurrence] = digest
        elif name not in _RUNNING:
            raise Elsewhere(f"{invocation} has ended before")
        else:
            taken = False
    if taken:
        raise Elsewhere(f"{invocation} could not be taken in")
    return steps


@lru_cache(maxsize=1024)
def _named(fn: Callable[..., object]) -> tuple[str, Callable[[bytes], Any]]:
    """The name under which a function's results are kept, and how they are read."""
    name = getattr(fn, "__qualname__", "<lambda>")
    hints = {} if name.endswith("<lambda>") else get_type_hints(fn)
    if "return" not in hints:
        raise TypeError(f"{fn!r}: a remembered write is a named function with a return annotation")
    return f"{fn.__module__}.{name}", msgspec.json.Decoder(hints["return"]).decode
