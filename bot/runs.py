"""From acceptance to delivery: accepted, run in its author's lane, finished in one commit, sent.

Accepted means committed. A crash before the finish runs the handler again with its remembered writes (`bot.resuming`); a crash
after it sends the same reply again and never runs the handler.
"""

import asyncio
import logging
import secrets
from collections import OrderedDict

from msgspec import structs

from bot.adapter import Acceptance
from bot.choices import Choices
from bot.command import CommandSpec, Invocation
from bot.context import Context, House
from bot.delivery import Delivery, fault
from bot.ending import CARRIED_OUT, Done, End, finish, redeems
from bot.errors import UserError
from bot.lanes import Lanes
from bot.message import Message, t
from bot.redemptions import Redemptions
from bot.router import Router
from bot.store import BatchFailed, Diverged, Elsewhere, OutcomeUnknownError, Parcel, Ticket, Tx, buttons, inbox, people

_REMEMBERED = 2_000
log = logging.getLogger(__name__)


class Runs:
    """Every invocation of this process that is accepted and not yet answered.

    `redemptions` are those of them that points were spent on; `unfinished` ended without that being committed.
    """

    def __init__(self, router: Router, house: House, delivery: Delivery, lanes: Lanes, choices: Choices) -> None:
        self._router, self._house, self._delivery, self._lanes = router, house, delivery, lanes
        self._store = house.store
        self._choices = choices
        self._running: dict[str, asyncio.Future[bool]] = {}
        self._pressed: set[str] = set()
        self._closed: dict[str, dict[int, str]] = {}
        self._seen: OrderedDict[str, None] = OrderedDict()
        self.redemptions = Redemptions(house.store, house.sender.platforms)
        self.unfinished: set[str] = set()

    # --- what is known already -----------------------------------------------------------------------------------------

    def seen(self, id_: str) -> bool:
        """Is it known to be done or refused, without asking the store?"""
        return id_ in self._seen

    def remember(self, id_: str) -> None:
        """What is delivered again soon is recognised without asking the store."""
        self._seen[id_] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    def runs(self, id_: str) -> bool:
        """Is it running, or about to?"""
        return id_ in self._running

    async def known(self, id_: str) -> bool:
        """Is it running already? Then its acceptance is waited for."""
        running = self._running.get(id_)
        if running is not None:
            await asyncio.shield(running)
        return running is not None

    async def chosen(self, button: str, id_: str) -> bool:
        """Is a press of a button that is used just delivered again, or still running, so that nothing is to be said?"""
        return button in self._pressed or await self._store.read(inbox.known, id_)

    def track(self, invocation: Invocation, accepted: asyncio.Future[bool]) -> None:
        """It is to be run: what is delivered again meanwhile is recognised."""
        self._running[invocation.id] = accepted
        if invocation.button is not None:
            self._pressed.add(invocation.button)

    def leave(self, invocation: Invocation) -> None:
        """It has been run, or will not be."""
        self._running.pop(invocation.id, None)
        if invocation.button is not None:
            self._pressed.discard(invocation.button)
            self._closed.pop(invocation.id, None)

    # --- taken in ------------------------------------------------------------------------------------------------------

    async def accept(self, invocation: Invocation, spec: CommandSpec, rest: str) -> Acceptance:
        """Queue the acceptance and the run together; the reply waits for both, the adapter for the acceptance."""
        ticket = Ticket()
        accepted = self._store.write_in(invocation.id, _take_in, invocation, ticket)
        self.track(invocation, accepted)
        self.redemptions.begin(invocation)
        self._lanes.submit(invocation.author.key, lambda: self.run(invocation, spec, rest, accepted, ticket))
        return "accepted" if await asyncio.shield(accepted) else "seen"

    async def press(self, invocation: Invocation, spec: CommandSpec, rest: str) -> Acceptance:
        """As `accept`, but the acceptance must have the button before anything runs. Raises `UserError` for a used one."""
        accepted = self._store.write_in(invocation.id, _take_press, invocation)
        self.track(invocation, accepted)
        self._lanes.submit(invocation.author.key, lambda: self._run_press(invocation, spec, rest, accepted))
        return "accepted" if await asyncio.shield(accepted) else "seen"

    async def _run_press(
        self, invocation: Invocation, spec: CommandSpec, rest: str, accepted: asyncio.Future[bool]
    ) -> None:
        try:
            fresh = await asyncio.shield(accepted)
        except UserError:
            fresh = False  # who brought it hears of it
        except Exception:
            self.unfinished.add(invocation.id)  # nobody knows
            fresh = False
        if fresh:
            self._closed[invocation.id] = self._choices.close(invocation.author)
            await self.run(invocation, spec, rest, accepted)
        else:
            self.leave(invocation)

    async def decline(self, invocation: Invocation) -> None:
        """It is not run. If points were spent on it they come back, which is kept before anything is said."""
        if not redeems(invocation):
            return
        self.redemptions.begin(invocation)
        if await self._store.write(_declined, invocation):
            self.redemptions.end(invocation, succeeded=False)
        else:
            self.redemptions.leave(invocation)
        self.remember(invocation.id)

    # --- run -----------------------------------------------------------------------------------------------------------

    async def run(
        self,
        invocation: Invocation,
        spec: CommandSpec,
        rest: str,
        accepted: asyncio.Future[bool] | None = None,
        ticket: Ticket | None = None,
    ) -> None:
        """One run; without `accepted` it is a resumed one."""
        ctx = Context(invocation, spec, self._house, accepted, ticket=ticket, resumed=accepted is None)
        try:
            end = await self._ended(ctx, spec, rest)
            if end is None or (accepted is not None and not await asyncio.shield(accepted)):
                self.redemptions.leave(invocation)  # an earlier process has done it
                return
            await self._finish(invocation, end)
        except Exception:  # what the store could not keep is tried again
            self.unfinished.add(invocation.id)
            self.redemptions.leave(invocation)
            raise
        finally:
            self.leave(invocation)
            self._house.dialogue.leave(invocation.author)

    async def _ended(self, ctx: Context, spec: CommandSpec, rest: str) -> End | None:
        """Run the handler, and what came of it; None for what has ended, or runs, elsewhere."""
        invocation = ctx.invocation
        try:
            if ctx.resumed:
                await ctx.recall()
            message = _checked(await self._router.answer(ctx, rest), spec)
            ctx.ended()
        except Elsewhere as other:
            log.info("%s", other)
            return None
        except Diverged as divergence:  # it left the path that an earlier run had carried out
            return _diverged(ctx, divergence)
        except asyncio.CancelledError as error:
            if self._house.dialogue.closed or _cancelled():
                raise
            return _failed(f"{spec.path} of {invocation.id}", error, ctx)  # by the handler itself, by mistake
        except Exception as error:
            return _diverged(ctx, error) if ctx.diverged else _failed(f"{spec.path} of {invocation.id}", error, ctx)
        if message is None and ctx.handle.token is not None and invocation.kind == "command":
            message = Message(t("Done."), private=True)  # an interaction that nothing answers is shown as failed
        return End(ctx.handle, message, spec.private, ctx.succeeded, ctx.wrote, ctx.shown)

    async def _finish(self, invocation: Invocation, end: End) -> None:
        done = await self._kept(invocation, end)
        self.remember(invocation.id)
        if done is None:
            self.redemptions.leave(invocation)
            return
        self.redemptions.end(invocation, succeeded=end.succeeded)
        if not end.succeeded and (numbers := self._closed.get(invocation.id)):
            self._choices.offer(invocation.author.key, numbers.items())
        for parcel in (*done.replies, *done.sent):
            self._offer(parcel)
        for parcel in done.sent:
            self._delivery.submit(parcel)
        for parcel in done.replies:
            await self._delivery.deliver(parcel)

    async def _kept(self, invocation: Invocation, end: End) -> Done | None:
        ended = self._house.ended
        try:
            return await self._store.write(finish, ended, invocation, end)
        except (BatchFailed, OutcomeUnknownError):  # others may have been the reason; what is kept stays as it is
            return await self._store.write(finish, ended, invocation, end)
        except Exception as error:  # an answer that cannot be kept
            id_ = _logged(f"the answer of {invocation.id}", error)
            said = None if invocation.kind == "event" else fault(id_)
            end = structs.replace(end, message=said, succeeded=False, shown=None)
            return await self._store.write(finish, ended, invocation, end)

    def _offer(self, parcel: Parcel) -> None:
        """Where there are no buttons, their numbers are the way to choose."""
        if parcel.handle.platform == buttons.NUMBERED:
            numbers = buttons.numbered(parcel.message)
            if numbers:
                self._choices.offer(parcel.handle.to.key, numbers)


