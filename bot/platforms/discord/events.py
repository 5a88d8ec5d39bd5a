"""What Discord sends, in the words of the house."""

import time
from collections.abc import Iterable
from typing import Any

import discord

from bot.command import Invocation, ReplyHandle
from bot.message.plain import clean
from bot.platforms.discord import wire
from bot.platforms.discord.values import NAME, account
from bot.platforms.names import shown
from bot.users import Channel, Place, Role, Standing, User

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
        direct=where.kind == "direct",
        private=private,
        deadline=now + DEADLINE,
        expires=now + LIFETIME,
    )


def from_interaction(
    itx: wire.Interaction, where: Place, reply: ReplyHandle, guild: discord.Guild | None, asked: dict[str, Any]
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
    owner = int(itx.asker.id) == guild.owner_id
    return _standing(owner, int(member.permissions), roles(member.roles, guild))


def standing(member: discord.Member) -> Standing:
    """What somebody is in a server, by the permissions that their roles give them in all of it."""
    found = [one for one in member.roles if not one.is_default()]
    return by_roles(member.guild, member.id, found, silenced=member.is_timed_out())


def by_roles(guild: discord.Guild, id_: int, found: list[discord.Role], *, silenced: bool) -> Standing:
    """The same of whoever has these roles besides that of everyone. Who is silenced has no permissions for the time."""
    permissions = guild.default_role.permissions.value
    for one in found:
        permissions |= one.permissions.value
    if silenced and not permissions & _ADMINISTRATOR:
        permissions = 0
    return _standing(guild.owner_id == id_, permissions, found)


def roles(ids: Iterable[str], guild: discord.Guild) -> list[discord.Role]:
    """Those of them that are known."""
    return [found for one in ids if (found := guild.get_role(int(one)))]


def _standing(owner: bool, permissions: int, roles: Iterable[discord.Role]) -> Standing:
    """Owner; moderator by any of Discord's moderating permissions; roles by id and name."""
    words = [word for one in roles for word in (str(one.id), one.name.lower())]
    if owner:
        return Standing("owner", words)
    return Standing("moderator" if permissions & _MODERATES else "member", words)


def room(id_: str, server: str, guild: discord.Guild | None) -> Place:
    """A room of a server; of a thread that is known, the room it belongs to."""
    thread = guild.get_thread(int(id_)) if guild else None
    if thread is None:
        return Place(NAME, id_, "channel", server)
    return Place(NAME, str(thread.parent_id), "channel", server, thread=id_)
