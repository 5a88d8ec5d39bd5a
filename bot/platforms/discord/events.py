"""What Discord sends, in the words of the house."""

import re
import time
from typing import Any

import discord

from bot.command import Invocation, ReplyHandle
from bot.command.invocation import Raw
from bot.message.plain import clean
from bot.platforms.names import shown
from bot.users import Place, User

NAME = "discord"
MICRO = 1_000_000
DEADLINE, LIFETIME = 3 * MICRO, 15 * 60 * MICRO
_LEGACY_MENTION = re.compile(r"<@!(\d+)>")
_USER, _NUMBER = 6, 10


def user(one: discord.abc.User) -> User:
    """Somebody as the library knows them; a nickname of the server wins."""
    return User(NAME, str(one.id), shown(one.display_name, one.name), clean(one.name))


def called(data: dict[str, Any]) -> tuple[str, dict[str, Raw]]:
    """Path and named raw values of a command interaction's `data`."""
    words, options = [data["name"]], data.get("options", [])
    while options and options[0]["type"] in (1, 2):
        words.append(options[0]["name"])
        options = options[0].get("options", [])
    resolved = data.get("resolved", {})
    return " ".join(words), {option["name"]: _value(option, resolved) for option in options}


def _value(option: dict[str, Any], resolved: dict[str, Any]) -> Raw:
    value: Raw = option["value"]
    if option["type"] == _USER:
        return _resolved(str(value), resolved)
    if option["type"] == _NUMBER:
        return float(str(value))
    if not isinstance(value, str | int | float):
        raise TypeError(f"{option['name']} is no value")
    return clean(value) if isinstance(value, str) else value


def _resolved(id_: str, resolved: dict[str, Any]) -> User:
    raw, member = resolved["users"][id_], resolved.get("members", {}).get(id_, {})
    name = raw["username"]
    return User(NAME, id_, shown(member.get("nick"), raw.get("global_name"), name), clean(name))


def interaction_handle(itx: discord.Interaction[Any], *, private: bool) -> ReplyHandle:
    """How this interaction is answered. For a press, `message` is the one that holds the button."""
    now = time.time_ns() // 1000
    return ReplyHandle(
        platform=NAME,
        bot=str(itx.application_id),
        channel=str(itx.channel_id or ""),
        to=user(itx.user),
        token=itx.token,
        interaction=str(itx.id),
        message=str(itx.message.id) if itx.message else None,
        direct=itx.guild_id is None,
        private=private,
        deadline=now + DEADLINE,
        expires=now + LIFETIME,
    )


def from_interaction(
    itx: discord.Interaction[Any], reply: ReplyHandle, path: str | None = None, options: dict[str, Raw] | None = None
) -> Invocation:
    """A command with its options, or a press when there is no path."""
    data: Any = itx.data
    expires = reply.expires or 0
    return Invocation(
        id=f"{NAME}:{itx.id}",
        kind="command" if path else "press",
        author=reply.to,
        place=_place(reply.channel, itx.guild_id),
        reply=reply,
        received=expires - LIFETIME,
        answer_until=expires,
        path=path,
        options=options,
        button=None if path else data["custom_id"],
        locale=itx.locale.value,
    )


def from_message(message: discord.Message, text: str, bot: str) -> Invocation:
    """A line of text, prefix and all."""
    now, guild = time.time_ns() // 1000, message.guild.id if message.guild else None
    author, channel = user(message.author), str(message.channel.id)
    return Invocation(
        id=f"{NAME}:{message.id}",
        kind="command",
        author=author,
        place=_place(channel, guild),
        reply=ReplyHandle(
            platform=NAME, bot=bot, channel=channel, to=author, message=str(message.id), direct=guild is None
        ),
        received=now,
        answer_until=now + LIFETIME,
        text=text,
        mentions=[user(one) for one in message.mentions],
    )


def line(content: str, bot: int, prefix: str) -> tuple[str, bool]:
    """The line as if typed behind the prefix, and whether the bot was named at its start."""
    text, named = _LEGACY_MENTION.sub(r"<@\1>", clean(content)), f"<@{bot}>"
    if not text.startswith(named):
        return text, False
    return prefix + text.removeprefix(named).lstrip().removeprefix(prefix), True


def place(message: discord.Message) -> Place:
    """Where a line was typed."""
    return _place(str(message.channel.id), message.guild.id if message.guild else None)


def _place(channel: str, guild: int | None) -> Place:
    if guild is None:
        return Place(NAME, channel, "direct")
    return Place(NAME, channel, "shared", str(guild))
