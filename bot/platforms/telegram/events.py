"""Updates in the words of the house: lines and presses. Pure but for the time, which is given."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from telegram import CallbackQuery, Chat, InlineQuery, Message, MessageEntity
from telegram import User as Account

from bot.command import Invocation, ReplyHandle
from bot.platforms.telegram.directory import PLATFORM, user
from bot.platforms.telegram.links import Target, target
from bot.platforms.telegram.parts import about, attachments, cut, mentioned, with_ids, words
from bot.platforms.telegram.prompts import MARK
from bot.users import Place

ANSWERABLE = 3_600_000_000  # µs: an answer later than an hour is of no use to anybody
_DATA = re.compile(
    rf"(?:{MARK}:(?P<question>[\w-]+):(?P<answer>\d{{1,3}})|(?P<button>[\w-]+)(?::(?P<choice>\d{{1,2}}))?)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Bearings:
    """What reading an update takes: who the bot is, and the paths behind the menu names (`vault_put`)."""

    bot: str
    username: str
    paths: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, ready for `Ingress.wants` and `Ingress.submit`. `reply`: to a message of the bot.

    `linked` is what a link runs: nobody needs to be asked whether it is wanted.
    """

    invocation: Invocation
    addressed: bool
    reply: bool
    linked: bool


@dataclass(frozen=True, slots=True)
class Data:
    """What the data of a pressed key says: a button, perhaps a choice of it, or an answer to a question."""

    button: str | None
    chosen: list[str]
    question: str | None
    answer: int


def line(message: Message, update_id: int, bearings: Bearings, now: int) -> Line | None:
    """What somebody typed or gave, or None: nothing of both, no person behind it, forwarded, for another bot."""
    author = message.from_user
    if author is None or author.is_bot or message.sender_chat or message.forward_origin:
        return None
    (text, entities), files = words(message), attachments(message)
    if not text and not files:
        return None
    spoken = _spoken(text, entities, bearings, direct=message.chat.type == Chat.PRIVATE)
    if spoken is None:
        return None
    said, addressed, link = spoken
    replied = message.reply_to_message
    invocation = Invocation(
        id=_id(bearings, update_id),
        kind="press" if link.button else "command",
        author=user(author),
        place=place(message.chat, thread(message)),
        reply=handle(message.chat, author, bearings, now, message=message),
        received=now,
        answer_until=now + ANSWERABLE,
        path=link.path,
        text=link.text if link.path else said,
        button=link.button,
        mentions=mentioned(entities),
        files=files,
        about=about(message) if replied else None,
        locale=author.language_code,
    )
    to_bot = replied is not None and replied.from_user is not None and str(replied.from_user.id) == bearings.bot
    return Line(invocation, addressed, to_bot, linked=link.path is not None or link.button is not None)


def data_of(query: CallbackQuery) -> Data | None:
    """What a pressed key means; None for what this house never gave to any."""
    found = _DATA.fullmatch(query.data or "")
    if found is None:
        return None
    return Data(
        found["button"], [found["choice"]] if found["choice"] else [], found["question"], int(found["answer"] or 0)
    )


def press(query: CallbackQuery, data: Data, update_id: int, bearings: Bearings, now: int) -> Invocation | None:
    """A pressed button, or None when the message that bears it is not ours to answer under."""
    if query.message is None:
        return None
    return Invocation(
        id=_id(bearings, update_id),
        kind="press",
        author=user(query.from_user),
        place=place(query.message.chat, thread(query.message)),
        reply=handle(query.message.chat, query.from_user, bearings, now, message=query.message, query=query.id),
        received=now,
        answer_until=now + ANSWERABLE,
        button=data.button,
        chosen=data.chosen,
        locale=query.from_user.language_code,
    )


def inline(query: InlineQuery, update_id: int, bearings: Bearings, now: int) -> Invocation:
    """What is typed behind the bot's name in any chat, as if it were typed in private."""
    chat = Chat(query.from_user.id, Chat.PRIVATE)
    return Invocation(
        id=_id(bearings, update_id),
        kind="command",
        author=user(query.from_user),
        place=place(chat, None),
        reply=handle(chat, query.from_user, bearings, now),
        received=now,
        answer_until=now + ANSWERABLE,
        text="/" + query.query.strip().removeprefix("/"),
        locale=query.from_user.language_code,
    )


def handle(
    chat: Chat, account: Account, bearings: Bearings, now: int, *, message: object = None, query: str | None = None
) -> ReplyHandle:
    """Where an answer to this message or press goes."""
    return ReplyHandle(
        platform=PLATFORM,
        bot=bearings.bot,
        channel=str(chat.id),
        to=user(account),
        token=query,
        message=str(number) if (number := getattr(message, "message_id", None)) else None,
        thread=thread(message),
        direct=chat.type == Chat.PRIVATE,
        deadline=now + 1_500_000 if query else None,
        expires=now + ANSWERABLE,
    )


def place(chat: Chat, topic: str | None) -> Place:
    """A chat as a place."""
    return Place(PLATFORM, str(chat.id), "direct" if chat.type == Chat.PRIVATE else "group", thread=topic)


def thread(message: object) -> str | None:
    """The topic of a message; replies outside of forums have a thread too, which is none."""
    topic = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
    return str(topic) if topic else None


def _id(bearings: Bearings, update_id: int) -> str:
    return f"{PLATFORM}:{bearings.bot}:{update_id}"


def _spoken(
    text: str, entities: list[MessageEntity], bearings: Bearings, *, direct: bool
) -> tuple[str, bool, Target] | None:
    """The text as the router reads it, whether the bot was named, and what a link runs; None for another bot's command."""
    shown, addressed = with_ids(text, entities), _named(text, entities, bearings)
    if not entities or entities[0].type != MessageEntity.BOT_COMMAND or entities[0].offset != 0:
        return shown, addressed, Target()
    word = cut(text, entities[0])
    name, _, bot = word[1:].partition("@")
    if bot and bot.casefold() != bearings.username.casefold():
        return None
    addressed, rest = addressed or bool(bot), shown[len(word) :]
    if name.casefold() == "start":
        return _started(rest.strip(), addressed, bearings, direct=direct)
    return f"/{bearings.paths.get(name.casefold(), name)}{rest}", addressed, Target()


def _started(payload: str, addressed: bool, bearings: Bearings, *, direct: bool) -> tuple[str, bool, Target]:
    """Where others read, a link is a line like any other: what is refused there is refused."""
    found = target(payload, bearings.paths)
    if found is None:
        return "/help", addressed, Target()
    if found.path and not direct:
        return f"/{found.path} {found.text}".rstrip(), addressed, Target()
    return "", addressed, found


def _named(text: str, entities: list[MessageEntity], bearings: Bearings) -> bool:
    me = f"@{bearings.username}".casefold()
    return any(entity.type == MessageEntity.MENTION and cut(text, entity).casefold() == me for entity in entities)
