"""What an adapter is given at start, without a memory: a command is answered at once, by the real router and the real adapter."""

from typing import cast

from benchmarks.router import answerer
from bot.adapter import Acceptance, Ingress, Platform
from bot.command import CommandSpec, Invocation
from bot.events import Event
from bot.users import Place, User

PREFIX = {"discord": "!", "twitch": "!", "telegram": "/"}
COMMANDS = 100
"""Registered; the one that is used is the last."""


class House:
    """An `Ingress` without a store, lanes and questions: from `submit` through router and `render` to `send`."""

    def __init__(self, name: str) -> None:
        self.router, self.answer = answerer(COMMANDS, PREFIX[name])
        self.platform: Platform | None = None
        self.handed = 0

    @property
    def ingress(self) -> Ingress:
        """What an adapter takes; what it asks of it in this measurement is there."""
        return cast(Ingress, self)

    @property
    def specs(self) -> list[CommandSpec]:
        """All commands."""
        return self.router.registry.everything()

    async def submit(self, invocation: Invocation) -> Acceptance:
        """Answered when this returns."""
        platform, message = self.platform, await self.answer(invocation)
        if platform is None or message is None:
            raise LookupError(invocation.text)
        for payload in platform.render(message, invocation.reply):
            await platform.send(invocation.reply, payload, invocation.id)
        self.handed += 1
        return "accepted"

    def wants(self, text: str, author: User, place: Place, **_more: bool) -> bool:
        """Is it one of our commands?"""
        del author
        line = self.router.line(text, place)
        return line is not None and self.router.registry.find(line) is not None

    def spec(self, path: str) -> CommandSpec | None:
        """The command at this path."""
        return self.router.registry.get(path)

    def prefix(self, place: Place) -> str:
        """What commands begin with."""
        return self.router.prefix(place)

    def listens(self, _place: Place) -> bool:
        """Nobody listens to talk."""
        return False

    def watched(self) -> set[type[Event]]:
        """Nobody waits for events."""
        return set()

    def heard(self, platform: str, event: str) -> None:
        """Nobody watches."""
