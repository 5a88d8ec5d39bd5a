"""A chat message or whisper of Twitch in the words of the house. Pure."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.command import Invocation, ReplyHandle
from bot.events import Cheered, Redeemed, Spoke
from bot.message.plain import clean
from bot.platforms.names import shown
from bot.platforms.twitch.wire import Line, Mention, Parent, Whisper
from bot.users import Place, Said, Standing, User

if TYPE_CHECKING:
    from twitchio import PartialUser

PATIENCE = 60_000_000  # µs: an answer after a minute is an answer to nobody
INVISIBLE = "\U000e0000\u034f "  # what chat clients append to repeat themselves
_GAP = re.compile(r"[\s,:]+|$")  # after a name


def user_of(partial: "PartialUser") -> User:
    """Somebody of whom the library asked."""
    return user(partial.id, partial.name or "", partial.display_name or "")


@lru_cache(maxsize=2_000)  # who speaks in a room speaks again, and is spoken to
def user(id_: str, login: str, name: str) -> User:
    """Somebody as Twitch names them."""
    handle = clean(login)
    return User("twitch", id_, shown(name, handle, id_), handle)


def paid(line: Line) -> type[Cheered | Redeemed] | None:
    """The event that this line is the words of: then it is told twice, and is that event's."""
    if line.cheer:
        return Cheered
    return Redeemed if line.channel_points_custom_reward_id else None


def spoken(line: Line, bot: User, prefix: str) -> tuple[str, bool]:
    """The line, and whether the bot was named at its start.

    `@bot balance` and `@bot !balance` are `!balance`. Twitch puts the name of whom one replies to before a reply: it is
    taken off, and a reply to the bot names it only where a command follows.
    """
    text = _text(line)
    if not text.startswith("@"):
        return text, False
    parent = _parent(line.reply) if line.reply else None
    if parent is not None and (rest := _after_name(text, parent)) is not None:
        return rest, parent.id == bot.id and rest.startswith(prefix)
    rest = _after_name(text, bot)
    if not rest:
        return text, False
    return (rest if rest.startswith(prefix) else prefix + rest), True


def _text(line: Line) -> str:
    """The text as typed; a mention by a localised name stands as its login, which is what users are found by."""
    pieces = [
        piece.text if piece.mention is None else _mentioned(piece.text, piece.mention)
        for piece in line.message.fragments
    ]
    return clean("".join(pieces)).strip(INVISIBLE)


def _mentioned(typed: str, who: Mention) -> str:
    return typed if typed[1:].lower() == who.user_login else f"@{who.user_login}"


def _after_name(text: str, user: User) -> str | None:
    """What follows the login or shown name of this user behind the `@` of a line; None when it is somebody else's."""
    for name in (user.handle, user.name):
        end = 1 + len(name)
        if text[1:end].casefold() == name.casefold() and (gap := _GAP.match(text, end)):
            return text[gap.end() :]
    return None


def from_chat(
    line: Line, text: str, author: User, place: Place, bot: str, standing: Standing, received: int
) -> Invocation:
    """What somebody typed in a room. `received`: µs since the epoch.

    The answer goes into the thread of the message. A message of a shared chat has one id in all of its rooms.
    """
    until = received + PATIENCE
    return Invocation(
        id=f"twitch:{line.source_message_id or line.message_id}",
        kind="command",
        author=author,
        place=place,
        reply=ReplyHandle("twitch", bot, place.channel, author, message=line.message_id, expires=until),
        received=received,
        answer_until=until,
        text=text,
        mentions=[
            user(who.user_id, who.user_login, who.user_name)
            for piece in line.message.fragments
            if (who := piece.mention) is not None
        ],
        about=None if line.reply is None else _about(line.reply),
        standing=standing,
    )


def talk(line: Line, author: User, place: Place, bot: str, received: int) -> tuple[Spoke, ReplyHandle]:
    """A line that is nobody's command, and where answers to it go: the room, to nobody in particular."""
    spoke = Spoke(
        id=f"twitch:{line.source_message_id or line.message_id}",
        place=place,
        at=received,
        user=author,
        message=line.message_id,
        text=_text(line),
    )
    return spoke, ReplyHandle("twitch", bot, place.channel, author, expires=received + PATIENCE)


def _about(reply: Parent) -> Said:
    return Said(reply.parent_message_id, _parent(reply), clean(reply.parent_message_body))


def _parent(reply: Parent) -> User:
    return user(reply.parent_user_id, reply.parent_user_login, reply.parent_user_name)


def from_whisper(whisper: Whisper, bot: str, received: int) -> Invocation:
    """What somebody whispered to the bot. `received`: µs since the epoch."""
    author = user(whisper.from_user_id, whisper.from_user_login, whisper.from_user_name)
    until = received + PATIENCE
    return Invocation(
        id=f"twitch:whisper:{whisper.whisper_id}",
        kind="command",
        author=author,
        place=Place("twitch", author.id, "direct"),
        reply=ReplyHandle("twitch", bot, "", author, direct=True, expires=until),
        received=received,
        answer_until=until,
        text=clean(whisper.whisper.text).strip(INVISIBLE),
        standing=Standing(),
    )
