"""Exactly once: the writes of an invocation are remembered with their results, and read when it runs again.

A write is found by (invocation, function, occurrence) and a digest of its arguments. Its result is kept in the
transaction of its effect. A handler that takes another path than was carried out has diverged: a new write while
remembered ones are unread, other arguments, or an end with unread ones. The effect then stands and its answer is lost.

A step, which is outside of our database, is remembered in the same way once it has ended. It is no effect: one that is unread
says nothing about the path.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
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
"""A function and its occurrence, counted from 1; from -1 downwards where it is no effect (`Memory.step`)."""

STATE = 0
NOTHING: AbstractSet[Step] = frozenset()
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


class Unlike(Diverged):
    """A step was asked for with other arguments than before. By itself that is no effect whose answer would be lost."""


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
        self._counts: dict[str | Step, int] = {}
        self._carried = False
        self._claimed: set[Step] = set()
        self._earlier: Future[dict[Step, bytes]] | None = store.begin_read(_steps, invocation) if resumed else None
        self._found = NOTHING
        self._diverged: Diverged | None = None

    async def write(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`store.write`, once over all runs of the invocation; what `fn` raises is not remembered.

        Arguments and result must be encodable by msgspec; the result comes back as the return annotation of `fn` says.
        Raises `Diverged`, and `TypeError` for a function without a name or a return annotation.
        """
        name, decode = _named(fn)
        occurrence = self._counts[name] = self._counts.get(name, 0) + 1
        call = self._claim((name, occurrence), args, kwargs)
        encoded = await self._carried_out(call, lambda tx: fn(tx, *args, **kwargs))
        self._carried = True
        result: T = decode(encoded)
        return result

    async def step(self, fn: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """`await fn(…)`, for what is outside of our database, its result remembered as that of a write is.

        One that is cut off is done again. A run that has it already reads it. Raises as `write` does.
        """
        name, decode = _named(getattr(fn, "__func__", fn))
        occurrence = self._counts[name, STATE] = self._counts.get((name, STATE), 0) - 1
        call = self._claim((name, occurrence), args, kwargs)
        known = self._earlier is not None and call.step in await asyncio.wrap_future(self._earlier)
        given = None if known else await fn(*args, **kwargs)
        result: T = decode(await self._carried_out(call, lambda _tx: given))
        return result

    def _claim(self, step: Step, args: tuple[object, ...], kwargs: dict[str, object]) -> "_Call":
        """This run has come by it."""
        self._claimed.add(step)
        digest = self._store.keys.digest(_ENCODE([args, kwargs]))
        return _Call(self._invocation, step, digest, frozenset(self._claimed), self._ticket)

    async def _carried_out(self, call: "_Call", fn: Callable[[Tx], object]) -> bytes:
        """The encoded result, of now or of an earlier run."""
        try:
            encoded, unread = await self._store.write_in(self._invocation, call.carry_out, fn)
        except Diverged as error:
            self._diverged = error
            self._carried = self._carried or not isinstance(error, Unlike)
            raise
        self._found = self._found | unread
        return encoded

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
        unread = (self._found | _effects(earlier)) - self._claimed
        return Diverged(f"ended while {sorted(unread)} are unread") if unread else None

    @property
    def carried_out(self) -> bool:
        """Has a write been carried out, by this run or an earlier one? Steps alone are no effect."""
        return self._carried or bool(self._found or (self._earlier and _effects(self._earlier.result())))

    def ended(self) -> None:
        """The handler has come to its end. Raises `Diverged` when it diverged, or when remembered writes are unread."""
        if (diverged := self.diverged) is not None:
            raise diverged


class _Call(Struct, frozen=True):
    """One remembered write or step, as the store runs it. `claimed`: what this run has asked for so far."""

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
        unread = _effects(known) - self.claimed if known else NOTHING
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
            other = Diverged if self.step[1] > STATE else Unlike
            raise other(f"{self.step} was carried out with other arguments")
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


def _effects(known: Iterable[Step]) -> AbstractSet[Step]:
    """Those that are effects."""
    return {step for step in known if step[1] > STATE}


@lru_cache(maxsize=1024)
def _named(fn: Callable[..., object]) -> tuple[str, Callable[[bytes], Any]]:
    """The name under which a function's results are kept, and how they are read."""
    name = getattr(fn, "__qualname__", "<lambda>")
    hints = {} if name.endswith("<lambda>") else get_type_hints(fn)
    if "return" not in hints:
        raise TypeError(f"{fn!r}: what is remembered is a named function with a return annotation")
    return f"{fn.__module__}.{name}", msgspec.json.Decoder(hints["return"]).decode
