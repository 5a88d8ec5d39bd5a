"""The inbox: what has been accepted, until it has ended. Ids stay, so that a second delivery is recognised.

`accepted` runs or is to run, `asking` waits for its author, `retry` is to run again because an operator says so. It ends as
`done`, `expired` (too late), `dropped` (by an operator) or `dead` (given up: a dead letter keeps what it said, sealed, until it
is retried, dropped or forgotten). `settling`: a redemption is done, and the platform is still to hear what becomes of its points.
"""

from collections.abc import Sequence
from typing import Literal

import sqlalchemy as sa
from msgspec import Struct

from bot.command.invocation import Invocation
from bot.store.schema import inbox, insert, outbox, param, remembered
from bot.store.tx import Tx

State = Literal["accepted", "asking", "retry", "settling", "dead", "done", "expired", "dropped"]
_ENDS: tuple[State, ...] = ("done", "expired", "dropped", "dead")
_BY_HAND = "retried"
_SPENT, _GIVEN_BACK = "spent", "given back"
_MOST = 1_000

_mine = inbox.c.id == param("which")
_open = sa.or_(inbox.c.state == "accepted", inbox.c.state == "asking", inbox.c.state == "retry")
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
KNOWN = sa.select(inbox.c.number).where(_mine)
BEGIN = (
    sa.update(inbox)
    .where(_mine, sa.or_(inbox.c.state == "accepted", inbox.c.state == "retry"))
    .values(state="accepted", attempts=inbox.c.attempts + 1)
    .returning(inbox.c.attempts)
)
ASK = (
    sa.update(inbox)
    .where(_mine, sa.or_(inbox.c.state == "accepted", inbox.c.state == "asking"))
    .values(state="asking", body=param("body", sa.LargeBinary))
    .returning(inbox.c.number)
)
END = (
    sa.update(inbox)
    .where(_mine, _open)
    .values(state=param("end"), body=None, reason=param("why"), ended=param("now", sa.BigInteger))
    .returning(inbox.c.number)
)
BURY = (
    sa.update(inbox)
    .where(_mine, _open)
    .values(state="dead", reason=param("why"), ended=param("now", sa.BigInteger))
    .returning(inbox.c.number)
)
SETTLING = sa.update(inbox).where(_mine, _open).values(state="settling", reason=param("why")).returning(inbox.c.number)
SETTLED = (
    sa.update(inbox)
    .where(_mine, inbox.c.state == "settling")
    .values(state="done", body=None, ended=param("now", sa.BigInteger))
)
RETRY = (
    sa.update(inbox)
    .where(_mine, inbox.c.state == "dead", inbox.c.body.is_not(None))
    .values(state="retry", reason=_BY_HAND, attempts=0, ended=None)
    .returning(inbox.c.number)
)
DROP_DEAD = (
    sa.update(inbox)
    .where(_mine, inbox.c.state == "dead")
    .values(state="dropped", body=None, ended=param("now", sa.BigInteger))
    .returning(inbox.c.number)
)
FORGET = sa.delete(remembered).where(remembered.c.invocation == param("which"))
_effect = remembered.c.occurrence > 0  # what is remembered of a step has carried nothing out
WRITES = sa.select(sa.func.count()).where(remembered.c.invocation == param("which"), _effect)
_by_state = sa.select(inbox.c.id, inbox.c.attempts, inbox.c.reason).where(inbox.c.state == param("state"))
IN_STATE = _by_state.order_by(inbox.c.number)
STANDING = sa.select(inbox.c.state, inbox.c.attempts, inbox.c.reason).where(_mine)
LOAD = sa.select(inbox.c.body).where(_mine, inbox.c.body.is_not(None))
ASKING = (
    sa.select(inbox.c.id, sa.func.count(remembered.c.invocation))
    .outerjoin(remembered, sa.and_(remembered.c.invocation == inbox.c.id, _effect))
    .where(inbox.c.state == "asking")
    .group_by(inbox.c.id, inbox.c.number)
    .order_by(inbox.c.number)
)
LETTERS = (
    sa.select(inbox.c.id, inbox.c.attempts, inbox.c.reason, inbox.c.accepted, inbox.c.body)
    .where(inbox.c.state == param("state"))
    .order_by(inbox.c.number.desc())
    .limit(param("most", sa.Integer))
)
_oldest = (
    sa.select(inbox.c.number)
    .where(inbox.c.state == param("end"))
    .order_by(inbox.c.number)
    .limit(param("most", sa.Integer))
)
OLD = (
    sa.delete(inbox)
    .where(inbox.c.number.in_(_oldest), inbox.c.ended < param("before", sa.BigInteger))
    .returning(inbox.c.id)
)
COUNTS = sa.select(inbox.c.state, sa.func.count()).group_by(inbox.c.state)
UNDELIVERED = (
    sa.select(sa.func.count(sa.distinct(inbox.c.id)))
    .join(outbox, outbox.c.invocation == inbox.c.id)
    .where(sa.or_(inbox.c.state == "done", inbox.c.state == "settling"), outbox.c.state == "pending")
)


class UnreadableError(Exception):
    """What is kept was sealed with a key that is gone, or written by something newer. A database that fails is something else."""


class Standing(Struct, frozen=True):
    """What has become of an invocation so far. `by_hand`: an operator wants it to be run, however old."""

    state: State
    attempts: int
    by_hand: bool


class Letter(Struct, frozen=True):
    """What an operator sees of an invocation. `age` in microseconds; `asked` is None when it is erased or unreadable."""

    id: str
    state: str
    attempts: int
    reason: str
    age: int
    asked: Invocation | None


