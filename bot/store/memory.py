"""Exactly once: the writes of an invocation are remembered with their results, and read when it runs again.

A write is found by (invocation, function, occurrence) and a digest of its arguments. Its result is kept in the transaction of
its effect. When the handler takes another path than the one that was carried out, that is divergence: a new write while
remembered ones are unread, other arguments, or an end with unread ones. The effect then stands and its answer is lost.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar, TypeVarTuple, Unpack, get_type_hints

import msgspec
import sqlalchemy as sa

from bot.store.schema import insert, param, remembered
from bot.store.store import Store
from bot.store.tx import Tx
from bot.store.writer import plain

T = TypeVar("T")
Args = TypeVarTuple("Args")
Step = tuple[str, int]

STEPS = sa.select(remembered.c.function, remembered.c.occurrence, remembered.c.digest).where(
    remembered.c.invocation == param("invocation")
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

_ENCODE = msgspec.json.Encoder(order="deterministic").encode


class Diverged(BaseException):
    """The handler left the path that was carried out before. Not an `Exception`: a handler cannot swallow it."""


class Memory:
    """The remembered writes of one run of an invocation. `resumed`: it has run before."""

    def __init__(self, store: Store, invocation: str, resumed: bool = False) -> None:
        self._store, self._invocation, self._resumed = store, invocation, resumed
        self._counts: dict[str, int] = {}
        self._claimed: set[Step] = set()
        self._diverged: Diverged | None = None

    async def write(self, fn: Callable[[Tx, Unpack[Args]], T], *args: Unpack[Args]) -> T:
        """`store.write`, once over all runs of the invocation; what `fn` raises is not remembered.

        Arguments and result must be encodable by msgspec; the result comes back as the return annotation of `fn` says.
        Raises `Diverged`, and `TypeError` for a function without a name or a return annotation.
        """
        name, decode = _named(fn)
        occurrence = self._counts[name] = self._counts.get(name, 0) + 1
        step = (name, occurrence)
        self._claimed.add(step)
        digest = self._store.keys.digest(_ENCODE(args))
        call = _Call(self._invocation, step, digest, frozenset(self._claimed))
        try:
            encoded, recalled = await self._store.write(call.carry_out, fn, args)
        except Diverged as error:
            self._diverged = error
            raise
        self._resumed = self._resumed or recalled
        result: T = decode(encoded)
        return result

    async def ended(self) -> None:
        """The handler has come to its end. Raises `Diverged` when it diverged, or when remembered writes are unread."""
        if self._diverged is not None:
            raise self._diverged
        if self._resumed:  # else every write was new, and a new one finds nothing unread
            unread = set(await self._store.read(_steps, self._invocation)) - self._claimed
            if unread:
                raise Diverged(f"ended while {sorted(unread)} are unread")


class _Call:
    """One remembered write, as the store runs it."""

    __slots__ = ("claimed", "digest", "invocation", "step")

    def __init__(self, invocation: str, step: Step, digest: bytes, claimed: frozenset[Step]) -> None:
        self.invocation, self.step, self.digest, self.claimed = invocation, step, digest, claimed

    def carry_out(self, tx: Tx, fn: Callable[..., object], args: tuple[Any, ...]) -> tuple[bytes, bool]:
        """The encoded result, and whether it was remembered."""
        known = _steps(tx, self.invocation)
        if self.step in known:
            return self._recall(tx, known[self.step]), True
        if unread := known.keys() - self.claimed:
            raise Diverged(f"{self.step} is new while {sorted(unread)} are unread")
        tx.key = f"{self.invocation}/{self.step[0]}/{self.step[1]}"
        encoded = _ENCODE(plain(fn(tx, *args)))
        sealed = tx.keys.seal(encoded, "remembered", tx.key)
        tx.execute(REMEMBER, **self._row, digest=self.digest, result=sealed)
        return encoded, False

    def _recall(self, tx: Tx, digest: bytes) -> bytes:
        if digest != self.digest:
            raise Diverged(f"{self.step} was carried out with other arguments")
        sealed = tx.execute(RECALL, **self._row)[0][0]
        return tx.keys.unseal(sealed, "remembered", f"{self.invocation}/{self.step[0]}/{self.step[1]}")

    @property
    def _row(self) -> dict[str, object]:
        return {"invocation": self.invocation, "function": self.step[0], "occurrence": self.step[1]}


def _steps(tx: Tx, invocation: str) -> dict[Step, bytes]:
    return {(name, number): digest for name, number, digest in tx.execute(STEPS, invocation=invocation)}


@lru_cache(maxsize=1024)
def _named(fn: Callable[..., object]) -> tuple[str, Callable[[bytes], Any]]:
    """The name under which a function's results are kept, and how they are read."""
    name = getattr(fn, "__qualname__", "<lambda>")
    hints = get_type_hints(fn) if not name.endswith("<lambda>") else {}
    if "return" not in hints:
        raise TypeError(f"{fn!r}: a remembered write is a named function with a return annotation")
    return f"{fn.__module__}.{name}", msgspec.json.Decoder(hints["return"]).decode
