"""Delivery: the outbox to the platforms, piece by piece, in order. A piece whose fate is unknown is never sent again blindly.

What cannot be sent now waits in the outbox, and whatever is for the same person on the same platform waits behind it; other
people's does not. A pump looks about once a second for what is due: that, what was sent outside of an invocation, and what an
earlier process left. A process that dies between a request and its note makes that one request again, under the same key.
"""

import asyncio
import contextlib
import logging
import random
import secrets
import time
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Literal

from msgspec import structs

from bot.adapter import Outcome, Refused, RetryAfter, Sent, Unknown
from bot.command import ReplyHandle
from bot.message import Message, t
from bot.sender import LATE, Sender, expired
from bot.store import Parcel, Store, Tx, notices, outbox

State = Literal["sent", "unknown", "dead"]
Submit = Callable[[str, Callable[[], Awaitable[None]]], None]
"""Runs work in somebody's lane."""

PULSE = 1.0
"""Seconds between two looks into the outbox."""
PATIENCE = 3.0
"""Seconds that a message may keep its lane; what takes longer waits in the outbox."""
LONGEST = 300.0
"""Seconds between two tries at most, unless the platform asks for more."""
DAY = 24 * 3600 * 1_000_000
"""Nothing is tried for longer, in microseconds since it was written."""
LEAST = 5
"""So many tries are made even then, of what waited for another reason (quiet hours, a bot that was away)."""
LOST = 3
"""So many tries may end with their process."""
_PAGE, _MOST, _REMEMBERED = 200, 1_000, 10_000
_ABSENT = RetryAfter(LONGEST)
_DOUBTFUL = Unknown(f"{outbox.DOUBT}, and it is too late to try again safely")
_MILLION = 1_000_000
log = logging.getLogger(__name__)


def fault(id_: str) -> Message:
    """What people are told of something that failed; the log has the cause under this id."""
    return Message(t("Something went wrong on my side. It is noted as {fault}.", fault=id_), private=True)


def line_of(handle: ReplyHandle) -> str:
    """What keeps its order: everything for one person on one platform; what is for nobody, by its place."""
    return handle.to.key if handle.to.id else f"{handle.platform}:#{handle.channel}"


class _Line:
    """What waits for one person. Only the first is tried: `tries` so far, the next at `due` (µs since the epoch).

    `safe` is how long, on the monotonic clock, it may be sent again although nobody knows whether it is there.
    """

    __slots__ = ("due", "safe", "tries", "waiting")

    def __init__(self) -> None:
        self.waiting: set[int] = set()
        self.due = 0
        self.begin()

    def begin(self) -> None:
        """Another one is the first now."""
        self.tries, self.safe = 0, float("inf")


