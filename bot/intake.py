"""Where events come in: what is for us, what it means, and what is refused before anything is kept."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Iterator

from msgspec import structs

from bot.access import allowed
from bot.adapter import Acceptance, Question
from bot.choices import Choices
from bot.command import CommandSpec, Invocation, Raw, ReplyHandle
from bot.context import Context, Ended, House
from bot.delivery import Delivery
from bot.dialogue import Dialogue
from bot.errors import UserError
from bot.events import AnyEvent, Event, Spoke
from bot.lanes import Lanes, Work
from bot.message import Message
from bot.resuming import Resuming
from bot.router import Listener, Router, refusal, suggestions
from bot.runs import Runs, used
from bot.sender import Sender
from bot.store import Kept, Store, buttons, inbox, kept
from bot.users import Place, Standing, User

_GONE = "These buttons are no longer open."
_BY_INDEX = "telegram"
"""Where a pick comes as its position, since a value may be longer than what a press can carry."""
_SUGGESTIONS = 25
_NOBODY = "nobody:"
"""Who did what nobody did, or somebody who stays unknown, in a place: a channel's own id is its owner's on Twitch."""
_EVENT_WAITS = 15 * 60 * 1_000_000
"""How long after an event its subscribers may still run, in microseconds."""
log = logging.getLogger(__name__)


class Intake:
    """Implements `bot.adapter.Ingress`.

    `language` chooses the language of who reads an answer, `localizations` are the translations of a fixed text.
    `on_heard` hears of every wire event that was dealt with; `on_listen` says which subscriber hears the talk of a place;
    `on_moved` is awaited when a place has another id.
    """

    def __init__(
        self,
        store: Store,
        router: Router,
        sender: Sender,
        *,
        operators: Collection[str] = (),
        ended: Collection[Ended] = (),
        language: Callable[[Invocation], str | None] | None = None,
        localizations: Callable[[str, str], dict[str, str]] | None = None,
    ) -> None:
        self._store, self._router = store, router
        self._lanes = Lanes()
        self._delivery = Delivery(store, sender, self._lanes.submit)
        self._dialogue = Dialogue(store, sender, self._lanes.aside)
        self._house = House(store, sender, self._dialogue, operators=frozenset(operators), ended=ended)
        self._choices = Choices()
        self._runs = Runs(router, self._house, self._delivery, self._lanes, self._choices)
        self._resuming = Resuming(self._runs, router, self._house, self._delivery, self._lanes, self._choices)
        self._watch: asyncio.Task[None] | None = None
        self._language, self._localizations = language, localizations
        self._tasks: set[asyncio.Task[None]] = set()
        self.on_heard: list[Callable[[str, str], None]] = []
        self.on_listen: list[Listener] = []
        self.on_moved: list[Callable[[str, str, str], Awaitable[None]]] = []

    # --- what an adapter asks --------------------------------------------------------------------------------------------

    def wants(
        self,
        text: str,
        author: User,
        place: Place,
        *,
        addressed: bool = False,
        files: bool = False,
        reply: bool = False,
    ) -> bool:
        """A command behind the prefix, an open choice or question, or an unknown command that deserves an answer."""
        del reply
        if self._choices.find(text, author) is not None or self._dialogue.expects(author, place, files=files):
            return True
        line = self._router.line(text, place)
        if line is None:
            return False
        if addressed or place.direct:
            return True
        found = self._router.registry.find(line)
        return found is not None and self._router.serves(found[0], place)

    def listens(self, place: Place) -> bool:
        """Somebody wants the talk of this place."""
        return any(wants(place) for _, wants in self.on_listen)

    def watched(self) -> set[type[Event]]:
        """The types of events that a subscriber or a command waits for."""
        return self._router.registry.watched()

    def prefix(self, place: Place) -> str:
        """What commands begin with here."""
        return self._router.prefix(place)

    def localizations(self, text: str, context: str = "") -> dict[str, str]:
        """The translations of a fixed text."""
        return {} if self._localizations is None else self._localizations(text, context)

    def spec(self, path: str) -> CommandSpec | None:
        """The command at this path."""
        return self._router.registry.get(path)

    def question(self, id: str) -> Question | None:  # noqa: A002
        """What is still waited for."""
        return self._dialogue.question(id)

    def heard(self, platform: str, event: str) -> None:
        """Tell whoever watches that this event has been dealt with."""
        for watch in self.on_heard:
            watch(platform, event)

    async def moved(self, platform: str, old: str, new: str) -> None:
        """A place has another id now."""
        for follow in self.on_moved:
            await follow(platform, old, new)

    async def recall(self, key: str) -> str | None:
        """A value an adapter kept."""
        return await self._store.read(kept.recall, key)

    async def keep(self, key: str, value: str) -> None:
        """Keep a value for an adapter."""
        await self._store.write(kept.keep, key, value)

    # --- what an adapter brings ------------------------------------------------------------------------------------------

    async def submit(self, invocation: Invocation) -> Acceptance:
        """Take an invocation in; see `Ingress.submit`."""
        event = invocation.id
        if self._runs.seen(event):
            return "seen"
        if self._language is not None:
            invocation = self._translated(invocation, self._language)
        try:
            if self._answers(invocation):
                self._runs.remember(event)
                return "accepted"
            if await self._runs.known(event):
                return "seen"
            pressed = await self._pressed(invocation)
            if pressed is None:
                self._runs.remember(event)
                return "seen"
            acceptance = await self._accepted(pressed)
        except UserError as error:
            return await self._refused(invocation, error)
        self._runs.remember(event)
        return acceptance

    async def _accepted(self, invocation: Invocation) -> Acceptance:
        spec, rest = self._command(invocation)
        self._dialogue.supersede(invocation.author)
        accept = self._runs.press if invocation.kind == "press" else self._runs.accept
        return await accept(invocation, spec, rest)

    async def suggest(self, invocation: Invocation) -> list[str | int]:
        """What completes the option under `focus`."""
        spec = self.spec(invocation.path or "")
        option = next((one for one in spec.options if one.name == invocation.focus), None) if spec else None
        if spec is None or option is None:
            return []
        ctx = Context(invocation, spec, self._house, readonly=True)
        self._router.equip(ctx)
        if not (self._router.serves(spec, invocation.place) and await allowed(ctx)):
            return []
        typed = (invocation.options or {}).get(option.name, "")
        return (await suggestions(ctx, option, str(typed)))[:_SUGGESTIONS]

    async def inline(self, invocation: Invocation) -> Message | None:
        """What a command answers that may not write."""
        found = self._router.find(invocation)
        if found is None or not found[0].inline:
            return None
        if self._language is not None:
            invocation = self._translated(invocation, self._language)
        try:
            message = await self._router.answer(Context(invocation, found[0], self._house, readonly=True), found[1])
            translate = self._house.sender.translate(invocation.reply.language)
            return message.translated(translate) if message is not None else None
        except Exception:
            log.exception("%s failed inline", found[0].path)
            return None

    async def happened(self, event: AnyEvent, reply: ReplyHandle) -> None:
        """Take an event in: one invocation for each subscriber, and for each command that it triggers."""
        with self._runs.redemptions.opened(event):
            for invocation in self._caused(event, reply):
                if not self._runs.seen(invocation.id) and not await self._runs.known(invocation.id):
                    await self._take(invocation)

    async def _take(self, invocation: Invocation) -> None:
        found = self._router.find(invocation)
        if found is not None and not self._lanes.full(invocation.author.key):
            await self._runs.accept(invocation, *found)
            self._runs.remember(invocation.id)
            return
        if found is not None:
            log.warning("%s is dropped: too much of %s waits", invocation.id, invocation.author.key)
        await self._runs.decline(invocation)

    def _caused(self, event: AnyEvent, reply: ReplyHandle) -> Iterator[Invocation]:
        author = event.user or User(event.place.platform, f"{_NOBODY}{event.place.channel}", "")
        now = time.time_ns() // 1_000
        for spec in self._router.registry.subscribers(event):
            if type(event) is Spoke and not self._hears(spec, event.place):
                continue
            invocation = Invocation(
                id=f"{event.id}/{spec.path}",
                kind="event" if spec.subscriber else "command",
                author=author,
                place=event.place,
                reply=reply,
                received=now,
                answer_until=now + _EVENT_WAITS,
                path=spec.path,
                options={} if spec.subscriber else None,
                text="" if spec.subscriber else str(getattr(event, "text", "")),
                event=event,
                standing=None if event.user else Standing(),
            )
            yield invocation if self._language is None else self._translated(invocation, self._language)

    def _hears(self, spec: CommandSpec, place: Place) -> bool:
        return any(listener is spec.handler and wants(place) for listener, wants in self.on_listen)

    # --- before anything is kept -----------------------------------------------------------------------------------------

    @staticmethod
    def _translated(invocation: Invocation, language: Callable[[Invocation], str | None]) -> Invocation:
        chosen = language(invocation)
        if chosen is None or chosen == invocation.reply.language:
            return invocation
        return structs.replace(invocation, reply=structs.replace(invocation.reply, language=chosen))

    def _answers(self, invocation: Invocation) -> bool:
        """Is it the answer to an open question? Then who waits for it has it. A command is none, nor is `!2`."""
        if invocation.kind == "answer":
            return self._dialogue.hand(invocation)
        if not self._dialogue.expects(invocation.author, invocation.place, files=bool(invocation.files)):
            return False
        numbered = invocation.text.startswith("!") and self._choices.find(invocation.text, invocation.author)
        if numbered or self._router.find(invocation) is not None:
            return False
        return self._dialogue.hand(invocation)

    async def _pressed(self, invocation: Invocation) -> Invocation | None:
        """A press, or a numbered choice, becomes the command call that its button or select keeps; None when it is known."""
        found = invocation.button
        if found is None:
            found = self._choices.find(invocation.text, invocation.author)
        if found is None or invocation.path is not None:
            return invocation
        id_, _, index = found.partition(":")
        one = await self._store.read(buttons.press, id_)
        if one is None or one.expires < invocation.received:
            raise UserError(_GONE, code="expired")
        if one.addressee and one.addressee != invocation.author.key:
            raise UserError("These buttons are somebody else's.", code="not_yours")
        if one.once and one.used:
            if await self._runs.chosen(one.id, invocation.id):
                return None
            raise used()
        options = one.options
        if one.option is not None:
            by_index = bool(index) or invocation.place.platform == _BY_INDEX
            options = {
                **options,
                one.option: self._picked(one, [index] if index else invocation.chosen, by_index=by_index),
            }
        return structs.replace(invocation, kind="press", button=one.id, path=one.path, options=options)

    def _picked(self, one: Kept, chosen: list[str], *, by_index: bool) -> Raw:
        """What was picked, as the option takes it. Raises `UserError` for what was never offered."""
        mark = "" if by_index else "#"  # by value, or by number where values are none that Discord takes
        offered = {f"{mark}{at}": value for at, value in enumerate(one.values)}
        offered |= {} if by_index else {value: value for value in one.values}
        values = [offered[pick] for pick in dict.fromkeys(chosen) if pick in offered]
        if not 1 <= len(chosen) <= one.most or len(values) != len(chosen):
            raise UserError(_GONE, code="forged")
        spec = self.spec(one.path)
        many = spec is not None and any(option.name == one.option and option.many for option in spec.options)
        return [*values] if many else values[0]

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

    async def _refused(self, invocation: Invocation, error: UserError) -> Acceptance:
        """Answer privately, once, without keeping anything. What was taken in before something changed has its answer."""
        taken = await self._store.read(inbox.known, invocation.id)
        if taken or self._runs.seen(invocation.id):
            self._runs.remember(invocation.id)
            return "seen"
        self._runs.remember(invocation.id)
        handle = structs.replace(invocation.reply, private=True)
        task = asyncio.create_task(self._delivery.now(handle, refusal(error)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return "refused"

    # --- start and stop --------------------------------------------------------------------------------------------------

    async def left(self) -> list[tuple[str, Work]]:
        """What an earlier process left, as work for lanes.

        To be read before the first event comes in, or it would find the work of this process too.
        """
        await self._delivery.recall()
        return await self._resuming.left()

    def resume(self, work: list[tuple[str, Work]]) -> None:
        """Take up what was left, now that the platforms can be written to."""
        task = asyncio.create_task(self._resume(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _resume(self, work: list[tuple[str, Work]]) -> None:
        """Answers that are there already go first."""
        await self._delivery.start()
        for author, one in work:
            self._lanes.submit(author, one)
        self._watch = asyncio.create_task(self._resuming.watch(), name="inbox")

    @property
    def busy(self) -> bool:
        """True while anything runs or is on its way; what only waits for a person's answer does not count."""
        works = self._lanes.open > self._dialogue.idle
        return bool(self._tasks) or works or self._delivery.busy or self._runs.redemptions.busy

    async def quiet(self) -> None:
        """Wait until nothing runs any more."""
        while self.busy:  # noqa: ASYNC110  (several kinds of work may begin and end meanwhile)
            await asyncio.sleep(0.002)

    async def close(self) -> None:
        """Finish what runs. Nobody is waited for."""
        self._dialogue.close()
        for task in [*self._tasks, *([] if self._watch is None else [self._watch])]:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._delivery.close()
        await self._lanes.close()
        await self._runs.redemptions.close()
