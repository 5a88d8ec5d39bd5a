"""The router: invocation -> command -> guards -> bound values -> handler -> message.

What can be done once is done before the first invocation: the trie, the parsers, the binders, the services.
"""

import re
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

from bot.command import CommandSpec, Guard, Invocation, Raw, Registry, Resolver
from bot.context import Context
from bot.errors import UserError
from bot.message import Message
from bot.users import Place, User

Resolve = Callable[[Place, str], Coroutine[Any, Any, User | None]]
_REFERENCE = re.compile(r"<@!?([^<>@\s]+)>")


class Call:
    """A command with its services in place."""

    __slots__ = ("_bind", "_guards", "_handler", "_services")

    def __init__(self, spec: CommandSpec, services: Mapping[type, object]) -> None:
        self._bind = spec.bind
        self._handler = spec.handler
        self._guards: tuple[Guard, ...] = spec.guards
        self._services: dict[str, Any] = {name: services[kind] for name, kind in spec.services.items()}

    async def run(self, ctx: Context, raw: Mapping[str, Raw], resolver: Resolver) -> Message:
        """Guards, binding, handler. Raises `UserError`; guards hear how it went."""
        for guard in self._guards:
            guard.enter(ctx)
        succeeded = False
        try:
            values = await self._bind(raw, resolver)
            message = await self._handler(ctx, **values, **self._services)
            succeeded = True
        finally:
            for guard in self._guards:
                guard.settle(ctx, succeeded)
        return message


class Router:
    """Finds what an invocation asks for and runs it."""

    def __init__(
        self, registry: Registry, services: Mapping[type, object], prefixes: Mapping[str, str], resolve: Resolve
    ) -> None:
        self.registry = registry
        self._prefixes = prefixes
        self._resolve = resolve
        self._calls = {spec.path: Call(spec, services) for spec in registry}

    def line(self, text: str, platform: str) -> str | None:
        """What stands behind the prefix; None when the text has none, or no word behind it."""
        prefix = self._prefixes[platform]
        line = text[len(prefix) :]
        return line if text.startswith(prefix) and line[:1].isalnum() else None

    def find(self, invocation: Invocation) -> tuple[CommandSpec, str] | None:
        """The command asked for, and the rest of the line."""
        if invocation.path is not None:
            spec = self.registry.get(invocation.path)
            return (spec, "") if spec else None
        line = self.line(invocation.text, invocation.place.platform)
        return self.registry.find(line) if line is not None else None

    async def answer(self, ctx: Context, rest: str) -> Message:
        """Run the command of `ctx`. Refusals come back as private messages."""
        invocation = ctx.invocation
        resolver: Resolver = partial(self._resolve, invocation.place)
        if invocation.mentions:
            resolver = partial(_among, invocation.mentions, resolver)
        try:
            raw = invocation.options
            if raw is None:
                raw = ctx.spec.parse(rest)
                if invocation.mentions:
                    raw = readable(raw, ctx.spec, invocation.mentions)
            return await self._calls[ctx.spec.path].run(ctx, raw, resolver)
        except UserError as error:
            return refusal(error)

    def unknown(self, invocation: Invocation) -> UserError:
        """What to say about a command that does not exist."""
        line = self.line(invocation.text, invocation.place.platform) or invocation.path or invocation.text
        word = line.split(maxsplit=1)[0][:32] if line.split() else ""
        prefix = self._prefixes[invocation.place.platform]
        near = self.registry.suggest(word)
        if near is None:
            return UserError(
                "I have no command {word}. {help} lists them all.",
                code="unknown",
                word=prefix + word,
                help=f"{prefix}help",
            )
        return UserError(
            "I have no command {word}. Did you mean {near}?", code="unknown", word=prefix + word, near=prefix + near
        )


def refusal(error: UserError) -> Message:
    """The private answer that a `UserError` becomes."""
    return Message(error.text, private=True, buttons=error.buttons)


async def _among(mentions: list[User], resolver: Resolver, ref: str) -> User | None:
    return mentioned(ref, mentions) or await resolver(ref)


def mentioned(ref: str, mentions: list[User]) -> User | None:
    """Whom `<@id>`, `@handle` or `@name` means among the users the platform resolved."""
    found = _REFERENCE.fullmatch(ref)
    if found:
        return next((user for user in mentions if user.id == found[1]), None)
    word = ref.removeprefix("@").casefold()
    return next((user for user in mentions if word in (user.handle.casefold(), user.name.casefold())), None)


def readable(raw: Mapping[str, Raw], spec: CommandSpec, mentions: list[User]) -> dict[str, Raw]:
    """Words for people carry `@name` where the platform wrote `<@id>`."""
    names = {user.id: user.name for user in mentions}
    words = {option.name for option in spec.options if option.type is str}
    return {
        name: _REFERENCE.sub(lambda found: f"@{names[found[1]]}" if found[1] in names else found[0], value)
        if name in words and isinstance(value, str)
        else value
        for name, value in raw.items()
    }
