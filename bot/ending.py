"""How an invocation ends: reply, buttons, guards and state in one commit.

Whatever it was, whoever may have written hears of its end in that commit (`app.on_end`), and so does its user, if anybody
waits: finished with its reply, expired because it was too late, given up as a dead letter, or stopped while it was asking.
"""

from collections.abc import Collection
from typing import Literal

from msgspec import Struct, structs

from bot.command import Invocation, ReplyHandle
from bot.context import Ended
from bot.events import Redeemed
from bot.message import Message, t
from bot.store import Parcel, Tx, buttons, inbox, outbox

CARRIED_OUT = t("It was carried out as far as it had come; its answer was lost.")
_NEWEST = 2**62


class End(Struct, frozen=True):
    """How a run ended: what is said, where, and whether it takes the place of a message that is there.

    `wrote` is False when it certainly wrote, held and remembered nothing.
    """

    handle: ReplyHandle
    message: Message | None
    private: bool
    succeeded: bool
    wrote: bool
    shown: str | None = None


class Done(Struct, frozen=True):
    """What an invocation that has ended has to say: its reply, then what follows that, and what its writes sent to people."""

    replies: list[Parcel]
    sent: list[Parcel]


class Abandoned(Struct, frozen=True):
    """What became of what is not run (again), and why. `succeeded`: something of it had been carried out."""

    state: str
    reason: str
    succeeded: bool
    told: Parcel | None


def redeems(invocation: Invocation) -> bool:
    """Is it a command that channel points were spent on? Then the platform is to hear what becomes of them."""
    return isinstance(invocation.event, Redeemed) and invocation.kind == "command"


def finish(tx: Tx, ended: Collection[Ended], invocation: Invocation, end: End) -> Done | None:
    """Reply, buttons, guards and done: one commit. None when it has ended before: then nothing is said."""
    if redeems(invocation):
        closed = inbox.settling(tx, invocation.id, succeeded=end.succeeded)
    else:
        closed = inbox.finish(tx, invocation.id, wrote=end.wrote)
    if not closed:
        return None
    if invocation.button is not None and not end.succeeded:
        buttons.release(tx, invocation.button)
    replies = [] if end.message is None else _enqueue(tx, invocation, end, end.message)
    if not end.wrote:
        return Done(replies, [])
    for fn in ended:
        fn(tx, invocation.id, end.succeeded)
    return Done(replies, outbox.sent_by(tx, invocation.id, replies[0].id if replies else _NEWEST))


def abandon(
    tx: Tx,
    ended: Collection[Ended],
    invocation: Invocation,
    state: Literal["done", "expired", "dead"],
    reason: str,
    message: Message,
) -> Abandoned | None:
    """It is not run (again), and whoever asked is told in the same commit, where that is possible. None when it has ended.

    `message` says why. Of a dead letter everything is kept, so that it can be retried.
    """
    carried_out = inbox.writes(tx, invocation.id) > 0
    if redeems(invocation):
        closed = inbox.settling(tx, invocation.id, succeeded=carried_out, reason=reason)
    else:
        closed = inbox.end(tx, invocation.id, state, reason)
    if not closed:
        return None
    if invocation.button is not None and not carried_out:
        buttons.release(tx, invocation.button)
    for fn in ended:
        fn(tx, invocation.id, carried_out)
    if invocation.kind == "event" and state != "done":
        return Abandoned(state, reason, carried_out, None)  # it was asked for by nobody; `done` had asked somebody
    said = Message(CARRIED_OUT, private=True) if carried_out and state != "dead" else message
    return Abandoned(state, reason, carried_out, _tell(tx, invocation, said, f"{invocation.id}/{state}/{reason}"))


def abandon_unreadable(tx: Tx, ended: Collection[Ended], id_: str, reason: str) -> None:
    """What was accepted cannot be read any more: nobody knows whom to tell."""
    carried_out = inbox.writes(tx, id_) > 0
    if inbox.end(tx, id_, "dead", reason):
        for fn in ended:
            fn(tx, id_, carried_out)
    else:
        inbox.settled(tx, [id_])  # points of which nobody knows any more which they are


def reachable(reply: ReplyHandle, now: int) -> ReplyHandle:
    """How somebody is answered at this time (µs): as they asked as long as that works, else directly."""
    if reply.expires is None or reply.expires > now:
        return reply
    return structs.replace(outbox.direct(reply.to), language=reply.language)


def _tell(tx: Tx, invocation: Invocation, message: Message, key: str) -> Parcel:
    handle = structs.replace(reachable(invocation.reply, tx.now), private=True, shown=None)
    return Parcel(outbox.enqueue(tx, key, handle, message), key, handle, message, 0, tx.now)


def _enqueue(tx: Tx, invocation: Invocation, end: End, message: Message) -> list[Parcel]:
    private = end.private or message.private
    shown = _place_of(tx, invocation, end, message, private=private)
    handle = structs.replace(end.handle, private=private, shown=shown)
    return outbox.send(tx, invocation.id, handle, message, invocation.id)


def _place_of(tx: Tx, invocation: Invocation, end: End, message: Message, *, private: bool) -> str | None:
    """Which message of ours the reply takes the place of: never one that others read, when it is for one person alone."""
    alone = not private or end.handle.direct
    if end.shown is not None:
        return end.shown if alone or end.private else None
    if not message.update or invocation.kind != "press" or invocation.button is None:
        return None
    pressed = None if alone else buttons.press(tx, invocation.button)
    return end.handle.message if alone or (pressed is not None and pressed.private) else None


def drop(tx: Tx, ended: Collection[Ended], id_: str) -> bool:
    """An operator wants a dead letter, or what has not ended, to be erased and never run. False when there is neither."""
    standing = inbox.standing(tx, id_)
    if standing is None:
        return False
    carried_out, invocation = inbox.writes(tx, id_) > 0, _readable(tx, id_)
    if invocation is not None and redeems(invocation) and standing.state != "dead":
        closed = inbox.settling(tx, id_, succeeded=carried_out, reason="dropped by an operator")
    else:
        closed = inbox.drop(tx, id_)
    if not closed:
        return False
    # the button of a dead letter has been free since it died, and may be in use
    if invocation is not None and invocation.button is not None and standing.state != "dead" and not carried_out:
        buttons.release(tx, invocation.button)
    for fn in ended:
        fn(tx, id_, carried_out)
    return True


def _readable(tx: Tx, id_: str) -> Invocation | None:
    try:
        return inbox.load(tx, id_)
    except inbox.UnreadableError:
        return None
