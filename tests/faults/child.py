"""A process to be killed: an App on one platform without a wire. Events come in by stdin, what becomes of them goes out by stdout.

In: `[id, user, text]` in each line; the end of the input ends the process cleanly. Out: `["ready"]`, `["taken", id, acceptance]`
once it is acknowledged, `["said", id, words]` once it is shown, and `["state", numbers]` at the end. A pipe keeps what was written
to it when its writer is killed.
"""

import asyncio
import os
import sys
from pathlib import Path

import msgspec
from msgspec import structs

from bot.adapter import Outcome, Payload
from bot.app import App
from bot.command import Invocation, ReplyHandle
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World
from config.settings import Settings

PLUGINS = ["economy", "mirrors", "handlers", "tests.bot.plugin"]
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

    def event(self, id_: str, user: str, text: str) -> Invocation:
        line = self.invocation(user, text, direct=True)
        reply = structs.replace(line.reply, message=id_)
        return structs.replace(line, id=id_, reply=reply, answer_until=line.received + HOUR)


async def _lines() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def main(data: Path, *more: str) -> None:
    """Take in whatever comes, a few at once, as adapters do. `more` are further plugins."""
    app, platform, gate = (
        App(Settings(data=data, plugins=[*PLUGINS, *more])).load(),
        Told("twitch", World()),
        asyncio.Semaphore(AT_ONCE),
    )
    await app.start([platform])
    tell("ready")

    async def take(event: Invocation) -> None:
        async with gate:
            tell("taken", event.id, await app.intake.submit(event))

    async with asyncio.TaskGroup() as tasks:
        async for line in await _lines():
            tasks.create_task(take(platform.event(*msgspec.json.decode(line))))
    await app.intake.quiet()
    tell("state", await app.state())
    await app.stop()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
