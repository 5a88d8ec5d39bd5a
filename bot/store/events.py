"""Events: appended by transactions, numbered and hash-chained by one sealer, read by that number only."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from bot.store.schema import event, insert, param

if TYPE_CHECKING:
    from bot.store.store import Store
    from bot.store.tx import Rows, Tx

_SEALER = 727_276

APPEND = insert(event).values(at=param("at", sa.BigInteger), kind=param("kind"), body=param("body"))
UNSEALED = (
    sa.select(event.c.id, event.c.at, event.c.kind, event.c.body).where(event.c.seq.is_(None)).order_by(event.c.id)
)
# PostgreSQL only. What is older than every transaction that still runs: nothing can appear between such rows any more.
SETTLED = UNSEALED.where(sa.literal_column("txid") < sa.func.pg_snapshot_xmin(sa.func.pg_current_snapshot())).limit(
    param("most", sa.Integer)
)
SEALER = sa.select(sa.cast(sa.func.pg_try_advisory_xact_lock(sa.literal(_SEALER, sa.BigInteger)), sa.Integer))
HEAD = sa.select(event.c.seq, event.c.chain).where(event.c.seq.is_not(None)).order_by(event.c.seq.desc()).limit(1)
SEAL = (
    sa.update(event)
    .where(event.c.id == param("row", sa.BigInteger))
    .values(seq=param("number", sa.BigInteger), chain=param("hash"))
)
SEALED = (
    sa.select(event.c.seq, event.c.at, event.c.kind, event.c.body, event.c.chain)
    .where(event.c.seq > param("after", sa.BigInteger))
    .order_by(event.c.seq)
)
"""Everything after a number, in order: for exports."""
AFTER = SEALED.limit(param("most", sa.Integer))
START = ""
PAGE = 1000

_BROKEN = {
    "changed": "was changed, removed, put in or moved",
    "replaced": "is not the one that was anchored: the chain was written anew",
    "cut": "was anchored, or one after it, and is gone: the end was cut off",
}
_ENCODE = msgspec.json.Encoder(order="deterministic").encode
_DECODE = msgspec.json.Decoder(dict[str, int | str]).decode


class Event(Struct, frozen=True):
    """Something that happened. `seq` is the sealer's number, without gaps from 1."""

    seq: int
    at: int
    kind: str
    body: dict[str, int | str]


class Head(Struct, frozen=True):
    """A number and what the chain was then: enough to recognise everything up to it."""

    seq: int
    chain: str


class Broken(Struct, frozen=True):
    """The first number at which the chain does not hold, and how."""

    seq: int
    how: Literal["changed", "replaced", "cut"]

    def __str__(self) -> str:
        return f"event {self.seq} {_BROKEN[self.how]}"


def append(tx: "Tx", kind: str, body: Mapping[str, int | str]) -> None:
    """Raises `ValueError` when a value is more than an id or a number."""
    for name, value in body.items():
        if isinstance(value, str) and (len(value) > 200 or any(map(str.isspace, value))):
            raise ValueError(f"{kind}: {name} is words; an event carries ids and numbers only")
    tx.execute(APPEND, at=tx.now, kind=kind, body=_ENCODE(body).decode())


def seal(tx: "Tx") -> int:
    """Number and chain what has no number yet, in the only writer that there is. Returns how many."""
    return _number(tx, tx.execute(UNSEALED))


async def seal_due(store: "Store") -> int:
    """Number and chain what has been committed; returns how many. On SQLite the writer has done so: 0.

    Any process may do this at any time: only one at a time does, and the others find nothing to do.
    """
    total = 0
    while store.engine.name == "postgresql":
        total += (count := await store.write(_seal_settled))
        if count < PAGE:
            break
    return total


def _seal_settled(tx: "Tx") -> int:
    """On PostgreSQL, row ids are given before they can be seen; those that are numbered are past that."""
    return _number(tx, tx.execute(SETTLED, most=PAGE)) if tx.execute(SEALER)[0][0] else 0


def _number(tx: "Tx", rows: "Rows") -> int:
    seq, chain = (tx.execute(HEAD) or [(0, START)])[0]
    for number, (row, at, kind, body) in enumerate(rows, seq + 1):
        chain = _link(chain, number, at, kind, body)
        tx.execute(SEAL, row=row, number=number, hash=chain)
    return len(rows)


def events_after(tx: "Tx", seq: int, limit: int = PAGE) -> list[Event]:
    """What came after number `seq`, in order; 0 is the beginning."""
    rows = tx.execute(AFTER, after=seq, most=limit)
    return [Event(number, at, kind, _DECODE(body)) for number, at, kind, body, _ in rows]


def head(tx: "Tx") -> Head:
    """The newest event that has a number; 0 before the first."""
    return Head(*(tx.execute(HEAD) or [(0, START)])[0])


def verify(tx: "Tx", anchors: Iterable[Head] = ()) -> Broken | None:
    """Where the chain first does not hold; None when it is whole and every anchor, in rising order, is on it.

    A chain alone cannot show that its end was cut off or written anew: anchors, kept elsewhere, can.
    """
    waiting, chain, number = iter(anchors), START, 0
    anchor = next(waiting, None)
    for number, (seq, at, kind, body, written) in enumerate(_all(tx), 1):
        chain = _link(chain, number, at, kind, body)
        if seq != number or written != chain:
            return Broken(number, "changed")
        if anchor is not None and anchor.seq == number:
            if anchor.chain != chain:
                return Broken(number, "replaced")
            anchor = next(waiting, None)
    return None if anchor is None else Broken(number + 1, "cut")


def _all(tx: "Tx") -> Iterator[tuple[int, int, str, str, str]]:
    seq = 0
    while rows := tx.execute(AFTER, after=seq, most=PAGE):
        yield from rows
        seq = rows[-1][0]


def _link(chain: str, *fields: int | str) -> str:
    return hashlib.sha256(_ENCODE([chain, *fields])).hexdigest()
