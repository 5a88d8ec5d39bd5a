"""What Discord sends, in the words of the house."""

import time
from collections.abc import Iterable
from typing import Any

import discord

from bot.command import Invocation, ReplyHandle
from bot.message.plain import clean
from bot.platforms.discord import wire
from bot.platforms.discord.values import NAME, account, plain
from bot.platforms.names import shown
from bot.users import Attachment, Channel, Place, Role, Said, Standing, User

MICRO = 1_000_000
DEADLINE, LIFETIME = 3 * MICRO, 15 * 60 * MICRO
_ADMINISTRATOR = discord.Permissions(administrator=True).value
_MODERATES = discord.Permissions(
    administrator=True, manage_guild=True, manage_messages=True, moderate_members=True
).value
_WITH_THE_BOT = 1
_THREADS = (10, 11, 12)


def user(one: discord.abc.User) -> User:
    """Somebody as the library knows them; a nickname of the server wins."""
    return User(NAME, str(one.id), shown(one.display_name, one.name), clean(one.name))


def channel(one: Any, server: str | None) -> Channel:  # noqa: ANN401  (any of the library's channels)
    """A room or thread."""
    return Channel(NAME, str(one.id), shown(getattr(one, "name", None)), server)


def role(one: discord.Role) -> Role:
    """A role."""
    return Role(NAME, str(one.id), shown(one.name))


def interaction_place(itx: wire.Interaction) -> Place:
    """Where it was used. In private channels of others the bot is nobody's counterpart: that is a group."""
    if itx.guild_id is None:
        return Place(NAME, itx.channel_id, "direct" if itx.context == _WITH_THE_BOT else "group")
    where = itx.channel
    if where is not None and where.type in _THREADS and where.parent_id is not None:
        return Place(NAME, where.parent_id, "channel", itx.guild_id, thread=where.id)
    return Place(NAME, itx.channel_id, "channel", itx.guild_id)


def interaction_handle(itx: wire.Interaction, where: Place, *, private: bool) -> ReplyHandle:
    """How this interaction is answered. For a press, `message` is the one that holds the button."""
    now = time.time_ns() // 1000
    return ReplyHandle(
        platform=NAME,
        bot=itx.application_id,
        channel=where.channel,
        to=account(itx.asker, itx.member),
        token=itx.token,
        interaction=itx.id,
        message=itx.message.id if itx.message else None,
        thread=where.thread,
        direct=where.direct,
        private=private,
        deadline=now + DEADLINE,
        expires=now + LIFETIME,
    )


def from_interaction(
    itx: wire.Interaction,
    where: Place,
    reply: ReplyHandle,
    guild: discord.Guild | None,
    **asked: Any,  # noqa: ANN401
) -> Invocation:
    """What was asked (`kind`, `path`, `options`, …) with who asked it, where and when."""
    expires = reply.expires or 0
    return Invocation(
        id=f"{NAME}:{itx.id}",
        author=reply.to,
        place=where,
        reply=reply,
        received=expires - LIFETIME,
        answer_until=expires,
        standing=interaction_standing(itx, guild),
        locale=itx.locale,
        **asked,
    )


def interaction_standing(itx: wire.Interaction, guild: discord.Guild | None) -> Standing | None:
    """What the asker is there; None where the server is not known, so that Discord must be asked."""
    member = itx.member
    if member is None:
        return Standing()
    if guild is None or guild.owner_id is None:
        return None
    roles = [role for one in member.roles if (role := guild.get_role(int(one)))]
    return _standing(int(itx.asker.id) == guild.owner_id, int(member.permissions), roles)


def standing(member: discord.Member) -> Standing:
    """What somebody is in a server, by the permissions that their roles give them in all of it."""
    roles, permissions = member.roles, 0
    for role in roles:
        permissions |= role.permissions.value
    if member.is_timed_out() and not permissions & _ADMINISTRATOR:
        permissions = 0
    return _standing(member.guild.owner_id == member.id, permissions, [one for one in roles if not one.is_default()])


def _standing(owner: bool, permissions: int, roles: Iterable[discord.Role]) -> Standing:
    """Owner; moderator by any of Discord's moderating permissions; roles by id and name."""
    words = [word for one in roles for word in (str(one.id), one.name.lower())]
    if owner:
        return Standing("owner", words)
    return Standing("moderator" if permissions & _MODERATES else "member", words)


def from_message(message: discord.Message, text: str, where: Place, author: User, bot: str) -> Invocation:
    """A line of text, prefix and all."""
    now, member = time.time_ns() // 1000, message.author
    return Invocation(
        id=f"{NAME}:{message.id}",
        kind="command",
        author=author,
        place=where,
        reply=message_handle(message, where, author, bot),
        received=now,
        answer_until=now + LIFETIME,
        text=text,
        mentions=mentions(message),
        files=[attachment(one) for one in message.attachments],
        about=about(message),
        standing=standing(member) if isinstance(member, discord.Member) else Standing(),
    )


def message_handle(message: discord.Message, where: Place, author: User, bot: str) -> ReplyHandle:
    """How a line is answered: by a reply to it."""
    return ReplyHandle(
        platform=NAME,
        bot=bot,
        channel=where.channel,
        to=author,
        message=str(message.id),
        thread=where.thread,
        direct=where.direct,
    )


def mentions(message: discord.Message) -> list[User | Channel | Role]:
    """Whom and what it points at."""
    found: list[User | Channel | Role] = [user(one) for one in message.mentions]
    if "<#" in message.content:
        server = str(message.guild.id) if message.guild else None
        found += [channel(one, server) for one in message.channel_mentions]
    return found + [role(one) for one in message.role_mentions]


def attachment(one: discord.Attachment) -> Attachment:
    """A file that came with a message."""
    return Attachment(NAME, one.url, shown(one.filename), one.content_type or "application/octet-stream", one.size)


def about(message: discord.Message) -> Said | None:
    """The message it replies to, where Discord tells."""
    told = message.reference.resolved if message.reference else None
    return Said(str(told.id), user(told.author), plain(told.content)) if isinstance(told, discord.Message) else None


def line(content: str, bot: int, prefix: str) -> tuple[str, bool]:
    """The line as if typed behind the prefix, and whether the bot was named at its start."""
    text, named = plain(content), f"<@{bot}>"
    if not text.startswith(named):
        return text, False
    return prefix + text.removeprefix(named).lstrip().removeprefix(prefix), True


def place(message: discord.Message) -> Place:
    """Where a line was typed."""
    if message.guild is None:
        group = isinstance(message.channel, discord.GroupChannel)
        return Place(NAME, str(message.channel.id), "group" if group else "direct")
    return room(message.channel, str(message.channel.id), str(message.guild.id))


def room(where: object, id_: str, server: str) -> Place:
    """A room of a server; of a thread, the room it belongs to."""
    if isinstance(where, discord.Thread):
        return Place(NAME, str(where.parent_id), "channel", server, thread=id_)
    return Place(NAME, id_, "channel", server)
