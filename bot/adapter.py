"""What a platform adapter is to the house, and what the house is to an adapter."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias

from msgspec import Struct

from bot.command import CommandSpec, Invocation, Option, ReplyHandle
from bot.errors import Problem
from bot.events import AnyEvent, Event
from bot.message import Message
from bot.users import Attachment, Channel, Place, Role, Standing, User

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
    """It may be tried again after these seconds. It was not shown, unless there is a time in which it is `safe`.

    `safe`: nobody knows whether it was shown, but within so many seconds the platform shows it once however often it is sent.
    """

    seconds: float
    safe: float | None = None


Outcome: TypeAlias = Sent | Refused | Unknown | RetryAfter
Acceptance = Literal["accepted", "seen", "refused"]


Webhook: TypeAlias = Callable[[Mapping[str, str], bytes], Awaitable[tuple[int, bytes]]]
"""Takes the headers (names in lower case) and the raw body of a POST, and gives status and body (JSON) of the answer."""


class Question(Struct, frozen=True):
    """What a handler asks its author: one field, or a form of several.

    `id` comes back in the answer (`Invocation.question`), whose `options` hold one raw value for each field's name.
    `prompt` is the question in the reader's language; `cancel` the word that ends it, for platforms that say so.
    """

    id: str
    prompt: Message
    fields: tuple[Option, ...]
    cancel: str


class Ingress(Protocol):
    """What an adapter is given at start: where events go in."""

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
        """Is this line for us? A command behind the prefix, an open numbered choice, or an open question of this author.

        Anything else is chatter: the adapter drops it, nothing is kept or logged. `addressed`: the bot was named (mention,
        `/command@bot`), so an unknown command deserves an answer; in direct places it always does. `files`: the line
        brought some. `reply`: it replies to a message of the bot.
        """

    def listens(self, place: Place) -> bool:
        """Does somebody here want to hear all talk of this place (`Spoke`)? Only then is it handed over."""

    def watched(self) -> set[type[Event]]:
        """The types of events that somebody here wants: adapters ask their platform for no others."""

    def prefix(self, place: Place) -> str:
        """What commands begin with in this place; operators of a server may have changed it."""

    def localizations(self, text: str, context: str = "") -> dict[str, str]:
        """Translations of a fixed text by language code (`de`); context "command" is for names of commands and options."""

    def spec(self, path: str) -> CommandSpec | None:
        """The command registered at this path."""

    def question(self, id: str) -> Question | None:  # noqa: A002
        """What this process still waits for an answer to; None when it is over or was asked before a restart."""

    def submit(self, invocation: Invocation) -> Awaitable[Acceptance]:
        """Take it in. Resolves when it is committed (accepted), was already known (seen), or was refused.

        The run goes on by itself in the author's lane; the answer comes through `Platform.send`. Answers to questions are
        handed to who asked, before any lane.
        """

    def suggest(self, invocation: Invocation) -> Awaitable[list[str | int]]:
        """What completes the option under `focus`, best first, at most 25. Never raises, keeps nothing, takes 2 s at most."""

    def inline(self, invocation: Invocation) -> Awaitable[Message | None]:
        """What a command answers when nothing may be written (Telegram's inline mode); None when it has nothing to show."""

    def happened(self, event: AnyEvent, reply: ReplyHandle) -> Awaitable[None]:
        """Take an event in. Resolves when every subscriber's invocation is committed; `reply` is where they may speak."""

    def heard(self, platform: str, event: str) -> None:
        """Tell that a wire event has been dealt with, chatter included. `event` is the platform's id of it."""

    def moved(self, platform: str, old: str, new: str) -> Awaitable[None]:
        """A place has another id now (Telegram `migrate_to_chat_id`): what is kept by place follows."""

    async def recall(self, key: str) -> str | None:
        """A value that this adapter kept (registration digest, refreshed token)."""

    async def keep(self, key: str, value: str) -> None:
        """Keep a value over restarts, sealed."""


class Platform(Protocol):
    """One chat platform on its real client library. Made or started without its credentials it raises `SettingsError`."""

    name: str
    edit_every: float
    """Seconds between two edits of one message that the platform bears; 0 where messages cannot be edited (Twitch)."""
    line_every: float
    """Seconds between two new lines of progress, where messages cannot be edited."""
    forms: bool
    """True where a form of several fields is asked in one go (Discord's modals); else field by field."""
    links_files: bool
    """True where pictures and files can only be shown as addresses: `Image.url` and `File.url` are given beforehand."""

    webhooks: Mapping[str, Webhook]
    """What the web server hands POSTs on these paths to."""

    async def start(self, ingress: Ingress, specs: Sequence[CommandSpec]) -> None:
        """Connect, register the commands if they changed, and deliver events until `stop`.

        Returns when the platform is ready. A platform that is down is retried in the background with growing pauses: `start`
        then returns after the first failed try, and one clear line is logged.
        """

    async def stop(self) -> None:
        """No more events; let go of every connection."""

    async def register(self, specs: Sequence[CommandSpec]) -> None:
        """The commands are now these (a plugin came or went): tell the platform where it differs."""

    def check(self, spec: CommandSpec) -> list[Problem]:
        """What of this command cannot be shown here (name too long, upper case, too many options). Pure."""

    def render(self, message: Message, handle: ReplyHandle) -> list[Payload]:
        """The requests that show this message here, in order; long text is split, never cut off. Pure."""

    async def send(self, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        """Make one request. `key` is stable over repetition: where the platform has an idempotency key, it is this."""

    async def edit(self, handle: ReplyHandle, message: str, payload: Payload) -> Outcome:
        """Show this payload in place of a message that `send` has `Sent`. Refused where `edit_every` is 0."""

    async def draft(self, handle: ReplyHandle, text: str) -> bool:
        """Show a text that is still being written, without sending it (Telegram drafts); False where there is none."""

    async def react(self, handle: ReplyHandle, emoji: str) -> Outcome:
        """React to the message that `handle` answers. Refused where there are no reactions (Twitch)."""

    async def prompt(self, handle: ReplyHandle, question: Question) -> Outcome:
        """Ask. The natural way here: a modal or an Answer button, a forced reply or a keyboard, a line of chat."""

    async def resolve(
        self, ref: str, place: Place, kind: type[User | Channel | Role] = User
    ) -> User | Channel | Role | None:
        """What a text like `@bob`, `<@42>`, `#lounge`, `<#7>`, `<@&7>` or a role's name means in this place."""

    async def standing(self, user: User, place: Place) -> Standing:
        """What somebody is in this place, asked of the platform; a plain member when it does not say."""

    async def fetch(self, attachment: Attachment) -> bytes:
        """A file that was given. Raises `UserError` when it is gone or larger than the platform gives (20 MB)."""

    def link(self, payload: str) -> str | None:
        """An address that opens a chat with the bot and runs this (Telegram `/start <payload>`): the menu name of a command,
        `name-text`, or the id of a stored button. None where there are no such addresses."""

    async def settle(self, event: AnyEvent, succeeded: bool) -> bool:
        """What a redemption ran is done: fulfil it, or give the points back. False when it may be tried again later.

        A second time for the same redemption changes nothing.
        """
