"""What Discord sends, in the words of the house."""

import time
from typing import Any

import discord

from bot.command import Invocation, ReplyHandle
from bot.message.plain import clean
from bot.platforms.discord.values import NAME, plain
from bot.platforms.names import shown
from bot.users import Attachment, Channel, Place, Role, Said, Standing, User

MICRO = 1_000_000
DEADLINE, LIFETIME = 3 * MICRO, 15 * 60 * MICRO
_MODERATES = discord.Permissions(manage_guild=True, manage_messages=True, moderate_members=True)


def user(one: discord.abc.User) -> User:
    """Somebody as the library knows them; a nickname of the server wins."""
    return User(NAME, str(one.id), shown(one.display_name, one.name), clean(one.name))


def channel(one: Any, server: str | None) -> Channel:  # noqa: ANN401  (any of the library's channels)
    """A room or thread."""
    return Channel(NAME, str(one.id), shown(getattr(one, "name", None)), server)


def role(one: discord.Role) -> Role:
    """A role."""
    return Role(NAME, str(one.id), shown(one.name))


def interaction_handle(itx: discord.Interaction[Any], *, private: bool) -> ReplyHandle:
    """How this interaction is answered. For a press, `message` is the one that holds the button."""
    now, where = time.time_ns() // 1000, interaction_place(itx)
    return ReplyHandle(
        platform=NAME,
        bot=str(itx.application_id),
        channel=where.channel,
        to=user(itx.user),
        token=itx.token,
        interaction=str(itx.id),
        message=str(itx.message.id) if itx.message else None,
        thread=where.thread,
        direct=where.direct,
        private=private,
        deadline=now + DEADLINE,
        expires=now + LIFETIME,
    )


def from_interaction(itx: discord.Interaction[Any], reply: ReplyHandle, **asked: Any) -> Invocation:  # noqa: ANN401
    """What was asked (`kind`, `path`, `options`, …) with who asked it, where and when."""
    expires = reply.expires or 0
    return Invocation(
        id=f"{NAME}:{itx.id}",
        author=reply.to,
        place=interaction_place(itx),
        reply=reply,
        received=expires - LIFETIME,
        answer_until=expires,
        standing=interaction_standing(itx),
        locale=itx.locale.value,
        **asked,
    )


def interaction_place(itx: discord.Interaction[Any]) -> Place:
    """Where it was used. In private channels of others the bot is nobody's counterpart: that is a group."""
    if itx.guild_id is not None:
        return room(itx.channel, str(itx.channel_id or ""), str(itx.guild_id))
    kind = itx.context.dm_channel
    return Place(NAME, str(itx.channel_id or ""), "direct" if kind else "group")


def interaction_standing(itx: discord.Interaction[Any]) -> Standing | None:
    """What the asker is there; None where the server is not known, so that Discord must be asked."""
    if not isinstance(itx.user, discord.Member):
        return Standing()
    if itx.user.guild.owner_id is None:
        return None
    return standing(itx.user, itx.permissions)


def standing(member: discord.Member, permissions: discord.Permissions) -> Standing:
    """Owner of the server; moderator by any of Discord's moderating permissions; roles by id and name."""
    roles = [word for one in member.roles if not one.is_default() for word in (str(one.id), one.name.lower())]
    if member.guild.owner_id == member.id:
        return Standing("owner", roles)
    moderates = permissions.administrator or bool(permissions.value & _MODERATES.value)
    return Standing("moderator" if moderates else "member", roles)


def from_message(message: discord.Message, text: str, bot: str) -> Invocation:
    """A line of text, prefix and all."""
    now = time.time_ns() // 1000
    author = user(message.author)
    where, member = place(message), message.author
    return Invocation(
        id=f"{NAME}:{message.id}",
        kind="command",
        author=author,
        place=where,
        reply=message_handle(message, bot),
        received=now,
        answer_until=now + LIFETIME,
        text=text,
        mentions=mentions(message),
        files=[attachment(one) for one in message.attachments],
        about=about(message),
        standing=standing(member, member.guild_permissions) if isinstance(member, discord.Member) else Standing(),
    )


def message_handle(message: discord.Message, bot: str) -> ReplyHandle:
    """How a line is answered: by a reply to it."""
    where = place(message)
    return ReplyHandle(
        platform=NAME,
        bot=bot,
        channel=where.channel,
        to=user(message.author),
        message=str(message.id),
        thread=where.thread,
        direct=where.direct,
    )


def mentions(message: discord.Message) -> list[User | Channel | Role]:
    """Whom and what it points at."""
    server = str(message.guild.id) if message.guild else None
    found: list[User | Channel | Role] = [user(one) for one in message.mentions]
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
