"""Events come in: each is read, and what it asks of the house is handed over."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord

from bot.adapter import Ingress, Question
from bot.command import CommandSpec, Invocation, ReplyHandle
from bot.events import Joined, Left, Reacted
from bot.message import Message, t
from bot.message.plain import clean
from bot.platforms.discord import events, happenings, lines, modals, registration, render, wire
from bot.platforms.discord.bodies import pieces
from bot.platforms.discord.client import Gateway
from bot.platforms.discord.directory import Directory, stranger
from bot.platforms.discord.happenings import heard
from bot.platforms.discord.sending import FAILURES, Sender
from bot.platforms.discord.suggesting import suggestions
from bot.platforms.discord.values import NAME, Resolved, account, called, filled
from bot.users import Place

log = logging.getLogger(__name__)
_CHANGED = "That command has just changed. Type / to see the new ones."
_OVER = "This question is no longer open."
_LOST = "I could not take that up. Please try again in a moment."
_BUTTON = 2
Asked = dict[str, Any]
"""Fields of the invocation that say what was asked."""


class Receiver:
    """`bot.platforms.discord.client.Hearer`: what one bot is told. `client` gives its connection."""

    def __init__(
        self, ingress: Ingress, sender: Sender, directory: Directory, client: Callable[[], Gateway | None]
    ) -> None:
        self._ingress, self._sender, self._directory, self._client = ingress, sender, directory, client
        self._menus: dict[tuple[int, str], CommandSpec] = {}

    def learn(self, specs: Sequence[CommandSpec]) -> None:
        """The commands are these now: whose menus are called what."""
        known = [spec for spec in specs if spec.menu and registration.registered(spec)]
        self._menus = {(registration.menu_type(spec), spec.menu): spec for spec in reversed(known)}

    def unreadable(self, kind: str, error: Exception, event: str | None) -> None:
        """One event is left out; the next is not."""
        log.warning("Discord sent a %s that cannot be read (%s): skipped.", kind, type(error).__name__)
        if event is not None:
            self._ingress.heard(NAME, event)

    # interactions

    async def interaction(self, itx: wire.Given) -> None:
        """Any interaction, from the gateway or by HTTP."""
        try:
            await self._work(itx)
        except Exception as error:  # an odd field makes `events` and `values` raise whatever it is
            self.unreadable("INTERACTION_CREATE", error, itx.id)
        else:
            self._ingress.heard(NAME, itx.id)

    def _work(self, itx: wire.Given) -> Awaitable[None]:
        """What it asks of us, by its kind."""
        match itx:
            case wire.Called(data=data):
                return self._command(itx, data) if data.type == registration.CHAT else self._menu(itx, data)
            case wire.Typing():
                return self._suggest(itx, itx.data)
            case wire.Pressed():
                return self._pressed(itx, itx.data)
            case wire.Submitted():
                return self._submitted(itx, itx.data)

    def _command(self, itx: wire.Interaction, call: wire.Call) -> Awaitable[None]:
        path, options, _ = called(call, itx.guild_id)
        return self._asked(itx, self._ingress.spec(path), {"kind": "command", "path": path, "options": options})

    def _menu(self, itx: wire.Interaction, call: wire.Call) -> Awaitable[None]:
        """The entry of somebody's menu gives them as the first option; that of a message's menu is about the message."""
        spec, target = self._menus.get((call.type, call.name)), call.target_id
        resolved, asked = Resolved(call.resolved, itx.guild_id), Asked(kind="command", options={})
        if spec is None:
            pass
        elif call.type == registration.USER_MENU:
            asked["options"] = {spec.options[0].name: resolved.user(target)}
        else:
            asked["about"], asked["files"] = resolved.said(target)
        return self._asked(itx, spec, asked | {"path": spec.path if spec else ""})

    def _asked(self, itx: wire.Interaction, spec: CommandSpec | None, asked: Asked) -> Awaitable[None]:
        where = events.interaction_place(itx)
        handle = events.interaction_handle(itx, where, private=spec is None or spec.private)
        if spec is None:
            return self._tell(handle, _CHANGED, itx.locale)
        return self._take(self._invocation(itx, where, handle, asked))

    async def _suggest(self, itx: wire.Interaction, call: wire.Call) -> None:
        """An answer is due even when there is none: the client waits for it."""
        where = events.interaction_place(itx)
        handle = events.interaction_handle(itx, where, private=True)
        found: list[str | int] = []
        spec, focus = None, None
        try:
            path, options, focus = called(call, itx.guild_id, typed=True)
            spec = self._ingress.spec(path)
            if spec is not None and focus is not None:
                asked = {"kind": "suggest", "path": path, "options": options, "focus": focus}
                found = await self._ingress.suggest(self._invocation(itx, where, handle, asked))
        except Exception as error:  # whatever is odd about what was typed
            self.unreadable("INTERACTION_CREATE", error, None)
        await self._sender.suggest(handle, suggestions(found, spec, focus))

    async def _pressed(self, itx: wire.Interaction, press: wire.Press) -> None:
        what, _, rest = press.custom_id.partition(":")
        id_, _, number = rest.partition(":")
        where = events.interaction_place(itx)
        handle = events.interaction_handle(itx, where, private=False)
        if what not in (modals.ASK, modals.OPEN):
            chosen = [clean(one) for one in press.values] if press.component_type != _BUTTON else []
            asked = {"kind": "press", "button": press.custom_id, "chosen": chosen}
            await self._take(self._invocation(itx, where, handle, asked), hidden=_hidden(itx))
            return
        question = self._ingress.question(id_)
        if question is not None and what == modals.OPEN:
            await self._open(handle, question, itx.locale)
            return
        given = modals.chosen(question, number) if question else None
        if question is None or given is None:
            await self._tell(handle, _OVER, itx.locale)
            return
        answer = {"kind": "answer", "question": id_, "options": given}
        await self._take(self._invocation(itx, where, handle, answer))

    async def _open(self, handle: ReplyHandle, question: Question, locale: str) -> None:
        try:
            await self._sender.ask(handle, modals.modal(question, lambda text: self._said(text, locale)))
        except FAILURES as error:  # they can press again
            log.warning("Discord did not take a modal: %s", type(error).__name__)

    async def _submitted(self, itx: wire.Interaction, form: wire.Form) -> None:
        """What was put into a modal. One that is sent twice is told so: its question is over."""
        what, _, id_ = form.custom_id.partition(":")
        question = self._ingress.question(id_) if what == modals.ASK else None
        where = events.interaction_place(itx)
        handle = events.interaction_handle(itx, where, private=question is not None and question.prompt.private)
        if question is None:
            await self._tell(handle, _OVER, itx.locale, asks=False)
            return
        given = modals.answers(question, filled(form.components, Resolved(form.resolved, itx.guild_id)))
        answer = {"kind": "answer", "question": id_, "options": given}
        await self._take(self._invocation(itx, where, handle, answer), asks=False, hidden=_hidden(itx))

    def _invocation(self, itx: wire.Interaction, where: Place, handle: ReplyHandle, asked: Asked) -> Invocation:
        return events.from_interaction(itx, where, handle, self._guild(itx.guild_id), asked)

    # talk

    async def message(self, message: wire.Message) -> None:
        """Any line that the bot may read."""
        try:
            await self._read(message)
        except Exception as error:
            self.unreadable("MESSAGE_CREATE", error, message.id)
        else:
            self._ingress.heard(NAME, message.id)

    async def _read(self, message: wire.Message) -> None:
        """A line for the house; or talk, for rooms that somebody listens to."""
        client = self._client()
        if client is None or client.user is None or message.author.bot or message.webhook_id is not None:
            return
        guild = client.get_guild(int(message.guild_id)) if message.guild_id else None
        where, bot, us = lines.place(message, guild), str(client.application_id), str(client.user.id)
        text, addressed = lines.line(message.content, us, self._ingress.prefix(where))
        told = message.referenced_message
        ours = told is not None and told.author.id == us
        author, files = account(message.author, message.member), bool(message.attachments)
        if self._ingress.wants(text, author, where, addressed=addressed, files=files, reply=ours):
            await self._take(lines.invocation(message, text, where, author, bot, guild))
        elif text and not where.direct and self._ingress.listens(where):
            await self._ingress.happened(*happenings.spoke(message, where, author, bot, guild))

    # what happens besides

    async def joined(self, member: discord.Member) -> None:
        """Somebody came."""
        self._directory.forget(member.guild.id, member.id)
        if not member.bot and Joined in self._ingress.watched():
            await self._ingress.happened(*happenings.joined(member, self._bot))
        self._ingress.heard(NAME, heard("joined", member.guild.id, member.id))

    async def left(self, told: discord.RawMemberRemoveEvent) -> None:
        """Somebody went."""
        self._directory.forget(told.guild_id, told.user.id)
        client = self._client()
        guild = client.get_guild(told.guild_id) if client else None
        if guild and not told.user.bot and Left in self._ingress.watched():
            await self._ingress.happened(*happenings.left(told.user, guild, self._bot))
        self._ingress.heard(NAME, heard("left", told.guild_id, told.user.id))

    def changed(self, member: discord.Member) -> None:
        """Somebody has other roles, perhaps."""
        self._directory.forget(member.guild.id, member.id)

    async def reacted(self, told: discord.RawReactionActionEvent, *, added: bool) -> None:
        """A reaction was put on or taken off; those of bots are none of it."""
        client = self._client()
        ours = client is None or client.user is None or told.user_id == client.user.id
        if not ours and not (told.member and told.member.bot) and Reacted in self._ingress.watched():
            id_, server = str(told.user_id), str(told.guild_id) if told.guild_id else None
            known = events.user(told.member) if told.member else await self._directory.user(id_, server)
            where = self._where(str(told.channel_id), server)
            who = known or stranger(id_)
            await self._ingress.happened(*happenings.reacted(told, where, who, self._bot, added=added))
        what = "reacted" if added else "unreacted"
        self._ingress.heard(NAME, heard(what, told.message_id, told.user_id, told.emoji))

    @property
    def _bot(self) -> str:
        client = self._client()
        return str(client.application_id) if client else ""

    def _guild(self, server: str | None) -> discord.Guild | None:
        """What the gateway has told of it."""
        client = self._client()
        return client.get_guild(int(server)) if client and server else None

    def _where(self, channel: str, server: str | None) -> Place:
        if server is None:
            return Place(NAME, channel, "direct")
        return events.room(channel, server, self._guild(server))

    # handing over

    async def _take(self, invocation: Invocation, *, asks: bool = True, hidden: bool = False) -> None:
        """Hand it over; an interaction's deadline runs from now on. What cannot be kept is not delivered again: say so."""
        if invocation.reply.token is not None:
            self._sender.expect(invocation.reply, asks=asks, hidden=hidden)
        try:
            await self._ingress.submit(invocation)
        except Exception as error:  # its text may quote what was said
            log.error("%s could not be taken in: %s", invocation.id, type(error).__name__)  # noqa: TRY400
            await self._tell(invocation.reply, _LOST, invocation.locale)

    async def _tell(self, handle: ReplyHandle, text: str, locale: str | None, *, asks: bool = True) -> None:
        """Tell them alone what went wrong before any command ran."""
        if handle.token is not None:
            self._sender.expect(handle, asks=asks)
        message = Message(t("{told}", told=self._said(text, locale)), private=True)
        for payload in pieces(render.payloads(message, handle)):
            await self._sender.send(handle, payload, f"{handle.interaction or handle.message}/told")

    def _said(self, text: str, locale: str | None) -> str:
        """A fixed text in this language."""
        return self._ingress.localizations(text).get((locale or "").partition("-")[0], text) if locale else text


def _hidden(itx: wire.Interaction) -> bool:
    return itx.message is not None and itx.message.hidden
