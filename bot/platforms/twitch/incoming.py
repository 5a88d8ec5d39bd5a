"""A chat message or whisper of Twitch in the words of the house. Pure."""

import re
from typing import TYPE_CHECKING

from bot.command import Invocation, ReplyHandle
from bot.message.plain import clean
from bot.platforms.names import shown
from bot.users import Place, User

if TYPE_CHECKING:
    from twitchio import ChatMessage, PartialUser, Whisper

PATIENCE = 60_000_000  # µs: an answer after a minute is an answer to nobody
_INVISIBLE = "\U000e0000\u034f "  # what chat clients append to repeat themselves
_TRUSTED = {"broadcaster", "moderator", "lead_moderator"}


def user_of(partial: "PartialUser") -> User:
    """Somebody as Twitch names them."""
    login = clean(partial.name or "")
    return User("twitch", partial.id, shown(partial.display_name, login, partial.id), login)


def trusted(message: "ChatMessage") -> bool:
    """True where the author's badges lift Twitch's limits."""
    return not _TRUSTED.isdisjoint(badge.set_id for badge in message.badges)


def elsewhere(message: "ChatMessage") -> bool:
    """True for a message of another room of a shared chat: it is that room's to answer."""
    return message.source_broadcaster is not None


def spoken(message: "ChatMessage", bot: User, prefix: str) -> tuple[str, bool]:
    """The line, and whether the bot was named at its start.

    `@bot balance` and `@bot !balance` are `!balance`. Twitch puts the name of whom one replies to before a reply: it is
    taken off, and a reply to the bot names it only where a command follows.
    """
    text = clean(_with_logins(message)).strip(_INVISIBLE)
    parent = message.reply.parent_user if message.reply else None
    if parent is not None and (rest := _after_name(text, user_of(parent))) is not None:
        return rest, parent.id == bot.id and rest.startswith(prefix)
    rest = _after_name(text, bot)
    if not rest:
        return text, False
    return (rest if rest.startswith(prefix) else prefix + rest), True


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


def from_chat(message: "ChatMessage", text: str, bot: str, received: int) -> Invocation:
    """What somebody typed in a room. `received`: µs since the epoch."""
    author, room = user_of(message.chatter), message.broadcaster.id
    handle = ReplyHandle("twitch", bot, room, author, message=message.id, expires=received + PATIENCE)
    mentions = [user_of(one) for one in message.mentions]
    return _invocation(message.id, handle, Place("twitch", room), text, mentions)


def from_whisper(whisper: "Whisper", bot: str, received: int) -> Invocation:
    """What somebody whispered to the bot. `received`: µs since the epoch."""
    author = user_of(whisper.sender)
    handle = ReplyHandle("twitch", bot, "", author, direct=True, expires=received + PATIENCE)
    place = Place("twitch", author.id, "direct")
    return _invocation(f"whisper:{whisper.id}", handle, place, clean(whisper.text).strip(_INVISIBLE), [])


def _invocation(id_: str, handle: ReplyHandle, place: Place, text: str, mentions: list[User]) -> Invocation:
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
        mentions=mentions,
    )
