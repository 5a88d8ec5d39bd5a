"""The real adapter against the emulator, with an ingress that records."""

import asyncio
from collections.abc import AsyncIterator, Awaitable

import pytest

from bot.adapter import Acceptance
from bot.command import CommandSpec, Invocation
from bot.platforms.twitch.platform import TwitchPlatform
from bot.sandbox.twitch import TwitchEmulator
from bot.sandbox.world import World
from bot.users import Place, User
from config.settings import TwitchSettings


class Recording:
    """An ingress that takes in every line behind `!`, and remembers."""

    def __init__(self) -> None:
        self.taken: asyncio.Queue[Invocation] = asyncio.Queue()
        self.asked: list[tuple[str, bool]] = []
        self.events: list[str] = []
        self.kept: dict[str, str] = {}
        self._more = asyncio.Condition()

    def wants(self, text: str, author: User, place: Place, *, addressed: bool = False) -> bool:
        self.asked.append((text, addressed))
        return text.startswith("!")

    def spec(self, path: str) -> CommandSpec | None:
        return None

    def submit(self, invocation: Invocation) -> Awaitable[Acceptance]:
        self.taken.put_nowait(invocation)
        return asyncio.sleep(0, "accepted")

    def heard(self, platform: str, event: str) -> None:
        assert platform == "twitch"
        self.events.append(event)

    async def recall(self, key: str) -> str | None:
        return self.kept.get(key)

    async def keep(self, key: str, value: str) -> None:
        self.kept[key] = value


async def until(true: "object") -> None:
    """Wait until something holds; fails after five seconds."""
    async with asyncio.timeout(5):
        while not true():  # type: ignore[operator]
            await asyncio.sleep(0.005)


def settings_for(emulator: TwitchEmulator, **more: object) -> TwitchSettings:
    """Settings of the bot's account on the emulator."""
    names = ("address", "client_id", "client_secret", "access_token", "refresh_token", "bot_id", "channels")
    return TwitchSettings.model_validate({name: getattr(emulator, name) for name in names} | more)


class Stage:
    """A world, its Twitch, and the adapter on it."""

    def __init__(self) -> None:
        self.world = World()
        self.twitch = TwitchEmulator(self.world)
        self.ingress = Recording()

    async def open(self, **settings: object) -> "Stage":
        await self.twitch.start()
        self.platform = TwitchPlatform(settings_for(self.twitch, **settings))
        await self.platform.start(self.ingress, [])
        return self

    async def close(self) -> None:
        await self.platform.stop()
        await self.twitch.stop()

    async def heard(self, event: str) -> None:
        """Until the adapter has dealt with an event."""
        await until(lambda: event in self.ingress.events)

    async def asked(self, who: str, text: str, **how: object) -> Invocation:
        """Somebody says something that is for the bot."""
        await self.twitch.say(who, text, **how)  # type: ignore[arg-type]
        async with asyncio.timeout(5):
            return await self.ingress.taken.get()

    def requests(self, path: str) -> list[object]:
        """Requests of the bot to this path."""
        return [wire for wire in self.world.record.since(0) if wire.direction == "out" and wire.name.endswith(path)]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Everything running."""
    one = await Stage().open()
    yield one
    await one.close()
