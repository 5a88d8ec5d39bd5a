"""A chat message or whisper of Twitch in the words of the house. Pure."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.command import Invocation, ReplyHandle
from bot.events import Cheered, Redeemed, Spoke
from bot.message.plain import clean
from bot.platforms.names import shown
from bot.users import Place, Said, Standing, User

if TYPE_CHECKING:
    from twitchio import ChatMessage, ChatMessageReply, PartialUser, Whisper

PATIENCE = 60_000_000  # µs: an answer after a minute is an answer to nobody
INVISIBLE = "\U000e0000\u034f "  # what chat clients append to repeat themselves
_GAP = re.compile(r"[\s,:]+|$")  # after a name


def user_of(partial: "PartialUser") -> User:
    """Somebody as Twitch names them."""
    return _user(partial.id, partial.name or "", partial.display_name or "")


@lru_cache(maxsize=2_000)  # who speaks in a room speaks again, and is spoken to
def _user(id_: str, name: str, shown_as: str) -> User:
    login = clean(name)
    return User("twitch", id_, shown(shown_as, login, id_), login)


def paid(message: "ChatMessage") -> type[Cheered | Redeemed] | None:
    """The event that this line is the words of: then it is told twice, and is that event's."""
    if message.cheer:
        return Cheered
    return Redeemed if message.channel_points_id else None


def spoken(message: "ChatMessage", bot: User, prefix: str) -> tuple[str, bool]:
    """The line, and whether the bot was named at its start.

    `@bot balance` and `@bot !balance` are `!balance`. Twitch puts the name of whom one replies to before a reply: it is
    taken off, and a reply to the bot names it only where a command follows.
    """
    text = _line(message)
    if not text.startswith("@"):
        return text, False
    parent = message.reply.parent_user if message.reply else None
    if parent is not None and (rest := _after_name(text, user_of(parent))) is not None:
        return rest, parent.id == bot.id and rest.startswith(prefix)
    rest = _after_name(text, bot)
    if not rest:
        return text, False
    return (rest if rest.startswith(prefix) else prefix + rest), True


def _line(message: "ChatMessage") -> str:
    """The text as typed; a mention by a localised name stands as its login, which is what users are found by."""
    pieces = [
        piece.text if piece.mention is None else _mentioned(piece.text, piece.mention) for piece in message.fragments
    ]
    return clean("".join(pieces)).strip(INVISIBLE)


def _mentioned(typed: str, user: "PartialUser") -> str:
    return typed if typed[1:].lower() == user.name else f"@{user.name}"


def _after_name(text: str, user: User) -> str | None:
    """What follows the login or shown name of this user behind the `@` of a line; None when it is somebody else's."""
    for name in (user.handle, user.name):
        end = 1 + len(name)
        if text[1:end].casefold() == name.casefold() and (gap := _GAP.match(text, end)):
            return text[gap.end() :]
    return None


def from_chat(
    message: "ChatMessage", text: str, author: User, place: Place, bot: str, standing: Standing, received: int
) -> Invocation:
    """What somebody typed in a room. `received`: µs since the epoch.

    The answer goes into the thread of the message. A message of a shared chat has one id in all of its rooms.
    """
    until = received + PATIENCE
    return Invocation(
        id=f"twitch:{message.source_id or message.id}",
        kind="command",
        author=author,
        place=place,
        reply=ReplyHandle("twitch", bot, place.channel, author, message=message.id, expires=until),
        received=received,
        answer_until=until,
        text=text,
        mentions=[user_of(piece.mention) for piece in message.fragments if piece.mention is not None],
        about=None if message.reply is None else _about(message.reply),
        standing=standing,
    )


def talk(message: "ChatMessage", author: User, place: Place, bot: str, received: int) -> tuple[Spoke, ReplyHandle]:
    """A line that is nobody's command, and where answers to it go: the room, to nobody in particular."""
    spoke = Spoke(
        id=f"twitch:{message.source_id or message.id}",
        place=place,
        at=received,
        user=author,
        message=message.id,
        text=_line(message),
    )
    return spoke, ReplyHandle("twitch", bot, place.channel, author, expires=received + PATIENCE)


def _about(reply: "ChatMessageReply") -> Said:
    return Said(reply.parent_message_id, user_of(reply.parent_user), clean(reply.parent_message_body))


def from_whisper(whisper: "Whisper", bot: str, received: int) -> Invocation:
    """What somebody whispered to the bot. `received`: µs since the epoch."""
    author, until = user_of(whisper.sender), received + PATIENCE
    return Invocation(
        id=f"twitch:whisper:{whisper.id}",
        kind="command",
        author=author,
        place=Place("twitch", author.id, "direct"),
        reply=ReplyHandle("twitch", bot, "", author, direct=True, expires=until),
        received=received,
        answer_until=until,
        text=clean(whisper.text).strip(INVISIBLE),
        standing=Standing(),
    )
