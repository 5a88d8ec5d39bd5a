"""Events: appended by transactions, numbered and hash-chained by one sealer, read by that number only."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from bot.store.schema import event, insert, param

if TYPE_CHECKING:
    from bot.store.tx import Tx

APPEND = insert(event).values(at=param("at", sa.BigInteger), kind=param("kind"), body=param("body"))
UNSEALED = (
    sa.select(event.c.id, event.c.at, event.c.kind, event.c.body).where(event.c.seq.is_(None)).order_by(event.c.id)
)
HEAD = sa.select(event.c.seq, event.c.chain).where(event.c.seq.is_not(None)).order_by(event.c.seq.desc()).limit(1)
SEAL = (
    sa.update(event)
    .where(event.c.id == param("row", sa.BigInteger))
    .values(seq=param("number", sa.BigInteger), chain=param("hash"))
)
AFTER = (
    sa.select(event.c.seq, event.c.at, event.c.kind, event.c.body, event.c.chain)
    .where(event.c.seq > param("after", sa.BigInteger))
    .order_by(event.c.seq)
    .limit(param("most", sa.Integer))
)
START = ""
PAGE = 1000

_ENCODE = msgspec.json.Encoder(order="deterministic").encode
_DECODE = msgspec.json.Decoder(dict[str, int | str]).decode


class Event(Struct, frozen=True):
    """Something that happened. `seq` is the sealer's number, without gaps from 1."""

    seq: int
    at: int
    kind: str
    body: dict[str, int | str]


def append(tx: "Tx", kind: str, body: Mapping[str, int | str]) -> None:
    """Raises `ValueError` when a value is more than an id or a number."""
    for name, value in body.items():
        if isinstance(value, str) and (len(value) > 200 or any(map(str.isspace, value))):
            raise ValueError(f"{kind}: {name} is words; an event carries ids and numbers only")
    tx.execute(APPEND, at=tx.now, kind=kind, body=_ENCODE(body).decode())


def seal(tx: "Tx") -> int:
    """Number and chain what has no number yet; only one may do this at a time. Returns how many."""
    rows = tx.execute(UNSEALED)
    seq, chain = (tx.execute(HEAD) or [(0, START)])[0]
    for number, (row, at, kind, body) in enumerate(rows, seq + 1):
        chain = _link(chain, number, at, kind, body)
        tx.execute(SEAL, row=row, number=number, hash=chain)
    return len(rows)


def events_after(tx: "Tx", seq: int, limit: int = PAGE) -> list[Event]:
    """What came after number `seq`, in order; 0 is the beginning."""
    rows = tx.execute(AFTER, after=seq, most=limit)
    return [Event(number, at, kind, _DECODE(body)) for number, at, kind, body, _ in rows]


def verify(tx: "Tx") -> int | None:
    """The number of the first event that was changed, removed or put in; None when the chain is whole."""
    chain = START
    for expected, (seq, at, kind, body, written) in enumerate(_all(tx), 1):
        chain = _link(chain, expected, at, kind, body)
        if seq != expected or written != chain:
            return expected
    return None


def _all(tx: "Tx") -> Iterator[tuple[int, int, str, str, str]]:
    seq = 0
    while rows := tx.execute(AFTER, after=seq, most=PAGE):
        yield from rows
        seq = rows[-1][0]


def _link(chain: str, *fields: int | str) -> str:
    return hashlib.sha256(_ENCODE([chain, *fields])).hexdigest()
