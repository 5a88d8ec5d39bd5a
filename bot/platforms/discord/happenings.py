"""What happens in a server besides talk: people come, go and react.

Source: discord.com/developers/docs/events/gateway-events (Guild Member Add, Remove; Message Reaction Add, Remove). Discord
gives these no ids: a step is known by who took it and when it was heard. `heard` is what the sandbox waits for.
"""

import time
from collections.abc import Sequence

import discord

from bot.command import ReplyHandle
from bot.events import Event, Joined, Left, Reacted, Spoke
from bot.platforms.discord import events, lines, wire
from bot.platforms.discord.values import NAME
from bot.users import Place, User

MEMBERS: Sequence[type[Event]] = (Joined, Left)


def intents(watched: set[type[Event]], *, content: bool, members: bool) -> discord.Intents:
    """What Discord is asked to tell: messages, and what somebody here wants to hear of. `members` allows that of members."""
    return discord.Intents(
        guilds=True,
        guild_messages=True,
        dm_messages=True,
        message_content=content,
        members=members and not watched.isdisjoint(MEMBERS),
        guild_reactions=Reacted in watched,
        dm_reactions=Reacted in watched,
    )


def joined(member: discord.Member, bot: str) -> tuple[Joined, ReplyHandle]:
    """Somebody came; the server's system channel is where they are greeted."""
    now, who, where = _now(), events.user(member), hall(member.guild)
    at = int(member.joined_at.timestamp() * events.MICRO) if member.joined_at else now
    event = Joined(id=f"{NAME}:joined:{member.guild.id}:{member.id}:{at}", place=where, at=at, user=who)
    return event, _handle(where, who, bot)


def left(account: discord.abc.User, guild: discord.Guild, bot: str) -> tuple[Left, ReplyHandle]:
    """Somebody went."""
    now, who, where = _now(), events.user(account), hall(guild)
    event = Left(id=f"{NAME}:left:{guild.id}:{account.id}:{now}", place=where, at=now, user=who)
    return event, _handle(where, who, bot)


def reacted(
    told: discord.RawReactionActionEvent, where: Place, who: User, bot: str, *, added: bool
) -> tuple[Reacted, ReplyHandle]:
    """A reaction was put on a message, or taken off."""
    now, message, emoji = _now(), str(told.message_id), told.emoji.name or str(told.emoji.id)
    step = f"{NAME}:reacted:{message}:{who.id}:{emoji}:{now}"
    event = Reacted(id=step, place=where, at=now, user=who, message=message, emoji=emoji, added=added)
    return event, _handle(where, who, bot, message)


def spoke(
    message: wire.Message, where: Place, author: User, bot: str, guild: discord.Guild | None
) -> tuple[Spoke, ReplyHandle]:
    """A line of talk, as people read it."""
    event = Spoke(
        id=f"{NAME}:{message.id}",
        place=where,
        at=lines.sent_at(message),
        user=author,
        message=message.id,
        text=lines.spoken(message, guild),
    )
    return event, lines.handle(message, where, author, bot)


def hall(guild: discord.Guild) -> Place:
    """Where a server greets: its system channel, or else the first one that the bot may write in."""
    rooms = [guild.system_channel, *guild.text_channels]
    found = next((one for one in rooms if one and one.permissions_for(guild.me).send_messages), None)
    return Place(NAME, str(found.id) if found else "", "channel", str(guild.id))


def heard(what: str, *ids: object) -> str:
    """The name of a step that Discord gives no id."""
    return ":".join((what, *map(str, ids)))


def _handle(where: Place, who: User, bot: str, message: str | None = None) -> ReplyHandle:
    return ReplyHandle(
        platform=NAME,
        bot=bot,
        channel=where.channel,
        to=who,
        message=message,
        thread=where.thread,
        direct=where.direct,
    )


def _now() -> int:
    return time.time_ns() // 1000
