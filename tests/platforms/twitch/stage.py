"""The real adapter against the emulator, with an ingress that records."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from bot.adapter import Acceptance, Outcome
from bot.command import CommandSpec, Invocation, ReplyHandle
from bot.message import Message
from bot.platforms.twitch.platform import TwitchPlatform
from bot.sandbox.twitch import TwitchEmulator
from bot.sandbox.world import Wire, World
from bot.users import Place, User
from config.settings import TwitchSettings


class Recording:
    """An ingress that takes in every line behind `!`, and remembers."""

    def __init__(self) -> None:
        self.taken: asyncio.Queue[Invocation] = asyncio.Queue()
        self.asked: list[tuple[str, bool]] = []
        self.events: list[str] = []
        self.kept: dict[str, str] = {}

    def wants(self, text: str, author: User, place: Place, *, addressed: bool = False) -> bool:
        self.asked.append((text, addressed))
        return text.startswith("!")

    def spec(self, path: str) -> CommandSpec | None:
        return None

    def submit(self, invocation: Invocation) -> Awaitable[Acceptance]:
        self.taken.put_nowait(invocation)
        return _accepted()

    def heard(self, platform: str, event: str) -> None:
        assert platform == "twitch"
        self.events.append(event)

    async def recall(self, key: str) -> str | None:
        return self.kept.get(key)

    async def keep(self, key: str, value: str) -> None:
        self.kept[key] = value


async def _accepted() -> Acceptance:
    return "accepted"


async def until(true: Callable[[], object]) -> None:
    """Wait until something holds; fails after five seconds."""
    async with asyncio.timeout(5):
        while not true():
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
        self.settings: dict[str, object] = {}

    async def open(self, **settings: object) -> "Stage":
        await self.twitch.start()
        await self.restart(**settings)
        return self

    async def restart(self, **settings: object) -> None:
        """The bot alone begins anew; what it kept stays."""
        if platform := getattr(self, "platform", None):
            await platform.stop()
        self.platform = TwitchPlatform(settings_for(self.twitch, **settings))
        await self.platform.start(self.ingress, [])

    async def close(self) -> None:
        await self.platform.stop()
        await self.twitch.stop()

    async def asked(self, who: str, text: str, **how: Any) -> Invocation:
        """Somebody says something that is for the bot; what the house is given."""
        await self.twitch.say(who, text, **how)
        async with asyncio.timeout(5):
            return await self.ingress.taken.get()

    async def answer(self, handle: ReplyHandle, text: str, *, private: bool = False) -> list[Outcome]:
        """The house answers."""
        payloads = self.platform.render(Message(text, private=private), handle)
        return [await self.platform.send(handle, payload, "key") for payload in payloads]

    async def listening(self) -> None:
        """Until the bot hears the chat."""
        wanted = {"channel.chat.message", "user.whisper.message"}
        subscriptions = self.twitch.sockets.subscriptions.values
        await until(lambda: {one["type"] for one in subscriptions()} == wanted)
        await until(lambda: self.platform._client)

    def requests(self, path: str) -> list[Wire]:
        """Requests of the bot to this path."""
        return [wire for wire in self.world.record.since(0) if wire.name.endswith(path)]

    @property
    def shown(self) -> list[str]:
        """What the bot said in public and Twitch took."""
        return [wire.payload["message"] for wire in self.requests("/chat/messages") if "message" in wire.about]
