"""Messages as Discord shows them: escaped Markdown, embeds, components, attachments. Pure: imports no client library.

Nothing in the text of a run has an effect: what could be Markdown is escaped, and `allowed_mentions` names the users and
roles that the text of the message itself mentions and nobody else. A mention inside a card notifies nobody.
"""

from collections.abc import Iterable
from itertools import starmap
from typing import Any

from bot.adapter import Payload
from bot.command import ReplyHandle
from bot.message import Button, File, Image, Message, Run, Select
from bot.message.plain import filename, in_lines, linkable, named, packed, short, unseen
from bot.platforms.discord.embeds import ALT, MOST, embeds, picture, size, thumbnail_name
from bot.platforms.discord.layout import layout
from bot.platforms.discord.markdown import pieces

LIMIT = 2000
EPHEMERAL = 64
_EMBEDS, _FILES, _BYTES, _ROWS = 10, 10, 24 << 20, 5
_PER_ROW, _LABEL, _HINT, _OPTIONS = 5, 80, 150, 25
_VALUE = 100
_STYLES = {"primary": 1, "plain": 2, "danger": 4}


def payloads(message: Message, handle: ReplyHandle) -> list[Payload]:
    """The bodies that create these messages, in order. Card, pictures, files and buttons are on the last.

    `files` holds bytes. What is private carries the flag of ephemeral answers; where there are none, the adapter takes
    it off and sends a direct message. A card with buttons is a layout (`layout`) when it can be.
    """
    runs = message.flat()
    rich = message.card or message.images or message.files
    if rich:
        runs = _told(runs, message)
    bodies = list(starmap(_body, pieces(runs, LIMIT))) or [_body("" if rich else "…")]
    if rich:
        _dressed(bodies, message)
    if message.buttons or message.selects:
        _add(bodies, "components", _rows(message), "…")
        if len(bodies) == 1 and message.card and "components" in bodies[0] and not message.files:
            bodies = [layout(bodies[0]) or bodies[0]]
    if handle.private or message.private:
        for body in bodies:
            body["flags"] = body.get("flags", 0) | EPHEMERAL
    return bodies


def _told(runs: list[Run], message: Message) -> list[Run]:
    """These, and in words what of the message cannot be seen."""
    thumbnail = message.card and message.card.thumbnail
    more = unseen([*message.images, *([thumbnail] if thumbnail else [])], message.files)
    return in_lines(runs, *([one] for one in more))


def _body(content: str, mentioned: Iterable[str] = ()) -> Payload:
    """Notifies whom its text mentions (`pieces`) and nobody else."""
    users: dict[str, None] = {}
    roles: dict[str, None] = {}
    for one in mentioned:
        if one[0] == "&":
            roles[one[1:]] = None
        elif one[0] != "#":
            users[one] = None
    pinged: dict[str, Any] = {"parse": [], "users": [*users][:100]}
    if roles:
        pinged["roles"] = [*roles][:100]
    return {"content": content, "allowed_mentions": pinged}


def _dressed(bodies: list[Payload], message: Message) -> None:
    """Embeds on the last body, then attachments; further bodies where they do not fit."""
    framed = embeds(message.card) if message.card else []
    framed += [picture(one) for one in message.images if not one.data and linkable(one.url)]
    thumbnail = message.card and message.card.thumbnail
    if thumbnail and thumbnail.data:
        bodies[-1]["files"] = [
            {"name": thumbnail_name(thumbnail), "data": thumbnail.data, "description": _alt(thumbnail)}
        ]
    _add(bodies, "embeds", packed(framed, _EMBEDS, MOST, size), "")
    uploads = list(_uploads([*message.images, *message.files]))
    if "files" in bodies[-1] and uploads:
        uploads[:0] = bodies[-1].pop("files")
    _add(bodies, "files", packed(uploads, _FILES, _BYTES, lambda one: len(one["data"])), "")


def _uploads(things: Iterable[Image | File]) -> Iterable[Payload]:
    """What has data, under names that no other upload has."""
    seen: set[str] = set()
    for thing in things:
        if thing.data:
            name = filename(thing.name)
            while name in seen:
                name = f"{len(seen)}-{name}"
            seen.add(name)
            yield {"name": name, "data": thing.data, "description": _alt(thing)}


def _alt(thing: Image | File) -> str:
    return short(thing.alt, ALT)


def _add(bodies: list[Payload], name: str, lots: Iterable[list[Payload]], filler: str) -> None:
    """The first lot on the last body, each further one on a body of its own."""
    for n, lot in enumerate(lots):
        if n:
            bodies.append(_body(filler))
        bodies[-1][name] = lot


def _rows(message: Message) -> list[list[Payload]]:
    """Selects in a row each, then buttons in rows of five; five rows for each body, and no id twice in one."""
    lots: list[list[Payload]] = []
    for one in message.selects:
        for lot, options in enumerate(packed(_options(one), _OPTIONS)):
            row = {"type": 1, "components": [_menu(one, options)]}
            if lot or not lots or len(lots[-1]) == _ROWS:
                lots.append([])
            lots[-1].append(row)
    buttons = [{"type": 1, "components": lot} for lot in packed(map(_key, message.buttons), _PER_ROW)]
    room = _ROWS - len(lots[-1]) if lots else 0
    if room:
        lots[-1] += buttons[:room]
    return [*lots, *packed(buttons[room:], _ROWS)]


def _menu(one: Select, options: list[Payload]) -> Payload:
    most = max(1, min(one.most, len(options)))
    hint = {"placeholder": found} if (found := short(str(one.hint), _HINT)) else {}
    return {"type": 3, "custom_id": one.id, **hint, "options": options, "min_values": 1, "max_values": most}


def _options(one: Select) -> Iterable[Payload]:
    """The choices under their values; all under their numbers (`#0`) when one is empty, too long or there twice."""
    values = [choice.value for choice in one.choices]
    plain = len(set(values)) == len(values) and all(0 < len(value) <= _VALUE for value in values)
    for number, choice in enumerate(one.choices):
        about = {"description": found} if (found := short(str(choice.about), 100)) else {}
        yield {"label": named(choice.label, 100), "value": choice.value if plain else f"#{number}", **about}


def _key(one: Button) -> Payload:
    return {"type": 2, "label": named(one.label, _LABEL), "style": _STYLES[one.style], "custom_id": one.id}
