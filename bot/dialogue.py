"""Ask and await: who is being asked what, and how an answer finds its way back to the handler that waits for it.

The waiter is there before the question is sent. An answer is handed to it before inbox and lane: behind its asker it would
wait until the time-out. An invocation that waits is kept as `asking`: after a restart it is not run again, its author is told.
"""

import asyncio
import math
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Final, Protocol, TypeAlias

from msgspec import structs

from bot.adapter import Question, Refused, RetryAfter
from bot.command import CommandSpec, Invocation, Option, Raw, ReplyHandle, read_answer
from bot.counts import duration
from bot.errors import UserError
from bot.message import Message, Run, t
from bot.sender import Sender
from bot.store import Elsewhere, Store, inbox
from bot.users import Attachment, Place, User

CANCEL: Final = (t("cancel").template, t("stop").template)
"""The words that end a question; their translations do too."""
TOLD: Final = 15 * 60 * 1_000_000
"""After a restart people are told for so long, in microseconds after the question would have ended, that nobody waits any more."""
_TRIES = 3

Judge: TypeAlias = Callable[[Sequence[Option], Mapping[str, Raw]], Awaitable[object]]
"""Raises `UserError` for answers that these fields do not take."""


class Superseded(BaseException):
    """Who was asked asked for something else. Not an `Exception`: a handler cannot swallow it and go on."""


class Asker(Protocol):
    """What asks: the context of a run. `handle` is where its answers go; an answer brings a newer one."""

    invocation: Invocation
    spec: CommandSpec
    handle: ReplyHandle


class _Waiter:
    """One open question. `prompted`: it is with the platform, and nothing goes on until its answer comes."""

    def __init__(self, question: Question, author: User, place: Place, *, forms: bool) -> None:
        self.question, self.author, self.place, self._forms = question, author, place, forms
        self.answer: asyncio.Future[Invocation] = asyncio.get_running_loop().create_future()
        self.prompted = False

    def takes(self, place: Place, *, files: bool) -> bool:
        """Can a line typed here be the answer? Where there are forms, talk beside an open one is none, but a file is."""
        if place.platform != self.place.platform or not (place.direct or place.channel == self.place.channel):
            return False
        fields = self.question.fields
        if self._forms and not place.direct:
            return files and len(fields) == 1 and fields[0].type is Attachment
        return len(fields) == 1


