"""The text grammar: a line of chat as named raw values, and back.

Values stand in the order of the options or as `name:value`; quotes keep words together; a `Rest` option takes the tail
of the line. Two rules keep what is already said safe from the words that follow:

1. A name binds only before Rest begins, and never an option that is bound: in `bless @bob 5 to:cleo` the last word is
   the note and no new receiver.
2. An optional number (truth value, choice, user) that the next word cannot be is skipped when Rest follows: in
   `bless @bob thank you` the words are the note.

A quoted word is text and nothing else. A backslash escapes inside straight quotes only. Quotes around the whole of Rest
come off, quotes around a part of it stay. For every mapping `parse(format(mapping)) == mapping`; a user is written as
`<@id>`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from bot.command.invocation import Raw
from bot.command.option import Option, placeholders
from bot.command.words import decimal, reference, truth, whole
from bot.errors import UserError
from bot.message import code
from bot.users import User

LONGEST_LINE = 100_000
"""Characters; no platform delivers more in one message."""

Parser: TypeAlias = Callable[[str], dict[str, Raw]]
Read: TypeAlias = Callable[[str], Raw | None]

_TOKEN = re.compile(
    r"""\s*(?:(\w+):(?=\S))?                   # a name
    (?: "((?:[^"\\]|\\.)*+)"(?!\S)             # straight quotes
      | “([^”]*+)”(?!\S)                       # smart quotes
      | (\S+) )                                # a word""",
    re.DOTALL | re.VERBOSE,
)
_WORD = re.compile(r"\s*(\S+)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PLAIN = re.compile(r"[^\s\"“:][^\s:]*")  # needs no quotes, wherever it stands


class _Slot(NamedTuple):
    """An option as the parser sees it. `read` is None for text; `skips` is rule 2."""

    name: str
    read: Read | None
    skips: bool
    rest: bool


def compile_parser(options: Sequence[Option]) -> Parser:
    """The parser for these options: pure, silent about missing ones. It raises `UserError` for words too many."""
    slots = _slots(options)
    named = {slot.name: slot for slot in slots}
    rest = next((slot.name for slot in slots if slot.rest), "")
    rest_begins = f"{rest}:" if rest else ""
    expected = placeholders(options)
    in_order = _compile_in_order(slots, expected)
    count = len(slots)

    def parse(text: str) -> dict[str, Raw]:
        if len(text) > LONGEST_LINE:
            raise UserError("That is too long: more than {limit} characters.", limit=LONGEST_LINE)
        if not (":" in text or '"' in text or "“" in text):
            return in_order(text)
        found: dict[str, Raw] = {}
        at = turn = 0
        while token := _TOKEN.match(text, at):
            name, straight, smart, word = token.groups()
            if name is not None:
                if name == rest:
                    found[name] = _rest(text[text.index(":", at) + 1 :])
                    break
                if name in named and name not in found:  # rule 1
                    found[name] = _read(named[name], word) if word else _unquoted(straight, smart)
                    at = token.end()
                    continue
                token = _WORD.match(text, at) or token
                word = token[1]
            elif word and word == rest_begins:
                found[rest] = _rest(text[text.index(":", at) + 1 :])
                break
            while turn < count:
                option, read, skips, takes_rest = slots[turn]
                if option not in found:
                    value = read(word) if read and word else None
                    if value is not None or not skips:  # rule 2
                        break
                turn += 1
            else:
                raise _too_much(expected)
            if takes_rest:
                found[option] = _rest(text[at:])
                break
            found[option] = (word or _unquoted(straight, smart)) if value is None else value
            at = token.end()
        return found

    return parse


def _compile_in_order(slots: Sequence[_Slot], expected: str) -> Parser:
    """The parser for a line without names and quotes, as most are: words in order."""

    def in_order(text: str) -> dict[str, Raw]:
        found: dict[str, Raw] = {}
        tail = text.strip()
        for name, read, skips, is_rest in slots:
            if not tail:
                break
            if is_rest:
                found[name], tail = tail, ""
                break
            parts = tail.split(None, 1)
            word = parts[0]
            value = read(word) if read is not None else word
            if value is None and skips:
                continue
            found[name] = word if value is None else value
            tail = parts[1] if len(parts) > 1 else ""
        if tail:
            raise _too_much(expected)
        return found

    return in_order


def format_options(options: Sequence[Option], mapping: Mapping[str, Raw]) -> str:
    """The line that these options read as `mapping`: in order up to the first gap, by name from there on."""
    words: list[str] = []
    by_name = False
    for slot in _slots(options):
        if slot.name not in mapping:
            by_name = True
            continue
        written, quoted = _written(slot, mapping[slot.name])
        by_name = by_name or (slot.skips and (quoted or slot.read is None or slot.read(written) is None))
        words.append(f"{slot.name}:{written}" if by_name else written)
    return " ".join(words)


def _slots(options: Sequence[Option]) -> tuple[_Slot, ...]:
    has_rest = any(option.rest for option in options)
    return tuple(
        _Slot(option.name, read, has_rest and not option.required and read is not None, option.rest)
        for option in options
        for read in (_reader(option),)
    )


def _reader(option: Option) -> Read | None:
    if option.choices and option.type is str:
        known = {str(choice).casefold() for choice in option.choices}
        return lambda word: word if word.casefold() in known else None
    readers: dict[type, Read] = {int: whole, float: decimal, bool: truth, User: reference}
    return readers.get(option.type)


def _read(slot: _Slot, word: str) -> Raw:
    """The value of an unquoted word; one that does not read as what is wanted stays text, for the binder to judge."""
    value = slot.read(word) if slot.read is not None else None
    return word if value is None else value


def _unquoted(straight: str | None, smart: str | None) -> str:
    if straight is None:
        return smart or ""
    return _ESCAPED.sub(r"\1", straight) if "\\" in straight else straight


def _rest(tail: str) -> str:
    """The tail of the line; quotes that enclose all of it come off."""
    tail = tail.strip()
    if tail[:1] not in ('"', "“"):
        return tail
    token = _TOKEN.fullmatch(tail)
    return tail if token is None or token[4] is not None else _unquoted(token[2], token[3])


def _written(slot: _Slot, raw: Raw) -> tuple[str, bool]:
    """A value as it is typed, and whether it stands in quotes."""
    if isinstance(raw, bool):
        return ("yes" if raw else "no"), False
    if isinstance(raw, int | float):
        return repr(raw), False
    value = f"<@{raw.id}>" if isinstance(raw, User) else raw
    if _PLAIN.fullmatch(value) and _read(slot, value) == value:
        return value, False
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"', True


def _too_much(expected: str) -> UserError:
    """Says what was expected, never what was typed: it may have been a secret."""
    if not expected:
        return UserError("This command takes nothing more.", code="too_much")
    return UserError("That is more than I can use. I expected: {usage}", code="too_much", usage=code(expected))
