"""Messages as Telegram shows them: text with entities, photos, albums, documents, inline keyboards.

Pure: imports no client library. `bytes` are uploads, with `filename` beside them. A private answer outside of a direct place
goes to the private chat with whom it is for.
"""

from collections.abc import Iterable, Iterator, Sequence

from bot.adapter import Payload
from bot.command import ReplyHandle
from bot.message import File, Image, Message, Run
from bot.message.plain import Between, carded, filename, in_lines, lined, linkable, named, packed, short, unseen
from bot.message.split import split
from bot.platforms.telegram.entities import LIMIT, measure, own, rendered, units

CAPTION = 1024
_ALBUM, _KEYS, _PER_ROW, _LABEL = 10, 100, 2, 64
_CARD = Between(title="\n", parts="\n\n", fields="\n")


def payloads(message: Message, handle: ReplyHandle) -> list[Payload]:
    """The Bot API calls that show this message, in order; each with its `method`. Pictures, files and buttons come last.

    An album cannot carry buttons: they are on the text below it then.
    """
    pieces = split(_runs(message), LIMIT, measure)
    pieces = [piece for piece in pieces if not all(run.text.isspace() for run in piece)]
    keyboards = packed(_keyboard(message), _KEYS // _PER_ROW)
    attached = [*_pictures(_visible(message), pieces), *map(_document, _uploads(message.files))]
    if keyboards and any(call["method"] == "sendMediaGroup" for call in attached):
        calls = [*attached, *(map(_text, pieces))]
        calls += [] if pieces else [_text([Run("…")])]
    else:
        calls = _under(pieces, attached) or [_text([Run("…")])]
    for n, rows in enumerate(keyboards):
        calls += [_text([Run("…")])] if n else []
        calls[-1]["reply_markup"] = {"inline_keyboard": rows}
    where = _where(message, handle)
    return [{**call, **where} | (_reply(message, handle) if index == 0 else {}) for index, call in enumerate(calls)]


def _runs(message: Message) -> list[Run]:
    """Everything that is said, as this platform can show it: what cannot be sent is its words, a select its hint."""
    card = carded(message.card, _CARD) if message.card else []
    pictures = [*message.images, *([message.card.thumbnail] if message.card and message.card.thumbnail else [])]
    hints = ([Run(str(one.hint))] for one in message.selects)
    said = in_lines(in_lines(message.flat(), card, gap="\n\n"), *([one] for one in unseen(pictures, message.files)))
    return lined([own(run) for run in in_lines(said, *hints)])


def _visible(message: Message) -> list[Image]:
    """What there is to look at; the thumbnail of a card is a picture like the others."""
    thumbnail = [message.card.thumbnail] if message.card and message.card.thumbnail else []
    return [one for one in (*thumbnail, *message.images) if one.data or linkable(one.url)]


def _uploads(files: Iterable[File]) -> list[File]:
    return [one for one in files if one.data]


def _text(piece: Sequence[Run]) -> Payload:
    text, entities = rendered(piece)
    return {"method": "sendMessage", "text": text, "entities": entities, "link_preview_options": {"is_disabled": True}}


def _pictures(images: list[Image], pieces: list[list[Run]]) -> Iterator[Payload]:
    """A photo by itself, several as albums; without any text each has its own words below."""
    for lot in packed(images, _ALBUM):
        shown = [_photo(one, alone=not pieces) for one in lot]
        if len(shown) == 1:
            media = {name: value for name, value in shown[0].items() if name not in ("type", "media")}
            yield {"method": "sendPhoto", "photo": shown[0]["media"], **media}
        else:
            yield {"method": "sendMediaGroup", "media": shown}


def _photo(image: Image, *, alone: bool) -> Payload:
    media: Payload = {"type": "photo", "media": image.data or image.url}
    if image.data and image.name != "image.png":
        media["filename"] = filename(image.name)
    return media | (_caption([Run(short(image.alt, CAPTION // 2))]) if alone else {})


def _document(file: File) -> Payload:
    call: Payload = {"method": "sendDocument", "document": file.data, "filename": filename(file.name)}
    alt = short(file.alt, CAPTION // 2)
    return call | (_caption([Run(alt)]) if alt else {})


def _caption(runs: Sequence[Run]) -> Payload:
    text, entities = rendered(runs)
    return {"caption": text, "caption_entities": entities}


def _under(pieces: list[list[Run]], attached: list[Payload]) -> list[Payload]:
    """The text first; its last piece is the caption of what follows when it fits there."""
    if not pieces or not attached:
        return [*map(_text, pieces), *attached]
    below = attached[0]["media"][0] if attached[0]["method"] == "sendMediaGroup" else attached[0]
    caption = _caption(pieces[-1])
    if "caption" in below or units(caption["caption"]) > CAPTION:
        return [*map(_text, pieces), *attached]
    below |= caption
    return [*map(_text, pieces[:-1]), *attached]


def _keyboard(message: Message) -> list[list[Payload]]:
    """The choices of selects in a row each, then buttons in rows of two. A choice's data is `<id>:<number>`, from 0."""
    choices = [
        {"text": named(_choice(str(one.label), str(one.about)), _LABEL), "callback_data": f"{select.id}:{number}"}
        for select in message.selects
        for number, one in enumerate(select.choices)
    ]
    keys = [{"text": named(one.label, _LABEL), "callback_data": one.id} for one in message.buttons]
    return [*([key] for key in choices), *packed(keys, _PER_ROW)]


def _choice(label: str, about: str) -> str:
    return f"{label}: {about}" if about else label


def _away(message: Message, handle: ReplyHandle) -> bool:
    """Does it go to the private chat, instead of the place where it was asked?"""
    return not handle.channel or ((message.private or handle.private) and not handle.direct)


def _where(message: Message, handle: ReplyHandle) -> Payload:
    if _away(message, handle):
        return {"chat_id": int(handle.to.id)}
    thread = {"message_thread_id": int(handle.thread)} if handle.thread else {}
    return {"chat_id": int(handle.channel), **thread}


def _reply(message: Message, handle: ReplyHandle) -> Payload:
    if not handle.message or _away(message, handle):
        return {}
    return {"reply_parameters": {"message_id": int(handle.message), "allow_sending_without_reply": True}}
