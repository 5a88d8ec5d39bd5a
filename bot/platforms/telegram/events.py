"""Updates in the words of the house. Pure but for the time, which is given."""

from collections.abc import Mapping
from dataclasses import dataclass

from telegram import CallbackQuery, Chat, Message, MessageEntity
from telegram import User as Account

from bot.command import Invocation, ReplyHandle
from bot.platforms.telegram.directory import PLATFORM, user
from bot.users import Place, User

ANSWERABLE = 3_600_000_000  # µs: an answer later than an hour is of no use to anybody


@dataclass(frozen=True, slots=True)
class Bearings:
    """What reading an update takes: who the bot is, and the paths behind the menu names (`vault_put`)."""

    bot: str
    username: str
    paths: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, ready for `Ingress.wants` and `Ingress.submit`."""

    invocation: Invocation
    addressed: bool


def line(message: Message, update_id: int, bearings: Bearings, now: int) -> Line | None:
    """What somebody typed, or None: no text, no person behind it, forwarded, or a command for another bot."""
    author = message.from_user
    if not message.text or author is None or author.is_bot or message.sender_chat or message.forward_origin:
        return None
    spoken = _spoken(message, bearings)
    if spoken is None:
        return None
    text, addressed = spoken
    invocation = _invocation(message.chat, author, update_id, bearings, now, message=message, text=text)
    return Line(invocation, addressed)


def press(query: CallbackQuery, update_id: int, bearings: Bearings, now: int) -> Invocation | None:
    """A pressed button, or None when the message that bears it is not ours to answer under."""
    if query.message is None or query.data is None:
        return None
    return _invocation(query.message.chat, query.from_user, update_id, bearings, now, query=query)


def _invocation(
    chat: Chat,
    account: Account,
    update_id: int,
    bearings: Bearings,
    now: int,
    *,
    message: Message | None = None,
    query: CallbackQuery | None = None,
    text: str = "",
) -> Invocation:
    under = message or (query.message if query else None)
    topic = under.message_thread_id if isinstance(under, Message) and under.is_topic_message else None
    thread = str(topic) if topic else None
    direct, author = chat.type == Chat.PRIVATE, user(account)
    handle = ReplyHandle(
        platform=PLATFORM,
        bot=bearings.bot,
        channel=str(chat.id),
        to=author,
        token=query.id if query else None,
        message=str(under.message_id) if under else None,
        thread=thread,
        direct=direct,
        deadline=now + 1_500_000 if query else None,
        expires=now + ANSWERABLE,
    )
    return Invocation(
        id=f"{PLATFORM}:{bearings.bot}:{update_id}",
        kind="press" if query else "command",
        author=author,
        place=Place(PLATFORM, str(chat.id), "direct" if direct else "shared", thread=thread),
        reply=handle,
        received=now,
        answer_until=now + ANSWERABLE,
        text=text,
        button=query.data if query else None,
        mentions=_mentioned(message),
        locale=account.language_code,
    )


def _mentioned(message: Message | None) -> list[User]:
    return [user(entity.user) for entity in message.entities if entity.user] if message else []


def _spoken(message: Message, bearings: Bearings) -> tuple[str, bool] | None:
    """The text as the router reads it and whether the bot was named; None for another bot's command."""
    entities = sorted(message.entities, key=lambda entity: entity.offset)
    text, addressed = _with_ids(message, entities), _named(message, entities, bearings)
    if not entities or entities[0].type != MessageEntity.BOT_COMMAND or entities[0].offset != 0:
        return text, addressed
    word = message.parse_entity(entities[0])
    name, _, bot = word[1:].partition("@")
    if bot and bot.casefold() != bearings.username.casefold():
        return None
    addressed = addressed or bool(bot)
    if name.casefold() == "start":
        return "/help", addressed
    return f"/{bearings.paths.get(name.casefold(), name)}{text[len(word) :]}", addressed


def _with_ids(message: Message, entities: list[MessageEntity]) -> str:
    """Names of people who have no `@name` are sent as marked text: they become `<@id>`. Offsets are UTF-16 units."""
    data, out, at = (message.text or "").encode("utf-16-le"), "", 0
    for entity in entities:
        if entity.user and entity.offset * 2 >= at:
            out += data[at : entity.offset * 2].decode("utf-16-le") + f"<@{entity.user.id}>"
            at = (entity.offset + entity.length) * 2
    return out + data[at:].decode("utf-16-le")


def _named(message: Message, entities: list[MessageEntity], bearings: Bearings) -> bool:
    me = f"@{bearings.username}".casefold()
    return any(
        entity.type == MessageEntity.MENTION and message.parse_entity(entity).casefold() == me for entity in entities
    )