def accept(tx: Tx, invocation: Invocation) -> bool:
    """Take it in; False when its id is already known."""
    body = tx.keys.seal(invocation.to_json(), "inbox", invocation.id)
    return bool(tx.execute(ACCEPT, id=invocation.id, body=body, now=tx.now))


def known(tx: Tx, id: str) -> bool:  # noqa: A002
    """Has it been accepted, whatever became of it?"""
    return bool(tx.execute(KNOWN, which=id))


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


def writes(tx: Tx, id: str) -> int:  # noqa: A002
    """How many writes of it were carried out, as long as it has not ended. Steps are none."""
    return int(tx.execute(WRITES, which=id)[0][0])


# --- how it ends -----------------------------------------------------------------------------------------------------------


def finish(tx: Tx, id: str, *, wrote: bool = True) -> bool:  # noqa: A002
    """It is done: what it said and its remembered writes are erased. False when it has ended before.

    `wrote` is False for what certainly has none.
    """
    return end(tx, id, "done", wrote=wrote)


def expire(tx: Tx, id: str) -> bool:  # noqa: A002
    """Nobody waits for it any more: erased without having been done. False when it has ended before."""
    return end(tx, id, "expired")


def end(tx: Tx, id: str, state: State, reason: str = "", *, wrote: bool = True) -> bool:  # noqa: A002
    """Its end, of whatever kind; erased, except for a dead letter. False when it has ended before."""
    if state == "dead":
        return bool(tx.execute(BURY, which=id, why=reason, now=tx.now))
    ended = bool(tx.execute(END, which=id, end=state, why=reason, now=tx.now))
    if ended and wrote:
        tx.execute(FORGET, which=id)
    return ended


def settling(tx: Tx, id: str, *, succeeded: bool, reason: str = "") -> bool:  # noqa: A002
    """A redemption is done, and the platform is to hear whether its points are spent. False when it has ended before."""
    outcome = _SPENT if succeeded else _GIVEN_BACK
    if not tx.execute(SETTLING, which=id, why=f"{outcome}: {reason}" if reason else outcome):
        return False
    tx.execute(FORGET, which=id)
    return True


def unsettled(tx: Tx) -> list[tuple[str, bool]]:
    """Redemptions whose points are not decided with the platform, oldest first; True where they are spent."""
    return [(which, reason.startswith(_SPENT)) for which, _, reason in tx.execute(IN_STATE, state="settling")]


def settled(tx: Tx, ids: Sequence[str]) -> None:
    """The platform knows what becomes of their points."""
    for which in sorted(ids):
        tx.execute(SETTLED, which=which, now=tx.now)


# --- what is read again ----------------------------------------------------------------------------------------------------


def waiting(tx: Tx) -> list[tuple[str, int]]:
    """Accepted and not ended, oldest first, each with its attempts so far."""
    return [(which, attempts) for which, attempts, _ in tx.execute(IN_STATE, state="accepted")]


def retries(tx: Tx) -> list[str]:
    """What an operator wants to be run again, oldest first."""
    return [which for which, _, _ in tx.execute(IN_STATE, state="retry")]


def standing(tx: Tx, id: str) -> Standing | None:  # noqa: A002
    """What has become of it so far; None when it is unknown."""
    rows = tx.execute(STANDING, which=id)
    return Standing(rows[0][0], rows[0][1], rows[0][2] == _BY_HAND) if rows else None


def load(tx: Tx, id: str) -> Invocation | None:  # noqa: A002
    """What is kept under this id; None when it is unknown or erased. Raises `UnreadableError`."""
    rows = tx.execute(LOAD, which=id)
    return _opened(tx, id, rows[0][0]) if rows else None


def _opened(tx: Tx, which: str, body: bytes) -> Invocation:
    try:
        return Invocation.from_json(tx.keys.unseal(body, "inbox", which))
    except Exception as error:
        raise UnreadableError(which) from error


# --- what operators do -----------------------------------------------------------------------------------------------------


def letters(tx: Tx, state: State, most: int = 100) -> list[Letter]:
    """What is in this state, newest first."""
    found = []
    for which, attempts, reason, accepted, body in tx.execute(LETTERS, state=state, most=most):
        try:
            asked = None if body is None else _opened(tx, which, body)
        except UnreadableError:
            asked = None
        found.append(Letter(which, state, attempts, reason, tx.now - accepted, asked))
    return found


def retry(tx: Tx, id: str) -> bool:  # noqa: A002
    """A dead letter is to be run again, however old; False when there is none of this id."""
    return bool(tx.execute(RETRY, which=id))


def drop(tx: Tx, id: str) -> bool:  # noqa: A002
    """A dead letter, or what has not ended, is erased and never run; False when there is neither of this id."""
    if tx.execute(DROP_DEAD, which=id, now=tx.now):
        tx.execute(FORGET, which=id)
        return True
    return end(tx, id, "dropped", "by an operator")


def forget(tx: Tx, before: int) -> int:
    """Remove at most 1,000 of those that ended before this time (µs); returns how many. Dead letters go too."""
    count = 0
    for state in _ENDS:
        gone = tx.execute(OLD, end=state, most=_MOST - count, before=before)
        count += len(gone)
        if state == "dead":
            for (which,) in gone:
                tx.execute(FORGET, which=which)
    return count


def counts(tx: Tx) -> dict[str, int]:
    """`accepted`: all ever; `finished`: done; `delivered`: done and nothing of it waits in the outbox."""
    states: dict[str, int] = dict(tx.execute(COUNTS))
    done = states.get("done", 0) + states.get("settling", 0)
    return {"accepted": sum(states.values()), "finished": done, "delivered": done - tx.execute(UNDELIVERED)[0][0]}
