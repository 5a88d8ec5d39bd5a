"""The outbox: messages that are committed and not yet with the platform.

`pending` waits for its time (`due`), `sent` is with the platform, `unknown` may be, `dead` never will be. What `sent` said is
erased at once; what `dead` and `unknown` said stays sealed until it is forgotten, so that an operator can send it again.
"""

from typing import TYPE_CHECKING, Any, Literal

import msgspec
import sqlalchemy as sa
from msgspec import Struct, structs

from bot.command.invocation import ReplyHandle
from bot.message import Message
from bot.store import buttons
from bot.store.schema import inbox, insert, outbox, param
from bot.users import User

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
        due=param("due", sa.BigInteger),
        person=param("person", sa.BigInteger),
    )
    .on_conflict_do_nothing()
    .returning(outbox.c.id)
)
BY_KEY = sa.select(outbox.c.id).where(outbox.c.key == param("key"))
_parcel_of = sa.select(outbox.c.id, outbox.c.key, outbox.c.body, outbox.c.piece, outbox.c.created)
GRACE = 10_000_000
"""For so long, in microseconds, a reply is left to the run that made it."""
# What the writes of a running invocation send is sent when that ends.
_running = sa.exists().where(
    inbox.c.id == outbox.c.invocation, sa.or_(inbox.c.state == "accepted", inbox.c.state == "asking")
)
PENDING = (
    _parcel_of.where(
        outbox.c.state == "pending",
        outbox.c.id > param("after", sa.BigInteger),
        outbox.c.due <= param("now", sa.BigInteger),
        sa.or_(outbox.c.due > 0, outbox.c.invocation.is_(None), outbox.c.created < param("fresh", sa.BigInteger)),
        ~_running,
    )
    .order_by(outbox.c.id)
    .limit(param("most", sa.Integer))
)
BEFORE = _parcel_of.where(
    outbox.c.invocation == param("invocation"),
    outbox.c.id < param("reply", sa.BigInteger),
    outbox.c.state == "pending",
    outbox.c.due <= param("now", sa.BigInteger),
).order_by(outbox.c.id)
# A person's own time (quiet hours) stays; the pauses after failed tries were those of a process that is gone.
DOUBT = "it may have arrived"
"""Why something waits that is safe to be sent again for a short time only."""
STALE = (
    sa.update(outbox)
    .where(outbox.c.state == "pending", outbox.c.reason == DOUBT, outbox.c.due < param("now", sa.BigInteger))
    .values(state="unknown", settled=param("now", sa.BigInteger))
)
AWAKE = sa.update(outbox).where(outbox.c.state == "pending", outbox.c.person.is_(None)).values(due=1)
NEWEST = sa.select(sa.func.coalesce(sa.func.max(outbox.c.id), 0)).where(outbox.c.state == "pending")
_waiting = sa.update(outbox).where(outbox.c.id == param("row", sa.BigInteger), outbox.c.state == "pending")
ATTEMPT = _waiting.values(attempts=outbox.c.attempts + 1).returning(outbox.c.attempts)
PROGRESS = _waiting.values(piece=param("done", sa.Integer))
LATER = _waiting.values(attempts=0, due=param("at", sa.BigInteger), reason=param("why"))
_first = outbox.alias("first")
BEHIND = (
    sa.update(outbox)
    .where(
        outbox.c.id == param("row", sa.BigInteger),
        sa.exists().where(_first.c.id == param("first", sa.BigInteger), _first.c.state == "pending"),
    )
    .values(due=param("at", sa.BigInteger))
    .returning(outbox.c.id)
)
ARRIVED = _waiting.values(state="sent", reason="", body=None, settled=param("now", sa.BigInteger))
FAILED = _waiting.values(state=param("end"), reason=param("why"), settled=param("now", sa.BigInteger))
_failed = sa.or_(outbox.c.state == "dead", outbox.c.state == "unknown")
STUCK = (
    sa.select(outbox.c.id, outbox.c.key, outbox.c.body, outbox.c.state, outbox.c.reason, outbox.c.created)
    .where(_failed)
    .order_by(outbox.c.id.desc())
    .limit(param("most", sa.Integer))
)
FAILURE = sa.select(outbox.c.key, outbox.c.body).where(outbox.c.id == param("row", sa.BigInteger), _failed)
RETRY = (
    sa.update(outbox)
    .where(outbox.c.id == param("row", sa.BigInteger), _failed, outbox.c.body.is_not(None))
    .values(
        state="pending",
        body=param("body", sa.LargeBinary),
        attempts=0,
        reason="",
        due=0,
        created=param("now", sa.BigInteger),
        settled=None,
    )
    .returning(outbox.c.id)
)
UNSHOWN = sa.select(outbox.c.key, outbox.c.body, outbox.c.person).where(
    outbox.c.id == param("row", sa.BigInteger),
    outbox.c.state == "pending",
    outbox.c.piece == 0,
    outbox.c.person.is_not(None),
)
REROUTE = _waiting.values(body=param("sealed", sa.LargeBinary), attempts=0, due=param("now", sa.BigInteger), reason="")
COUNT = sa.select(sa.func.count()).where(outbox.c.state == param("state"))
FORGET = (
    sa.delete(outbox)
    .where(
        outbox.c.id.in_(
            sa.select(outbox.c.id)
            .where(outbox.c.state != "pending", outbox.c.settled < param("before", sa.BigInteger))
            .order_by(outbox.c.id)
            .limit(1_000)
        )
    )
    .returning(outbox.c.id)
)


