"""Runs as text and entities, never a parse mode, so nothing can be injected. Lengths and offsets are UTF-16 units.

Source: "Formatting options" and `MessageEntity` of the Bot API. Of two entities with common characters one lies inside
the other; code takes none inside (a quotation may hold it); links, mentions, custom emoji and moments do not contain each
other; quotations do not nest.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter

from msgspec import structs

from bot.adapter import Payload
from bot.message import Run, Style
from bot.message.plain import linkable, spelled

LIMIT = 4096
ENTITIES = 100
_CODE = int(Style.CODE)
_LOOKS = (
    (int(Style.SPOILER), "spoiler"),
    (int(Style.BOLD), "bold"),
    (int(Style.ITALIC), "italic"),
    (int(Style.UNDERLINE), "underline"),
    (int(Style.STRIKE), "strikethrough"),
)
_SHAPES = {"time": "t", "date": "D", "both": "Dt", "relative": "r"}
_LANGUAGE = re.compile(r"[\w+#.-]{1,64}", re.ASCII)
_PERSON, _EMOJI = re.compile("telegram:([0-9]{1,18})"), re.compile("[0-9]{1,20}")
_TEXT = attrgetter("text")
_LATEST = 2**31
_SINGLE = ("text_mention", "custom_emoji", "date_time")
_DEEPEST = 7
"""Entities that one run may have: a quotation, five looks, and what it is."""


def measure(runs: Sequence[Run]) -> int:
    """Its length in UTF-16 units; more than a message holds when it has more than 100 entities."""
    text = "".join(map(_TEXT, runs))
    return max(units(text.strip()), len(_entities(runs, len)) * LIMIT // ENTITIES)


def fits(runs: Sequence[Run]) -> bool:
    """Surely one message? Told by what no character and no run goes beyond; most messages need no other measure."""
    if len(runs) * _DEEPEST > ENTITIES:
        return False
    return sum(map(len, map(_TEXT, runs))) * 2 <= LIMIT


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def rendered(runs: Sequence[Run]) -> tuple[str, list[Payload]]:
    """Text and entities. The server takes white space off both ends of the text, so it is taken off here first."""
    text = "".join(map(_TEXT, runs))
    shown, entities = text.strip(), _entities(runs, len if text.isascii() else units)
    if entities and len(shown) < len(text):
        entities = _within(entities, units(text[: len(text) - len(text.lstrip())]), units(shown))
    return shown, entities


def usual(runs: Sequence[Run]) -> tuple[str, list[Payload]] | None:
    """Words, mentions, and looks that do not touch: nearly all that is said, in one go. None when there is more among it.

    It is what `rendered` makes of them when each is its `own`.
    """
    said, at, styled = "", 0, False
    entities: list[Payload] = []
    for run in runs:
        text = run.text
        if run.block or run.href is not None or run.emoji is not None or run.when is not None or not text.isprintable():
            return None
        length = len(text) if text.isascii() else units(text)
        if run.style:
            if styled or run.mention is not None:
                return None
            entities += [{**kind, "offset": at, "length": length} for kind in _looks(run.style, "", None)]
        elif run.mention is not None and (who := _person(run.mention)) is not None:
            entities.append({**_mention(who, text), "offset": at, "length": length})
        said, at, styled = said + text, at + length, run.style != 0
    return (said, entities) if 0 < at <= LIMIT and len(entities) <= ENTITIES and said.strip() == said else None


def own(run: Run) -> Run:
    """As this platform can show it: what it does not know is a name or a text, code takes nothing inside."""
    if run.mention is None and run.emoji is None and run.when is None:
        return run if run.href is None else _linked(run)
    if not _known(run):
        return _linked(structs.replace(run, mention=None, emoji=None, when=None))
    if run.style & _CODE:
        run = structs.replace(run, style=run.style & ~_CODE)
    return run if run.href is None else spelled(run)


def _linked(run: Run) -> Run:
    plain = run.href is None or (linkable(run.href) and not run.style & _CODE and run.block != "pre")
    return run if plain else spelled(run)


def _known(run: Run) -> bool:
    """Is the one thing that it stands for one that Telegram can show?"""
    if run.block == "pre":
        return False
    if run.mention:
        return _person(run.mention) is not None
    if run.emoji:
        return _EMOJI.fullmatch(run.emoji.get("telegram", "")) is not None
    return 0 <= (run.when or 0) // 1_000_000 < _LATEST


def _entities(runs: Sequence[Run], size: Callable[[str], int]) -> list[Payload]:
    """All of them in order, an outer one before those inside it; what goes on in the next run is one entity.

    `size` tells how long a text is.
    """
    found: list[Payload] = []
    going: list[tuple[Payload, Payload]] = []
    at = 0
    for run in runs:
        kinds, length = _kinds(run), size(run.text)
        if going:
            del going[_same(going, kinds) if kinds else 0 :]
            for _, entity in going:
                entity["length"] += length
        for kind in kinds[len(going) :]:
            found.append(entity := {**kind, "offset": at, "length": length})
            if kind["type"] not in _SINGLE:
                going.append((kind, entity))
        at += length
    return found


def _same(going: list[tuple[Payload, Payload]], kinds: tuple[Payload, ...]) -> int:
    """How many of those that are going on, outermost first, go on in a run with these kinds."""
    same = 0
    for (one, _), other in zip(going, kinds, strict=False):
        if one != other:
            break
        same += 1
    return same


def _within(entities: list[Payload], low: int, length: int) -> list[Payload]:
    """As far as they lie within so many units from `low` on, counted from there."""
    found = []
    for entity in entities:
        start, end = max(entity["offset"] - low, 0), min(entity["offset"] + entity["length"] - low, length)
        if start < end:
            found.append({**entity, "offset": start, "length": end - start})
    return found


def _kinds(run: Run) -> tuple[Payload, ...]:
    """The entities of a run without their place, outermost first."""
    kinds = _looks(run.style, run.block, run.lang) if run.style or run.block else ()
    if run.mention:
        return (*kinds, _mention(_person(run.mention), run.text))
    if run.emoji:
        return (*kinds, {"type": "custom_emoji", "custom_emoji_id": run.emoji["telegram"]})
    if run.when is not None:
        seconds = run.when // 1_000_000
        return (*kinds, {"type": "date_time", "unix_time": seconds, "date_time_format": _SHAPES[run.shape]})
    return (*kinds, {"type": "text_link", "url": run.href}) if run.href else kinds


def _mention(who: int | None, name: str) -> Payload:
    return {"type": "text_mention", "user": {"id": who, "is_bot": False, "first_name": name}}


@lru_cache(maxsize=4096)
def _person(mention: str) -> int | None:
    """Whose account it is that is mentioned; None where it is none of Telegram's."""
    found = _PERSON.fullmatch(mention)
    return int(found[1]) if found else None


@lru_cache(maxsize=1024)
def _looks(style: int, block: str, lang: str | None) -> tuple[Payload, ...]:
    """Those that say nothing of what stands there."""
    if block == "pre":
        return ({"type": "pre", **({"language": lang} if lang and _LANGUAGE.fullmatch(lang) else {})},)
    quoted: tuple[Payload, ...] = ({"type": "blockquote"},) if block == "quote" else ()
    if style & _CODE:
        return (*quoted, {"type": "code"})
    return (*quoted, *({"type": name} for flag, name in _LOOKS if style & flag))
