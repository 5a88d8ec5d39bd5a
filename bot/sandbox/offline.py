"""One command through the router with no network: what `soulfra do` uses. Answers are rendered as the platform would get them."""

import importlib
import secrets
import time
from collections.abc import Sequence
from typing import cast

from bot.adapter import Ingress, Outcome, Payload, Sent
from bot.command import CommandSpec, Invocation, ReplyHandle
from bot.errors import Problem
from bot.message import Message
from bot.sandbox.world import World
from bot.users import Place, User

_MINUTE = 60_000_000


class Offline:
    """A platform without a wire; `sent` is what it was asked to show."""

    def __init__(self, name: str, world: World) -> None:
        self.name = name
        self.sent: list[Payload] = []
        self._world = world
        self._render = importlib.import_module(f"bot.platforms.{name}.render").payloads

    async def start(self, ingress: Ingress, specs: Sequence[CommandSpec]) -> None:
        """Nothing to connect."""

    async def stop(self) -> None:
        """Nothing to let go of."""

    def check(self, spec: CommandSpec) -> list[Problem]:
        """The real adapters check; here nothing is registered."""
        del spec
        return []

    def render(self, message: Message, handle: ReplyHandle) -> list[Payload]:
        """As the real adapter renders."""
        return cast(list[Payload], self._render(message, handle))

    async def send(self, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        """Keep it for the reader."""
        del handle
        self.sent.append(payload)
        return Sent(key)

    async def resolve(self, ref: str, place: Place) -> User | None:
        """The people of the sandbox's world; anybody else is known by their name alone."""
        del place
        return self.user(ref.removeprefix("@")) if ref.startswith("@") else None

    def user(self, name: str) -> User:
        """Somebody by name."""
        human = self._world.people.get(name)
        return human.on(self.name) if human else User(self.name, f"name:{name}", name, name)

    def invocation(self, user: str, text: str, *, direct: bool) -> Invocation:
        """This line by this user, now."""
        author, now = self.user(user), time.time_ns() // 1_000
        channel = author.id if direct else self._world.channel(self.name).id
        return Invocation(
            id=f"{self.name}:offline:{secrets.token_hex(8)}",
            kind="command",
            author=author,
            place=Place(self.name, channel, "direct" if direct else "shared"),
            reply=ReplyHandle(self.name, "offline", channel, author, direct=direct),
            received=now,
            answer_until=now + _MINUTE,
            text=text,
        )


def shown(payload: Payload) -> str:
    """The words of a payload of any platform."""
    return str(payload.get("content") or payload.get("text") or payload.get("caption") or payload.get("message") or "")
