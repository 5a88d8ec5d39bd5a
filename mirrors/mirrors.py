"""`Mirrors`: what handlers ask for. Effects go through the store; fitting and speaking happen beside the event loop."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property

from bot.context import Context
from bot.store import Tx
from mirrors import shelf, words
from mirrors.reflection import Base, Fitted, Reflection
from mirrors.shelf import Version

_KEPT = 32


class Mirrors:
    """`public` are the texts that all mirrors share, fit for anybody to read."""

    def __init__(self, public: Sequence[str]) -> None:
        self._public = public
        self._fitted: OrderedDict[str, Fitted] = OrderedDict()

    async def consent(self, ctx: Context, *, agree: bool) -> None:
        """Remember that the author agrees, or does not; without consent their models are let go of."""
        await ctx.write(words.decide, ctx.author, agree)
        if not agree:
            await self.unlearn(ctx)

    async def unlearn(self, ctx: Context) -> None:
        """Let go of the author's models; they are made anew, of the words that there are, when they are to speak."""
        for manifest in await ctx.read(shelf.manifests, ctx.author):
            self._fitted.pop(manifest, None)

    async def spawn(self, ctx: Context, name: str) -> Version:
        """A mirror of the author's own words. Raises `ConsentMissingError`, `UserError`."""
        return await ctx.write(shelf.spawn, ctx.author, name)

    async def reflect(self, ctx: Context, name: str = "", prompt: str = "") -> Reflection:
        """Let the author's mirror speak; the same invocation hears the same.

        Raises `ConsentMissingError`, and `UserError` when there is no such mirror.
        """
        chosen = await ctx.read(shelf.choose, ctx.author, name)
        fitted = self._fitted.get(chosen.manifest) or await self._fit(ctx, chosen)
        self._keep(chosen.manifest, fitted)
        text = await asyncio.to_thread(fitted.speak, f"{chosen.manifest}/{ctx.invocation.id}", prompt)
        return Reflection(chosen.name, chosen.samples, text)

    async def list(self, ctx: Context) -> list[Version]:
        """The author's mirrors, the newest first."""
        return await ctx.read(shelf.mirrors_of, ctx.author)

    async def _fit(self, ctx: Context, chosen: Version) -> Fitted:
        texts = await ctx.read(words.read, chosen.person, chosen.id)
        return await asyncio.to_thread(self._made, texts)

    def _made(self, texts: Sequence[str]) -> Fitted:
        return Fitted(texts, self._base)

    @cached_property
    def _base(self) -> Base:
        return Base(self._public)

    def _keep(self, manifest: str, fitted: Fitted) -> None:
        self._fitted[manifest] = fitted
        self._fitted.move_to_end(manifest)
        if len(self._fitted) > _KEPT:
            self._fitted.popitem(last=False)


def merge(tx: Tx, kept: int, gone: int) -> None:
    """Two people are one: words, decisions and mirrors come along."""
    words.merge(tx, kept, gone)
    shelf.merge(tx, kept, gone)
