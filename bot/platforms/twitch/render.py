"""Messages as Twitch chat lines: plain text of at most 499 characters. Pure: imports no client library.

What the platform cannot show is said in words: a link is `text (address)`, a picture its address or `[what it shows]`, a card
`title — text | label: value | footer`, buttons and selects are a numbered choice. What is private carries `to_user_id` (a
whisper): it never is a chat line.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from msgspec import structs

from bot.adapter import Payload
from bot.command import ReplyHandle
from bot.message import Message, Run, Select, Style, Text
from bot.message.plain import Between, carded, clean, in_lines, lined, named, owner, short, spelled, unseen
from bot.message.split import split
from bot.message.text import Arg, joined
from bot.users import User

LIMIT = 499
"""One of Twitch's 500 is kept for the mark that tells a line from the same one a moment ago."""
_LABEL = 80
_CARD = Between(title=" — ", parts=" | ", fields=" | ")
_SPOILER = int(Style.SPOILER)


def payloads(message: Message, handle: ReplyHandle) -> list[Payload]:
    """The chat lines that show this message, in order.

    `{"message", "reply_parent_message_id"?, "to_user_id"?, "pointer"?, "announce"?}`: `pointer` is the line of chat in place of
    a whisper that cannot be sent; what carries `announce` is set off as an announcement where the bot may do that.
    """
    where = _where(message, handle)
    if "to_user_id" in where and message.pointer is not None:
        where["pointer"] = payloads(Message(message.pointer), handle)[0]["message"]
    short = _simple(message)
    if short is not None:
        return [{"message": short, **where}]
    pieces = split(_words(message), LIMIT, lambda runs: len(line(runs)))
    lines = [text for text in map(line, pieces) if text] or ["…"]
    return [{"message": text, **where} for text in lines]


def line(runs: Iterable[Run]) -> str:
    """One chat line: white space collapsed, never the beginning of a chat command."""
    return _line("".join([run.text for run in runs]))


def _line(text: str) -> str:
    text = " ".join(text.split())
    return f"· {text}" if text.startswith(("/", ".")) else text


def _simple(message: Message) -> str | None:
    """The one line of a message that is only words and names; None for anything else, which takes all that follows here."""
    if message.card or message.images or message.files or message.buttons or message.selects:
        return None
    parts = []
    for each in message.runs:
        word = _word(each)
        if word is None:
            return None
        parts.append(word)
    said = clean("".join(parts))
    text = _line(said)
    return text if text and len(said) <= LIMIT and len(text) <= LIMIT else None


def _word(value: Arg) -> str | None:
    """What a part says that is only words and names; None for anything else."""
    if type(value) is str:
        return value
    if type(value) is Text:
        return _filled(value)
    if type(value) is User:
        here = value.platform == "twitch" and value.id and value.name
        return "@" + value.name.lstrip("@") if here else value.name
    if type(value) is Run and value.href is None and not (value.emoji or value.block or value.style & _SPOILER):
        return value.text if value.mention is None or not value.text else _called(value) or value.text
    return None


def _filled(text: Text) -> str | None:
    if text.block or text.style & _SPOILER:
        return None
    args: dict[str, Arg] = {}
    for name, value in text.args.items():
        word = value if type(value) is str else _word(value)
        if word is None:
            return None
        args[name] = word
    return str(Text(text.template, args, 0, text.plural, text.count))


def _where(message: Message, handle: ReplyHandle) -> Payload:
    if message.private or handle.private or handle.direct:
        return {"to_user_id": handle.to.id}
    reply = {"reply_parent_message_id": handle.message} if handle.message else {}
    return {**reply, "announce": True} if message.announce else reply


def _words(message: Message) -> list[Run]:
    """Everything the message shows, as words without a look; a line of its own is the best place to cut."""
    card = carded(message.card, _CARD) if message.card else []
    said = _bared(lined(in_lines(message.flat(), card)))
    extras = [[Run(extra)] for extra in _extras(message)]
    return in_lines(list(said), *extras) if extras else joined(said)


def _bared(runs: Sequence[Run]) -> Iterator[Run]:
    """Without look and link; what hides is named as such, a mention of somebody here is `@name` and stays whole."""
    for hidden, group in groupby(runs, lambda run: bool(run.style & _SPOILER)):
        held = map(_bare, group)
        yield from (Run("[spoiler: "), *held, Run("]")) if hidden else held


def _called(run: Run) -> str | None:
    """`@name` of somebody here, who hears of it; None for anybody and anything else."""
    number = owner(run, "twitch")
    return "@" + run.text.lstrip("@") if number and number[0] not in "#&" else None


def _bare(run: Run) -> Run:
    run = spelled(run)
    if name := _called(run):
        return Run(name, mention=run.mention)
    if run.emoji and (name := short(run.emoji.get("twitch", ""), _LABEL)):
        return Run(name, emoji=run.emoji)
    return Run(run.text, when=run.when)


def _extras(message: Message) -> Iterator[str]:
    thumbnail = [message.card.thumbnail] if message.card and message.card.thumbnail else []
    for image in (*thumbnail, *message.images):
        yield clean(image.url or f"[{image.alt or 'image'}]")
    for file in message.files:
        (said,) = unseen((), [structs.replace(file, data=None)])
        yield spelled(said).text
    yield from _numbered(message)


def _numbered(message: Message) -> Iterator[str]:
    """Buttons and choices under one count, as they can be typed."""
    keys = [f"!{number} {named(one.label, _LABEL)}" for number, one in enumerate(message.buttons, 1)]
    if keys:
        yield " · ".join(keys)
    number = len(keys)
    for select in message.selects:
        yield _offered(select, number)
        number += len(select.choices)


def _offered(select: Select, before: int) -> str:
    keys = []
    for number, one in enumerate(select.choices, before + 1):
        about = f" ({short(str(one.about), _LABEL)})" if str(one.about).strip() else ""
        keys.append(f"!{number} {named(one.label, _LABEL)}{about}")
    hint = " ".join(clean(str(select.hint)).split())
    return f"{hint}: {' · '.join(keys)}" if hint else " · ".join(keys)
