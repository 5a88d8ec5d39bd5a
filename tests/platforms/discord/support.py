"""A recording Ingress, commands, and waiting: what the adapter's tests share."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Self

from bot.adapter import Acceptance, Question
from bot.command import CommandSpec, Invocation, Option, ReplyHandle
from bot.command.option import Suggest
from bot.events import AnyEvent, Event
from bot.message import Message
from bot.platforms.discord.platform import DiscordPlatform
from bot.sandbox.discord import DiscordEmulator
from bot.sandbox.world import Wire, World
from bot.users import Attachment, Channel, Place, Role, Said, User
from config.settings import DiscordSettings

GERMAN = {
    "bless": "segnen",
    "to": "an",
    "What it does.": "Was es tut.",
    "Quote this": "Das zitieren",
    "Yes": "Ja",
    "Answer": "Antworten",
}
Answer = Callable[[Invocation], Awaitable[None]]


async def unused(*_: Any) -> Message:
    """No command runs in these tests."""
    return Message("unused")


def spec(path: str, *options: Option, about: str = "What it does.", **more: Any) -> CommandSpec:
    """A command definition."""
    return CommandSpec(path, about, options, unused, source="tests:1", **more)


async def names(*_: Any) -> list[str]:
    """Nothing is suggested by the specs of these tests: `Ears.suggestions` are."""
    return []


BLESS = spec(
    "bless",
    Option("to", User, "Who receives it."),
    Option("amount", int, "How many.", default=1, low=1, high=1000),
    Option("note", str, "A few words.", default="", max_length=200, rest=True),
)
WHISPER = spec("whisper", private=True)
PUT = spec("vault put", Option("name", str, "Its name."), private=True)
SHOW = spec(
    "show",
    Option("room", Channel, "Where."),
    Option("role", Role, "Who."),
    Option("file", Attachment, "What.", default=None),
    Option("colour", str, "How.", default="", suggest=Suggest(names)),
    Option("size", int, "How large.", default=1, suggest=Suggest(names)),
)
WAVE = spec("wave", Option("to", User, "To whom."), menu="Wave at them")
QUOTE = spec("quote", Option("about", Said, "What was said."), menu="Quote this")
SPECS = (BLESS, WHISPER, PUT, SHOW, WAVE, QUOTE)


class Ears:
    """An Ingress that keeps what it is given. `answer` is called with every new invocation."""

    def __init__(self, specs: Sequence[CommandSpec] = SPECS) -> None:
        self.specs = {one.path: one for one in specs}
        self.submitted: list[Invocation] = []
        self.dealt: list[tuple[str, str]] = []
        self.kept: dict[str, str] = {}
        self.broken = False
        self.answer: Answer | None = None
        self.questions: dict[str, Question] = {}
        self.suggestions: list[str | int] = []
        self.suggested: list[Invocation] = []
        self.events: list[tuple[AnyEvent, ReplyHandle]] = []
        self.watching: set[type[Event]] = set()
        self.listening = False
        self.wanted: list[dict[str, bool]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def wants(self, text: str, author: User, place: Place, **more: bool) -> bool:
        self.wanted.append(more)
        return text.startswith("!") or place.direct or more["addressed"]

    def listens(self, place: Place) -> bool:
        return self.listening

    def watched(self) -> set[type[Event]]:
        return self.watching

    def prefix(self, place: Place) -> str:
        return "!"

    def localizations(self, text: str, context: str = "") -> dict[str, str]:
        return {"de": GERMAN[text]} if text in GERMAN else {}

    def question(self, id: str) -> Question | None:  # noqa: A002
        return self.questions.get(id)

    async def suggest(self, invocation: Invocation) -> list[str | int]:
        self.suggested.append(invocation)
        return self.suggestions

    async def inline(self, invocation: Invocation) -> Message | None:
        return None

    async def happened(self, event: AnyEvent, reply: ReplyHandle) -> None:
        self.events.append((event, reply))

    async def moved(self, platform: str, old: str, new: str) -> None:
        raise AssertionError("nothing moves on Discord")

    def spec(self, path: str) -> CommandSpec | None:
        return self.specs.get(path)

    async def submit(self, invocation: Invocation) -> Acceptance:
        if any(one.id == invocation.id for one in self.submitted):
            return "seen"
        if self.broken:
            raise OSError("the disk is full")
        self.submitted.append(invocation)
        if self.answer:
            task = asyncio.create_task(self._run(self.answer, invocation))
            self._tasks.add(task)
        return "accepted"

    async def _run(self, answer: Answer, invocation: Invocation) -> None:
        await answer(invocation)

    async def settled(self) -> None:
        """Every answer has been given; raises what went wrong in one."""
        await asyncio.gather(*self._tasks)

    def heard(self, platform: str, event: str) -> None:
        self.dealt.append((platform, event))

    async def recall(self, key: str) -> str | None:
        return self.kept.get(key)

    async def keep(self, key: str, value: str) -> None:
        self.kept[key] = value


async def until(true: Callable[[], Any]) -> Any:
    """Wait for something to become true."""
    async with asyncio.timeout(8):
        while not (found := true()):
            await asyncio.sleep(0.005)
    return found


class Stage:
    """A world, its Discord, and an adapter that listens there."""

    def __init__(self, *, defer_after: float = 1.5, pause: float = 1.0, **settings: Any) -> None:
        self.world = World()
        self.discord = DiscordEmulator(self.world)
        self.ears = Ears()
        self.outcomes: list[Any] = []
        self.adapter = {"defer_after": defer_after, "pause": pause}
        self.settings = settings
        self.platform: DiscordPlatform

    async def open(self, ears: Ears | None = None, **settings: Any) -> DiscordPlatform:
        """Start another adapter on the same Discord."""
        given = {"token": self.discord.token, "address": self.discord.address, **self.settings, **settings}
        self.platform = DiscordPlatform(DiscordSettings(**given), **self.adapter)
        await self.platform.start(ears or self.ears, SPECS)
        return self.platform

    async def __aenter__(self) -> Self:
        await self.discord.start()
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.platform.stop()
        await self.discord.stop()

    def reply(self, message: Message, platform: DiscordPlatform | None = None) -> Answer:
        """An answer for `Ears.answer`."""

        async def answer(invocation: Invocation) -> None:
            speaker = platform or self.platform
            for n, payload in enumerate(speaker.render(message, invocation.reply)):
                self.outcomes.append(await speaker.send(invocation.reply, payload, f"{invocation.id}/{n}"))

        return answer

    def out(self, *ends: str) -> list[Wire]:
        """The bot's requests, by the end of their names."""
        return [one for one in self.world.record.since(0) if one.direction == "out" and one.name.endswith(ends)]

    async def dealt(self, event: str) -> None:
        """The adapter is done with this event, and so is every answer."""
        await until(lambda: ("discord", event) in self.ears.dealt)
        await self.ears.settled()
