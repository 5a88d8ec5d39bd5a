"""What a handler is given: who asks, where, the store (remembered), and ways to ask and to show something meanwhile."""

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar, overload

from msgspec import structs

from bot.command import CommandSpec, Invocation, Option, Raw, Readable, Resolver, asked, compile_binder, worded
from bot.counts import Counts
from bot.dialogue import Dialogue
from bot.events import AnyEvent
from bot.live import Live, Progress, Shown
from bot.message import Message, Part
from bot.sender import Sender
from bot.store import Elsewhere, Memory, Store, Ticket, Tx
from bot.users import Attachment, Place, Said, Standing, User

T = TypeVar("T")
P = ParamSpec("P")


Ended: TypeAlias = Callable[[Tx, str, bool], None]
"""`fn(tx, invocation, succeeded)` in the transaction in which the invocation of this id ends."""


@dataclass(slots=True)
class House:
    """What every context is given; made once. `operators` are the `User.key`s of who runs the bot.

    `ended` is called when an invocation ends that may have written.
    """

    store: Store
    sender: Sender
    dialogue: Dialogue
    counts: Counts = field(default_factory=Counts)
    operators: Collection[str] = ()
    ended: Collection[Ended] = ()


class Context:
    """One run of one invocation.

    `handle` is where its answer goes: the newest, after a question was answered. `succeeded` is True when the handler has
    come to its end. `known_standing` is what the author is here, as far as that is known without asking the platform.
    `readonly`: nothing may be written, asked or shown (suggestions, inline answers). `held`: something is, until the
    invocation ends. `resumed`: it has run before.
    """

    resolver: Resolver
    readable: Readable | None = None
    rest: str
    succeeded = False
    readonly = False
    held = False
    resumed = False
    _accepted: "asyncio.Future[bool] | None" = None
    _ticket: Ticket | None = None
    _wrote = False
    _stepped = False
    _memory: Memory | None = None
    _live: Live | None = None

    def __init__(
        self,
        invocation: Invocation,
        spec: CommandSpec,
        house: House,
        accepted: "asyncio.Future[bool] | None" = None,
        *,
        ticket: Ticket | None = None,
        resumed: bool = False,
        readonly: bool = False,
    ) -> None:
        self.invocation = invocation
        self.author: User = invocation.author
        self.place: Place = invocation.place
        self.spec = spec
        self.house = house
        self.handle = invocation.reply
        self.known_standing: Standing | None = invocation.standing
        if readonly:
            self.readonly = True
        if accepted is not None:
            self._accepted, self._ticket = accepted, ticket
        if resumed:
            self.resumed = True
            self._memory = Memory(house.store, invocation.id, resumed)

    # --- who, where, what ----------------------------------------------------------------------------------------------

    @property
    def overheard(self) -> bool:
        """True when others could read what was typed."""
        return self.invocation.overheard

    @property
    def language(self) -> str | None:
        """The language of who reads the answer (`de`); None is English."""
        return self.handle.language

    @property
    def event(self) -> AnyEvent | None:
        """What happened, when that is why this runs."""
        return self.invocation.event

    @property
    def about(self) -> Said | None:
        """The message that was replied to, or picked in a context menu."""
        return self.invocation.about

    async def standing(self) -> Standing:
        """What the author is here, as the platform says; asked once."""
        known = self.known_standing
        if known is None:
            platform = self.house.sender.platforms[self.place.platform]
            known = self.known_standing = await platform.standing(self.author, self.place)
        return known

    async def fetch(self, attachment: Attachment) -> bytes:
        """A file that was given. Raises `UserError` when it is gone or larger than the platform gives (20 MB)."""
        return await self.house.sender.platforms[attachment.platform].fetch(attachment)

    def link(self, payload: str) -> str | None:
        """An address that opens a chat with the bot and runs this (`Platform.link`); None where there are none."""
        return self.house.sender.platforms[self.place.platform].link(payload)

    # --- the store -----------------------------------------------------------------------------------------------------

    async def write(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(tx, …)` in one transaction, once for this invocation, whatever is redelivered or resumed.

        A second run reads the result of the first. Arguments must not depend on a clock or on chance.
        """
        if self.readonly:
            raise RuntimeError(f"{self.spec.path}: nothing can be written while suggesting or answering inline")
        if self._memory is None:
            self._memory = Memory(self.house.store, self.invocation.id, False, self._ticket)
        self._wrote = True
        return await self._memory.write(fn, *args, **kwargs)

    async def step(self, fn: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """`await fn(…)`, for what is outside of our database (a language model), its result remembered for this invocation.

        Run again after a crash it is read instead of asked for again; one that was cut off is done again, and so is one that
        raised: where the command goes on without it, `fn` gives None instead. Arguments and result are what msgspec encodes,
        the result comes back as the return annotation of `fn` says, and arguments must not depend on a clock or on chance.
        It carries nothing out: until something is written the author may be asked, and hears that it failed if this comes to
        nothing.
        """
        if self.readonly:
            raise RuntimeError(f"{self.spec.path}: nothing can be remembered while suggesting or answering inline")
        await self._ready()
        if self._memory is None:
            self._memory = Memory(self.house.store, self.invocation.id, False, self._ticket)
        self._stepped = True
        return await self._memory.step(fn, *args, **kwargs)

    async def hold(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(tx, …)` in one transaction for what the end of this invocation makes good or undoes (`app.on_end`).

        It is not remembered: run again, `fn` finds by itself what it has done. The author may still be asked after it.
        """
        if self.readonly:
            raise RuntimeError(f"{self.spec.path}: nothing can be held while suggesting or answering inline")
        await self._ready()
        self.held = True
        return await self.house.store.write(fn, *args, **kwargs)

    async def read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(tx, …)` on one snapshot, in a reader that cannot write. Never decide on it: decide inside `write`."""
        return await self.house.store.read(fn, *args, **kwargs)

    @property
    def wrote(self) -> bool:
        """Something may have been carried out, held or remembered by this run or an earlier one."""
        return self._wrote or self.held or self.resumed or self._stepped

    @property
    def carried_out(self) -> bool:
        """Is a write of this run or an earlier one known to have been carried out?"""
        return self._memory is not None and self._memory.carried_out

    @property
    def diverged(self) -> bool:
        """An earlier run carried out writes that this run has not come by, or it went another way."""
        how = self._memory.diverged if self._memory is not None else None
        return how is not None and not isinstance(how, Elsewhere)

    async def recall(self) -> None:
        """Wait until it is known what an earlier run has carried out. Raises `Elsewhere` when that has ended it."""
        if self._memory is not None:
            await self._memory.recall()

    def ended(self) -> None:
        """Raises `Diverged` when an earlier run carried out writes that this run did not come by."""
        if self._memory is not None:
            self._memory.ended()

    # --- asking --------------------------------------------------------------------------------------------------------

    @overload
    async def ask(self, prompt: Part | Message, kind: type[T], *, timeout: float = ...) -> T: ...  # noqa: ASYNC109
    @overload
    async def ask(self, prompt: Part | Message, kind: object = ..., *, timeout: float = ...) -> Any: ...  # noqa: ANN401, ASYNC109
    async def ask(
        self,
        prompt: Part | Message,
        kind: object = str,
        *,
        timeout: float = 120.0,  # noqa: ASYNC109  (a person's time, not that of a coroutine)
    ) -> Any:
        """Ask the author and wait for the answer, `timeout` seconds for each question.

        `kind` is what an option may be (`int`, `Literal["left", "right"]`, `Annotated[int, Ge(1)]`, …), or a dataclass of
        such fields, which is a form of at most five. An answer that does not fit is asked for again, three times in all.
        Raises `UserError` for a cancel word and when the time is over, `TypeError` for what cannot be asked, and
        `RuntimeError` after a write, since a run that asks is not resumed. After a `step` it may be asked: what that gave is
        lost with the run, and nothing else.
        """
        fields, build = asked(kind)
        if language := self.handle.language:
            said = {language: self.house.sender.translate(language)}
            fields = tuple(worded(field, said) for field in fields)
        raw = await self.fill(prompt, fields, timeout)
        return build(await compile_binder(fields, "")(raw, self.resolver))

    async def fill(self, prompt: Part | Message, fields: Sequence[Option], seconds: float) -> dict[str, Raw]:
        """Ask for these options; their raw values, which can be bound."""
        if self.readonly:
            raise RuntimeError(f"{self.spec.path}: nothing can be asked while suggesting or answering inline")
        if self._wrote:
            raise RuntimeError("ask before you write: a run that waits for an answer is not resumed after a restart")
        await self._ready()
        said = prompt if isinstance(prompt, Message) else Message(prompt)
        return await self.house.dialogue.ask(self, said, fields, seconds, self._judge)

    async def _judge(self, fields: Sequence[Option], raw: Any) -> None:  # noqa: ANN401
        await compile_binder(fields, "")(raw, self.resolver)

    # --- showing -------------------------------------------------------------------------------------------------------

    async def reply(self, message: Message) -> Shown:
        """Say something before the handler returns: sent at once, not kept. What it gives can be edited.

        Raises `RuntimeError` while suggesting or answering inline, as `progress`, `stream` and `react` do.
        """
        return await self._shower().say(message)

    def progress(self, title: Part, total: int) -> Progress:
        """`async with ctx.progress(t("Baking"), total=10) as oven`: shows how far it is, `await oven.step()` by step.

        Raises `ValueError` for a `total` below 1.
        """
        return Progress(self._shower(), title, total)

    async def stream(self, pieces: AsyncIterable[str], *, title: Part | None = None) -> Message:
        """Show a text while it is being written. Return what this gives: the whole of it takes the place of what grew."""
        return await self._shower().stream(pieces, title)

    async def react(self, emoji: str) -> bool:
        """React to what is being answered; False where that cannot be."""
        return await self._shower().react(emoji)

    @property
    def shown(self) -> str | None:
        """The message of a stream, whose place the answer takes."""
        return self._live.shown if self._live is not None else None

    def _shower(self) -> Live:
        if self.readonly:
            raise RuntimeError(f"{self.spec.path}: nothing can be shown while suggesting or answering inline")
        handle = structs.replace(self.handle, private=self.handle.private or self.spec.private)
        if self._live is None:
            self._live = Live(self.house.sender, self.house.store, handle, self.invocation.id, self._ready)
        self._live.handle = handle
        return self._live

    async def _ready(self) -> None:
        """What an earlier process has carried out says nothing again."""
        if self._accepted is not None and not await asyncio.shield(self._accepted):
            raise Elsewhere(f"{self.invocation.id} has ended before")
