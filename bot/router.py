"""The router: invocation -> command -> middleware -> guards -> bound values -> handler -> message.

What can be done once is done before the first invocation: the trie, the parsers, the binders, the services, the onion.
"""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from typing import Any, Protocol, TypeAlias

from bot.command import CommandSpec, Guard, Handler, Invocation, Option, Raw, Registry, complete, missing
from bot.context import Context
from bot.dialogue import Superseded
from bot.errors import UserError
from bot.mentions import Pointed, among, readable
from bot.message import Message, button, t
from bot.users import Place, User

CallNext: TypeAlias = Callable[[Context], Awaitable[Message | None]]
Middleware: TypeAlias = Callable[[Context, CallNext], Awaitable[Message | None]]
Make: TypeAlias = Callable[[Context], Any]
"""Makes a service for one run: a value, an awaitable of one, or an async context manager that is left after the run."""
MakeGuard: TypeAlias = Callable[[CommandSpec], Guard | None]
"""A guard that somebody else puts behind those of a command; None for none."""
Allowed: TypeAlias = Callable[[CommandSpec, Place], bool]
Listener: TypeAlias = tuple[Handler, Callable[[Place], bool]]
"""A subscriber of talk, and the places whose talk it hears."""
_MOST_SUGGESTED = 5
_LONGEST_ECHO = 64
_SUGGEST_SECONDS = 2.0
_ASK_SECONDS = 120.0
log = logging.getLogger(__name__)


class Resolve(Protocol):
    """Finds whom or what a reference means in a place."""

    async def __call__(self, place: Place, ref: str, kind: type[Pointed] = User, /) -> Pointed | None: ...


class Call:
    """A command with its services and the middleware in place."""

    __slots__ = ("_bind", "_guards", "_handle", "_picky", "_read", "_scoped", "_services", "_spec", "_thorough", "run")

    def __init__(
        self,
        spec: CommandSpec,
        services: Mapping[type, object],
        scoped: Mapping[type, Make],
        middleware: Sequence[Middleware],
        guards: Sequence[MakeGuard] = (),
    ) -> None:
        self._spec = spec
        self._read, self._bind = spec.read, spec.bind
        more = (make(spec) for make in guards)
        self._guards: tuple[Guard, ...] = (*spec.guards, *(guard for guard in more if guard is not None))
        self._scoped = {name: scoped[kind] for name, kind in spec.services.items() if kind in scoped}
        self._services = {name: services[kind] for name, kind in spec.services.items() if kind not in scoped}
        self._picky = tuple(one for one in spec.options if one.suggest is not None and not one.suggest.free)
        self._thorough = bool(self._picky or spec.ask_missing or spec.untyped)
        self._handle: Handler = partial(spec.handler, **self._services) if self._services else spec.handler
        if self._scoped or spec.subscriber:
            self._handle = self._in_scope
        self.run: CallNext = self._run
        for one in reversed(middleware):
            self.run = _around(one, self.run)

    async def _run(self, ctx: Context) -> Message | None:
        """Guards, binding, handler. Raises `UserError`; every guard that was entered hears how it went."""
        entered = 0
        guards = self._guards
        try:
            for guard in guards:
                waits = guard.enter(ctx)
                if waits is not None:
                    await waits
                entered += 1
            options = ctx.invocation.options
            if self._thorough:
                values = await self._bind(await self._completed(ctx), ctx.resolver)
            elif options is None:
                values = await self._read(ctx.rest, ctx.resolver, ctx.readable)
            else:
                values = await self._bind(options, ctx.resolver)
            message = await self._handle(ctx, **values)
            ctx.succeeded = True
        finally:
            if entered:
                succeeded = ctx.succeeded or ctx.diverged  # what was carried out is not free because its answer is lost
                for guard in guards[:entered]:
                    guard.settle(ctx, succeeded)
        return message

    async def _in_scope(self, ctx: Context, **values: Any) -> Message | None:  # noqa: ANN401  (what the handler takes)
        """A subscriber, or with services of this run's own, which end with it."""
        async with AsyncExitStack() as ending:
            own = {name: await _made(make(ctx), ending) for name, make in self._scoped.items()}
            services = {**self._services, **own}
            if self._spec.subscriber:
                return await self._spec.handler(ctx, ctx.event, **services)
            return await self._spec.handler(ctx, **values, **services)
        raise AssertionError("a service of a run swallowed its error")

    async def _completed(self, ctx: Context) -> Mapping[str, Raw]:
        """The values with what came beside the line, and with what was asked for because it was missing.

        Forms, menus and buttons leave out what they do not have.
        """
        asked, spec = ctx.invocation, self._spec
        raw: Mapping[str, Raw] | None = asked.options
        if raw is None:
            raw = complete(spec, spec.parse(ctx.rest, ctx.readable), asked.files, asked.about)
            if self._picky:
                await self._known(ctx, raw)
        elif spec.ask_missing or asked.about is not None:
            raw = complete(spec, raw, asked.files, asked.about)
        return await self._filled(ctx, raw) if spec.ask_missing else raw

    async def _filled(self, ctx: Context, raw: Mapping[str, Raw]) -> Mapping[str, Raw]:
        """The values with what was missing, which is asked for."""
        gaps = missing(self._spec, raw)
        if not gaps:
            return raw
        return {
            **raw,
            **await ctx.fill(t("{command} needs a little more.", command=self._spec.path), gaps, _ASK_SECONDS),
        }

    async def _known(self, ctx: Context, raw: Mapping[str, Raw]) -> None:
        """Did you mean? For values that are none of those that their option suggests."""
        for option in self._picky:
            value = raw.get(option.name)
            if not isinstance(value, str):
                continue
            found = await suggestions(ctx, option, value)
            if found and value.casefold() not in (str(one).casefold() for one in found):
                raise UserError(
                    "I know no {value}. Did you mean one of these?",
                    code="suggest",
                    value=value[:_LONGEST_ECHO],
                    buttons=[
                        button(str(one), self._spec.path, {**raw, option.name: one}) for one in found[:_MOST_SUGGESTED]
                    ],
                )


