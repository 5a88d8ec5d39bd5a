"""The world that the three emulators share: people, servers, channels, a clock, and the record of every wire payload."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.users import User

PLATFORMS = ("discord", "twitch", "telegram")
Role = Literal["owner", "moderator", "member"]


class SandboxError(Exception):
    """A request that makes no sense in this world; becomes a 4xx answer with this reason."""


@dataclass(frozen=True, slots=True)
class Human:
    """Somebody of the world. `ids` are their user ids per platform."""

    name: str
    role: Role
    ids: dict[str, str]

    def on(self, platform: str) -> User:
        """As that platform shows them."""
        return User(platform, self.ids[platform], self.name.title() if platform == "telegram" else self.name, self.name)


@dataclass(frozen=True, slots=True)
class Channel:
    """A room that several people read. `server` is the Discord guild, else None."""

    platform: str
    id: str
    name: str
    server: str | None = None


@dataclass(slots=True)
class Wire:
    """One payload on the wire. `direction` "in": to the bot; "out": a request of the bot.

    `name` is the gateway event, EventSub type or update kind, or method and path of the request. `about` says what a page
    needs beside the payload: `{"channel", "private_to", "message", "event"}`, whatever is known.
    """

    seq: int
    at: float
    platform: str
    direction: Literal["in", "out"]
    name: str
    payload: Any
    status: int | None = None
    answer: Any = None
    about: dict[str, Any] = field(default_factory=dict)


class Recorder:
    """Every wire payload in order, in memory; readers follow `seq`."""

    def __init__(self, keep: int = 5_000) -> None:
        self._wires: list[Wire] = []
        self._keep = keep
        self._next = 1
        self._more = asyncio.Event()

    def add(
        self,
        platform: str,
        direction: Literal["in", "out"],
        name: str,
        payload: Any,
        *,
        status: int | None = None,
        answer: Any = None,
        **about: Any,
    ) -> Wire:
        """Record one payload."""
        wire = Wire(self._next, time.time(), platform, direction, name, payload, status, answer, about)
        self._next += 1
        self._wires.append(wire)
        del self._wires[: -self._keep]
        self._more.set()
        self._more = asyncio.Event()
        return wire

    @property
    def last(self) -> int:
        """The newest number."""
        return self._next - 1

    def since(self, seq: int) -> list[Wire]:
        """Everything after `seq`."""
        return [wire for wire in self._wires if wire.seq > seq]

    async def wait(self, seq: int, seconds: float) -> list[Wire]:
        """Everything after `seq`; waits for the first of it, at most `seconds`."""
        if not (found := self.since(seq)):
            try:
                async with asyncio.timeout(seconds):
                    await self._more.wait()
            except TimeoutError:
                return []
            found = self.since(seq)
        return found


def _human(name: str, role: Role, number: int) -> Human:
    return Human(
        name,
        role,
        {
            "discord": str(211_000_000_000_000_000 + number),
            "twitch": str(41_000 + number),
            "telegram": str(5_100 + number),
        },
    )


class World:
    """`ada` owns the places, `bob` moderates them, `cleo` is new. All three are on all three platforms."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.people = {
            h.name: h for h in (_human("ada", "owner", 1), _human("bob", "moderator", 2), _human("cleo", "member", 3))
        }
        self.channels = {
            "discord": [Channel("discord", "311000000000000001", "lounge", "411000000000000001")],
            "twitch": [Channel("twitch", self.people["ada"].ids["twitch"], "ada")],
            "telegram": [Channel("telegram", "-1001000000001", "Soulfra Lounge")],
        }
        self.record = Recorder()
        self.offset = 0.0
        self._clock = clock

    def now(self) -> float:
        """Seconds since the epoch; `offset` moves it."""
        return self._clock() + self.offset

    def human(self, name: str) -> Human:
        """Somebody by name. Raises `SandboxError` for a stranger."""
        try:
            return self.people[name]
        except KeyError:
            raise SandboxError(f"nobody is called {name!r}; there are {', '.join(self.people)}") from None

    def by_id(self, platform: str, id_: str) -> Human | None:
        """Who has this user id there."""
        return next((h for h in self.people.values() if h.ids[platform] == id_), None)

    def channel(self, platform: str, which: str | None = None) -> Channel:
        """A room by id or name, the first one when none is named. Raises `SandboxError` when there is no such room."""
        rooms = self.channels[platform]
        if which is None:
            return rooms[0]
        for room in rooms:
            if which in (room.id, room.name):
                return room
        raise SandboxError(f"{platform} has no channel {which!r}")
