"""The outbox: messages that are committed and not yet with the platform."""

from typing import TYPE_CHECKING, Any, Literal

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from bot.command.invocation import ReplyHandle
from bot.message import Message
from bot.store.schema import insert, outbox, param

if TYPE_CHECKING:
    from bot.store.tx import Tx

ENQUEUE = (
    insert(outbox)
    .values(
        key=param("key"),
        invocation=param("invocation"),
        state="pending",
        body=param("body", sa.LargeBinary),
        attempts=0,
        piece=0,
        reason="",
        created=param("now", sa.BigInteger),
    )
    .on_conflict_do_nothing()
    .returning(outbox.c.id)
)
BY_KEY = sa.select(outbox.c.id).where(outbox.c.key == param("key"))
PENDING = (
    sa.select(outbox.c.id, outbox.c.key, outbox.c.body, outbox.c.piece)
    .where(outbox.c.state == "pending")
    .order_by(outbox.c.id)
    .limit(param("most", sa.Integer))
)
BEFORE = (
    sa.select(outbox.c.id, outbox.c.key, outbox.c.body, outbox.c.piece)
    .where(
        outbox.c.invocation == param("invocation"),
        outbox.c.id < param("reply", sa.BigInteger),
        outbox.c.state == "pending",
    )
    .order_by(outbox.c.id)
)
ATTEMPT = (
    sa.update(outbox)
    .where(outbox.c.id == param("row", sa.BigInteger))
    .values(attempts=outbox.c.attempts + 1)
    .returning(outbox.c.attempts)
)
PROGRESS = sa.update(outbox).where(outbox.c.id == param("row", sa.BigInteger)).values(piece=param("done", sa.Integer))
SETTLE = (
    sa.update(outbox)
    .where(outbox.c.id == param("row", sa.BigInteger), outbox.c.state == "pending")
    .values(state=param("end"), reason=param("why"), body=None, settled=param("now", sa.BigInteger))
)


class _Body(Struct):
    handle: ReplyHandle
    message: bytes


_DECODE = msgspec.msgpack.Decoder(_Body).decode


class Parcel(Struct, frozen=True):
    """A message on its way; `piece` of its pieces are already with the platform."""

    id: int
    key: str
    handle: ReplyHandle
    message: Message
    piece: int


def enqueue(tx: "Tx", key: str, handle: ReplyHandle, message: Message, invocation: str | None = None) -> int:
    """Keep a message to be sent after the commit; the same key again is the same message. Returns its id."""
    body = tx.keys.seal(msgspec.msgpack.encode(_Body(handle, message.to_json())), "outbox", key)
    rows = tx.execute(ENQUEUE, key=key, invocation=invocation, body=body, now=tx.now) or tx.execute(BY_KEY, key=key)
    return int(rows[0][0])


def pending(tx: "Tx", limit: int) -> list[Parcel]:
    """What is to be sent, oldest first."""
    return [_parcel(tx, row) for row in tx.execute(PENDING, most=limit)]


def sent_by(tx: "Tx", invocation: str, reply: int) -> list[Parcel]:
    """What the writes of an invocation sent to people (`tx.send`), before its reply was enqueued."""
    return [_parcel(tx, row) for row in tx.execute(BEFORE, invocation=invocation, reply=reply)]


def _parcel(tx: "Tx", row: tuple[Any, ...]) -> Parcel:
    id_, key, sealed, piece = row
    body = _DECODE(tx.keys.unseal(sealed, "outbox", key))
    return Parcel(id_, key, body.handle, Message.from_json(body.message), piece)


def attempt(tx: "Tx", id: int) -> int:  # noqa: A002
    """Count a try of a later process; returns its number."""
    return int(tx.execute(ATTEMPT, row=id)[0][0])


def progress(tx: "Tx", id: int, piece: int) -> None:  # noqa: A002
    """So many pieces are with the platform."""
    tx.execute(PROGRESS, row=id, done=piece)


def settle(tx: "Tx", id: int, state: Literal["sent", "unknown", "dead"], reason: str = "") -> None:  # noqa: A002
    """The end of a message; what it said is erased."""
    tx.execute(SETTLE, row=id, end=state, why=reason, now=tx.now)
