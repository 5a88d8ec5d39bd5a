"""A wire that can be cut: it stands before an emulated platform and spoils the next request of a path."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

FAULTS: Final = ("before", "after", "half", "silence")
"""Cut before the platform has it; after it; in the middle of the answer; no answer at all."""


class Wire:
    """Relays bytes to `address`. `spoil` says what happens to the next POST whose path matches; `over` ends a silence."""

    def __init__(self, address: str) -> None:
        there = urlsplit(address)
        self._there = there.hostname or "", there.port or 0
        self._next: tuple[re.Pattern[bytes], str] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.over = asyncio.Event()
        self.address = ""
        self.server: asyncio.Server

    async def refuse(self) -> None:
        """Nobody listens any more, and every connection is cut."""
        self.server.close()
        await self.close()
        await asyncio.sleep(0.01)  # until the other side knows

    def spoil(self, path: str, fault: str) -> None:
        """Once."""
        self._next = re.compile(rb"POST \S*%s[ ?]" % path.encode()), fault

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        far, near = await asyncio.open_connection(*self._there)
        back = asyncio.create_task(_copy(far, writer))
        try:
            while chunk := await reader.read(1 << 16):
                fault = self._fault(chunk)
                if fault == "before":
                    return
                if fault:
                    back.cancel()
                    await asyncio.wait([back])
                near.write(chunk)
                if fault and await self._spoilt(fault, far, writer):
                    return
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            back.cancel()
            for one in (near, writer):
                if one.transport is not None:
                    one.transport.abort()
            self._tasks.discard(task)

    def _fault(self, chunk: bytes) -> str | None:
        if self._next is None or not self._next[0].match(chunk):
            return None
        (_, fault), self._next = self._next, None
        return fault

    async def _spoilt(self, fault: str, far: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        answer = await far.read(1 << 16)
        if fault == "half":
            head, _, body = answer.partition(b"\r\n\r\n")
            writer.write(head + b"\r\n\r\n" + body[: len(body) // 2])
            await writer.drain()
        elif fault == "silence":
            await self.over.wait()
        return True

    async def close(self) -> None:
        """Let go of every connection."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(1 << 16):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass


@asynccontextmanager
async def wired(address: str) -> AsyncIterator[Wire]:
    """Before this address; the wire's own is in `address`."""
    wire = Wire(address)
    async with await asyncio.start_server(wire.relay, "127.0.0.1", 0) as server:
        wire.server = server
        wire.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield wire
        finally:
            await wire.close()
