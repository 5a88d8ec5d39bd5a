"""A bot in a process of its own, on platforms that this one emulates: begun, spoken to, looked at."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
import tomlkit
from pydantic import SecretStr

from benchmarks.lives import Report
from bot.sandbox.sandbox import Sandbox, shows
from bot.sandbox.world import PLATFORMS, Human, SandboxError
from config.settings import Settings

PATIENCE = 60.0
"""Seconds that anything takes at most."""

EACH = 12
"""So many people speak on each platform."""

LINES = ("bless @bob 1", "balance", "top", "help", "prices", "ping", "statement")
PAUSES = {"discord": 0.6, "twitch": 4.0, "telegram": 1.2}
"""Seconds between two lines of one person: what the platforms' own limits bear."""

ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith("SOULFRA_") and name != "PYTHONDONTWRITEBYTECODE"
}
"""What is imported is compiled once, as anywhere."""


@asynccontextmanager
async def emulated() -> AsyncIterator[Sandbox]:
    """The three platforms, with people."""
    sandbox = Sandbox()
    sandbox.twitch.people.bot_moderates = True
    for number, platform in enumerate(name for name in PLATFORMS for _ in range(EACH)):
        ids = {"discord": f"9{number:017}", "twitch": f"9{number:05}", "telegram": f"9{number:05}"}
        sandbox.world.people[f"{platform}{number}"] = Human(f"{platform}{number}", "member", ids)
    await sandbox.start()
    try:
        yield sandbox
    finally:
        await sandbox.stop()


@asynccontextmanager
async def running(*command: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that says when it is ready, by its first line; killed afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            assert await process.stdout.readline(), f"{command} ended before it was ready"
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def file(sandbox: Sandbox, folder: Path) -> str:
    """A file of settings that leads to these platforms, with a data folder of its own."""
    settings = sandbox.settings(Settings(data=folder / "data", discover=False)).model_dump(exclude_defaults=True)
    path = folder / "soulfra.toml"
    path.write_text(tomlkit.dumps({**_plain(settings), "web": {"port": 0}}), encoding="utf-8")
    return str(path)


def _plain(value: Any) -> Any:  # noqa: ANN401  (whatever settings hold)
    match value:
        case dict():
            return {key: _plain(one) for key, one in value.items()}
        case SecretStr():
            return value.get_secret_value()
        case Path():
            return str(value)
        case _:
            return value


def bare(modules: list[str]) -> list[str]:
    """A process that imports these, says so, and waits."""
    imports = (
        f"from contextlib import suppress\nfor name in {modules!r}:\n  with suppress(ImportError): __import__(name)\n"
    )
    return ["-c", f"{imports}print('imported', flush=True)\ninput()"]


async def reply(sandbox: Sandbox) -> None:
    """Somebody asks for something, and is answered."""
    record = sandbox.world.record
    last = record.last
    await sandbox.discord.say("ada", "!balance")
    async with asyncio.timeout(PATIENCE):
        while not any(shows(wire) and wire.platform == "discord" for wire in record.since(last)):
            await record.wait(record.last, PATIENCE)


async def report(process: asyncio.subprocess.Process, path: Path) -> Report:
    """What it says of itself since the last time."""
    process.send_signal(signal.SIGUSR1)
    return await asyncio.to_thread(_read, path)


def _read(path: Path) -> Report:
    until = time.monotonic() + PATIENCE
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.02)
    found = msgspec.json.decode(path.read_bytes(), type=Report)
    path.unlink()
    return found


async def talk(sandbox: Sandbox, platform: str, user: str, until: float) -> None:
    """Somebody says one thing after the other."""
    chance = random.Random(user)  # noqa: S311
    prefix = "/" if platform == "telegram" else "!"
    while time.monotonic() < until:
        with suppress(SandboxError):
            await sandbox.emulators[platform].say(user, prefix + chance.choice(LINES))
        await asyncio.sleep(PAUSES[platform] * chance.uniform(0.5, 1.5))


async def crowd(sandbox: Sandbox, seconds: float) -> None:
    """Everybody talks for so long."""
    until = time.monotonic() + seconds
    people = [(platform, name) for platform in PLATFORMS for name in sandbox.world.people if name.startswith(platform)]
    await asyncio.gather(*(talk(sandbox, *one, until) for one in people))


def cpu(pid: int) -> float:
    """Seconds that the process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
