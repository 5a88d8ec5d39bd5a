"""Imports once and forks for each request: a life that is to be killed costs milliseconds, not the seconds of the imports.

Given a listening socket by its file descriptor. A request is `{"life": "offline", "environment": {}, "files": "...", ...}`, then
the arguments of that life's `main`, and comes with two pipes, its standard input and output. It ends when its own input does.
"""

import asyncio
import gc
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import config.load
from bot import resuming
from bot.platforms.discord import platform as discord
from bot.platforms.telegram import platform as telegram
from bot.platforms.twitch import platform as twitch
from bot.store.postgres import engine, hold
from tests.faults import offline, platforms

LATE = (discord, engine, hold, telegram, twitch)
"""What a bot imports when it needs it."""

resuming.TRIES = 1_000  # here a process that ends early is nobody's fault

LIVES: dict[str, Callable[..., Coroutine[Any, Any, None]]] = {"offline": offline.main, "platforms": platforms.main}


def serve(listening: socket.socket) -> None:
    """Fork for each request."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    offline.warm()
    gc.collect()
    gc.freeze()
    while True:
        heard, _, _ = select.select([listening, sys.stdin], [], [])
        if listening not in heard:
            return
        connection, _ = listening.accept()
        with connection:
            request, pipes, _, _ = socket.recv_fds(connection, 65_536, 2)
        if os.fork() == 0:
            listening.close()
            live(json.loads(request), *pipes)
        for pipe in pipes:
            os.close(pipe)


def live(arguments: dict[str, Any], given: int, told: int) -> None:
    """One life, to its own end."""
    code = 1
    try:
        for number, pipe in enumerate((given, told)):
            os.dup2(pipe, number)
            os.close(pipe)
        os.environ.update(arguments.pop("environment"))
        config.load.__file__ = arguments.pop("files")  # where the files of settings are
        offline.tell("pid", os.getpid())
        asyncio.run(LIVES[arguments.pop("life")](**arguments))
        offline.tell("ended")
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
        raise
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
