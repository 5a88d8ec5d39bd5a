"""The inbox: what has been accepted, until it is done. Ids stay, so that a second delivery is recognised."""

import sqlalchemy as sa

from bot.command.invocation import Invocation
from bot.store.schema import inbox, insert, outbox, param, remembered
from bot.store.tx import Tx

# An earlier delivery may have written before its own acceptance failed: the new one then is a second attempt.
_tried = (
    sa.select(sa.func.count(sa.distinct(remembered.c.invocation)))
    .where(remembered.c.invocation == param("id"))
    .scalar_subquery()
)
ACCEPT = (
    insert(inbox)
    .values(
        id=param("id"),
        state="accepted",
        attempts=_tried,
        body=param("body", sa.LargeBinary),
        accepted=param("now", sa.BigInteger),
    )
    .on_conflict_do_nothing()
    .returning(inbox.c.number)
)
BEGIN = (
    sa.update(inbox)
    .where(inbox.c.id == param("which"), inbox.c.state == "accepted")
    .values(attempts=inbox.c.attempts + 1)
    .returning(inbox.c.attempts)
)
ASK = (
    sa.update(inbox)
    .where(inbox.c.id == param("which"), sa.or_(inbox.c.state == "accepted", inbox.c.state == "asking"))
    .values(state="asking", body=param("body", sa.LargeBinary))
    .returning(inbox.c.number)
)
END = (
    sa.update(inbox)
    .where(inbox.c.id == param("which"), sa.or_(inbox.c.state == "accepted", inbox.c.state == "asking"))
    .values(state=param("end"), body=None, ended=param("now", sa.BigInteger))
)
FORGET = sa.delete(remembered).where(remembered.c.invocation == param("which"))
WAITING = sa.select(inbox.c.id, inbox.c.attempts).where(inbox.c.state == "accepted").order_by(inbox.c.number)
LOAD = sa.select(inbox.c.body).where(
    inbox.c.id == param("which"), sa.or_(inbox.c.state == "accepted", inbox.c.state == "asking")
)
ASKING = (
    sa.select(inbox.c.id, sa.func.count(remembered.c.invocation))
    .outerjoin(remembered, remembered.c.invocation == inbox.c.id)
    .where(inbox.c.state == "asking")
    .group_by(inbox.c.id, inbox.c.number)
    .order_by(inbox.c.number)
)
COUNTS = sa.select(inbox.c.state, sa.func.count()).group_by(inbox.c.state)
UNDELIVERED = (
    sa.select(sa.func.count(sa.distinct(inbox.c.id)))
    .join(outbox, outbox.c.invocation == inbox.c.id)
    .where(inbox.c.state == "done", outbox.c.state == "pending")
)


def accept(tx: Tx, invocation: Invocation) -> bool:
    """Take it in; False when its id is already known."""
    body = tx.keys.seal(invocation.to_json(), "inbox", invocation.id)
    return bool(tx.execute(ACCEPT, id=invocation.id, body=body, now=tx.now))


def begin(tx: Tx, id: str) -> int:  # noqa: A002
    """Count an attempt and return its number; 0 when there is nothing to run. From 2 on it is a resumption."""
    rows = tx.execute(BEGIN, which=id)
    return int(rows[0][0]) if rows else 0


def ask(tx: Tx, invocation: Invocation) -> bool:
    """It waits for an answer: it is kept as it is now and never run again. False when it has ended before."""
    body = tx.keys.seal(invocation.to_json(), "inbox", invocation.id)
    return bool(tx.execute(ASK, which=invocation.id, body=body))


def asking(tx: Tx) -> list[tuple[str, bool]]:
    """What was asking when its process ended, oldest first; True where something was carried out after the answer."""
    return [(which, bool(writes)) for which, writes in tx.execute(ASKING)]


def finish(tx: Tx, id: str) -> None:  # noqa: A002
    """It is done: what it said and its remembered writes are erased."""
    _end(tx, id, "done")


def expire(tx: Tx, id: str) -> None:  # noqa: A002
    """Nobody waits for it any more: erased without having been done."""
    _end(tx, id, "expired")


def _end(tx: Tx, which: str, state: str) -> None:
    tx.execute(END, which=which, end=state, now=tx.now)
    tx.execute(FORGET, which=which)


def waiting(tx: Tx) -> list[tuple[str, int]]:
    """Accepted and not ended, oldest first, each with its attempts so far."""
    return [(which, attempts) for which, attempts in tx.execute(WAITING)]


def load(tx: Tx, id: str) -> Invocation | None:  # noqa: A002
    """What is waiting under this id; None when it is unknown or has ended."""
    rows = tx.execute(LOAD, which=id)
    return Invocation.from_json(tx.keys.unseal(rows[0][0], "inbox", id)) if rows else None


def counts(tx: Tx) -> dict[str, int]:
    """`accepted`: all ever; `finished`: done; `delivered`: done and nothing of it waits in the outbox."""
    states: dict[str, int] = dict(tx.execute(COUNTS))
    done = states.get("done", 0)
    return {"accepted": sum(states.values()), "finished": done, "delivered": done - tx.execute(UNDELIVERED)[0][0]}
