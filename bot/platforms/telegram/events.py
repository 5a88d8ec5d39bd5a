"""Updates in the words of the house: lines and presses. Pure but for the time, which is given."""

import re
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from bot.command import Invocation, ReplyHandle
from bot.platforms.telegram import wire
from bot.platforms.telegram.directory import PLATFORM, user
from bot.platforms.telegram.links import Target, target
from bot.platforms.telegram.parts import Entities, about, attachments, cut, mentioned, with_ids, words
from bot.platforms.telegram.prompts import MARK
from bot.users import Place, User

ANSWERABLE = 3_600_000_000  # µs: an answer later than an hour is of no use to anybody
_NOWHERE = Target()
_DATA = re.compile(
    rf"(?:{MARK}:(?P<question>[\w-]+):(?P<answer>\d{{1,3}})|(?P<button>[\w-]+)(?::(?P<choice>\d{{1,2}}))?)", re.ASCII
)


class Bearings(Struct, frozen=True):
    """What reading an update takes: who the bot is, and the paths behind the menu names (`vault_put`)."""

    bot: str
    username: str
    paths: Mapping[str, str]


class Line(Struct, frozen=True):
    """A line of text, ready for `Ingress.wants` and `Ingress.submit`. `reply`: to a message of the bot.

    `linked` is what a link runs: nobody needs to be asked whether it is wanted.
    """

    invocation: Invocation
    addressed: bool
    reply: bool
    linked: bool


class Data(Struct, frozen=True):
    """What the data of a pressed key says: a button, perhaps a choice of it, or an answer to a question."""

    button: str | None
    chosen: list[str]
    question: str | None
    answer: int


def line(message: wire.Message, update_id: int, bearings: Bearings, now: int) -> Line | None:
    """What somebody typed or gave, or None: nothing of both, no person behind it, forwarded, for another bot."""
    sender = message.sender
    if sender is None or sender.is_bot or message.sender_chat or message.forward_origin:
        return None
    text, entities = words(message)
    files = [] if message.text else attachments(message)
    if not text and not files:
        return None
    author, where = user(sender), place(message.chat, message.topic)
    names, addressed = _marked(text, entities, bearings) if entities else ((), False)
    spoken = _spoken(with_ids(text, names) if names else text, text, entities, bearings, direct=where.direct)
    if spoken is None:
        return None
    said, called, link = spoken
    replied = message.reply_to_message
    invocation = Invocation(
        id=_id(bearings, update_id),
        kind="press" if link.button else "command",
        author=author,
        place=where,
        reply=handle(where, author, bearings, now, message=message.message_id),
        received=now,
        answer_until=now + ANSWERABLE,
        path=link.path,
        text=link.text if link.path else said,
        button=link.button,
        mentions=mentioned(names) if names else [],
        files=files,
        about=about(message) if replied else None,
        locale=sender.language_code,
    )
    to_bot = replied is not None and replied.sender is not None and str(replied.sender.id) == bearings.bot
    return Line(invocation, addressed or called, to_bot, link is not _NOWHERE)


def data_of(query: wire.CallbackQuery) -> Data | None:
    """What a pressed key means; None for what this house never gave to any."""
    found = _DATA.fullmatch(query.data or "")
    if found is None:
        return None
    return Data(
        found["button"], [found["choice"]] if found["choice"] else [], found["question"], int(found["answer"] or 0)
    )


def press(query: wire.CallbackQuery, data: Data, update_id: int, bearings: Bearings, now: int) -> Invocation | None:
    """A pressed button, or None when the message that bears it is not ours to answer under."""
    if query.message is None:
        return None
    author, where = user(query.sender), place(query.message.chat, query.message.topic)
    return Invocation(
        id=_id(bearings, update_id),
        kind="press",
        author=author,
        place=where,
        reply=handle(where, author, bearings, now, message=query.message.message_id, query=query.id),
        received=now,
        answer_until=now + ANSWERABLE,
        button=data.button,
        chosen=data.chosen,
        locale=query.sender.language_code,
    )


def inline(query: wire.InlineQuery, update_id: int, bearings: Bearings, now: int) -> Invocation:
    """What is typed behind the bot's name in any chat, as if it were typed in private."""
    author = user(query.sender)
    where = Place(PLATFORM, author.id, "direct")
    return Invocation(
        id=_id(bearings, update_id),
        kind="command",
        author=author,
        place=where,
        reply=handle(where, author, bearings, now),
        received=now,
        answer_until=now + ANSWERABLE,
        text="/" + query.query.strip().removeprefix("/"),
        locale=query.sender.language_code,
    )


def handle(
    where: Place, to: User, bearings: Bearings, now: int, *, message: int | None = None, query: str | None = None
) -> ReplyHandle:
    """Where an answer to this message or press goes."""
    return ReplyHandle(
        platform=PLATFORM,
        bot=bearings.bot,
        channel=where.channel,
        to=to,
        token=query,
        message=str(message) if message else None,
        thread=where.thread,
        direct=where.kind == "direct",
        deadline=now + 1_500_000 if query else None,
        expires=now + ANSWERABLE,
    )


@lru_cache(maxsize=4096)
def place(chat: wire.Chat, topic: str | None) -> Place:
    """A chat as a place; the same for a chat that has not changed."""
    return Place(PLATFORM, str(chat.id), "direct" if chat.type == "private" else "group", thread=topic)


def _id(bearings: Bearings, update_id: int) -> str:
    return f"{PLATFORM}:{bearings.bot}:{update_id}"


def _spoken(
    shown: str, text: str, entities: Entities, bearings: Bearings, *, direct: bool
) -> tuple[str, bool, Target] | None:
    """The text as the router reads it, whether the bot's command is called by its name, and what a link runs.

    None for another bot's command. `shown` is the text with ids in place of names, which stand behind the command.
    """
    if not entities or (first := entities[0]).type != "bot_command" or first.offset:
        return shown, False, _NOWHERE
    word = cut(text, first)
    name, _, bot = word[1:].partition("@")
    if bot and bot.casefold() != bearings.username.casefold():
        return None
    folded, rest = name.casefold(), shown[len(word) :]
    if folded == "start":
        said, link = _started(rest.strip(), bearings, direct=direct)
        return said, bool(bot), link
    return f"/{bearings.paths.get(folded, name)}{rest}", bool(bot), _NOWHERE


def _started(payload: str, bearings: Bearings, *, direct: bool) -> tuple[str, Target]:
    """Where others read, a link is a line like any other: what is refused there is refused."""
    found = target(payload, bearings.paths)
    if found is None:
        return "/help", _NOWHERE
    if found.path and not direct:
        return f"/{found.path} {found.text}".rstrip(), _NOWHERE
    return "", found


def _marked(text: str, entities: Entities, bearings: Bearings) -> tuple[list[wire.MessageEntity], bool]:
    """The names of people who have no `@name`; and is the bot mentioned? Names are ASCII: those of another length are
    of others."""
    names, addressed, length = [], False, len(bearings.username) + 1
    for entity in entities:
        if entity.user:
            names.append(entity)
        elif entity.type == "mention" and entity.length == length:
            addressed |= cut(text, entity).casefold() == f"@{bearings.username}".casefold()
    return names, addressed
