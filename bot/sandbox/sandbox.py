"""The sandbox: one world, three emulated platforms, and verbs that say something and collect what the bot did then."""

import asyncio
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import SecretStr

from bot.sandbox.discord import DiscordEmulator
from bot.sandbox.emulator import Delivered, Emulator
from bot.sandbox.telegram import TelegramEmulator
from bot.sandbox.twitch import TwitchEmulator
from bot.sandbox.verbs import NAMES, VERBS
from bot.sandbox.world import PLATFORMS, SandboxError, Wire, World
from config.settings import Settings

Hear = Callable[[str, str], None]
PATIENCE: Final = 5.0
"""Seconds that a verb waits for the bot at most."""

_GLANCE: Final = 0.003
_SHOWN: Final = {
    "discord": re.compile(
        r"POST .*/callback$|(POST|PATCH|DELETE) .*/webhooks/\S+$|(POST|PATCH|PUT|DELETE) .*/channels/\d+/messages(/\S+)?$"
    ),
    "twitch": re.compile(r"POST .*/(chat/messages|chat/announcements|whispers)$|PATCH .*/custom_rewards/redemptions$"),
    "telegram": re.compile(
        r"(^|[ /])(send(?!ChatAction)\w+|edit\w+|deleteMessages?|setMessageReaction|answer(Callback|Inline)Query)$"
    ),
}


def shows(wire: Wire) -> bool:
    """Is this a request that shows something to somebody, or acknowledges what they did? Polling and set-up are not."""
    path = wire.name.partition("?")[0]
    return wire.direction == "out" and _SHOWN[wire.platform].search(path) is not None


def answered(wire: Wire) -> str | None:
    """Which event or message a request says that it answers: what somebody else caused meanwhile is told apart by it."""
    if wire.platform == "discord":
        event: str | None = wire.about.get("event")
        return event
    parent = wire.payload.get("reply_parent_message_id") or wire.payload.get("reply_parameters", {}).get("message_id")
    return str(parent) if parent else None


@dataclass(slots=True)
class _Ear:
    """What was heard of one platform since the ear was opened."""

    platform: str
    events: set[str] = field(default_factory=set)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self, event: str) -> None:
        while event not in self.events:
            await self.news.wait()
            self.news.clear()


@dataclass(frozen=True, slots=True)
class Happened:
    """What was given to the bot, what it asked of the platform then, and how many milliseconds that took."""

    sent: Any
    replies: list[Wire]
    ms: float


class Sandbox:
    """Owns the world and its three platforms on loopback. One per process: the libraries' base addresses are global."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        self.discord = DiscordEmulator(self.world)
        self.twitch = TwitchEmulator(self.world)
        self.telegram = TelegramEmulator(self.world)
        self.run = secrets.token_hex(4)
        self._ears: list[_Ear] = []
        self._busy: Callable[[], bool] = bool

    @property
    def emulators(self) -> dict[str, Emulator]:
        """By platform."""
        return {"discord": self.discord, "twitch": self.twitch, "telegram": self.telegram}

    def attach(self, on_heard: Callable[[Hear], None], busy: Callable[[], bool]) -> None:
        """Listen to the house: `on_heard` takes a callback(platform, event), `busy` tells if anything goes on."""
        on_heard(self._heard)
        self._busy = busy

    async def start(self) -> None:
        """Open the three platforms; their addresses are known afterwards."""
        for emulator in self.emulators.values():
            await emulator.start()

    async def stop(self) -> None:
        """Close them."""
        for emulator in self.emulators.values():
            await emulator.stop()

    def settings(self, base: Settings) -> Settings:
        """`base` with the tokens and addresses that lead the real adapters here; ada runs the bot. Call it after `start`."""
        discord, twitch, telegram = self.discord, self.twitch, self.telegram
        operators = [*base.operators, *(self.world.human("ada").on(platform).key for platform in PLATFORMS)]
        return base.model_copy(
            update={
                "operators": operators,
                "discord": base.discord.model_copy(
                    update={
                        "token": SecretStr(discord.token),
                        "address": discord.address,
                        "message_content": True,
                        "members": True,
                    }
                ),
                "twitch": base.twitch.model_copy(
                    update={
                        "client_id": twitch.client_id,
                        "client_secret": SecretStr(twitch.client_secret),
                        "access_token": SecretStr(twitch.access_token),
                        "refresh_token": SecretStr(twitch.refresh_token),
                        "bot_id": twitch.bot_id,
                        "channels": [room.name for room in self.world.channels["twitch"]],
                        "tokens": {"ada": SecretStr(twitch.authorise("ada")[1])},
                        "address": twitch.address,
                    }
                ),
                "telegram": base.telegram.model_copy(
                    update={"token": SecretStr(telegram.bot_token), "address": telegram.address}
                ),
            }
        )

    async def do(self, platform: str, verb: str, /, **arguments: Any) -> Happened:
        """Somebody does something there (`bot.sandbox.verbs`). Raises `SandboxError` for what makes no sense."""
        if platform not in VERBS.get(verb, {}):
            raise SandboxError(f"nobody can {verb} on {platform}")
        act: Callable[..., Awaitable[Any]] = getattr(self._emulator(platform), NAMES.get(verb, verb))
        return await self._collect(platform, act(**arguments))

    async def say(self, platform: str, user: str, text: str, **more: Any) -> Happened:
        """Somebody types a line (`verbs.Line`)."""
        return await self.do(platform, "say", user=user, text=text, **more)

    async def slash(self, user: str, command: str, options: Mapping[str, Any], **more: Any) -> Happened:
        """Somebody uses a registered Discord command (`verbs.Slash`)."""
        return await self.do("discord", "slash", user=user, command=command, options=options, **more)

    async def press(self, platform: str, user: str, message: str, button: str, **more: Any) -> Happened:
        """Somebody presses a button (`verbs.Press`)."""
        return await self.do(platform, "press", user=user, message=message, button=button, **more)

    def _emulator(self, platform: str) -> Emulator:
        try:
            return self.emulators[platform]
        except KeyError:
            raise SandboxError(f"there is no platform {platform!r}; there are {', '.join(self.emulators)}") from None

    def _heard(self, platform: str, event: str) -> None:
        for ear in self._ears:
            if ear.platform == platform:
                ear.events.add(event)
                ear.news.set()

    @contextmanager
    def _listening(self, platform: str) -> Iterator[_Ear]:
        ear = _Ear(platform)
        self._ears.append(ear)
        try:
            yield ear
        finally:
            self._ears.remove(ear)

    async def _collect(self, platform: str, verb: Awaitable[Any]) -> Happened:
        """Deliver, wait until the events were dealt with and everything is quiet, and gather what was asked since."""
        began, last = time.perf_counter(), self.world.record.last
        with self._listening(platform) as ear:
            done = await verb
            delivered = [one for one in (done if isinstance(done, list) else [done]) if isinstance(one, Delivered)]
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    for one in delivered:
                        if one.event:  # there is none of what the bot is not allowed to hear
                            await ear.wait(one.event)
                    while self._busy():  # noqa: ASYNC110  (work may follow upon work; only looking again tells)
                        await asyncio.sleep(_GLANCE)
        since = [wire for wire in self.world.record.since(last) if wire.platform == platform]
        replies = [wire for wire in since if shows(wire)]
        if events := {one.event for one in delivered}:
            mine = events | {w.about.get("message") for w in since if w.about.get("event") in events}
            replies = [wire for wire in replies if (parent := answered(wire)) is None or parent in mine]
        sent = delivered[0].payload if delivered else done
        return Happened(sent, replies, round((time.perf_counter() - began) * 1e3, 1))