def used() -> UserError:
    """What is said about a button that can be used once only."""
    return UserError("That was chosen already.", code="used")


def _cancelled() -> bool:
    """Is this task to end? A handler may have awaited something else that was cancelled."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


def _checked(message: object, spec: CommandSpec) -> Message | None:
    """What a handler, or the middleware around it, gave: the types that they promise are not checked by Python."""
    if message is None or isinstance(message, Message):
        return message
    raise TypeError(f"{spec.path} ({spec.source}) gave a {type(message).__name__}, not a Message or None")


def _logged(what: str, error: BaseException) -> str:
    """The cause for the log; the id under which it stands there."""
    id_ = secrets.token_hex(4)
    log.error("fault %s: %s failed", id_, what, exc_info=error)
    return id_


def _failed(what: str, error: BaseException, ctx: Context) -> End:
    """Its cause is in the log, its id for who asked. What only subscribed was asked for by nobody."""
    id_ = _logged(what, error)
    message = None if ctx.invocation.kind == "event" else fault(id_)
    return End(ctx.handle, message, ctx.spec.private, succeeded=False, wrote=ctx.wrote)


def _diverged(ctx: Context, cause: BaseException) -> End:
    """It stands as an earlier run carried it out; where that had taken steps alone, it failed."""
    if not ctx.carried_out:
        return _failed(f"{ctx.spec.path} of {ctx.invocation.id}", cause, ctx)
    log.error("invocation %s diverged: it is carried out, its answer is lost: %s", ctx.invocation.id, cause)
    return End(ctx.handle, Message(CARRIED_OUT), ctx.spec.private, succeeded=True, wrote=True)


def _take_in(tx: Tx, invocation: Invocation, ticket: Ticket) -> bool:
    """The acceptance: one row, and the author known by name. False when it was there already."""
    fresh = inbox.accept(tx, invocation)
    ticket.void = not fresh
    if fresh and invocation.author.id and invocation.author.name:  # an event may have been nobody's doing
        people.met(tx, invocation.author)
    return fresh


def _take_press(tx: Tx, invocation: Invocation) -> bool:
    """The acceptance of a press, with its button. Raises `UserError` when another press has it, and keeps nothing then."""
    fresh = _take_in(tx, invocation, Ticket())
    if fresh and invocation.button is not None and not buttons.claim(tx, invocation.button):
        raise used()
    return fresh


def _declined(tx: Tx, invocation: Invocation) -> bool:
    """Taken in and ended at once: its points come back. False when it was there already."""
    return inbox.accept(tx, invocation) and inbox.settling(tx, invocation.id, succeeded=False, reason="not run")
