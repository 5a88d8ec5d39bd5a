"""A whole house for tests: the App on the three real client libraries, and the emulated platforms around it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.app import App
from bot.sandbox.sandbox import Happened, Sandbox
from bot.sandbox.world import Wire
from bot.testing.template import prepare
from config.settings import Settings
from economy.ledger import balance_of

PREFIX = {"discord": "!", "twitch": "!", "telegram": "/"}


def words(wire: Wire) -> str:
    """What a request shows, in any platform's payload."""
    payload: Any = wire.payload
    data = payload.get("data") or payload
    for name in ("content", "text", "caption", "message"):
        if isinstance(data.get(name), str):
            return str(data[name])
    return ""


def said(happened: Happened) -> str:
    """Everything the bot showed."""
    return "\n".join(words(wire) for wire in happened.replies)


@dataclass
class House:
    """An App in its sandbox."""

    app: App
    sandbox: Sandbox

    async def do(self, platform: str, user: str, line: str, **more: Any) -> Happened:
        """Somebody types a command, given without its prefix."""
        return await self.sandbox.say(platform, user, PREFIX[platform] + line, **more)

    async def balance(self, platform: str, user: str) -> int:
        """How many blessings this user's person has, read from the ledger's accounts."""
        return await self.app.store.read(balance_of, self.sandbox.world.human(user).on(platform))

    async def ledger_sum(self) -> int:
        """Over all accounts."""
        return (await self.app.state())["ledger_sum"]


@asynccontextmanager
async def opened(data: Path, sandbox: Sandbox | None = None) -> AsyncIterator[House]:
    """Start everything, and end it cleanly."""
    async with AsyncExitStack() as ending:
        if sandbox is None:
            sandbox = Sandbox()
            ending.push_async_callback(sandbox.stop)
            await sandbox.start()
        app = App(sandbox.settings(Settings(data=data))).load()
        ending.push_async_callback(app.stop)
        prepare(app)
        await app.start()
        sandbox.attach(app.intake.on_heard.append, lambda: app.intake.busy)
        yield House(app, sandbox)
