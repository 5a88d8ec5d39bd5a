"""From acceptance to delivery: accepted, run in its author's lane, finished in one commit, sent; taken up after a restart.

Accepted means committed. A crash before the finish runs the handler again with its remembered writes; a crash after it sends
the same reply again and never runs the handler. What asked is not run again: its author is told.
"""

import asyncio
import logging
import secrets
from collections import OrderedDict
from functools import partial

from msgspec import Struct, structs

from bot.adapter import Acceptance
from bot.choices import Choices
from bot.command import CommandSpec, Invocation, ReplyHandle
from bot.context import Context, House
from bot.delivery import Delivery, fault
from bot.events import Redeemed
from bot.lanes import Lanes, Work
from bot.message import Message, code, t
from bot.router import Router
from bot.store import Diverged, Parcel, Tx, buttons, inbox, outbox

_REMEMBERED = 10_000
_TRIES = 3
_NEWEST = 2**62
CARRIED_OUT = t("It was carried out as far as it had come; its answer was lost.")
NUMBERED = "twitch"
"""Where buttons and selects are numbered choices."""
log = logging.getLogger(__name__)


class _End(Struct, frozen=True):
    """How a run ended: what is said, where, and whether it takes the place of a message that is there."""

    handle: ReplyHandle
    message: Message | None
    private: bool
    succeeded: bool
    shown: str | None = None
    diverged: bool = False


class _Done(Struct, frozen=True):
    """What a finished invocation has to say: its reply, and what its writes sent to people."""

    reply: Parcel | None
    sent: list[Parcel]


