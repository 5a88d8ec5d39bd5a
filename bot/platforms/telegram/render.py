"""Messages as Telegram shows them: text and entities, never a parse mode, so nothing can be injected.

Pure: imports no client library. Lengths and offsets are UTF-16 units, as the Bot API counts.

A private answer outside of a direct place goes to the private chat with whom it is for.
"""

from collections.abc import Sequence
from itertools import pairwise

from bot.adapter import Payload
from bot.command import ReplyHandle
from bot.message import Button, Image, Message, Run, Style
from bot.message.plain import clean, cleaned, linkable, owner, short, spelled
from bot.message.split import split

LIMIT = 4096
CAPTION = 1024
ENTITIES = 100
_LABEL = 64
_BOLD, _ITALIC, _CODE = int(Style.BOLD), int(Style.ITALIC), int(Style.CODE)
_PER_ROW = 2

Kind = tuple[tuple[str, str], ...]
"""An entity without its place: type and value, in the order of its fields."""


def payloads(message: Message, handle: ReplyHandle) -> list[Payload]:
    """The Bot API calls that show this message, in order; each with its `method`. Picture and buttons come last."""
    pieces = [piece for piece in split(_runs(message), LIMIT, measure) if not all(run.text.isspace() for run in piece)]
    calls = _photo(message.image, pieces) or [_text(piece) for piece in pieces]
    calls = calls or [_text([Run("…")])]
    if message.buttons:
        calls[-1]["reply_markup"] = {"inline_keyboard": _keyboard(message.buttons)}
    where = _where(message, handle)
    return [{**call, **where} | (_reply(message, handle) if index == 0 else {}) for index, call in enumerate(calls)]


def measure(runs: Sequence[Run]) -> int:
    """Its length in UTF-16 units; more than a message holds when it has more than 100 entities."""
    text, entities = rendered(runs)
    return max(units(text), len(entities) * LIMIT // ENTITIES)


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def rendered(runs: Sequence[Run]) -> tuple[str, list[Payload]]:
    """Text and entities. The server takes white space off both ends of the text, so it is taken off here first."""
    text = "".join(run.text for run in runs)
    low = units(text[: len(text) - len(text.lstrip())])
    high = units(text.rstrip())
    spans = ((max(start, low), min(end, high), kind) for start, end, kind in _spans(runs))
    entities = [_entity(start - low, end - low, kind) for start, end, kind in spans if start < end]
    return text.strip(), sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def _spans(runs: Sequence[Run]) -> list[tuple[int, int, Kind]]:
    """Where each look begins and ends; a look that goes on in the next run is one span."""
    spans: list[tuple[int, int, Kind]] = []
    going: dict[Kind, int] = {}
    at = 0
    for run in runs:
        kinds = _kinds(run)
        over = [kind for kind in going if kind not in kinds or kind[0][1] == "text_mention"]
        spans += [(going.pop(kind), at, kind) for kind in over]
        for kind in kinds:
            going.setdefault(kind, at)
        at += units(run.text)
    return spans + [(start, at, kind) for kind, start in going.items()]


def _kinds(run: Run) -> list[Kind]:
    """The entities of a run. Code takes none inside."""
    if run.style & _CODE:
        return [(("type", "code"),)]
    kinds: list[Kind] = []
    if run.style & _BOLD:
        kinds.append((("type", "bold"),))
    if run.style & _ITALIC:
        kinds.append((("type", "italic"),))
    if run.mention:
        kinds.append((("type", "text_mention"), ("user", run.mention), ("name", run.text)))
    elif run.href:
        kinds.append((("type", "text_link"), ("url", run.href)))
    return kinds


def _entity(start: int, end: int, kind: Kind) -> Payload:
    fields: Payload = dict(kind) | {"offset": start, "length": end - start}
    if "user" in fields:
        fields["user"] = {"id": int(fields["user"]), "is_bot": False, "first_name": fields.pop("name")}
    return fields


def _runs(message: Message) -> list[Run]:
    """As this platform can show them: foreign mentions are names, a picture without an address or data is its words."""
    runs = [_own(run) for run in cleaned(message.flat())]
    image = message.image
    if image and not image.data and not image.url:
        runs.append(Run(f"\n[{clean(image.alt)}]"))
    return runs


def _own(run: Run) -> Run:
    number = owner(run, "telegram")
    mention = number if number and number.isascii() and number.isdigit() else None
    style = run.style & ~_CODE if mention else run.style  # code takes nothing inside
    plain = Run(run.text, style, run.href, mention)
    return plain if linkable(run.href) and not run.style & _CODE else spelled(plain)


def _text(piece: Sequence[Run]) -> Payload:
    text, entities = rendered(piece)
    return {"method": "sendMessage", "text": text, "entities": entities, "link_preview_options": {"is_disabled": True}}


def _photo(image: Image | None, pieces: list[list[Run]]) -> list[Payload]:
    """The picture comes last; the last piece is its caption when it fits. Without any text its own words are."""
    if image is None or not (image.data or image.url):
        return []
    photo: Payload = {"method": "sendPhoto", "photo": image.data or image.url}
    text, entities = rendered(pieces[-1] if pieces else [Run(short(image.alt, CAPTION // 2))])
    if units(text) > CAPTION:
        return [*map(_text, pieces), photo]
    return [*map(_text, pieces[:-1]), {**photo, "caption": text, "caption_entities": entities}]


def _keyboard(buttons: Sequence[Button]) -> list[list[Payload]]:
    keys: list[Payload] = [{"text": short(one.label, _LABEL), "callback_data": one.id} for one in buttons]
    edges = [*range(0, len(keys), _PER_ROW), len(keys)]
    return [keys[start:end] for start, end in pairwise(edges)]


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
