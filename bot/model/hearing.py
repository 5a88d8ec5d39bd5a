"""An answer that comes in pieces: what of it is words, and whether it came whole."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

from bot.model.aloud import Aloud
from bot.model.port import ModelError
from bot.model.wire import Chunk, Part, read


async def listen(
    chunks: AsyncIterator[object], seconds: float, longest: float, letters: int
) -> AsyncGenerator[str, None]:
    """What is said, piece by piece: the next within `seconds`, all within `longest`, at most so many letters.

    Raises `ModelError` "lost" when it ends without the server saying so, after all that came; "garbage" when nothing was said.
    """
    loop, ear, said, reason = asyncio.get_running_loop(), Aloud(), False, ""
    end = loop.time() + longest
    while letters > 0 and not reason:
        async with asyncio.timeout_at(min(end, loop.time() + seconds)):
            part = await _next(chunks)
        piece = (part.delta.content or "")[:letters]
        letters -= len(piece)
        reason = part.finish_reason or ""
        if words := ear.feed(piece) + (ear.rest() if reason else ""):
            said = True
            yield words
    if reason == "content_filter":
        raise ModelError("refused", "it will not say more")
    if not said:
        raise ModelError("garbage", "it said nothing")


async def _next(chunks: AsyncIterator[object]) -> Part:
    """The next piece. Those without one tell what was used, or are a sign of life."""
    async for chunk in chunks:
        if choices := read(chunk, Chunk).choices:
            return choices[0]
    raise ModelError("lost", "its answer was broken off")
