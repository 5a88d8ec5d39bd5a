"""A life on the three platforms, with the real client libraries: they connect to emulators of another process.

Its settings come with its arguments. Standard input ends it. Out: `["ready"]`, `["heard", platform, event]` for each wire event
that was dealt with, `["state", numbers]` at the end.
"""

import asyncio
import os
import signal
import sys
from typing import Any

from bot.adapter import Outcome, Payload, Platform, Sent
from bot.app import App
from bot.command import ReplyHandle
from config.settings import Settings
from tests.faults.offline import tell


def die_sending(platform: Platform) -> None:
    """As soon as the platform has an answer, and before that is noted."""
    send = platform.send

    async def sent(handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        outcome = await send(handle, payload, key)
        if isinstance(outcome, Sent):
            os.kill(os.getpid(), signal.SIGKILL)
        return outcome

    platform.send = sent  # type: ignore[method-assign]


async def main(data: str, settings: dict[str, Any], *, dies_sending: bool = False) -> None:
    """Run until the input ends, or until it `dies_sending`."""
    app = App(Settings(data=data, **settings)).load()
    await app.start()
    for platform in app.platforms.values() if dies_sending else ():
        die_sending(platform)
    app.intake.on_heard.append(lambda platform, event: tell("heard", platform, event))
    tell("ready")
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    await app.intake.quiet()
    tell("state", await app.state())
    await app.stop()
