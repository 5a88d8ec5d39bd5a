"""Lives that can be killed, begun in milliseconds (`tests.faults.zygote`)."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

import config.load

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


@dataclass
class Life:
    """One process: what it is told and what it tells. `lines` are all that were heard."""

    reader: asyncio.StreamReader
    given: int
    pid: int = 0
    lines: list[list[Any]] = field(default_factory=list)

    def tell(self, *what: object) -> None:
        """One line."""
        os.write(self.given, msgspec.json.encode(what) + b"\n")

    async def hear(self) -> list[Any] | None:
        """The next line; None when the process has ended."""
        async with asyncio.timeout(PATIENCE):
            line = await self.reader.readline()
        if not line.endswith(b"\n"):
            return None
        self.lines.append(msgspec.json.decode(line))
        return self.lines[-1]

    async def until(self, what: str) -> list[Any]:
        """The next line of this kind."""
        while (line := await self.hear()) is not None:
            if line[0] == what:
                return line
        raise AssertionError(f"the process ended before it told {what!r}")

    async def rest(self) -> list[list[Any]]:
        """Everything up to its end."""
        while await self.hear() is not None:
            pass
        return self.lines

    async def end(self) -> list[list[Any]]:
        """No more is told to it: it finishes and ends by itself. All of its lines."""
        self.close()
        await self.rest()
        assert self.lines[-1] == ["ended"], self.lines[-1]
        return self.lines

    def close(self) -> None:
        """Its input ends."""
        if self.given:
            os.close(self.given)
        self.given = 0

    def kill(self) -> None:
        """SIGKILL, now. One that never said which it is has ended: 0 would be the group of this process."""
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


class Lives:
    """Where lives come from."""

    def __init__(self, address: str) -> None:
        self._address = address

    @asynccontextmanager
    async def begin(self, life: str, data: Path, where: Path | str = "", **arguments: Any) -> AsyncIterator[Life]:
        """One life on this data; it is over afterwards. `where`: its database, else that of the test, whose prices it has."""
        theirs_in, ours_in = os.pipe()
        ours_out, theirs_out = os.pipe()
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(self._address)
            url = where if isinstance(where, str) and where else os.environ.get("SOULFRA_DATABASE__URL")
            environment = {"SOULFRA_DATABASE__URL": url} if url else {}
            around = {"environment": environment, "files": config.load.__file__}
            request = msgspec.json.encode({"life": life, "data": str(data), **around, **arguments})
            socket.send_fds(line, [request], [theirs_in, theirs_out])
        os.close(theirs_in)
        os.close(theirs_out)
        reader = asyncio.StreamReader()
        with os.fdopen(ours_out, "rb") as pipe:
            connection = asyncio.StreamReaderProtocol(reader)
            transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: connection, pipe)
            one = Life(reader, ours_in)
            try:
                one.pid = (await one.until("pid"))[1]
                yield one
            finally:
                one.kill()
                one.close()
                await one.rest()
                transport.close()


@contextmanager
def zygote() -> Iterator[Lives]:
    """A process that forks lives, until the end of the test."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
        address = str(Path(folder) / "lives")
        listening.bind(address)
        listening.listen()
        number = listening.fileno()
        with subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote", str(number)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            pass_fds=[number],
        ) as process:
            try:
                yield Lives(address)
            finally:
                process.kill()
