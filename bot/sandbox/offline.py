"""A platform without a wire: what `soulfra do` and tests of the kernel use. Answers are rendered as the platform would get them."""

import importlib
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import cast

from bot.adapter import Ingress, Outcome, Payload, Question, Refused, Sent, Webhook
from bot.command import CommandSpec, Invocation, ReplyHandle
from bot.errors import Problem, UserError
from bot.events import AnyEvent
from bot.message import Message
from bot.sandbox.world import World
from bot.users import Attachment, Channel, Place, Role, Standing, User

_MINUTE = 60_000_000


class Offline:
    """Implements `bot.adapter.Platform`.

    `sent` is what it was asked to show, `edited` what was shown in place of which message, `asked` the questions, `drafts`
    the texts that were being written, `reactions` and `settled` what is in their names. `files` are what `fetch` gives.
    """

    webhooks: Mapping[str, Webhook] = {}

    def __init__(self, name: str, world: World) -> None:
        self.name = name
        self.edit_every = 0.0 if name == "twitch" else 1.0
        self.line_every = 20.0
        self.forms = name == "discord"
        self.links_files = name == "twitch"
        self.sent: list[Payload] = []
        self.handles: list[ReplyHandle] = []
        self.edited: list[tuple[str, Payload]] = []
        self.asked: list[Question] = []
        self.drafts: list[str] = []
        self.reactions: list[str] = []
        self.settled: list[tuple[str, bool]] = []
        self.files: dict[str, bytes] = {}
        self._world = world
        self._render = importlib.import_module(f"bot.platforms.{name}.render").payloads

    async def start(self, ingress: Ingress, specs: Sequence[CommandSpec]) -> None:
        """Nothing to connect."""

    async def stop(self) -> None:
        """Nothing to let go of."""

    async def register(self, specs: Sequence[CommandSpec]) -> None:
        """Nobody to tell."""

    def check(self, spec: CommandSpec) -> list[Problem]:
        """The real adapters check; here nothing is registered."""
        del spec
        return []

    def render(self, message: Message, handle: ReplyHandle) -> list[Payload]:
        """As the real adapter renders."""
        return cast(list[Payload], self._render(message, handle))

    async def send(self, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        """Keep it for the reader."""
        self.sent.append(payload)
        self.handles.append(handle)
        return Sent(key)

    async def edit(self, handle: ReplyHandle, message: str, payload: Payload) -> Outcome:
        """Keep it as well."""
        del handle
        if not self.edit_every:
            return Refused("nothing can be edited here")
        self.edited.append((message, payload))
        return Sent(message)

    async def draft(self, handle: ReplyHandle, text: str) -> bool:
        """In private chats of Telegram."""
        if self.name != "telegram" or not handle.direct:
            return False
        self.drafts.append(text)
        return True

    async def react(self, handle: ReplyHandle, emoji: str) -> Outcome:
        """Not on Twitch."""
        if self.name == "twitch" or handle.message is None:
            return Refused("there is nothing to react to")
        self.reactions.append(emoji)
        return Sent(handle.message)

    async def prompt(self, handle: ReplyHandle, question: Question) -> Outcome:
        """Keep the question, and its prompt as it is shown."""
        self.asked.append(question)
        for payload in self.render(question.prompt, handle):
            await self.send(handle, payload, question.id)
        return Sent(question.id)

    async def resolve(
        self, ref: str, place: Place, kind: type[User | Channel | Role] = User
    ) -> User | Channel | Role | None:
        """The people of the sandbox's world; anybody else is known by their name alone. Rooms are those of the world."""
        del place
        if kind is User:
            return self.user(ref.removeprefix("@")) if ref.startswith("@") else None
        rooms = self._world.channels[self.name] if kind is Channel else []
        name = ref.strip("<#>")
        return next(
            (Channel(self.name, one.id, one.name, one.server) for one in rooms if name in (one.id, one.name)), None
        )

    async def standing(self, user: User, place: Place) -> Standing:
        """As the world says; nobody moderates a private chat."""
        human = self._world.by_id(self.name, user.id)
        return Standing(human.role) if human is not None and not place.direct else Standing()

    async def fetch(self, attachment: Attachment) -> bytes:
        """What was put into `files`."""
        try:
            return self.files[attachment.id]
        except KeyError:
            raise UserError("{name} is gone.", name=attachment.name) from None

    def link(self, payload: str) -> str | None:
        """No addresses lead here."""
        del payload
        return None

    async def settle(self, event: AnyEvent, succeeded: bool) -> bool:
        """Keep how it went."""
        self.settled.append((event.id, succeeded))
        return True

    def user(self, name: str) -> User:
        """Somebody by name."""
        human = self._world.people.get(name)
        return human.on(self.name) if human else User(self.name, f"name:{name}", name, name)

    def handle(self, user: str, *, direct: bool) -> ReplyHandle:
        """How this user is answered."""
        author = self.user(user)
        channel = author.id if direct else self._world.channel(self.name).id
        return ReplyHandle(self.name, "offline", channel, author, direct=direct)

    def place(self, user: str, *, direct: bool) -> Place:
        """The private chat with this user, or the room of the world."""
        if direct:
            return Place(self.name, self.user(user).id, "direct")
        room = self._world.channel(self.name)
        return Place(self.name, room.id, "channel", room.server)

    def invocation(self, user: str, text: str, *, direct: bool) -> Invocation:
        """This line by this user, now."""
        now = time.time_ns() // 1_000
        return Invocation(
            id=f"{self.name}:offline:{secrets.token_hex(8)}",
            kind="command",
            author=self.user(user),
            place=self.place(user, direct=direct),
            reply=self.handle(user, direct=direct),
            received=now,
            answer_until=now + _MINUTE,
            text=text,
        )


def shown(payload: Payload) -> str:
    """The words of a payload of any platform."""
    return str(payload.get("content") or payload.get("text") or payload.get("caption") or payload.get("message") or "")
