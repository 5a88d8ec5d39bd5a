"""A chat message or whisper of Twitch in the words of the house. Pure."""

import re
from typing import TYPE_CHECKING

from msgspec import structs

from bot.command import Invocation, ReplyHandle
from bot.events import Cheered, Redeemed, Spoke
from bot.message.plain import clean
from bot.platforms.names import shown
from bot.users import Place, Said, Standing, User

if TYPE_CHECKING:
    from twitchio import ChatMessage, ChatMessageReply, PartialUser, Whisper

PATIENCE = 60_000_000  # µs: an answer after a minute is an answer to nobody
INVISIBLE = "\U000e0000\u034f "  # what chat clients append to repeat themselves


def user_of(partial: "PartialUser") -> User:
    """Somebody as Twitch names them."""
    login = clean(partial.name or "")
    return User("twitch", partial.id, shown(partial.display_name, login, partial.id), login)


def source(message: "ChatMessage") -> str | None:
    """The room (id) where a message of a shared chat was typed; None when it was typed in the room that shows it."""
    return message.source_broadcaster.id if message.source_broadcaster else None


def paid(message: "ChatMessage") -> type[Cheered | Redeemed] | None:
    """The event that this line is the words of: then it is told twice, and is that event's."""
    if message.cheer:
        return Cheered
    return Redeemed if message.channel_points_id else None


def answers(message: "ChatMessage", user: str) -> bool:
    """Is it a reply to this user (id)?"""
    return message.reply is not None and message.reply.parent_user.id == user


def spoken(message: "ChatMessage", bot: User, prefix: str) -> tuple[str, bool]:
    """The line, and whether the bot was named at its start.

    `@bot balance` and `@bot !balance` are `!balance`. Twitch puts the name of whom one replies to before a reply: it is
    taken off, and a reply to the bot names it only where a command follows.
    """
    text = _line(message)
    parent = message.reply.parent_user if message.reply else None
    if parent is not None and (rest := _after_name(text, user_of(parent))) is not None:
        return rest, parent.id == bot.id and rest.startswith(prefix)
    rest = _after_name(text, bot)
    if not rest:
        return text, False
    return (rest if rest.startswith(prefix) else prefix + rest), True


def _line(message: "ChatMessage") -> str:
    return clean(_with_logins(message)).strip(INVISIBLE)


def _with_logins(message: "ChatMessage") -> str:
    """The text as typed; a mention by a localised name stands as its login, which is what users are found by."""
    return "".join(
        f"@{piece.mention.name}" if piece.mention and piece.text[1:].lower() != piece.mention.name else piece.text
        for piece in message.fragments
    )


def _after_name(text: str, user: User) -> str | None:
    if not text.startswith("@"):
        return None
    found = re.match(rf"@(?:{re.escape(user.handle)}|{re.escape(user.name)})(?:[\s,:]+|$)", text, re.IGNORECASE)
    return text[found.end() :] if found else None


def from_chat(message: "ChatMessage", text: str, bot: str, standing: Standing, received: int) -> Invocation:
    """What somebody typed in a room. `received`: µs since the epoch.

    The answer goes into the thread of the message. A message of a shared chat has one id in all of its rooms.
    """
    author, room = user_of(message.chatter), message.broadcaster.id
    handle = ReplyHandle("twitch", bot, room, author, message=message.id, expires=received + PATIENCE)
    invocation = _invocation(_id(message), handle, Place("twitch", room), text, standing)
    return structs.replace(invocation, mentions=[user_of(one) for one in message.mentions], about=_about(message.reply))


def talk(message: "ChatMessage", received: int) -> Spoke:
    """A line that is nobody's command. `received`: µs since the epoch."""
    return Spoke(
        id=f"twitch:{_id(message)}",
        place=Place("twitch", message.broadcaster.id),
        at=received,
        user=user_of(message.chatter),
        message=message.id,
        text=_line(message),
    )


def handle_of(message: "ChatMessage", bot: str, received: int) -> ReplyHandle:
    """Where answers to talk go: the room, to nobody in particular."""
    author = user_of(message.chatter)
    return ReplyHandle("twitch", bot, message.broadcaster.id, author, expires=received + PATIENCE)


def _id(message: "ChatMessage") -> str:
    return message.source_id or message.id


def _about(reply: "ChatMessageReply | None") -> Said | None:
    if reply is None:
        return None
    return Said(reply.parent_message_id, user_of(reply.parent_user), clean(reply.parent_message_body))


def from_whisper(whisper: "Whisper", bot: str, received: int) -> Invocation:
    """What somebody whispered to the bot. `received`: µs since the epoch."""
    author = user_of(whisper.sender)
    handle = ReplyHandle("twitch", bot, "", author, direct=True, expires=received + PATIENCE)
    place = Place("twitch", author.id, "direct")
    text = clean(whisper.text).strip(INVISIBLE)
    return _invocation(f"whisper:{whisper.id}", handle, place, text, Standing())


def _invocation(id_: str, handle: ReplyHandle, place: Place, text: str, standing: Standing) -> Invocation:
    until = handle.expires or 0
    return Invocation(
        id=f"twitch:{id_}",
        kind="command",
        author=handle.to,
        place=place,
        reply=handle,
        received=until - PATIENCE,
        answer_until=until,
        text=text,
        standing=standing,
    )