class Dialogue:
    """The open questions of this process. `aside` is held while nothing but a person is waited for."""

    def __init__(self, store: Store, sender: Sender, aside: Callable[[], AbstractAsyncContextManager[None]]) -> None:
        self._store, self._sender, self._aside = store, sender, aside
        self._open: dict[str, _Waiter] = {}
        self._watched: dict[str, Callable[[], object]] = {}
        self.closed = False

    # --- what the intake asks ------------------------------------------------------------------------------------------

    @property
    def idle(self) -> int:
        """How many runs do nothing but wait for a person."""
        return sum(one.prompted and not one.answer.done() for one in self._open.values())

    def expects(self, author: User, place: Place, *, files: bool) -> bool:
        """Would a line of this author, here, be an answer?"""
        if not self._open:
            return False
        waiter = self._open.get(author.key)
        return waiter is not None and not waiter.answer.done() and waiter.takes(place, files=files)

    def question(self, id: str) -> Question | None:  # noqa: A002
        """The open question of this id."""
        waiter = self._find(id)
        return waiter.question if waiter else None

    def hand(self, invocation: Invocation) -> bool:
        """Give an answer to who waits for it; False when this is no answer. Raises `UserError` when it cannot be taken."""
        if invocation.kind == "answer":
            waiter = self._find(invocation.question or "")
            if waiter is None:
                raise UserError("That question is over.", code="over")
            if waiter.author.key != invocation.author.key:
                raise UserError("That question is for somebody else.", code="not_yours")
        elif invocation.kind == "command" and invocation.path is None:
            if not self.expects(invocation.author, invocation.place, files=bool(invocation.files)):
                return False
            waiter = self._open[invocation.author.key]
            if invocation.overheard and any(field.secret for field in waiter.question.fields):
                raise UserError(
                    "Others can read that here, so I kept nothing of it. Say it to me in private.", code="overheard"
                )
        else:
            return False
        waiter.answer.set_result(invocation)
        return True

    def supersede(self, author: User) -> None:
        """This author asks for something else: who waits for their answer, or watches for this, is told to end."""
        if self._watched and author.key in self._watched:
            self._watched[author.key]()
        waiter = self._open.get(author.key)
        if waiter is not None and not waiter.answer.done():
            waiter.answer.set_exception(Superseded())

    @contextmanager
    def watched(self, author: User, told: Callable[[], object]) -> Iterator[None]:
        """`told()` is called when this author asks for something else meanwhile, which waits behind what runs for them now."""
        self._watched[author.key] = told
        try:
            yield
        finally:
            del self._watched[author.key]

    def leave(self, author: User) -> None:
        """A run of this author has ended: what it still asks (in a task of its own) takes no line of theirs any more."""
        waiter = self._open.get(author.key) if self._open else None
        if waiter is not None:
            waiter.answer.cancel()

    def close(self) -> None:
        """Nobody will answer any more; what waits ends without a word, and is told of at the next start."""
        self.closed = True
        for waiter in self._open.values():
            waiter.answer.cancel()

    def _find(self, id_: str) -> _Waiter | None:
        return next((one for one in self._open.values() if one.question.id == id_ and not one.answer.done()), None)

    # --- what a context asks -------------------------------------------------------------------------------------------

    async def ask(
        self, asker: Asker, prompt: Message, fields: Sequence[Option], seconds: float, judge: Judge
    ) -> dict[str, Raw]:
        """The raw answers by name, all taken by `judge`: in one form where there are forms, else field by field.

        Each question waits `seconds`. Raises `UserError` for a cancel word, a time-out, a prompt that the platform refuses
        and the third answer that `judge` does not take; `Superseded` when the author asks for something else.
        """
        whole = len(fields) == 1 or self._sender.platforms[asker.handle.platform].forms
        parts = [tuple(fields)] if whole else [(field,) for field in fields]
        found: dict[str, Raw] = {}
        for number, part in enumerate(parts, 1):
            said = prompt if whole else self._step(asker, prompt, part[0], number, len(parts))
            found |= await self._until_taken(asker, said, part, seconds, judge)
        return found

    def _step(self, asker: Asker, prompt: Message, field: Option, number: int, total: int) -> Message:
        about = self._sender.translate(asker.handle.language)(field.about) or field.name
        step = t("{number}/{total} {about}", number=number, total=total, about=about)
        return prompt.replaced(runs=[*prompt.runs, Run("\n"), step]) if number == 1 else Message(step)

    async def _until_taken(
        self, asker: Asker, prompt: Message, fields: tuple[Option, ...], seconds: float, judge: Judge
    ) -> dict[str, Raw]:
        said = prompt
        for left in reversed(range(_TRIES)):
            raw = await self._once(asker, said, fields, seconds)
            try:
                await judge(fields, raw)
            except UserError as error:
                if not left:
                    raise
                said = prompt.replaced(runs=[error.text, Run("\n"), *prompt.runs])
            else:
                return raw
        raise AssertionError("the last try has returned or raised")

    async def _once(self, asker: Asker, prompt: Message, fields: tuple[Option, ...], seconds: float) -> dict[str, Raw]:
        """One question and its answer, whatever it is worth."""
        handle = structs.replace(asker.handle, private=asker.handle.private or asker.spec.private or prompt.private)
        author = asker.invocation.author
        platform = self._sender.platforms[handle.platform]
        words = self._sender.translate(handle.language)
        question = Question(secrets.token_urlsafe(8), self._read(prompt, handle), fields, words(CANCEL[0]))
        await self._keep(asker, handle, seconds)
        if author.key in self._open:
            raise RuntimeError("one question at a time: this author is being asked already")
        waiter = self._open[author.key] = _Waiter(question, author, asker.invocation.place, forms=platform.forms)
        try:
            outcome = await self._sender.attempt(handle, lambda: platform.prompt(handle, question))
            if isinstance(outcome, Refused | RetryAfter) and not waiter.answer.done():
                raise UserError("I cannot ask you here.", code="unasked")
            answer = await self._answer(waiter, seconds)
        finally:
            del self._open[author.key]
            waiter.answer.cancel()
        asker.handle = structs.replace(answer.reply, private=handle.private, language=handle.language)
        return _raw(answer, fields, {each for word in CANCEL for each in (word, words(word).casefold())})

    def _read(self, prompt: Message, handle: ReplyHandle) -> Message:
        """In the reader's language."""
        return prompt if handle.language is None else prompt.translated(self._sender.translate(handle.language))

    async def _keep(self, asker: Asker, handle: ReplyHandle, seconds: float) -> None:
        """From now on a restart tells the person instead of running it again."""
        ends = time.time_ns() // 1_000 + math.ceil(seconds * 1_000_000)
        kept = structs.replace(asker.invocation, reply=handle, answer_until=ends + TOLD)
        if not await self._store.write(inbox.ask, kept):
            raise Elsewhere(f"{kept.id} has ended before")

    async def _answer(self, waiter: _Waiter, seconds: float) -> Invocation:
        waiter.prompted = True
        try:
            async with self._aside(), asyncio.timeout(seconds):
                return await waiter.answer
        except TimeoutError:
            raise UserError(
                "I waited {time} for your answer. Ask again when you like.", code="timeout", time=duration(seconds)
            ) from None


def _raw(answer: Invocation, fields: tuple[Option, ...], cancel: set[str]) -> dict[str, Raw]:
    """The raw values of an answer. Raises `UserError` for a cancel word."""
    if answer.kind == "answer":
        given = answer.options or {}
        return {field.name: given[field.name] for field in fields if field.name in given}
    text = answer.text.strip()
    if text.lstrip("/!").casefold() in cancel:
        raise UserError("Cancelled.", code="cancelled")
    field = fields[0]
    if field.type is Attachment and answer.files:
        return {field.name: list(answer.files) if field.many else answer.files[0]}
    return {field.name: read_answer(field, text)}
