"""What a server may do to who asks it: make them wait, and send them very much. Both have an end here."""

import math
from collections.abc import AsyncIterator
from typing import Final, cast

import httpx2

from bot.model.port import ModelError

PATIENCE: Final = 2.0
"""Seconds that are waited because a server says so. The library would wait for two minutes, and a person with it."""
BODY: Final = 8_000_000
"""Bytes of an answer: more than any that is asked for."""


async def guard(response: httpx2.Response) -> None:
    """For the library's client: looks at every answer before it is read."""
    if not _wait(response.headers) <= PATIENCE:
        response.headers["x-should-retry"] = "false"
    response.stream = _Counted(cast(httpx2.AsyncByteStream, response.stream))


def _wait(headers: httpx2.Headers) -> float:
    """Seconds to wait before the next try. A date is as long as forever: it is in whole seconds of somebody else's clock."""
    for name, parts in (("retry-after-ms", 1000), ("retry-after", 1)):
        if name in headers:
            try:
                return float(headers[name]) / parts
            except ValueError:
                return math.inf
    return 0


class _Counted(httpx2.AsyncByteStream):
    """A body that ends, with an error, where it becomes too long."""

    def __init__(self, body: httpx2.AsyncByteStream) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = BODY
        async for part in self._body:
            left -= len(part)
            if left < 0:
                raise ModelError("garbage", "its answer does not end")
            yield part

    async def aclose(self) -> None:
        """Let go of the connection."""
        await self._body.aclose()
