"""What has no end yet: left by an earlier process, not kept by the store, or to be run again because an operator says so.

Attempts are counted before the run, so that what ends its process does not do so for ever. After the last one it is a dead
letter; what is too old is expired. What asked is not run again. In each case its author is told, in the same commit.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import Concatenate, Final, Literal, ParamSpec, TypeVar

from msgspec import Struct, structs

from bot.choices import Choices
from bot.command import Invocation
from bot.context import Ended, House
from bot.delivery import Delivery, fault
from bot.ending import Abandoned, abandon, abandon_unreadable, reachable
from bot.lanes import Lanes, Work
from bot.message import Message, code, t
from bot.router import Router
from bot.runs import Runs, used
from bot.store import BatchFailed, OutcomeUnknownError, Tx, buttons, inbox

TRIES = 3
"""So many runs may end with their process."""
PULSE = 2.0
"""Seconds between two looks for what is to be run again."""
_ANSWERABLE = 15 * 60 * 1_000_000
"""How long after an operator's word somebody may still be asked something, in microseconds."""
_OPEN: Final = ("accepted", "asking", "retry")
T = TypeVar("T")
P = ParamSpec("P")
log = logging.getLogger(__name__)


class _Begun(Struct, frozen=True):
    """What is to be run now, or what became of it instead; neither when it has ended meanwhile."""

    invocation: Invocation | None = None
    abandoned: Abandoned | None = None


