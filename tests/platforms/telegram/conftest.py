"""The real adapter on an emulated Telegram, with the smallest house there is behind it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import SecretStr

from bot.adapter import Acceptance, Outcome, Question
from bot.command import CommandSpec, Invocation, ReplyHandle
from bot.events import AnyEvent, Event
from bot.message import Message
from bot.platforms.telegram.platform import TelegramPlatform
from bot.sandbox.telegram import TelegramEmulator
from bot.sandbox.world import Wire, World
from bot.users import Place, User
from config.settings import TelegramSettings


@dataclass
class Recording:
    """An ingress that keeps what it is given."""

    taken: asyncio.Queue[Invocation] = field(default_factory=asyncio.Queue)
    events: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    kept: dict[str, str] = field(default_factory=dict)
    addressed: list[bool] = field(default_factory=list)
    broken: int = 0  # how many submissions fail
    refuses: bool = False
    happenings: asyncio.Queue[tuple[AnyEvent, ReplyHandle]] = field(default_factory=asyncio.Queue)
    moves: list[tuple[str, str]] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    wanted: set[type[Event]] = field(default_factory=set)
    words: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)  # (text, context): translations
    curious: bool = False
    shown: Message | Exception | None = None  # what is answered inline
    replies: list[bool] = field(default_factory=list)

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
        self.addressed.append(addressed)
        self.replies.append(reply)
        return text.startswith("/") or files

    def listens(self, place: Place) -> bool:
        return self.curious

    def watched(self) -> set[type[Event]]:
        return self.wanted

    def prefix(self, place: Place) -> str:
        return "/"

    def localizations(self, text: str, context: str = "") -> dict[str, str]:
        return self.words.get((text, context), {})

    def question(self, id: str) -> Question | None:  # noqa: A002
        return self.questions.get(id)

    async def suggest(self, invocation: Invocation) -> list[str | int]:
        return []

    async def inline(self, invocation: Invocation) -> Message | None:
        self.taken.put_nowait(invocation)
        if isinstance(self.shown, Exception):
            raise self.shown
        return self.shown

    async def happened(self, event: AnyEvent, reply: ReplyHandle) -> None:
        self.happenings.put_nowait((event, reply))

    async def moved(self, platform: str, old: str, new: str) -> None:
        assert platform == "telegram"
        self.moves.append((old, new))

    def spec(self, path: str) -> CommandSpec | None:
        return None

    async def submit(self, invocation: Invocation) -> Acceptance:
        if self.broken:
            self.broken -= 1
            raise OSError("the disk is full")
        self.taken.put_nowait(invocation)
        return "refused" if self.refuses else "accepted"

    def heard(self, platform: str, event: str) -> None:
        assert platform == "telegram"
        self.events.put_nowait(event)

    async def recall(self, key: str) -> str | None:
        return self.kept.get(key)

    async def keep(self, key: str, value: str) -> None:
        self.kept[key] = value


class Bench:
    """Adapter, emulator and ingress; `wires` is the record."""

    def __init__(self) -> None:
        self.world = World()
        self.emulator = TelegramEmulator(self.world)
        self.ingress = Recording()
        self.platform = self.adapter()

    def adapter(self, token: str | None = None, address: str | None = None, **more: Any) -> TelegramPlatform:
        secret = SecretStr(token or self.emulator.bot_token)
        return TelegramPlatform(
            TelegramSettings(token=secret, address=address or self.emulator.address or None, **more)
        )

    async def asked(self) -> Invocation:
        """The next invocation."""
        async with asyncio.timeout(10):
            return await self.ingress.taken.get()

    async def told(self) -> tuple[AnyEvent, ReplyHandle]:
        """The next thing that happened."""
        async with asyncio.timeout(10):
            return await self.ingress.happenings.get()

    async def heard(self) -> str:
        """The next event that was dealt with."""
        async with asyncio.timeout(10):
            return await self.ingress.events.get()

    async def answer(self, handle: ReplyHandle, message: Message) -> list[Outcome]:
        payloads = enumerate(self.platform.render(message, handle))
        return [await self.platform.send(handle, each, f"key.{piece}") for piece, each in payloads]

    def requests(self, name: str) -> list[Wire]:
        return [wire for wire in self.world.record.since(0) if wire.direction == "out" and wire.name == name]

    async def request(self, name: str, count: int = 1) -> Wire:
        """The newest request of this method, waited for until there are `count`."""
        async with asyncio.timeout(10):
            while len(self.requests(name)) < count:
                await self.world.record.wait(self.world.record.last, 10)
        return self.requests(name)[-1]

    async def ask(self, line: str, user: str = "ada", **more: Any) -> Invocation:
        await self.emulator.say(user, line, **more)
        return await self.asked()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """Not yet started: the emulator runs, the adapter does not."""
    one = Bench()
    await one.emulator.start()
    one.platform = one.adapter()
    yield one
    await one.platform.stop()
    await one.emulator.stop()


@pytest.fixture
async def running(bench: Bench) -> Bench:
    """Started, without commands."""
    await bench.platform.start(bench.ingress, [])
    return bench