class Runs:
    """Every invocation of this process that is accepted and not yet answered."""

    def __init__(self, router: Router, house: House, delivery: Delivery, lanes: Lanes, choices: Choices) -> None:
        self._router, self._house, self._delivery, self._lanes = router, house, delivery, lanes
        self._store = house.store
        self._choices = choices
        self._running: dict[str, asyncio.Future[bool]] = {}
        self._seen: OrderedDict[str, None] = OrderedDict()

    def seen(self, id_: str) -> bool:
        """Is it known to be done or refused, without asking the store?"""
        return id_ in self._seen

    def remember(self, id_: str) -> None:
        """What is delivered again soon is recognised without asking the store."""
        self._seen[id_] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    async def known(self, id_: str) -> bool:
        """Is it running already? Then its acceptance is waited for."""
        running = self._running.get(id_)
        if running is not None:
            await asyncio.shield(running)
        return running is not None

    async def accept(self, invocation: Invocation, spec: CommandSpec, rest: str) -> Acceptance:
        """Queue the acceptance and the run together; the reply waits for both, the adapter for the acceptance."""
        accepted = self._store.write(_take_in, invocation)
        self._running[invocation.id] = accepted
        self._lanes.submit(invocation.author.key, lambda: self._run(invocation, spec, rest, accepted))
        return "accepted" if await asyncio.shield(accepted) else "seen"

    async def _run(
        self, invocation: Invocation, spec: CommandSpec, rest: str, accepted: asyncio.Future[bool] | None
    ) -> None:
        """One run; `accepted` is None when it is resumed."""
        try:
            end = await self._ended(invocation, spec, rest, accepted)
            if accepted is not None and not await asyncio.shield(accepted):
                return  # an earlier process has done it: the ids this process has seen never come this far
            if end.diverged:
                log.error("invocation %s diverged: it is carried out, its answer is lost", invocation.id)
            await self._finish(invocation, end)
        finally:
            self._running.pop(invocation.id, None)
            self._house.dialogue.leave(invocation.author)

    async def _ended(
        self, invocation: Invocation, spec: CommandSpec, rest: str, accepted: asyncio.Future[bool] | None
    ) -> _End:
        """Run the handler, and what came of it."""
        ctx = Context(invocation, spec, self._house, accepted, resumed=accepted is None)
        try:
            message = _checked(await self._router.answer(ctx, rest), spec)
            ctx.ended()
        except Diverged as divergence:  # it left the path that an earlier run had carried out
            log.info("%s", divergence)
            return _End(ctx.handle, Message(CARRIED_OUT), spec.private, succeeded=True, diverged=True)
        except Exception as error:
            return _failed(spec.path, error, invocation, ctx.handle, private=spec.private)
        if message is None and ctx.handle.token is not None and invocation.kind == "command":
            message = Message(t("Done."), private=True)  # an interaction that nothing answers is shown as failed
        return _End(ctx.handle, message, spec.private, ctx.succeeded, ctx.shown)

    async def _finish(self, invocation: Invocation, end: _End) -> None:
        try:
            done = await self._store.write(_finish, invocation, end)
        except Exception as error:  # an answer that cannot be kept; a store that keeps nothing raises again
            end = _failed("the answer", error, invocation, end.handle, private=end.private)
            done = await self._store.write(_finish, invocation, end)
        self.remember(invocation.id)
        for parcel in (done.reply, *done.sent):
            self._offer(parcel)
        for parcel in done.sent:
            self._lanes.submit(parcel.handle.to.key, partial(self._delivery.deliver, parcel))
        if done.reply is not None:
            await self._delivery.deliver(done.reply)
        await self.settle(invocation, succeeded=end.succeeded)

    async def settle(self, invocation: Invocation, *, succeeded: bool) -> None:
        """The channel points of a redemption are spent, or given back."""
        event = invocation.event
        platform = self._house.sender.platforms.get(invocation.place.platform)
        if isinstance(event, Redeemed) and invocation.kind == "command" and platform is not None:
            try:
                await platform.settle(event, succeeded)
            except Exception:
                log.exception("the redemption %s could not be settled", event.redemption)

    def _offer(self, parcel: Parcel | None) -> None:
        """Where there are no buttons, their numbers are the way to choose."""
        if parcel is not None and parcel.handle.platform == NUMBERED:
            numbers = buttons.numbered(parcel.message)
            if numbers:
                self._choices.offer(parcel.handle.to.key, numbers)

    # --- what an earlier process left ----------------------------------------------------------------------------------

    async def left(self) -> list[tuple[str, Work]]:
        """Unsent answers, commands accepted and not finished, and those that asked, as work for lanes."""
        self._choices.restore(await self._store.read(buttons.open_choices, NUMBERED))
        parcels = await self._store.read(outbox.pending, 1_000)
        work: list[tuple[str, Work]] = [(one.handle.to.key, partial(self._redeliver, one)) for one in parcels]
        for id_, wrote in await self._store.read(inbox.asking):
            work += await self._unanswered(id_, wrote=wrote)
        for id_, attempts in await self._store.read(inbox.waiting):
            work += await self._unfinished(id_, attempts)
        return work

    async def _unfinished(self, id_: str, attempts: int) -> list[tuple[str, Work]]:
        invocation = await self._load(id_)
        found = self._router.find(invocation) if invocation else None
        if invocation is None or found is None or attempts >= _TRIES:
            log.error("invocation %s is given up after %d attempts", id_, attempts)
            await self._store.write(inbox.expire, id_)
        else:
            return [(invocation.author.key, partial(self._again, invocation, *found))]
        return []

    async def _unanswered(self, id_: str, *, wrote: bool) -> list[tuple[str, Work]]:
        invocation = await self._load(id_)
        if invocation is None:
            await self._store.write(inbox.expire, id_)
            return []
        return [(invocation.author.key, partial(self._stopped_asking, invocation, wrote=wrote))]

    async def _load(self, id_: str) -> Invocation | None:
        try:
            return await self._store.read(inbox.load, id_)
        except Exception:
            log.exception("what was accepted as %s cannot be read any more", id_)
            return None

    async def _again(self, invocation: Invocation, spec: CommandSpec, rest: str) -> None:
        """The attempt is counted when its turn has come: what only waits in its lane is not an attempt."""
        if await self._store.write(_begin, invocation.id, invocation.answer_until):
            await self._run(invocation, spec, rest, None)
        else:
            await self.settle(invocation, succeeded=False)

    async def _stopped_asking(self, invocation: Invocation, *, wrote: bool) -> None:
        """Its question died with the process: say so, while it can be said."""
        handle, found = invocation.reply, self._router.find(invocation)
        if not await self._store.write(_in_time, invocation.id, invocation.answer_until, handle.expires):
            await self.settle(invocation, succeeded=wrote)
            return
        line = f"{self._router.prefix(invocation.place)}{found[0].path}" if found else "…"
        asked = t(
            "I was restarted while I waited for your answer. Please ask again with {command}.", command=code(line)
        )
        message = Message(CARRIED_OUT if wrote else asked, private=True)
        await self._finish(invocation, _End(handle, message, handle.private, succeeded=wrote))

    async def _redeliver(self, parcel: Parcel) -> None:
        """Tries are counted before the try: an answer that ends the process must not do so for ever."""
        if await self._store.write(outbox.attempt, parcel.id) > _TRIES:
            log.error("answer %s is given up after %d tries", parcel.key, _TRIES)
            await self._store.write(outbox.settle, parcel.id, "dead", "given up")
        else:
            await self._delivery.deliver(parcel)


