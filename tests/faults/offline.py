"""A life on one platform without a wire. Events come in by standard input, what becomes of them goes out by standard output.

In: `[id, user, text]` in each line, perhaps with the path of a file that comes with it; the end of the input ends the life
cleanly. Out: `["ready"]`, `["taken", id, acceptance]` once it is acknowledged, `["said", id, words]` once it is shown, `["state",
numbers, writes]` at the end. What was written is there, even when its writer is killed.
"""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from bot.adapter import Outcome, Payload
from bot.app import App
from bot.command import Invocation, ReplyHandle
from bot.moderation.crisis import in_danger
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World
from bot.store import Store
from bot.users import Attachment
from config.settings import Settings
from handlers.journey.reading.analysis import analyse
from tests import remembering

PLUGINS = ["economy", "mirrors", "handlers"]
AT_ONCE = 6
HOUR = 3_600_000_000


def tell(*what: object) -> None:
    """One write for each line: it is there whole or not at all."""
    os.write(1, msgspec.json.encode(what) + b"\n")


class Told(Offline):
    """Shows by telling; an event's id is the id of its message."""

    async def send(self, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        tell("said", handle.message, shown(payload))
        return await super().send(handle, payload, key)

    def event(self, id_: str, user: str, text: str, file: str = "", *, direct: bool) -> Invocation:
        line = self.invocation(user, text, direct=direct)
        reply, files = structs.replace(line.reply, message=id_), []
        if file:
            self.files[file] = Path(file).read_bytes()
            files = [Attachment(self.name, file, Path(file).name)]
        return structs.replace(line, id=id_, reply=reply, answer_until=line.received + HOUR, files=files)


class Writes:
    """Counts what a store commits, and kills this process after the n-th: before anybody has heard of it."""

    def __init__(self, store: Store, kill_after: int) -> None:
        self.count = 0
        self._kill_after = kill_after
        self._write: Callable[..., asyncio.Future[Any]] = store.engine.write
        store.engine.write = self._counted  # type: ignore[method-assign]

    def _counted(self, *arguments: Any, **more: Any) -> asyncio.Future[Any]:
        future = self._write(*arguments, **more)
        future.add_done_callback(self._committed)  # runs before those of who waits for it
        return future

    def _committed(self, future: asyncio.Future[Any]) -> None:
        self.count += not future.cancelled() and future.exception() is None
        if self.count == self._kill_after:
            os.kill(os.getpid(), signal.SIGKILL)


def warm() -> None:
    """One short life in this process: what is read and compiled once is there for those that are forked from it."""
    remembering.commands()
    in_danger("by the sea of salt")
    analyse("by the sea of salt", "en")
    with tempfile.TemporaryDirectory() as data:
        asyncio.run(_short(Path(data)))


async def _short(data: Path) -> None:
    app = App(Settings(data=data, plugins=PLUGINS)).load()
    there = Offline("twitch", World())
    await app.start([there])
    await app.intake.submit(there.invocation("ada", "!bless @bob 1", direct=True))
    await app.intake.quiet()
    await app.stop()


async def _lines() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def main(
    data: str, plugins: Sequence[str] = (), *, platform: str = "twitch", direct: bool = True, kill_after: int = 0
) -> None:
    """Take in whatever comes, a few at once, as adapters do. `plugins` are further ones."""
    app = App(Settings(data=Path(data), plugins=[*PLUGINS, *plugins])).load()
    there, gate = Told(platform, World()), asyncio.Semaphore(AT_ONCE)
    app.settings.operators.append(there.user("ada").key)
    await app.start([there])
    writes = Writes(app.store, kill_after)
    tell("ready")

    async def take(event: Invocation) -> None:
        async with gate:
            tell("taken", event.id, await app.intake.submit(event))

    async with asyncio.TaskGroup() as tasks:
        async for line in await _lines():
            tasks.create_task(take(there.event(*msgspec.json.decode(line), direct=direct)))
    await app.intake.quiet()
    tell("state", await app.state(), writes.count)
    await app.stop()
