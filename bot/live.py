"""What a handler shows while it runs: further answers, progress, text that grows, reactions. Sent at once, never kept.

Each platform bears so many edits of a message (`Platform.edit_every`); where nothing can be edited, a line now and then
stands for them, and a text is shown when it is whole.
"""

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable
from contextlib import suppress
from time import monotonic
from types import TracebackType
from typing import Self

from msgspec import structs

from bot.adapter import Platform, Sent
from bot.command import ReplyHandle
from bot.message import Message, Part, t
from bot.sender import Sender
from bot.store import Store, buttons

_CELLS = 10
_LINES = 4


class Shown:
    """A message that is with the platform, in as many pieces as it took."""

    __slots__ = ("_handle", "_live", "ids")

    def __init__(self, live: "Live", handle: ReplyHandle, ids: list[str]) -> None:
        self._live, self._handle, self.ids = live, handle, ids

    async def edit(self, message: Message) -> None:
        """Show another message in its place; a new one where messages cannot be edited, or when it is gone."""
        self.ids = await self._live.put(message, self._handle, self.ids)


class Live:
    """What one run of a handler shows. `handle` is where its answers go now; `shown` is the message that a stream made.

    `ready` waits until the invocation is accepted: nothing is shown for one that an earlier process has carried out.
    """

    def __init__(
        self,
        sender: Sender,
        store: Store,
        handle: ReplyHandle,
        key: str,
        ready: Callable[[], Awaitable[None]],
    ) -> None:
        self.handle = handle
        self.shown: str | None = None
        self._sender, self._store, self._key, self._ready = sender, store, key, ready
        self._sent = 0

    @property
    def platform(self) -> Platform:
        """Where its answers go."""
        return self._sender.platforms[self.handle.platform]

    async def say(self, message: Message) -> Shown:
        """A further answer, now."""
        await self._ready()
        handle = structs.replace(self.handle, private=self.handle.private or message.private)
        shown = Shown(self, handle, await self.put(message, handle, []))
        if message.then is not None:
            await self.put(message.then, structs.replace(handle, follows=True), [])
        return shown

    async def put(self, message: Message, handle: ReplyHandle, places: list[str]) -> list[str]:
        """Show its pieces, the first ones in these places, the others as new messages; the ids of all that are there."""
        if message.buttons or message.selects:
            message = await self._store.write(buttons.keep, message, handle)
        ids = []
        for piece, payload in enumerate(await self._sender.payloads(message, handle)):
            there = places[piece] if piece < len(places) and self.platform.edit_every > 0 else None
            outcome = await self._sender.edit(handle, there, payload) if there else None
            if not isinstance(outcome, Sent):
                self._sent += 1
                outcome = await self._sender.send(handle, payload, f"{self._key}/live/{self._sent}")
            if isinstance(outcome, Sent):
                ids.append(outcome.message)
        return ids

    async def grow(self, message: Message) -> None:
        """Show the first piece of a text that is being written; the others come when it is whole."""
        payload = (await self._sender.payloads(message, self.handle))[0]
        outcome = await self._sender.edit(self.handle, self.shown, payload) if self.shown else None
        if not isinstance(outcome, Sent) and not self.shown:
            self._sent += 1
            outcome = await self._sender.send(self.handle, payload, f"{self._key}/live/{self._sent}")
        if isinstance(outcome, Sent):
            self.shown = outcome.message

    async def stream(self, pieces: AsyncIterable[str], title: Part | None) -> Message:
        """Show a text while it is written; gives the whole of it."""
        await self._ready()
        text, growing = "", _Growing(self)
        async for piece in pieces:
            text += piece
            if text.strip():
                await growing.show(text, _titled(title, text))
        return _titled(title, text)

    async def react(self, emoji: str) -> bool:
        """React to what is being answered; False where that cannot be."""
        await self._ready()
        platform, handle = self.platform, self.handle
        return isinstance(await self._sender.attempt(handle, lambda: platform.react(handle, emoji)), Sent)


class _Growing:
    """A text that is still being written: a draft where there are drafts, else one message that is edited."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._every = live.platform.edit_every
        self._next = 0.0
        self._drafts = True

    async def show(self, text: str, message: Message) -> None:
        """Show how far it is, when the platform bears it."""
        if self._every <= 0 or monotonic() < self._next:
            return
        live = self._live
        self._drafts = self._drafts and await live.platform.draft(live.handle, text)
        if not self._drafts:
            await live.grow(message)
        self._next = monotonic() + self._every


def _titled(title: Part | None, text: str) -> Message:
    return Message(text) if title is None else Message(t("{title}\n{text}", title=title, text=text))


class Progress:
    """How far something is: `async with ctx.progress(t("Baking"), total=10) as oven: await oven.step()`.

    One message shows it and is edited as often as the platform bears; its last state is always shown. Where nothing can be
    edited there are at most four lines.
    """

    def __init__(self, live: Live, title: Part, total: int) -> None:
        if total < 1:
            raise ValueError(f"progress goes to 1 at least, not to {total}")
        self.done, self.total = 0, total
        self._live, self._title = live, title
        self._note: Part | None = None
        self._edits = live.platform.edit_every > 0
        self._every = live.platform.edit_every if self._edits else live.platform.line_every
        self._shown: Shown | None = None
        self._drawn: tuple[int, Part | None] | None = None
        self._lines = 0
        self._next = 0.0
        self._drawing = False
        self._task: asyncio.Task[None] | None = None

    async def step(self, n: int = 1, note: Part | None = None) -> None:
        """So much more is done; `note` says what is being done now. Never waits for the platform."""
        self.done, self._note = max(0, min(self.total, self.done + n)), note
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._follow())
        await asyncio.sleep(0)

    async def __aenter__(self) -> Self:
        await self._draw()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            if not self._drawing:
                self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        if error is None and self._drawn != (self.done, self._note):
            await self._draw()
        elif isinstance(error, Exception):
            await self._draw(stopped=True)

    async def _follow(self) -> None:
        """Show what has changed, each time when it is due; the last line is for the end."""
        while self._drawn != (self.done, self._note) and (self._edits or self._lines < _LINES - 1):
            await asyncio.sleep(max(0.0, self._next - monotonic()))
            self._drawing = True
            try:
                await self._draw()
            finally:
                self._drawing = False

    async def _draw(self, *, stopped: bool = False) -> None:
        self._drawn = (self.done, self._note)
        message = self._message(stopped=stopped)
        if self._shown is None or not self._edits:
            self._shown = await self._live.say(message)
        else:
            await self._shown.edit(message)
        self._lines += 1
        self._next = monotonic() + self._every

    def _message(self, *, stopped: bool) -> Message:
        filled = self.done * _CELLS // self.total
        bar = "▰" * filled + "▱" * (_CELLS - filled)
        text = t("{title} {bar} {done}/{total}", title=self._title, bar=bar, done=self.done, total=self.total)
        if stopped:
            return Message(t("{progress}: it stopped there.", progress=text))
        return Message(text) if self._note is None else Message(t("{progress}: {note}", progress=text, note=self._note))
