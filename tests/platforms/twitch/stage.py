"""The real adapter against the emulator, with an ingress that records."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from bot.adapter import Acceptance, Outcome, Question
from bot.command import CommandSpec, Invocation, ReplyHandle
from bot.events import AnyEvent, Event
from bot.message import Message
from bot.platforms.twitch.platform import TwitchPlatform
from bot.sandbox.emulator import Delivered
from bot.sandbox.twitch import TwitchEmulator
from bot.sandbox.world import Wire, World
from bot.users import Place, User
from config.settings import TwitchSettings

CHAT = {"channel.chat.message", "user.whisper.message"}


class Recording:
    """An ingress that takes in every line behind the prefix, and remembers."""

    def __init__(self) -> None:
        self.taken: asyncio.Queue[Invocation] = asyncio.Queue()
        self.happenings: asyncio.Queue[tuple[AnyEvent, ReplyHandle]] = asyncio.Queue()
        self.asked: list[tuple[str, bool]] = []
        self.replies: list[bool] = []
        self.events: list[str] = []
        self.kept: dict[str, str] = {}
        self.sign = "!"
        self.watching: set[type[Event]] = set()
        self.listening = False
        self.catalogue: dict[str, dict[str, str]] = {}

    def wants(
        self,
        text: str,
        author: User,
        place: Place,
        *,
        addressed: bool = False,
        files: bool = False,
        reply: bool = False,
    ) -> bool:
        assert not files
        self.asked.append((text, addressed))
        self.replies.append(reply)
        return text.startswith(self.sign)

    def listens(self, place: Place) -> bool:
        return self.listening

    def watched(self) -> set[type[Event]]:
        return set(self.watching)

    def prefix(self, place: Place) -> str:
        return self.sign

    def localizations(self, text: str, context: str = "") -> dict[str, str]:
        return self.catalogue.get(text, {})

    def spec(self, path: str) -> CommandSpec | None:
        return None

    def question(self, id: str) -> Question | None:  # noqa: A002
        return None

    def submit(self, invocation: Invocation) -> Awaitable[Acceptance]:
        self.taken.put_nowait(invocation)
        return _accepted()

    async def suggest(self, invocation: Invocation) -> list[str | int]:
        return []

    async def inline(self, invocation: Invocation) -> Message | None:
        return None

    async def happened(self, event: AnyEvent, reply: ReplyHandle) -> None:
        self.happenings.put_nowait((event, reply))

    def heard(self, platform: str, event: str) -> None:
        assert platform == "twitch"
        self.events.append(event)

    async def moved(self, platform: str, old: str, new: str) -> None:
        raise AssertionError("rooms of Twitch do not move")

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

    async def watch(self, *events: type[Event], broadcaster: str | None = "ada", **settings: object) -> None:
        """The bot begins anew, and somebody there wants these events; `broadcaster` has granted what they take."""
        self.ingress.watching = set(events)
        if broadcaster:
            _, refresh = self.twitch.authorise(broadcaster)
            settings = {"tokens": {broadcaster: refresh}, **settings}
        await self.restart(**settings)

    async def close(self) -> None:
        await self.platform.stop()
        await self.twitch.stop()

    async def asked(self, who: str, text: str, **how: Any) -> Invocation:
        """Somebody says something that is for the bot; what the house is given."""
        await self.twitch.say(who, text, **how)
        async with asyncio.timeout(5):
            return await self.ingress.taken.get()

    async def happening(self, does: Awaitable[Delivered]) -> tuple[Any, ReplyHandle]:
        """Something happens in the room; what the house is given."""
        await does
        async with asyncio.timeout(5):
            return await self.ingress.happenings.get()

    async def answer(self, handle: ReplyHandle, text: str, **how: bool) -> list[Outcome]:
        """The house answers."""
        payloads = self.platform.render(Message(text, **how), handle)
        return [await self.platform.send(handle, payload, "key") for payload in payloads]

    async def listening(self) -> None:
        """Until the bot hears the chat."""
        await until(lambda: self.subscribed >= CHAT)
        await until(lambda: self.platform._client)

    @property
    def subscribed(self) -> set[str]:
        """The types that the bot has subscribed to."""
        return {one["type"] for one in self.twitch.sockets.subscriptions.values()}

    def requests(self, path: str) -> list[Wire]:
        """Requests of the bot to this path."""
        return [wire for wire in self.world.record.since(0) if wire.name.endswith(path)]

    @property
    def shown(self) -> list[str]:
        """What the bot said in public and Twitch took."""
        return [wire.payload["message"] for wire in self.requests("/chat/messages") if "message" in wire.about]