class _Body(Struct):
    handle: ReplyHandle
    message: bytes
    tried: list[str] = []


_DECODE = msgspec.msgpack.Decoder(_Body).decode


class Parcel(Struct, frozen=True):
    """A message on its way; `piece` of its pieces are already with the platform. `created`: µs since the epoch."""

    id: int
    key: str
    handle: ReplyHandle
    message: Message
    piece: int
    created: int


class Stuck(Struct, frozen=True):
    """A message that did not arrive, or perhaps did, without its words. `platform` is "" when it cannot be read any more.

    `age` is in microseconds since it was written.
    """

    id: int
    platform: str
    state: str
    reason: str
    age: int


class Unshown(Struct, frozen=True):
    """A message for a person of which no platform has shown anything; `tried` are those that refused it."""

    key: str
    person: int
    message: Message
    tried: list[str]


def direct(to: User) -> ReplyHandle:
    """How somebody is written to who has not asked."""
    return ReplyHandle(to.platform, "", "", to, direct=True)


def enqueue(
    tx: "Tx",
    key: str,
    handle: ReplyHandle,
    message: Message,
    invocation: str | None = None,
    *,
    due: int = 0,
    person: int | None = None,
) -> int:
    """Keep a message to be sent after the commit; the same key again is the same message. Returns its id.

    `due` is when it may be sent first; `person` is whom it is for, when another of their users will do as well.
    """
    body = _sealed(tx, key, _Body(handle, message.to_json()))
    rows = tx.execute(ENQUEUE, key=key, invocation=invocation, body=body, now=tx.now, due=due, person=person)
    return int((rows or tx.execute(BY_KEY, key=key))[0][0])


def send(
    tx: "Tx",
    key: str,
    handle: ReplyHandle,
    message: Message,
    invocation: str | None = None,
    *,
    due: int = 0,
    person: int | None = None,
) -> list[Parcel]:
    """`enqueue` with its buttons kept, and behind it what is said right after it, under `<key>/then`."""
    then = message.then
    if then is not None:
        message, then = _parted(message, then, handle)
    message = buttons.keep(tx, message, handle)
    id_ = enqueue(tx, key, handle, message, invocation, due=due, person=person)
    sent = [Parcel(id_, key, handle, message, 0, tx.now)]
    if then is not None:
        after = structs.replace(handle, shown=None, follows=True, private=handle.private or then.private)
        sent += send(tx, f"{key}/then", after, then, invocation, due=due, person=person)
    return sent


def _parted(message: Message, then: Message, handle: ReplyHandle) -> tuple[Message, Message]:
    """The two as messages of their own, equally private. Where choices are numbered, one count is open: the first has them all."""
    then = then.replaced(private=then.private or message.private)
    if handle.platform == buttons.NUMBERED and (message.buttons or message.selects):
        message = message.replaced(buttons=[*message.buttons, *then.buttons], selects=[*message.selects, *then.selects])
        then = then.replaced(buttons=[], selects=[])
    return message.replaced(then=None), then


def pending(tx: "Tx", most: int, after: int = 0) -> list[Parcel | int]:
    """What may be sent now, oldest first, with ids above `after`; the id alone of what cannot be read any more.

    Not what a run of this process is about to send.
    """
    rows = tx.execute(PENDING, most=most, after=after, now=tx.now, fresh=tx.now - GRACE)
    return [_readable(tx, row) for row in rows]


def sent_by(tx: "Tx", invocation: str, reply: int) -> list[Parcel]:
    """What the writes of an invocation sent to people (`tx.send`), before its reply was enqueued."""
    return [_parcel(tx, row) for row in tx.execute(BEFORE, invocation=invocation, reply=reply, now=tx.now)]


