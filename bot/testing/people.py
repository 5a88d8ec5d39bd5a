"""People of the sandbox, and what the bot answered them."""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.emulator import Upload
from bot.sandbox.sandbox import Happened, Sandbox
from bot.sandbox.world import SandboxError, Wire
from bot.testing.reading import Seen, Shown, seen


class Reply:
    """What the bot did about one thing that somebody did, read from its requests on the wire.

    `requests` are all of them, as `bot.sandbox.world.Wire`; `sent` is the payload that the bot was given.
    """

    def __init__(self, person: "Person", happened: Happened) -> None:
        self._person = person
        self.requests: list[Wire] = happened.replies
        self.sent: Any = happened.sent
        self._seen: Seen = seen(happened.replies)

    @property
    def messages(self) -> list[Shown]:
        """The messages that are to be seen now, each as it was last edited."""
        return self._seen.messages

    @property
    def text(self) -> str:
        """Their words, as that platform writes them; "" when there is none."""
        return "\n".join(one.text for one in self.messages)

    @property
    def private(self) -> bool:
        """True when nobody but the one who asked can read any of it."""
        return bool(self.messages) and all(one.private for one in self.messages)

    @property
    def buttons(self) -> list[str]:
        """The labels of all buttons (Twitch: of the numbered choices)."""
        return [label for one in self.messages for label in one.buttons]

    @property
    def payload(self) -> dict[str, Any]:
        """The wire payload of the last message. Raises `LookupError` when there is none."""
        return self.messages[-1].payload

    @property
    def suggestions(self) -> list[str | int]:
        """What was offered to complete an option."""
        return self._seen.suggestions

    @property
    def reactions(self) -> list[str]:
        """The reactions that the bot put on the message."""
        return self._seen.reactions

    @property
    def modal(self) -> dict[str, Any] | None:
        """The modal that Discord was asked to show."""
        return self._seen.modal

    async def press(self, label: str, by: "Person | None" = None) -> "Reply":
        """Press a button of it (Twitch: say its number), oneself or somebody else. Raises `LookupError` for no such button."""
        found = next((one for one in self.messages if label in one.buttons), None)
        if found is None:
            raise LookupError(f"no button {label!r}; there are {', '.join(self.buttons) or 'none'}")
        return await (by or self._person).press(found, label)

    async def pick(self, *values: str, by: "Person | None" = None) -> "Reply":
        """Pick from its list, by values or labels. Raises `LookupError` when it has none."""
        found = next((one for one in self.messages if one.selects), None)
        if found is None:
            raise LookupError("there is nothing to pick from")
        return await (by or self._person).do("pick", message=found.message, values=list(values))

    async def submit(self, **values: Any) -> "Reply":  # noqa: ANN401  (whatever the fields take)
        """Fill in its modal. Raises `LookupError` when there is none."""
        if self.modal is None:
            raise LookupError("there is no modal")
        return await self._person.do("submit", values=values)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on one platform. Every verb waits for the bot, five seconds at most, and gives its `Reply`."""

    sandbox: Sandbox
    platform: str
    name: str

    async def do(self, verb: str, **arguments: Any) -> Reply:  # noqa: ANN401  (`bot.sandbox.verbs` checks them)
        """Any verb of the platform (`bot.sandbox.verbs`). Raises `SandboxError` for what makes no sense there."""
        return Reply(self, await self.sandbox.do(self.platform, verb, user=self.name, **arguments))

    async def say(self, text: str, **more: Any) -> Reply:  # noqa: ANN401
        """Type a line: `private=True`, `channel=`, `reply_to=`, `files=[Upload(…)]`, `topic=`."""
        return await self.do("say", text=text, **more)

    async def press(self, shown: Shown, label: str) -> Reply:
        """Press a button of a message that somebody was shown."""
        if self.platform == "twitch":
            return await self.say(f"!{shown.buttons[label]}", private=shown.private)
        return await self.do("press", message=shown.message, button=shown.buttons[label])


class DiscordPerson(Person):
    """Discord has commands of its own, menus, modals, members and reactions."""

    __slots__ = ()

    async def slash(self, command: str, /, *, private: bool = False, **options: Any) -> Reply:  # noqa: ANN401
        """Use a command: `slash("vault put", name="recipe")`; people and files (`Upload`) as themselves."""
        return await self.do("slash", command=command, options=options, private=private)

    async def autocomplete(self, command: str, focus: str, /, **options: Any) -> Reply:  # noqa: ANN401
        """Be typing the option `focus`; what is offered is `Reply.suggestions`."""
        return await self.do("autocomplete", command=command, focus=focus, options=options)

    async def menu(self, label: str, target: str) -> Reply:
        """Use an entry of the context menu of a person (by name) or of a message (by id)."""
        return await self.do("menu", command=label, target=target)

    async def react(self, message: str, emoji: str) -> Reply:
        """Put a reaction on a message."""
        return await self.do("react", message=message, emoji=emoji)


class TelegramPerson(Person):
    """Telegram has deep links, inline mode and reactions."""

    __slots__ = ()

    async def start(self, payload: str = "") -> Reply:
        """Open the bot, by a link with this payload perhaps."""
        return await self.do("start", payload=payload)

    async def inline(self, text: str) -> Reply:
        """Type behind the bot's name in any chat; `Reply.sent` are the results."""
        return await self.do("inline", query=text)

    async def react(self, message: str, emoji: str) -> Reply:
        """Put a reaction on a message."""
        return await self.do("react", message=message, emoji=emoji)


class TwitchPerson(Person):
    """Twitch has points, bits, subscriptions and raids; verbs without a method here go by `do`."""

    __slots__ = ()

    async def redeem(self, reward: str, text: str = "") -> Reply:
        """Spend channel points on a reward."""
        return await self.do("redeem", reward=reward, text=text)

    async def cheer(self, bits: int, text: str = "") -> Reply:
        """Give bits."""
        return await self.do("cheer", bits=bits, text=text)

    async def raid(self, viewers: int) -> Reply:
        """Bring the viewers of one's own channel."""
        return await self.do("raid", viewers=viewers)


__all__ = ["DiscordPerson", "Person", "Reply", "SandboxError", "TelegramPerson", "TwitchPerson", "Upload"]
