"""Runs as text and entities, never a parse mode, so nothing can be injected. Lengths and offsets are UTF-16 units.

Source: "Formatting options" and `MessageEntity` of the Bot API. Of two entities with common characters one lies inside
the other; code takes none inside (a quotation may hold it); links, mentions, custom emoji and moments do not contain each
other; quotations do not nest.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import structs

from bot.adapter import Payload
from bot.message import Run, Style
from bot.message.plain import linkable, owner, spelled

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
_PERSON, _EMOJI = re.compile("[0-9]{1,18}"), re.compile("[0-9]{1,20}")
_LATEST = 2**31

_SINGLE = ("text_mention", "custom_emoji", "date_time")
_DEEPEST = 7
"""Entities that one run may have: a quotation, five looks, and what it is."""

Span = tuple[int, int, Payload]
"""Where an entity begins and ends, and its fields without its place."""


def measure(runs: Sequence[Run]) -> int:
    """Its length in UTF-16 units; more than a message holds when it has more than 100 entities."""
    text = "".join([run.text for run in runs])
    return max(units(text.strip()), len(_spans(runs)) * LIMIT // ENTITIES)


def fits(runs: Sequence[Run]) -> bool:
    """Surely one message? Told by what no character and no run goes beyond; most messages need no other measure."""
    if len(runs) * _DEEPEST > ENTITIES:
        return False
    return sum([len(run.text) for run in runs]) * 2 <= LIMIT


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def rendered(runs: Sequence[Run]) -> tuple[str, list[Payload]]:
    """Text and entities. The server takes white space off both ends of the text, so it is taken off here first."""
    text = "".join([run.text for run in runs])
    shown, spans = text.strip(), _spans(runs)
    if spans and len(shown) < len(text):
        spans = _within(spans, units(text[: len(text) - len(text.lstrip())]), units(shown))
    entities = [{**kind, "offset": start, "length": end - start} for start, end, kind in spans]
    if len(entities) > 1:
        entities.sort(key=_place)
    return shown, entities


def own(run: Run) -> Run:
    """As this platform can show it: what it does not know is a name or a text, code takes nothing inside."""
    if not run.atomic:
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
        return _PERSON.fullmatch(owner(run, "telegram") or "") is not None
    if run.emoji:
        return _EMOJI.fullmatch(run.emoji.get("telegram", "")) is not None
    return 0 <= (run.when or 0) // 1_000_000 < _LATEST


def _spans(runs: Sequence[Run]) -> list[Span]:
    """Where each look begins and ends, the inner ones inside the outer ones; what goes on in the next run is one span."""
    spans: list[Span] = []
    going: list[tuple[int, Payload]] = []
    at = 0
    for run in runs:
        kinds = _kinds(run)
        if going:
            same = _same(going, kinds) if kinds else 0
            spans += [(start, at, kind) for start, kind in going[same:]]
            going, kinds = going[:same], kinds[same:]
        if kinds:
            going += [(at, kind) for kind in kinds]
        at += units(run.text)
    return spans + [(start, at, kind) for start, kind in going] if going else spans


def _same(going: list[tuple[int, Payload]], kinds: tuple[Payload, ...]) -> int:
    """How many of those that are going on, outermost first, go on in a run with these kinds."""
    same = 0
    for (_, one), other in zip(going, kinds, strict=False):
        if one != other or one["type"] in _SINGLE:
            break
        same += 1
    return same


def _within(spans: list[Span], low: int, length: int) -> list[Span]:
    """As far as they lie within so many units from `low` on, counted from there."""
    cut = [(max(start - low, 0), min(end - low, length), kind) for start, end, kind in spans]
    return [span for span in cut if span[0] < span[1]]


def _place(entity: Payload) -> tuple[int, int]:
    return entity["offset"], -entity["length"]


def _kinds(run: Run) -> tuple[Payload, ...]:
    """The entities of a run without their place, outermost first."""
    kinds = _looks(run.style, run.block, run.lang) if run.style or run.block else ()
    if run.mention:
        who = {"id": int(run.mention.partition(":")[2]), "is_bot": False, "first_name": run.text}
        return (*kinds, {"type": "text_mention", "user": who})
    if run.emoji:
        return (*kinds, {"type": "custom_emoji", "custom_emoji_id": run.emoji["telegram"]})
    if run.when is not None:
        seconds = run.when // 1_000_000
        return (*kinds, {"type": "date_time", "unix_time": seconds, "date_time_format": _SHAPES[run.shape]})
    return (*kinds, {"type": "text_link", "url": run.href}) if run.href else kinds


@lru_cache(maxsize=1024)
def _looks(style: int, block: str, lang: str | None) -> tuple[Payload, ...]:
    """Those that say nothing of what stands there."""
    if block == "pre":
        return ({"type": "pre", **({"language": lang} if lang and _LANGUAGE.fullmatch(lang) else {})},)
    quoted: tuple[Payload, ...] = ({"type": "blockquote"},) if block == "quote" else ()
    if style & _CODE:
        return (*quoted, {"type": "code"})
    return (*quoted, *({"type": name} for flag, name in _LOOKS if style & flag))
