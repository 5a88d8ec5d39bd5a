"""Messages as Telegram shows them: text with entities, photos, albums, documents, inline keyboards.

Pure: imports no client library. `bytes` are uploads, with `filename` beside them. A private answer outside of a direct place
goes to the private chat with whom it is for; its first call then has the `POINTER` of the message, if it has one of its own.
"""

from collections.abc import Iterator

from bot.adapter import Payload
from bot.command import ReplyHandle
from bot.message import File, Image, Message, Run, Select
from bot.message.plain import (
    Between,
    carded,
    cleaned,
    filename,
    in_lines,
    lined,
    linkable,
    named,
    packed,
    short,
    unseen,
)
from bot.message.split import split
from bot.platforms.telegram.entities import LIMIT, fits, measure, own, rendered, units, usual

CAPTION = 1024
POINTER = "pointer"
"""Not of the Bot API: what is said in the room when the private chat is closed to the bot."""
_ALBUM, _KEYS, _PER_ROW, _LABEL = 10, 100, 2, 64
_SHORT, _SHORT_PER_ROW = 14, 3
_CARD = Between(title="\n", parts="\n\n", fields="\n")


def payloads(message: Message, handle: ReplyHandle) -> list[Payload]:
    """The Bot API calls that show this message, in order; each with its `method`. Pictures, files and buttons come last."""
    calls = _texts(message)
    if message.images or message.card or message.files or message.buttons or message.selects:
        calls = _laden(calls, message)
    return _addressed(calls or [_nothing()], message, handle)


def _laden(texts: list[Payload], message: Message) -> list[Payload]:
    """With its pictures, files and buttons. An album cannot carry buttons: they are on the text below it then."""
    attached = _attached(message, alone=not texts)
    keyboards = packed(_keyboard(message), _KEYS // _SHORT_PER_ROW)
    if keyboards and any(call["method"] == "sendMediaGroup" for call in attached):
        calls = [*attached, *(texts or [_nothing()])]
    else:
        calls = _under(texts, attached) or [_nothing()]
    for n, rows in enumerate(keyboards):
        calls += [_nothing()] if n else []
        calls[-1]["reply_markup"] = {"inline_keyboard": rows}
    return calls


def _texts(message: Message) -> list[Payload]:
    """Everything that is said, in as many messages as it takes; what shows nothing is left out."""
    runs = message.flat()
    rich = message.card or message.images or message.files or message.selects
    if not rich and (whole := usual(runs)) is not None:
        return [_text(*whole)]
    runs = _runs(_told(runs, message) if rich else runs)
    pieces = [runs] if fits(runs) else split(runs, LIMIT, measure)
    return [_text(text, entities) for text, entities in map(rendered, pieces) if text]


def _nothing() -> Payload:
    """What stands where nothing is said."""
    return _text("…", [])


def _runs(runs: list[Run]) -> list[Run]:
    """As this platform can show them."""
    return lined(list(map(own, cleaned(runs))))


def _told(runs: list[Run], message: Message) -> list[Run]:
    """These, and the card; what cannot be sent is its words, a select its hint."""
    said = cleaned(runs)
    if message.card:
        said = in_lines(said, carded(message.card, _CARD), gap="\n\n")
    unsent = unseen([*message.images, *_thumbnail(message)], message.files)
    return in_lines(said, *([one] for one in unsent), *([Run(str(one.hint))] for one in message.selects))


def _thumbnail(message: Message) -> list[Image]:
    """Of its card: a picture like the others."""
    return [message.card.thumbnail] if message.card and message.card.thumbnail else []


def _attached(message: Message, *, alone: bool) -> list[Payload]:
    """Its pictures and files. Those that stand alone have their own words below."""
    seen = [one for one in (*_thumbnail(message), *message.images) if one.data or linkable(one.url)]
    return [*_pictures(seen, alone=alone), *map(_document, (one for one in message.files if one.data))]


def _text(text: str, entities: list[Payload]) -> Payload:
    return {"method": "sendMessage", "text": text, "entities": entities, "link_preview_options": {"is_disabled": True}}


def _pictures(images: list[Image], *, alone: bool) -> Iterator[Payload]:
    """A photo by itself, several as albums."""
    for lot in packed(images, _ALBUM):
        shown = [_photo(one, alone=alone) for one in lot]
        if len(shown) == 1:
            media = {name: value for name, value in shown[0].items() if name not in ("type", "media")}
            yield {"method": "sendPhoto", "photo": shown[0]["media"], **media}
        else:
            yield {"method": "sendMediaGroup", "media": shown}


def _photo(image: Image, *, alone: bool) -> Payload:
    media: Payload = {"type": "photo", "media": image.data or image.url}
    if image.data and image.name != "image.png":
        media["filename"] = filename(image.name)
    return media | (_caption(*rendered([Run(short(image.alt, CAPTION // 2))])) if alone else {})


def _document(file: File) -> Payload:
    call: Payload = {"method": "sendDocument", "document": file.data, "filename": filename(file.name)}
    alt = short(file.alt, CAPTION // 2)
    return call | (_caption(*rendered([Run(alt)])) if alt else {})


def _caption(text: str, entities: list[Payload]) -> Payload:
    return {"caption": text, "caption_entities": entities}


def _under(texts: list[Payload], attached: list[Payload]) -> list[Payload]:
    """The text first; its last piece is the caption of what follows when it fits there."""
    if not texts or not attached:
        return texts or attached
    below = attached[0]["media"][0] if attached[0]["method"] == "sendMediaGroup" else attached[0]
    *before, last = texts
    if "caption" in below or units(last["text"]) > CAPTION:
        return [*texts, *attached]
    below |= _caption(last["text"], last["entities"])
    return [*before, *attached]


def _keyboard(message: Message) -> list[list[Payload]]:
    """The choices of selects, then buttons in rows of two. A choice's data is `<id>:<number>`, from 0."""
    choices = [row for select in message.selects for row in _choices(select)]
    keys = [{"text": named(one.label, _LABEL), "callback_data": one.id} for one in message.buttons]
    return [*choices, *packed(keys, _PER_ROW)]


def _choices(select: Select) -> list[list[Payload]]:
    """In a row each; three beside each other when all are short."""
    keys: list[Payload] = [
        {"text": named(_choice(str(one.label), str(one.about)), _LABEL), "callback_data": f"{select.id}:{number}"}
        for number, one in enumerate(select.choices)
    ]
    return packed(keys, _SHORT_PER_ROW if all(len(key["text"]) <= _SHORT for key in keys) else 1)


def _choice(label: str, about: str) -> str:
    return f"{label}: {about}" if about else label


def _addressed(calls: list[Payload], message: Message, handle: ReplyHandle) -> list[Payload]:
    """Each to where it was asked, the first one as a reply; what is private, or for nowhere, to the private chat."""
    away = not handle.channel or ((message.private or handle.private) and not handle.direct)
    chat = int(handle.to.id if away else handle.channel)
    for call in calls:
        call["chat_id"] = chat
        if handle.thread and not away:
            call["message_thread_id"] = int(handle.thread)
    if away and handle.channel and message.pointer is not None:
        calls[0][POINTER] = str(message.pointer)
    if handle.message and not away:
        calls[0]["reply_parameters"] = {"message_id": int(handle.message), "allow_sending_without_reply": True}
    return calls
