"""A line that somebody typed, in the words of the house: as it was sent, with what the gateway has told of its server."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import discord

from bot.command import Invocation, ReplyHandle
from bot.message.plain import clean
from bot.platforms.discord import events, wire
from bot.platforms.discord.values import NAME, account, attachment, plain
from bot.users import Channel, Place, Role, Said, Standing, User

_GROUP = 3
_EPOCH: Final = 1_420_070_400_000
_POINTED: Final = re.compile(r"<(@[!&]?|#)([0-9]{15,20})>")


def place(message: wire.Message, guild: discord.Guild | None) -> Place:
    """Where it was typed."""
    if message.guild_id is None:
        return Place(NAME, message.channel_id, "group" if message.channel_type == _GROUP else "direct")
    return events.room(message.channel_id, message.guild_id, guild)


def line(content: str, bot: str, prefix: str) -> tuple[str, bool]:
    """The line as if typed behind the prefix, and whether the bot was named at its start."""
    text, named = plain(content), f"<@{bot}>"
    if not text.startswith(named):
        return text, False
    return prefix + text.removeprefix(named).lstrip().removeprefix(prefix), True


def invocation(
    message: wire.Message, text: str, where: Place, author: User, bot: str, guild: discord.Guild | None
) -> Invocation:
    """A line of text, prefix and all. `bot` is our application."""
    now = time.time_ns() // 1000
    return Invocation(
        id=f"{NAME}:{message.id}",
        kind="command",
        author=author,
        place=where,
        reply=handle(message, where, author, bot),
        received=now,
        answer_until=now + events.LIFETIME,
        text=text,
        mentions=mentions(message, guild),
        files=[attachment(one) for one in message.attachments],
        about=about(message.referenced_message, guild),
        standing=standing(message, guild),
    )


def handle(message: wire.Message, where: Place, author: User, bot: str) -> ReplyHandle:
    """How a line is answered: by a reply to it."""
    return ReplyHandle(
        platform=NAME,
        bot=bot,
        channel=where.channel,
        to=author,
        message=message.id,
        thread=where.thread,
        direct=where.direct,
    )


def mentions(message: wire.Message, guild: discord.Guild | None) -> list[User | Channel | Role]:
    """Whom and what it points at, as far as the server is known."""
    found: list[User | Channel | Role] = [account(one, one.member) for one in message.mentions]
    if guild is not None and "<#" in message.content:
        found += _channels(message.content, guild)
    if guild is not None and message.mention_roles:
        found += [events.role(one) for one in events.roles(message.mention_roles, guild)]
    return found


def about(told: wire.Line | None, guild: discord.Guild | None) -> Said | None:
    """The message it replies to, where Discord tells."""
    if told is None:
        return None
    known = guild.get_member(int(told.author.id)) if guild else None
    return Said(told.id, events.user(known) if known else account(told.author, told.member), plain(told.content))


def standing(message: wire.Message, guild: discord.Guild | None) -> Standing | None:
    """What its author is there; None where the server is not known, so that Discord must be asked."""
    member = message.member
    if member is None or message.guild_id is None:
        return Standing()
    if guild is None or guild.owner_id is None:
        return None
    until = member.communication_disabled_until
    silenced = until is not None and datetime.now(UTC) < until
    return events.by_roles(guild, int(message.author.id), events.roles(member.roles, guild), silenced=silenced)


def sent_at(message: wire.Message) -> int:
    """When it was sent, in microseconds, which its id tells."""
    return ((int(message.id) >> 22) + _EPOCH) * 1000


def spoken(message: wire.Message, guild: discord.Guild | None) -> str:
    """Its words as people read them: names where Discord writes ids."""
    accounts = {one.id: one for one in message.mentions}

    def named(found: re.Match[str]) -> str:
        kind, id_ = found[1], found[2]
        if kind == "#":
            channel = guild and guild.get_channel_or_thread(int(id_))
            return f"#{channel.name}" if channel else "#deleted-channel"
        if kind == "@&":
            role = guild and guild.get_role(int(id_))
            return f"@{role.name}" if role else "@deleted-role"
        if known := guild and guild.get_member(int(id_)):
            return f"@{known.display_name}"
        return f"@{_called(accounts[id_])}" if id_ in accounts else "@deleted-user"

    return clean(discord.utils.escape_mentions(_POINTED.sub(named, message.content)))


def _called(one: wire.Mentioned) -> str:
    nick = one.member.nick if one.member else None
    return nick or one.global_name or one.username


def _channels(content: str, guild: discord.Guild) -> Iterator[Channel]:
    """Each once."""
    ids = dict.fromkeys(found[2] for found in _POINTED.finditer(content) if found[1] == "#")
    for id_ in ids:
        channel = guild.get_channel_or_thread(int(id_))
        if channel is not None:
            yield events.channel(channel, str(guild.id))