def _parcel(tx: "Tx", row: tuple[Any, ...]) -> Parcel:
    id_, key, sealed, piece, created = row
    body = _opened(tx, key, sealed)
    return Parcel(id_, key, body.handle, Message.from_json(body.message), piece, created)


def _readable(tx: "Tx", row: tuple[Any, ...]) -> Parcel | int:
    try:
        return _parcel(tx, row)
    except Exception:  # sealed with a key that is gone, or written by something newer
        return int(row[0])


def _sealed(tx: "Tx", key: str, body: _Body) -> bytes:
    return tx.keys.seal(msgspec.msgpack.encode(body), "outbox", key)


def _opened(tx: "Tx", key: str, sealed: bytes) -> _Body:
    return _DECODE(tx.keys.unseal(sealed, "outbox", key))


def awake(tx: "Tx") -> int:
    """A process begins: what waited after failed tries of an earlier one is due now. Returns the newest id that waits.

    What may have arrived, and was to be tried again before now, is unknown.
    """
    tx.execute(STALE, now=tx.now)
    tx.execute(AWAKE)
    return int(tx.execute(NEWEST)[0][0])


def attempt(tx: "Tx", id: int) -> int:  # noqa: A002
    """Count a try before it is made; returns how many tries have not come back, this one too. 0: it waits no more."""
    rows = tx.execute(ATTEMPT, row=id)
    return int(rows[0][0]) if rows else 0


def progress(tx: "Tx", id: int, piece: int) -> None:  # noqa: A002
    """So many pieces are with the platform."""
    tx.execute(PROGRESS, row=id, done=piece)


def later(tx: "Tx", id: int, due: int, reason: str) -> None:  # noqa: A002
    """It could not be sent now; the next try is at `due` (µs since the epoch)."""
    tx.execute(LATER, row=id, at=due, why=reason)


def behind(tx: "Tx", id: int, first: int, due: int) -> bool:  # noqa: A002
    """It waits until `due` for the one before it, `first`; False, and nothing is changed, when that waits no more."""
    return bool(tx.execute(BEHIND, row=id, first=first, at=due))


def unshown(tx: "Tx", id: int) -> Unshown | None:  # noqa: A002
    """What waits for a person and was not shown; None for anything else."""
    for key, sealed, person in tx.execute(UNSHOWN, row=id):
        body = _opened(tx, key, sealed)
        return Unshown(key, person, Message.from_json(body.message), body.tried)
    return None


def reroute(tx: "Tx", id: int, key: str, handle: ReplyHandle, message: Message, tried: list[str]) -> None:  # noqa: A002
    """Send what `unshown` gave somewhere else, at once; its tries are counted anew."""
    tx.execute(REROUTE, row=id, sealed=_sealed(tx, key, _Body(handle, message.to_json(), tried)), now=tx.now)


def settle(tx: "Tx", id: int, state: Literal["sent", "unknown", "dead"], reason: str = "") -> None:  # noqa: A002
    """The end of a message; what it said is erased when it was sent."""
    if state == "sent":
        tx.execute(ARRIVED, row=id, now=tx.now)
    else:
        tx.execute(FAILED, row=id, end=state, why=reason, now=tx.now)


def stuck(tx: "Tx", most: int = 100) -> list[Stuck]:
    """The newest messages that are dead or unknown."""
    found = []
    for id_, key, sealed, state, reason, created in tx.execute(STUCK, most=most):
        try:
            platform = _opened(tx, key, sealed).handle.platform
        except Exception:  # it can still be counted and forgotten
            platform = ""
        found.append(Stuck(id_, platform, state, reason, tx.now - created))
    return found


def retry(tx: "Tx", id: int) -> bool:  # noqa: A002
    """An operator wants a dead or unknown message sent again, from the piece on that did not arrive, however late it is.

    False when there is no such message, or nothing that can be read is left of it.
    """
    for key, sealed in tx.execute(FAILURE, row=id):
        try:
            body = _opened(tx, key, sealed)
        except Exception:
            return False
        again = structs.replace(body, handle=structs.replace(body.handle, expires=None))
        return bool(tx.execute(RETRY, row=id, body=_sealed(tx, key, again), now=tx.now))
    return False


def count(tx: "Tx", state: Literal["pending", "unknown", "dead"]) -> int:
    """How many messages are in this state."""
    return int(tx.execute(COUNT, state=state)[0][0])


def forget(tx: "Tx", before: int) -> int:
    """Remove at most 1,000 messages that were settled before this time (µs since the epoch); returns how many."""
    return len(tx.execute(FORGET, before=before))