def _checked(message: object, spec: CommandSpec) -> Message | None:
    """What a handler, or the middleware around it, gave: the types that they promise are not checked by Python."""
    if message is None or isinstance(message, Message):
        return message
    raise TypeError(f"{spec.path} ({spec.source}) gave a {type(message).__name__}, not a Message or None")


def _failed(what: str, error: Exception, invocation: Invocation, handle: ReplyHandle, *, private: bool) -> _End:
    """The cause for the log, and its id for who asked. What only subscribed was asked for by nobody."""
    id_ = secrets.token_hex(4)
    log.error("fault %s: %s of %s failed", id_, what, invocation.id, exc_info=error)
    return _End(handle, None if invocation.kind == "event" else fault(id_), private, succeeded=False)


def _take_in(tx: Tx, invocation: Invocation) -> bool:
    """The acceptance: one row, and the author known by name. False when it was there already."""
    fresh = inbox.accept(tx, invocation)
    if fresh and invocation.author.id and invocation.author.name:  # an event may have been nobody's doing
        tx.person(invocation.author)
    return fresh


def _begin(tx: Tx, id_: str, answer_until: int) -> bool:
    """Count the attempt before the run; what nobody waits for any more is expired."""
    if not _in_time(tx, id_, answer_until, None):
        return False
    inbox.begin(tx, id_)
    return True


def _in_time(tx: Tx, id_: str, answer_until: int, expires: int | None) -> bool:
    """Can it still be answered? Else it is expired."""
    if min(answer_until, answer_until if expires is None else expires) < tx.now:
        inbox.expire(tx, id_)
        return False
    return True


def _finish(tx: Tx, invocation: Invocation, end: _End) -> _Done:
    """Reply, buttons and done: one commit."""
    reply = None if end.message is None else _enqueue(tx, invocation, end, end.message)
    if invocation.button is not None:
        buttons.used(tx, invocation.button)
    inbox.finish(tx, invocation.id)
    return _Done(reply, outbox.sent_by(tx, invocation.id, reply.id if reply else _NEWEST))


def _enqueue(tx: Tx, invocation: Invocation, end: _End, message: Message) -> Parcel:
    private = end.private or message.private
    shown = _place_of(tx, invocation, end, message, private=private)
    handle = structs.replace(end.handle, private=private, shown=shown)
    message = buttons.keep(tx, message, handle)
    id_ = outbox.enqueue(tx, invocation.id, handle, message, invocation.id)
    return Parcel(id=id_, key=invocation.id, handle=handle, message=message, piece=0)


def _place_of(tx: Tx, invocation: Invocation, end: _End, message: Message, *, private: bool) -> str | None:
    """Which message of ours the reply takes the place of: never one that others read, when it is for one person alone."""
    alone = not private or end.handle.direct
    if end.shown is not None:
        return end.shown if alone or end.private else None
    if not message.update or invocation.kind != "press" or invocation.button is None:
        return None
    pressed = None if alone else buttons.press(tx, invocation.button)
    return end.handle.message if alone or (pressed is not None and pressed.private) else None
