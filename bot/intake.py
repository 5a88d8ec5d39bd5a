"""The life of a command between adapter and platform: accept, lane, router, finish, deliver.

Accepted means committed. A crash before the finish runs the handler again with its remembered writes; a crash after it sends
the same reply again and never runs the handler.
"""

import asyncio
import contextlib
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable
from functools import partial

from msgspec import Struct, structs

from bot.adapter import Acceptance
from bot.choices import Choices
from bot.command import CommandSpec, Invocation, ReplyHandle
from bot.context import Context
from bot.counts import Counts
from bot.delivery import Delivery
from bot.errors import UserError
from bot.lanes import Lanes, Work
from bot.message import Message, t
from bot.router import Router, refusal
from bot.store import Diverged, Parcel, Store, Tx, buttons, inbox, kept, outbox
from bot.users import Place, User

_REMEMBERED = 10_000
_TRIES = 3
_GONE = "These buttons are no longer open."
CARRIED_OUT = t("It was carried out as far as it had come; its answer was lost.")
log = logging.getLogger(__name__)


class Intake:
    """Implements `bot.adapter.Ingress`."""

    def __init__(self, store: Store, router: Router, lanes: Lanes, delivery: Delivery) -> None:
        self._store = store
        self._router = router
        self._lanes = lanes
        self._delivery = delivery
        self._counts = Counts()
        self._choices = Choices()
        self._running: dict[str, asyncio.Future[bool]] = {}
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self.on_heard: list[Callable[[str, str], None]] = []

    # --- what an adapter calls -------------------------------------------------------------------------------------------

    def wants(self, text: str, author: User, place: Place, *, addressed: bool = False) -> bool:
        """A command behind the prefix, an open numbered choice, or an unknown command that deserves an answer."""
        if self._choices.find(text, author) is not None:
            return True
        line = self._router.line(text, place.platform)
        return line is not None and (addressed or place.direct or self._router.registry.find(line) is not None)

    def spec(self, path: str) -> CommandSpec | None:
        """The command at this path."""
        return self._router.registry.get(path)

    def heard(self, platform: str, event: str) -> None:
        """Tell whoever watches that this event has been dealt with."""
        for watch in self.on_heard:
            watch(platform, event)

    async def recall(self, key: str) -> str | None:
        """A value an adapter kept."""
        return await self._store.read(kept.recall, key)

    async def keep(self, key: str, value: str) -> None:
        """Keep a value for an adapter."""
        await self._store.write(kept.keep, key, value)

    async def submit(self, invocation: Invocation) -> Acceptance:
        """Take an invocation in; see `Ingress.submit`."""
        event = invocation.id
        if event in self._seen:
            return "seen"
        try:
            invocation = await self._pressed(invocation)
            known = self._running.get(invocation.id)
            if known is not None:
                await asyncio.shield(known)
                self._remember(event)
                return "seen"
            spec, rest = self._command(invocation)
        except UserError as error:
            self._refuse(invocation, error)
            return "refused"
        acceptance = await self._accept(invocation, spec, rest)
        self._remember(event)  # a press is run under the id of its button
        return acceptance

    # --- before anything is kept -----------------------------------------------------------------------------------------

    async def _pressed(self, invocation: Invocation) -> Invocation:
        """A press, or a numbered choice, becomes the command call that its button keeps."""
        button = invocation.button or self._choices.find(invocation.text, invocation.author)
        if button is None or invocation.path is not None:
            return invocation
        found = await self._store.read(buttons.press, button)
        if found is None or found.expires < invocation.received:
            raise UserError(_GONE, code="expired")
        if found.addressee and found.addressee != invocation.author.key:
            raise UserError("These buttons are somebody else's.", code="not_yours")
        if found.once and found.used:
            raise UserError("That was chosen already.", code="used")
        self._choices.close(invocation.author)
        id_ = f"button:{button}" if found.once else invocation.id
        return structs.replace(invocation, id=id_, kind="press", button=button, path=found.path, options=found.options)

    def _command(self, invocation: Invocation) -> tuple[CommandSpec, str]:
        found = self._router.find(invocation)
        if found is None:
            raise self._router.unknown(invocation)
        if self._lanes.full(invocation.author.key):
            raise UserError("One thing at a time: I am still busy with your last ones.", code="busy")
        spec, rest = found
        if invocation.overheard and rest.strip() and any(option.secret for option in spec.options):
            raise UserError(
                "Others can read that here, so I kept nothing of it. Say it to me in private.", code="overheard"
            )
        return spec, rest

    def _refuse(self, invocation: Invocation, error: UserError) -> None:
        """Answer privately, once, without keeping anything."""
        self._remember(invocation.id)
        handle = structs.replace(invocation.reply, private=True)
        task = asyncio.create_task(self._delivery.now(handle, refusal(error)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _remember(self, id_: str) -> None:
        """What is delivered again soon is recognised without asking the store."""
        self._seen[id_] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    # --- accepted --------------------------------------------------------------------------------------------------------

    async def _accept(self, invocation: Invocation, spec: CommandSpec, rest: str) -> Acceptance:
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
            message = await self._answer(invocation, spec, rest, resumed=accepted is None)
            if accepted is not None and not await asyncio.shield(accepted):
                return  # an earlier process has done it: the ids this process has seen never come this far
            if message is None:
                log.error("invocation %s diverged: it is carried out, its answer is lost", invocation.id)
            done = await self._store.write(_finish, invocation, message or Message(CARRIED_OUT), spec.private)
            self._remember(invocation.id)
            for parcel in (done.reply, *done.sent):
                self._offer(parcel)
            for parcel in done.sent:
                self._lanes.submit(parcel.handle.to.key, partial(self._delivery.deliver, parcel))
            await self._delivery.deliver(done.reply)
        finally:
            self._running.pop(invocation.id, None)

    async def _answer(self, invocation: Invocation, spec: CommandSpec, rest: str, *, resumed: bool) -> Message | None:
        """What the handler says; None when it left the path that an earlier run had carried out."""
        ctx = Context(invocation, spec, self._store, self._counts, resumed=resumed)
        try:
            message = await self._router.answer(ctx, rest)
            ctx.ended()
        except Diverged as divergence:
            log.info("%s", divergence)
            return None
        except Exception:
            fault = secrets.token_hex(4)
            log.exception("fault %s: %s of %s failed", fault, spec.path, invocation.id)
            return Message(t("Something went wrong on my side. It is noted as {fault}.", fault=fault), private=True)
        return message

    def _offer(self, parcel: Parcel) -> None:
        """Where there are no buttons, their numbers are the way to choose."""
        buttons = parcel.message.buttons
        if buttons and parcel.handle.platform == "twitch":
            self._choices.offer(parcel.handle.to.key, [(number, one.id) for number, one in enumerate(buttons, 1)])

    # --- start and stop --------------------------------------------------------------------------------------------------

    async def left(self) -> list[tuple[str, Work]]:
        """What an earlier process left, as work for lanes: unsent answers, and commands accepted and not finished.

        To be read before the first event comes in, or it would find the work of this process too.
        """
        self._choices.restore(await self._store.read(buttons.open_choices, "twitch"))
        parcels = await self._store.read(outbox.pending, 1_000)
        work: list[tuple[str, Work]] = [(one.handle.to.key, partial(self._redeliver, one)) for one in parcels]
        for id_, attempts in await self._store.read(inbox.waiting):
            work += await self._unfinished(id_, attempts)
        return work

    def resume(self, work: list[tuple[str, Work]]) -> None:
        """Take up what was left, now that the platforms can be written to."""
        for author, one in work:
            self._lanes.submit(author, one)

    async def _unfinished(self, id_: str, attempts: int) -> list[tuple[str, Work]]:
        try:
            invocation = await self._store.read(inbox.load, id_)
        except Exception:
            log.exception("what was accepted as %s cannot be read any more", id_)
            invocation = None
        found = self._router.find(invocation) if invocation else None
        if invocation is None or found is None or attempts >= _TRIES:
            log.error("invocation %s is given up after %d attempts", id_, attempts)
            await self._store.write(inbox.expire, id_)
        else:
            return [(invocation.author.key, partial(self._again, invocation, *found))]
        return []

    async def _again(self, invocation: Invocation, spec: CommandSpec, rest: str) -> None:
        """The attempt is counted when its turn has come: what only waits in its lane is not an attempt."""
        if await self._store.write(_begin, invocation.id, invocation.answer_until):
            await self._run(invocation, spec, rest, None)

    async def _redeliver(self, parcel: Parcel) -> None:
        """Tries are counted before the try: an answer that ends the process must not do so for ever."""
        if await self._store.write(outbox.attempt, parcel.id) > _TRIES:
            log.error("answer %s is given up after %d tries", parcel.key, _TRIES)
            await self._store.write(outbox.settle, parcel.id, "dead", "given up")
        else:
            await self._delivery.deliver(parcel)

    @property
    def busy(self) -> bool:
        """True while anything runs or is on its way."""
        return bool(self._running or self._tasks) or self._lanes.busy or self._delivery.busy

    async def quiet(self) -> None:
        """Wait until nothing runs any more."""
        while self.busy:  # noqa: ASYNC110  (several kinds of work may begin and end meanwhile)
            await asyncio.sleep(0.002)

    async def close(self) -> None:
        """Finish what runs."""
        await self._lanes.close()
        for task in list(self._tasks):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def _take_in(tx: Tx, invocation: Invocation) -> bool:
    """The acceptance: one row, and the author known by name. False when it was there already."""
    fresh = inbox.accept(tx, invocation)
    if fresh:
        tx.person(invocation.author)
    return fresh


def _begin(tx: Tx, id_: str, answer_until: int) -> bool:
    """Count the attempt before the run; what nobody waits for any more is expired."""
    if answer_until < tx.now:
        inbox.expire(tx, id_)
        return False
    inbox.begin(tx, id_)
    return True


class _Done(Struct, frozen=True):
    """What a finished invocation has to say: its reply, and what its writes sent to people."""

    reply: Parcel
    sent: list[Parcel]


def _finish(tx: Tx, invocation: Invocation, message: Message, private: bool) -> _Done:
    """Reply, buttons and done: one commit."""
    handle: ReplyHandle = structs.replace(invocation.reply, private=private or message.private)
    message = buttons.keep(tx, message, handle)
    id_ = outbox.enqueue(tx, invocation.id, handle, message, invocation.id)
    if invocation.button is not None:
        buttons.used(tx, invocation.button)
    inbox.finish(tx, invocation.id)
    reply = Parcel(id=id_, key=invocation.id, handle=handle, message=message, piece=0)
    return _Done(reply, outbox.sent_by(tx, invocation.id, id_))
