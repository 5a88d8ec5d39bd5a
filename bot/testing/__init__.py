"""Tests of a bot, as people would use it: the real App on the real client libraries, with emulated platforms around it.

    async def test_bless() -> None:
        async with world("economy", "handlers") as w:
            reply = await w.twitch.user("ada").say("!bless @bob 5")
            assert "is blessed with 5" in reply.text

`ada` owns the places and runs the bot, `bob` moderates them, `cleo` is new; all three are on all three platforms. One world
at a time in a process: the client libraries keep the platforms' addresses for all of it.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Generic, TypeVar

from bot.app import App
from bot.errors import SettingsError
from bot.sandbox.emulator import Upload
from bot.sandbox.sandbox import Sandbox
from bot.testing.people import DiscordPerson, Person, Reply, TelegramPerson, TwitchPerson
from bot.testing.reading import Shown
from bot.testing.template import prepare
from config.settings import Settings

__all__ = ["Person", "Reply", "Shown", "Stage", "Upload", "World", "world"]

Kind = TypeVar("Kind", bound=Person)


@dataclass(frozen=True, slots=True)
class Stage(Generic[Kind]):
    """One platform."""

    sandbox: Sandbox
    name: str
    kind: type[Kind]

    def user(self, name: str) -> Kind:
        """Somebody there. Raises `SandboxError` for a stranger."""
        return self.kind(self.sandbox, self.name, self.sandbox.world.human(name).name)


@dataclass(frozen=True, slots=True)
class World:
    """A running bot and its three platforms."""

    app: App
    sandbox: Sandbox

    @property
    def discord(self) -> Stage[DiscordPerson]:
        """Discord: the server's `lounge`."""
        return Stage(self.sandbox, "discord", DiscordPerson)

    @property
    def twitch(self) -> Stage[TwitchPerson]:
        """Twitch: the channel of ada."""
        return Stage(self.sandbox, "twitch", TwitchPerson)

    @property
    def telegram(self) -> Stage[TelegramPerson]:
        """Telegram: the group."""
        return Stage(self.sandbox, "telegram", TelegramPerson)

    def on(self, platform: str) -> Stage[Person]:
        """One of them by name, for tests that hold on all."""
        return Stage(self.sandbox, platform, Person)


@asynccontextmanager
async def world(
    *plugins: str, settings: Settings | None = None, data: Path | None = None, sandbox: Sandbox | None = None
) -> AsyncIterator[World]:
    """A bot with these plugins, on a data folder that is gone afterwards.

    `settings` are used for everything else; `data` is a folder to keep (for a restart, with the same `sandbox`).
    Raises `SettingsError` when one of the plugins is refused.
    """
    async with AsyncExitStack() as ending:
        folder = data or Path(ending.enter_context(TemporaryDirectory()))
        if sandbox is None:
            sandbox = Sandbox()
            ending.push_async_callback(sandbox.stop)
            await sandbox.start()
        base = settings or Settings(discover=False)
        base = base.model_copy(update={"data": folder, "plugins": list(plugins) or base.plugins})
        app = App(sandbox.settings(base)).load()
        ending.push_async_callback(app.stop)
        prepare(app)
        await app.start()
        if app.refused:
            raise SettingsError("\n".join(f"{name}: {reason}" for name, reason in app.refused.items()))
        sandbox.attach(app.intake.on_heard.append, lambda: app.intake.busy)
        yield World(app, sandbox)