class Router:
    """Finds what an invocation asks for and runs it.

    `prefix` is what commands begin with in a place; `allowed` is False for commands that are switched off there. Services,
    `scoped`, `middleware` and `guards` are read again by `refresh`.
    """

    def __init__(
        self,
        registry: Registry,
        services: Mapping[type, object],
        prefix: Callable[[Place], str],
        resolve: Resolve,
        *,
        scoped: Mapping[type, Make] | None = None,
        middleware: Sequence[Middleware] = (),
        guards: Sequence[MakeGuard] = (),
        allowed: Allowed | None = None,
    ) -> None:
        self.registry = registry
        self.prefix = prefix
        self._resolve = resolve
        self._services, self._middleware, self._guards = services, middleware, guards
        self._scoped = {} if scoped is None else scoped  # a table that is empty now may fill
        self._allowed = allowed
        self._calls: dict[str, Call] = {}
        self.refresh()

    def refresh(self) -> None:
        """Commands, services or middleware came or went."""
        self._calls = {
            spec.path: Call(spec, self._services, self._scoped, self._middleware, self._guards)
            for spec in self.registry.everything()
        }

    def line(self, text: str, place: Place) -> str | None:
        """What stands behind the prefix; None when the text has none, or no word behind it."""
        prefix = self.prefix(place)
        if text.startswith(prefix):
            line = text[len(prefix) :]
            if line[:1].isalnum():
                return line
        return None

    def find(self, invocation: Invocation) -> tuple[CommandSpec, str] | None:
        """The command asked for, and the rest of the line; None when there is none, or none for this place."""
        place = invocation.place
        if invocation.path is not None:
            spec = self.registry.get(invocation.path)
            found = (spec, invocation.text if invocation.options is None else "") if spec else None
        elif (line := self.line(invocation.text, place)) is not None:
            found = self.registry.find(line)
        else:
            return None
        if found is not None and (self._allowed is not None or found[0].platforms) and not self.serves(found[0], place):
            return None
        return found

    def taken(self, invocation: Invocation) -> tuple[CommandSpec, str] | None:
        """`find` for what was taken in before: commands here may have begun with another sign then."""
        found = self.find(invocation)
        if found is None and invocation.path is None:
            start = next((at for at, sign in enumerate(invocation.text) if sign.isalnum()), 0)
            then = self.registry.find(invocation.text[start:])
            found = then if then is not None and self.serves(then[0], invocation.place) else None
        return found

    def serves(self, spec: CommandSpec, place: Place) -> bool:
        """Is this command for this place?"""
        if spec.platforms and place.platform not in spec.platforms:
            return False
        return self._allowed is None or self._allowed(spec, place)

    async def answer(self, ctx: Context, rest: str) -> Message | None:
        """Run the command of `ctx`. Refusals come back as private messages."""
        self.equip(ctx, rest)
        call = self._calls.get(ctx.spec.path)
        if call is None:  # its plugin went while it waited
            return refusal(self._none(ctx.spec.path))
        try:
            return await call.run(ctx)
        except UserError as error:
            return refusal(error)
        except Superseded:
            return Message(t("I stopped asking, since you asked for something else."), private=True)

    def equip(self, ctx: Context, rest: str = "") -> None:
        """Let the context know the rest of its line, and what references mean where it is."""
        invocation = ctx.invocation
        ctx.rest = rest
        ctx.resolver = partial(self._resolve, invocation.place)
        if invocation.mentions:
            ctx.resolver = partial(among, invocation.mentions, ctx.resolver)
            ctx.readable = partial(readable, invocation.mentions)

    def unknown(self, invocation: Invocation) -> UserError:
        """What to say about a command that does not exist, or not here."""
        prefix = self.prefix(invocation.place)
        if invocation.path is not None:
            return self._none(invocation.path)
        line = self.line(invocation.text, invocation.place) or invocation.text
        word = line.split(maxsplit=1)[0][:32] if line.split() else ""
        near = self.registry.suggest(word, invocation.place.platform)
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

    @staticmethod
    def _none(path: str) -> UserError:
        return UserError("I have no command {word} here.", code="unknown", word=path)


async def suggestions(ctx: Context, option: Option, typed: str) -> list[str | int]:
    """What an option suggests for what has been typed; nothing when its function fails, which is logged."""
    if option.suggest is None:
        return []
    readonly = Context(ctx.invocation, ctx.spec, ctx.house, readonly=True)
    readonly.rest, readonly.resolver = ctx.rest, ctx.resolver
    try:
        async with asyncio.timeout(_SUGGEST_SECONDS):
            found = await option.suggest.fn(readonly, typed)
            return [one for one in found if isinstance(one, str | int) and one != ""]
    except Exception:
        log.exception("the suggestions for %s of %s failed", option.name, ctx.spec.path)
        return []


def refusal(error: UserError) -> Message:
    """The private answer that a `UserError` becomes."""
    return Message(error.text, private=True, buttons=error.buttons)


def _around(middleware: Middleware, following: CallNext) -> CallNext:
    return lambda ctx: middleware(ctx, following)


async def _made(service: Any, ending: AsyncExitStack) -> Any:  # noqa: ANN401  (of whatever type it was provided for)
    """A service of one run, from whatever its maker gave."""
    if inspect.isawaitable(service):
        service = await service
    if isinstance(service, AbstractAsyncContextManager):
        service = await ending.enter_async_context(service)
    return service
