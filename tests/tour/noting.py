"""A sandbox that notes what people do and what the bot asks of the platforms then, in words that are the same on every run."""

import asyncio
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.emulator import Upload
from bot.sandbox.sandbox import Happened, Sandbox, shows
from bot.sandbox.world import Wire, World

_ACKNOWLEDGE = ("answerCallbackQuery",)
_PAUSE = 2.0  # seconds between two steps on the platforms' clock: nobody is as fast as a test
_UNASKED = 30.0
_ROOMED = ("say", "join", "leave")
_RANDOM = re.compile(
    r"(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    r"|(?P<blob>(?<=/b/)[\w-]{32})"
    r"|(?P<upload>(?<=attached)[0-9a-f]{32})"
    r'|(?P<call>((?<="custom_id": ")|(?<="callback_data": ")|(?<="button": "))[\w-]{16}(?=[":]))'
    r'|(?P<asked>((?<="ask:)|(?<="open:))[\w-]{11}(?=[":]))'
    r"|(?P<number>-?\d{11,20})"
)
_SAME = (
    (re.compile(r'("nonce": ")[0-9a-f]+"'), r'\1<nonce>"'),
    (re.compile(r'("draft_id": "?)-?\d+'), r"\g<1>0"),
    (re.compile(r"\b(in )\d+( s\b)"), r"\1<some>\2"),
    (re.compile("\u034f+"), ""),  # what sets equal lines apart on Twitch for half a minute
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody did, and the requests it caused."""

    verb: str
    arguments: dict[str, Any]
    requests: list[Wire]


class Noting(Sandbox):
    """`room` is the Telegram group where everything is done: one for each concept, since a group bears twenty messages a minute."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.room: str | None = None
        self.steps: list[Step] = []
        self._after = 0

    async def do(self, platform: str, verb: str, /, **arguments: Any) -> Happened:
        """As `Sandbox.do`."""
        self.world.offset += _PAUSE
        given = dict(arguments)
        if platform == "telegram" and verb in _ROOMED and not given.get("private"):
            given["channel"] = self.room
        happened = await super().do(platform, verb, **given)
        self._after = self.world.record.last
        told = sorted(happened.replies, key=lambda one: one.name in _ACKNOWLEDGE)  # they are sent beside the others
        self.steps.append(Step(verb, arguments, told))
        return happened

    async def hear(self, platform: str) -> None:
        """Wait for what the bot says by itself after the last step."""
        async with asyncio.timeout(_UNASKED):
            while not (told := [one for one in self.world.record.since(self._after) if _unasked(one, platform)]):
                await self.world.record.wait(self.world.record.last, _UNASKED)
        self.steps.append(Step("hears", {}, told))


def _unasked(wire: Wire, platform: str) -> bool:
    return wire.platform == platform and shows(wire)


def transcript(steps: Iterable[Step], names: dict[str, str]) -> list[Any]:
    """The steps as JSON. What is random is called after the order in which it shows; `names` are ids that stay."""
    told = [{"does": {"verb": one.verb, **one.arguments}, "bot": requests(one.requests)} for one in steps]
    return list(named(told, names))


def requests(wires: Iterable[Wire]) -> list[Any]:
    """What was asked of a platform; the answer's status where it was refused."""
    return [
        {"request": one.name, "payload": one.payload, **({"status": one.status} if (one.status or 0) >= 300 else {})}
        for one in wires
    ]


def named(told: Any, names: dict[str, str]) -> Any:
    """The same with everything random replaced by a name."""
    known: dict[str, str] = {}

    def name(found: re.Match[str]) -> str:
        said = found[0].removeprefix("-") if found.lastgroup == "number" else found[0]
        if said in names:
            return names[said]
        return known.setdefault(said, f"<{len(known) + 1}>")

    text = json.dumps(told, ensure_ascii=False, default=_plain)
    for pattern, instead in _SAME:
        text = pattern.sub(instead, text)
    return json.loads(_quoted(_RANDOM.sub(name, text)))


def _quoted(text: str) -> str:
    """A name in the place of a number is a text."""
    return re.sub(r"(?<=[:\[] )(<[^\"<>]*>)(?=[,\]}])|(?<=\[)(<[^\"<>]*>)(?=[,\]}])", r'"\1\2"', text)


def _plain(value: Any) -> Any:
    return f"{value.name}: {len(value.data)} bytes" if isinstance(value, Upload) else str(value)
