"""What a platform adapter is to the house, and what the house is to an adapter."""

from collections.abc import Awaitable, Sequence
from typing import Any, Literal, Protocol, TypeAlias

from msgspec import Struct

from bot.command import CommandSpec, Invocation, ReplyHandle
from bot.errors import Problem
from bot.message import Message
from bot.users import Place, User

Payload: TypeAlias = dict[str, Any]
"""One request to the platform, as its API names the fields. `bytes` values are files."""


class Sent(Struct, frozen=True):
    """The platform has it. `message` is its id there."""

    message: str


class Refused(Struct, frozen=True):
    """The platform will never take it; it was not shown to anybody."""

    reason: str


class Unknown(Struct, frozen=True):
    """Nobody knows whether it arrived (a time-out after the request went out): never sent again blindly."""

    reason: str


class RetryAfter(Struct, frozen=True):
    """It was not shown; it may be tried again after these seconds."""

    seconds: float


Outcome: TypeAlias = Sent | Refused | Unknown | RetryAfter
Acceptance = Literal["accepted", "seen", "refused"]


class Ingress(Protocol):
    """What an adapter is given at start: where events go in."""

    def wants(self, text: str, author: User, place: Place, *, addressed: bool = False) -> bool:
        """Is this line for us? A command behind the prefix, or an open numbered choice of this author.

        Anything else is chatter: the adapter drops it, nothing is kept or logged. `addressed`: the bot was named (mention,
        `/command@bot`), so an unknown command deserves an answer; in direct places it always does.
        """

    def spec(self, path: str) -> CommandSpec | None:
        """The command registered at this path."""

    def submit(self, invocation: Invocation) -> Awaitable[Acceptance]:
        """Take it in. Resolves when it is committed (accepted), was already known (seen), or was refused.

        The run goes on by itself in the author's lane; the answer comes through `Platform.send`.
        """

    def heard(self, platform: str, event: str) -> None:
        """Tell that a wire event has been dealt with, chatter included. `event` is the platform's id of it."""

    async def recall(self, key: str) -> str | None:
        """A value that this adapter kept (registration digest, refreshed token)."""

    async def keep(self, key: str, value: str) -> None:
        """Keep a value over restarts, sealed."""


class Platform(Protocol):
    """One chat platform on its real client library. Made or started without its credentials it raises `SettingsError`."""

    name: str

    async def start(self, ingress: Ingress, specs: Sequence[CommandSpec]) -> None:
        """Connect, register the commands if they changed, and deliver events until `stop`.

        Returns when the platform is ready. A platform that is down is retried in the background with growing pauses: `start`
        then returns after the first failed try, and one clear line is logged.
        """

    async def stop(self) -> None:
        """No more events; let go of every connection."""

    def check(self, spec: CommandSpec) -> list[Problem]:
        """What of this command cannot be shown here (name too long, upper case, too many options). Pure."""

    def render(self, message: Message, handle: ReplyHandle) -> list[Payload]:
        """The requests that show this message here, in order; long text is split, never cut off. Pure."""

    async def send(self, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        """Make one request. `key` is stable over repetition: where the platform has an idempotency key, it is this."""

    async def resolve(self, ref: str, place: Place) -> User | None:
        """Whom a text like `@bob` means in this place; None when the platform does not know."""
