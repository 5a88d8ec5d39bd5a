"""What the sandbox asks of an emulated platform."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Delivered:
    """What was given to the bot: the wire payload, and the platform's id of the event (what an adapter tells `Ingress.heard`)."""

    payload: Any
    event: str


class Upload(NamedTuple):
    """A file that somebody adds to a line."""

    name: str
    data: bytes
    type: str = "application/octet-stream"


class Emulator(Protocol):
    """One platform on loopback. Strict: it refuses what the real one refuses, with the real error bodies.

    `event_id` is the caller's own name for an event: the same one again delivers the very same payload again.
    Every verb raises `SandboxError` for what makes no sense (a stranger, no such channel, no such button). People and
    channels are given by name. A platform has further verbs of its own, called the same way (`bot.sandbox.verbs`).
    """

    address: str  # http://127.0.0.1:port, known after start

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def say(
        self, user: str, text: str, *, channel: str | None = None, private: bool = False, event_id: str | None = None
    ) -> Delivered:
        """Somebody types a line, in a channel or to the bot alone."""

    async def press(self, user: str, message: str, button: str, *, event_id: str | None = None) -> Delivered:
        """Somebody presses a button of a message; `button` is its id (custom_id, callback_data) or its label."""


class SlashEmulator(Emulator, Protocol):
    """A platform that has slash commands."""

    async def slash(
        self,
        user: str,
        command: str,
        options: Mapping[str, Any],
        *,
        channel: str | None = None,
        private: bool = False,
        event_id: str | None = None,
    ) -> Delivered:
        """Somebody uses a registered command; a user option is given by name."""
