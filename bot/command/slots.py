"""What the grammar knows of each option: how its value is read from a line, and how it is written into one."""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import NamedTuple, TypeAlias

from bot.command.duration import apart, canonical
from bot.command.invocation import Raw
from bot.command.items import literal, split, unquoted
from bot.command.option import Option
from bot.command.words import Read, meant_whole, reader, span
from bot.users import Channel, Role, User

Take: TypeAlias = Callable[[str, int, Collection[str]], tuple[Raw | None, int] | None]
"""What begins at a place of the line and where it ends, when these names may still be bound; None for a single word."""

TOKEN = re.compile(
    r"""\s*(?:(\w+):(?=\S))?                   # a name
    (?: "((?:[^"\\]|\\.)*+)"(?!\S)             # straight quotes
      | “([^”]*+)”(?!\S)                       # smart quotes
      | (\S+) )                                # a word""",
    re.DOTALL | re.VERBOSE,
)
_PLAIN = re.compile(r"[^\s\"“:][^\s:]*")  # needs no quotes, wherever it stands
_PLAIN_ITEM = re.compile(r"[^\s\"“:,][^\s:,]*")
_NAME = re.compile(r"\s*(\w+):\S")


class Slot(NamedTuple):
    """An option as the parser sees it.

    `read` is None for text. `skips`: left out when the next word cannot be it. `tail` makes the value of an option that
    takes the rest of the line. `take` reads what may be several words; without it, one word is the value.
    """

    name: str
    read: Read | None
    skips: bool
    rest: bool
    many: bool
    tail: Callable[[str], Raw] | None
    take: Take | None


def slots(options: Sequence[Option]) -> tuple[Slot, ...]:
    """The slots of what can be typed."""
    typed = [option for option in options if option.typed]
    last = typed[-1] if typed else None
    ends_open = last is not None and (last.rest or _takes_tail(last))
    made = []
    for option in typed:
        read = reader(option)
        skips = ends_open and not option.required and read is not None
        if skips and option.type is int and not option.many:
            read = meant_whole
        tail = whole_text if option.rest else _tail if option is last and _takes_tail(option) else None
        take = None if tail else _taker(option, read, skips=skips)
        made.append(Slot(option.name, read, skips, option.rest, option.many, tail, take))
    return tuple(made)


def one(slot: Slot, word: str) -> Raw:
    """The value of an unquoted word; one that does not read as what is wanted stays text, for the binder to judge."""
    value = slot.read(word) if slot.read is not None else None
    return word if value is None else value


def whole_text(text: str) -> str:
    """A text without the quotes that enclose all of it."""
    text = text.strip()
    if text[:1] not in ('"', "“"):
        return text
    token = TOKEN.fullmatch(text)
    return text if token is None or token[4] is not None else unquoted(token[2], token[3])


def written(slot: Slot, raw: Raw) -> tuple[str, bool]:
    """A value as it is typed, and whether it can stand in its place: else it needs its name."""
    if slot.many:
        return _written_list(slot, items_of(raw, slot.read))
    text, quoted = _written_one(slot, raw, _PLAIN)
    return text, not slot.skips or not (quoted or slot.read is None or slot.read(text) is None)


def _takes_tail(option: Option) -> bool:
    return option.many and reader(option) is None


def _tail(text: str) -> Raw:
    return [*split(text, None)]


def items_of(raw: Raw, read: Read | None) -> list[Raw]:
    """The items of a list, however it came: as a list, as one text, or as a single value."""
    if isinstance(raw, str):
        return [*split(raw, read)]
    return [*raw] if isinstance(raw, list) else [raw]


def _taker(option: Option, read: Read | None, *, skips: bool) -> Take | None:
    if option.many:
        return _take_list(read, skips=skips)
    return _take_two if option.type is timedelta else None


def _take_two(text: str, at: int, _names: Collection[str]) -> tuple[Raw | None, int] | None:
    """`2 days`: a length of time in two words."""
    return apart(text, at)


def _take_list(read: Read | None, *, skips: bool) -> Take:
    """A list goes on over the words that follow while each reads as an item; a comma inside it says where it ends."""

    def take(text: str, at: int, names: Collection[str]) -> tuple[Raw | None, int]:
        found = literal(text, at, read)
        if skips and not found.reads:
            return None, at
        items, end, commas = found.items, found.end, found.commas
        goes_on = found.reads and read is not None and (not commas or text[end - 1] == ",")
        while goes_on:
            name, found = _NAME.match(text, end), literal(text, end, read)
            if not found.reads or (name and name[1] in names):
                break
            items.extend(found.items)
            end, commas = found.end, commas or found.commas
            goes_on = not commas or text[end - 1] == ","
        return [*items], end

    return take


def _written_list(slot: Slot, items: list[Raw]) -> tuple[str, bool]:
    text = ",".join(_written_one(slot, item, _PLAIN_ITEM)[0] for item in items) or ","
    if slot.tail is not None:
        return text, True
    return text, len(items) > 1 and (not slot.skips or literal(text, 0, slot.read).reads)


def _written_one(slot: Slot, raw: Raw, plain: re.Pattern[str]) -> tuple[str, bool]:
    """A single value, and whether it stands in quotes."""
    if isinstance(raw, bool):
        return ("yes" if raw else "no"), False
    if isinstance(raw, int | float):
        return repr(raw), False
    value = _pointed(raw)
    if plain.fullmatch(value) and one(slot, value) == value and (slot.take is not _take_two or span(value)):
        return value, False
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"', True


def _pointed(raw: object) -> str:
    """What was pointed at, as its platform writes it in text; a length of time in its one form."""
    match raw:
        case User():
            return f"<@{raw.id}>"
        case Channel():
            return f"<#{raw.id}>"
        case Role():
            return f"<@&{raw.id}>"
        case timedelta():
            return canonical(raw)
    return str(raw)
