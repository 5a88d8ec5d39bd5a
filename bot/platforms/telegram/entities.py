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
_LATEST = 2**31

Kind = tuple[tuple[str, str | int], ...]
"""An entity without its place: type and value, in the order of its fields."""


def measure(runs: Sequence[Run]) -> int:
    """Its length in UTF-16 units; more than a message holds when it has more than 100 entities."""
    text = "".join(run.text for run in runs)
    return max(units(text.strip()), len(_spans(runs)) * LIMIT // ENTITIES)


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


def own(run: Run) -> Run:
    """As this platform can show it: what it does not know is a name or a text, code takes nothing inside."""
    known = _known(run)
    if run.atomic and not known:
        run = structs.replace(run, mention=None, emoji=None, when=None)
    if known:
        run = structs.replace(run, style=run.style & ~_CODE)
    plain = linkable(run.href) and not run.style & _CODE and run.block != "pre" and not known
    return run if plain or run.href is None else spelled(run)


def _known(run: Run) -> bool:
    if run.block == "pre" or not run.atomic:
        return False
    if run.mention:
        return bool(re.fullmatch("[0-9]{1,18}", owner(run, "telegram") or ""))
    if run.emoji:
        return bool(re.fullmatch("[0-9]{1,20}", run.emoji.get("telegram", "")))
    return 0 <= (run.when or 0) // 1_000_000 < _LATEST


def _spans(runs: Sequence[Run]) -> list[tuple[int, int, Kind]]:
    """Where each look begins and ends, the inner ones inside the outer ones; what goes on in the next run is one span."""
    spans: list[tuple[int, int, Kind]] = []
    going: list[tuple[Kind, int]] = []
    at = 0
    for run in runs:
        kinds = _kinds(run)
        keep = 0
        while keep < min(len(going), len(kinds)) and going[keep][0] == kinds[keep] and not _single(kinds[keep]):
            keep += 1
        spans += [(start, at, kind) for kind, start in going[keep:]]
        going[keep:] = [(kind, at) for kind in kinds[keep:]]
        at += units(run.text)
    return spans + [(start, at, kind) for kind, start in going]


def _single(kind: Kind) -> bool:
    return kind[0][1] in ("text_mention", "custom_emoji", "date_time")


def _kinds(run: Run) -> tuple[Kind, ...]:
    """The entities of a run, outermost first."""
    kinds = _looks(run.style, run.block, run.lang)
    if run.mention:
        return (*kinds, (("type", "text_mention"), ("user", run.mention.partition(":")[2]), ("name", run.text)))
    if run.emoji:
        return (*kinds, (("type", "custom_emoji"), ("custom_emoji_id", run.emoji["telegram"])))
    if run.when is not None:
        seconds = run.when // 1_000_000
        return (*kinds, (("type", "date_time"), ("unix_time", seconds), ("date_time_format", _SHAPES[run.shape])))
    return (*kinds, (("type", "text_link"), ("url", run.href))) if run.href else kinds


@lru_cache(maxsize=1024)
def _looks(style: int, block: str, lang: str | None) -> tuple[Kind, ...]:
    """Those that say nothing of what stands there."""
    if block == "pre":
        return ((("type", "pre"), *((("language", lang),) if lang and _LANGUAGE.fullmatch(lang) else ())),)
    quoted: tuple[Kind, ...] = ((("type", "blockquote"),),) if block == "quote" else ()
    if style & _CODE:
        return (*quoted, (("type", "code"),))
    return (*quoted, *((("type", name),) for flag, name in _LOOKS if style & flag))


def _entity(start: int, end: int, kind: Kind) -> Payload:
    fields: Payload = dict(kind) | {"offset": start, "length": end - start}
    if "user" in fields:
        fields["user"] = {"id": int(fields["user"]), "is_bot": False, "first_name": fields.pop("name")}
    return fields