class Resuming:
    """Takes up what has no end yet."""

    def __init__(
        self, runs: Runs, router: Router, house: House, delivery: Delivery, lanes: Lanes, choices: Choices
    ) -> None:
        self._runs, self._router, self._house = runs, router, house
        self._delivery, self._lanes, self._choices = delivery, lanes, choices
        self._store = house.store

    async def left(self) -> list[tuple[str, Work]]:
        """Commands accepted and not finished, those that asked, and redemptions, as work for lanes.

        To be called before the first event comes in: from then on what is delivered again is recognised.
        """
        self._choices.restore(await self._store.read(buttons.open_choices, buttons.NUMBERED))
        work: list[tuple[str, Work]] = []
        for id_, spent in await self._store.read(inbox.unsettled):
            if (one := await self._load(id_)) is not None:
                self._runs.redemptions.begin(one)
                work.append((one.author.key, partial(self._settled, one, spent=spent)))
        for id_, _ in await self._store.read(inbox.asking):
            work += await self._work(id_, self._stopped_asking)
        for id_ in [*(id_ for id_, _ in await self._store.read(inbox.waiting)), *await self._store.read(inbox.retries)]:
            work += await self._work(id_, self._again)
        return work

    async def watch(self) -> None:
        """Look for what is to be run again, until it is cancelled."""
        worked = True
        while True:
            await asyncio.sleep(PULSE)
            try:
                await self.pulse()
                worked = True
            except Exception:
                if worked:
                    log.exception("the inbox cannot be read; still trying")
                worked = False

    async def pulse(self) -> None:
        """One look. Raises what the store raises; nothing is forgotten by that."""
        for id_ in dict.fromkeys([*self._runs.unfinished, *await self._store.read(inbox.retries)]):
            if self._runs.runs(id_):
                continue
            self._runs.unfinished.discard(id_)  # before the look: a run of another delivery may add it again meanwhile
            try:
                await self._take_up(id_)
            except Exception:
                self._runs.unfinished.add(id_)
                raise

    async def _take_up(self, id_: str) -> None:
        standing = await self._store.read(inbox.standing, id_)
        if standing is not None and standing.state in _OPEN:
            run = self._stopped_asking if standing.state == "asking" else self._again
            for author, work in await self._work(id_, run):
                self._lanes.submit(author, work)

    async def _work(self, id_: str, run: Callable[[Invocation], Awaitable[None]]) -> list[tuple[str, Work]]:
        """This, as work for its lane; what is delivered again meanwhile is recognised."""
        one = await self._load(id_)
        if one is None:
            return []
        accepted = asyncio.get_running_loop().create_future()
        accepted.set_result(True)
        self._runs.track(one, accepted)
        self._runs.redemptions.begin(one)
        return [(one.author.key, partial(self._tried, one, run))]

    async def _tried(self, one: Invocation, run: Callable[[Invocation], Awaitable[None]]) -> None:
        try:
            await run(one)
        except Exception:  # what the store could not keep is tried again
            self._runs.unfinished.add(one.id)
            raise
        finally:
            self._runs.leave(one)

    async def _load(self, id_: str) -> Invocation | None:
        """What was accepted; a dead letter when it cannot be read any more. Raises what the store raises."""
        try:
            return await self._store.read(inbox.load, id_)
        except inbox.UnreadableError:
            number = secrets.token_hex(4)
            log.exception("fault %s: what was accepted as %s cannot be read any more", number, id_)
            reason = f"it cannot be read any more: fault {number}"
            await self._store.write(abandon_unreadable, self._house.ended, id_, reason)
            return None

    async def _again(self, one: Invocation) -> None:
        """The attempt is counted when its turn has come: what only waits in its lane is not an attempt."""
        found, number = self._router.taken(one), secrets.token_hex(4)
        if found is None:
            why = f"there is no such command any more: fault {number}"
            begun = _Begun(None, await self._write(one, abandon, "dead", why, fault(number)))
        else:
            begun = await self._begun(one, number)
        if begun.invocation is None:
            self._end(one, begun.abandoned)
        elif found is not None:
            await self._runs.run(begun.invocation, *found)

    async def _begun(self, one: Invocation, number: str) -> _Begun:
        try:
            return await self._write(one, _begin, self._line(one), number)
        except (BatchFailed, OutcomeUnknownError):
            raise
        except Exception:  # who was to hear of its end must not keep its user from hearing of it
            log.exception("the end of %s cannot be told to everything", one.id)
            return await self._store.write_in(one.id, _begin, (), one, self._line(one), number)

    async def _stopped_asking(self, one: Invocation) -> None:
        """Its question died with the process: say so."""
        asked = t(
            "I was restarted while I waited for your answer. Please ask again with {command}.",
            command=code(self._line(one)),
        )
        self._end(one, await self._write(one, _stop_asking, Message(asked, private=True)))

    async def _settled(self, one: Invocation, *, spent: bool) -> None:
        """An earlier process ended it, and may not have told the platform."""
        self._runs.redemptions.end(one, succeeded=spent)

    def _end(self, one: Invocation, abandoned: Abandoned | None) -> None:
        """It is not run. What it says is said; why is in the log."""
        self._runs.remember(one.id)
        if abandoned is None:
            self._runs.redemptions.leave(one)
            return
        level = logging.ERROR if abandoned.state == "dead" else logging.INFO
        log.log(level, "invocation %s is %s: %s", one.id, abandoned.state, abandoned.reason)
        self._runs.redemptions.end(one, succeeded=abandoned.succeeded)
        if abandoned.told is not None:
            self._delivery.submit(abandoned.told)

    def _write(
        self,
        one: Invocation,
        fn: Callable[Concatenate[Tx, Collection[Ended], Invocation, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Awaitable[T]:
        """In the lane of its writes: none of them comes in between."""
        return self._store.write_in(one.id, fn, self._house.ended, one, *args, **kwargs)

    def _line(self, one: Invocation) -> str:
        """How its command is asked for."""
        found = self._router.taken(one)
        return f"{self._router.prefix(one.place)}{found[0].path}" if found else "…"


def _begin(tx: Tx, ended: Collection[Ended], one: Invocation, line: str, number: str) -> _Begun:
    """Count the attempt before the run. What nobody waits for any more, or was tried too often, is ended instead."""
    standing = inbox.standing(tx, one.id)
    if standing is None:
        return _Begun()
    if standing.attempts >= TRIES:
        why = f"given up after {standing.attempts} attempts: fault {number}"
        return _Begun(None, abandon(tx, ended, one, "dead", why, fault(number)))
    if standing.by_hand:
        return _begin_by_hand(tx, ended, one, fresh=standing.state == "retry")
    if one.answer_until < tx.now:
        late = t("I came back too late for {command}, so I left it undone. Please ask again.", command=code(line))
        return _Begun(None, abandon(tx, ended, one, "expired", "too late", Message(late, private=True)))
    return _Begun(one if inbox.begin(tx, one.id) else None)


def _begin_by_hand(tx: Tx, ended: Collection[Ended], one: Invocation, *, fresh: bool) -> _Begun:
    """However old it is. A button that has been free since it died must not have been used."""
    freed = fresh and one.button is not None and not inbox.writes(tx, one.id)
    if freed and not buttons.claim(tx, one.button or ""):
        said = Message(used().text, private=True)
        return _Begun(None, abandon(tx, ended, one, "expired", "its button was used meanwhile", said))
    reply = reachable(one.reply, tx.now)
    begun = structs.replace(one, reply=reply, answer_until=tx.now + _ANSWERABLE)
    return _Begun(begun if inbox.begin(tx, one.id) else None)


def _stop_asking(tx: Tx, ended: Collection[Ended], one: Invocation, message: Message) -> Abandoned | None:
    state: Literal["done", "expired"] = "done" if one.answer_until >= tx.now else "expired"
    return abandon(tx, ended, one, state, "stopped while it was asking", message)