class Delivery:
    """Sends what `outbox.enqueue` has kept. `counts`: how many were sent, dead, unknown or postponed in this process."""

    def __init__(self, store: Store, sender: Sender, submit: Submit) -> None:
        self._store, self._sender, self._submit = store, sender, submit
        self._taken: set[int] = set()
        self._seen: OrderedDict[tuple[int, int], bool] = OrderedDict()  # id and age; whether it is settled
        self._lines: dict[str, _Line] = {}
        self._unwritten: dict[int, list[Callable[[Tx], None]]] = {}
        self._left = 0
        self._pump: asyncio.Task[None] | None = None
        self.counts: Counter[str] = Counter()

    @property
    def busy(self) -> bool:
        """True while anything is on its way; what waits for a better time is not."""
        now = time.time_ns() // 1_000
        return bool(self._taken) or any(line.due <= now for line in self._lines.values())

    # --- what a run has to say -----------------------------------------------------------------------------------------

    def submit(self, parcel: Parcel) -> None:
        """Send it in the lane of whom it is for."""
        if self._take(parcel):
            self._submit(line_of(parcel.handle), partial(self._send, parcel))

    async def deliver(self, parcel: Parcel) -> None:
        """Send it now, from within that lane, and write down how it went."""
        if self._take(parcel):
            await self._send(parcel)

    def _take(self, parcel: Parcel, *, again: bool = False) -> bool:
        """False when it is on its way, or was. `again`: as it stands in the outbox, so another try is right."""
        key = (parcel.id, parcel.created)
        settled = self._seen.get(key)
        if parcel.id in self._taken or parcel.id in self._unwritten or settled or (settled is False and not again):
            return False
        self._taken.add(parcel.id)
        self._know(key, settled=False)
        return True

    def _know(self, key: tuple[int, int], *, settled: bool) -> None:
        self._seen[key] = settled
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    async def now(self, handle: ReplyHandle, message: Message) -> None:
        """Send without keeping: for refusals of what was never taken in."""
        if handle.platform not in self._sender.platforms:
            return
        try:
            payloads = await self._sender.payloads(message, handle)
        except Exception:
            log.exception("a refusal cannot be shown on %s", handle.platform)
            return
        for piece, payload in enumerate(payloads):
            await self._sender.send(handle, payload, f"{handle.interaction or handle.message}.{piece}")

    # --- one message ---------------------------------------------------------------------------------------------------

    async def _send(self, parcel: Parcel, *, counted: bool = False) -> None:
        try:
            await self._tried(parcel, counted=counted)
        finally:
            self._taken.discard(parcel.id)

    async def _tried(self, parcel: Parcel, *, counted: bool) -> None:
        """`counted`: a message that ends its process must not do so for ever."""
        if expired(parcel.handle):
            await self._settle(parcel, Refused(LATE))
        elif not await self._waits(parcel):
            tries = await self._store.write(outbox.attempt, parcel.id) if counted else 1
            if tries > LOST:
                await self._settle(parcel, Refused(f"given up: {LOST} tries ended with their process"))
            elif tries:
                outcome = await self._pieces(parcel) if self._safe(parcel) else _DOUBTFUL
                if outcome is _ABSENT and await self._elsewhere(parcel):
                    return
                end = await self._postponed(parcel, outcome) if isinstance(outcome, RetryAfter) else outcome
                if end is not None:
                    await self._settle(parcel, end)

    async def _waits(self, parcel: Parcel) -> bool:
        """Is something before it that waits? Then so does it. One that another process has ended is not there any more."""
        name = line_of(parcel.handle)
        while (line := self._lines.get(name)) and (first := min(line.waiting)) < parcel.id:
            due = max(line.due, time.time_ns() // 1_000 + _MILLION)
            if await self._store.write(outbox.behind, parcel.id, first, due):
                line.waiting.add(parcel.id)
                return True
            self._leave(name, first)
        return False

    def _safe(self, parcel: Parcel) -> bool:
        """May it be sent (again), as far as this process knows?"""
        line = self._lines.get(line_of(parcel.handle))
        return line is None or time.monotonic() <= line.safe

    async def _pieces(self, parcel: Parcel) -> Outcome:
        if parcel.handle.platform not in self._sender.platforms:
            return _ABSENT
        try:
            payloads = await self._sender.payloads(parcel.message, parcel.handle)
        except Exception as error:  # nothing that a plugin put into it may leave somebody without a word
            return await self._unshowable(parcel, error)
        for piece in range(parcel.piece, len(payloads)):
            outcome = await self._sender.send(parcel.handle, payloads[piece], f"{parcel.id}.{piece}", PATIENCE)
            if not isinstance(outcome, Sent):
                return outcome
            if piece + 1 < len(payloads):
                await self._note(parcel.id, partial(outbox.progress, id=parcel.id, piece=piece + 1))
        return Sent("")

    async def _unshowable(self, parcel: Parcel, error: Exception) -> Outcome:
        """Its platform cannot make requests of it: tell who waits for it."""
        id_ = secrets.token_hex(4)
        log.error("fault %s: answer %s cannot be shown on %s", id_, parcel.key, parcel.handle.platform, exc_info=error)
        await self.now(structs.replace(parcel.handle, private=True, shown=None), fault(id_))
        return Refused(f"it cannot be shown: fault {id_}")

    async def _postponed(self, parcel: Parcel, outcome: RetryAfter) -> Refused | Unknown | None:
        """Keep it for later; how it ended when there is no later."""
        line = self._lines.setdefault(line_of(parcel.handle), _Line())
        line.waiting.add(parcel.id)
        line.tries += 1
        if outcome.safe is not None:
            line.safe = min(line.safe, time.monotonic() + outcome.safe)
        spread = random.uniform(0.0, min(LONGEST, 2.0**line.tries))  # noqa: S311  (spread, not secrecy)
        pause, now = max(outcome.seconds, spread), time.time_ns() // 1_000
        line.due = now + int(pause * _MILLION)
        expires = parcel.handle.expires
        if expires is not None and line.due > expires > now + int(outcome.seconds * _MILLION):
            line.due = expires
        if over := _over(parcel, line, now):
            return over
        self.counts["postponed"] += 1
        await self._note(parcel.id, partial(outbox.later, id=parcel.id, due=line.due, reason=_why(line, outcome)))
        return None

    async def _settle(self, parcel: Parcel, outcome: Outcome) -> None:
        """How it ended, for good."""
        if isinstance(outcome, Refused) and await self._elsewhere(parcel):
            return
        state: State = "sent" if isinstance(outcome, Sent) else "unknown" if isinstance(outcome, Unknown) else "dead"
        reason = "" if state == "sent" else _told(outcome)
        if state != "sent":
            log.warning("answer %s to %s is %s: %s", parcel.key, parcel.handle.platform, state, reason)
        self.counts[state] += 1
        self._know((parcel.id, parcel.created), settled=True)
        self._leave(line_of(parcel.handle), parcel.id)
        await self._note(parcel.id, partial(outbox.settle, id=parcel.id, state=state, reason=reason))

    async def _elsewhere(self, parcel: Parcel) -> bool:
        """What is for a person, wherever they are, goes to another platform of theirs; it is due there at once."""
        if parcel.handle.channel or not await self._store.write(notices.readdress, parcel.id, parcel.handle.platform):
            return False
        self._leave(line_of(parcel.handle), parcel.id)
        return True

    def _leave(self, name: str, id_: int) -> None:
        """It waits no more; the next in its line does not begin with its past."""
        line = self._lines.get(name)
        if line is not None and id_ in line.waiting:
            if id_ == min(line.waiting):
                line.begin()
            line.waiting.discard(id_)
            if not line.waiting:
                del self._lines[name]

    async def _note(self, id_: int, fn: Callable[[Tx], None]) -> None:
        """Write down what happened to it. What cannot be written now is later: it must not be sent again meanwhile."""
        notes = self._unwritten.get(id_)
        if notes is None:
            try:
                await self._store.write(fn)
            except Exception:
                log.exception("what became of answer %d cannot be written down yet", id_)
                notes = self._unwritten[id_] = []
        if notes is not None:
            notes.append(fn)

    # --- the pump ------------------------------------------------------------------------------------------------------

    async def recall(self) -> None:
        """Know what an earlier process left: nothing of this one overtakes it. To be called before the first event comes in."""
        self._left = await self._store.write(outbox.awake)
        async for one in self._due():
            if isinstance(one, Parcel):
                self._lines.setdefault(line_of(one.handle), _Line()).waiting.add(one.id)

    async def start(self) -> None:
        """Take up what is due, and look for more until `close`: the platforms can be written to."""
        await self._looked()
        self._pump = asyncio.create_task(self._look(), name="delivery")

    async def close(self) -> None:
        """Look no more."""
        if self._pump is not None:
            self._pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pump

    async def _look(self) -> None:
        worked = True
        while True:
            await asyncio.sleep(PULSE)
            worked = await self._looked(worked)

    async def _looked(self, worked: bool = True) -> bool:
        try:
            await self.pulse()
        except Exception:
            if worked:
                log.exception("the outbox cannot be read; still trying")
            return False
        return True

    async def pulse(self) -> None:
        """Take up everything that is due; more than can be kept at once is left for the next time."""
        await self.flush()
        async for one in self._due():
            if len(self._taken) >= _MOST:
                break
            if isinstance(one, Parcel):
                self._pumped(one)
            else:
                log.error("message %d of the outbox cannot be read any more", one)
                await self._store.write(outbox.settle, one, "dead", "it cannot be read any more")

    async def _due(self) -> AsyncIterator[Parcel | int]:
        """Everything that is due, page by page."""
        after, full = 0, True
        while full:
            found = await self._store.read(outbox.pending, _PAGE, after)
            for one in found:
                after = one.id if isinstance(one, Parcel) else one
                yield one
            full = len(found) == _PAGE

    def _pumped(self, one: Parcel) -> None:
        if self._take(one, again=True):
            self._submit(line_of(one.handle), partial(self._send, one, counted=one.id <= self._left))

    async def flush(self) -> None:
        """Write down what could not be written before. Raises what the store raises."""
        for id_, notes in list(self._unwritten.items()):
            written = tuple(notes)
            await self._store.write(_all, written)
            del notes[: len(written)]
            if not notes:
                del self._unwritten[id_]


def _all(tx: Tx, notes: tuple[Callable[[Tx], None], ...]) -> None:
    for note in notes:
        note(tx)


def _told(outcome: Outcome) -> str:
    match outcome:
        case Refused(reason) | Unknown(reason):
            return reason
        case RetryAfter(seconds):
            return f"to be tried again after {seconds:.1f} s"
        case Sent():
            return ""


def _why(line: _Line, outcome: RetryAfter) -> str:
    return _told(outcome) if line.safe == float("inf") else outbox.DOUBT


def _over(parcel: Parcel, line: _Line, now: int) -> Refused | Unknown | None:
    """Is there no sense in another try? `line` is its own, and `due` when that would be."""
    if time.monotonic() + (line.due - now) / _MILLION > line.safe:
        return _DOUBTFUL
    if parcel.handle.expires is not None and line.due > parcel.handle.expires:
        return Refused(LATE)
    if line.tries >= LEAST and line.due > parcel.created + DAY:
        return Refused("given up after a day")
    return None
