"""Lists in a line of text.

Commas part the items (`@bob,@cleo`, `red apple, pear`); where there are none, spaces do (`@bob @cleo`). An item that holds
a space or a comma stands in quotes where it must. The same text means the same list in a line of chat and in the one field
that a slash command has for it.
"""

import re
from typing import NamedTuple, TypeAlias

from bot.command.words import Read

Item: TypeAlias = str | int | float | bool

ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# A quote opens at the start of a word only and closes before a space or comma: no character is looked at twice.
_QUOTED = r'"((?:[^"\\]|\\.)*+)"(?=[\s,]|\Z) | “([^“”]*+)”(?=[\s,]|\Z)'
_TOKEN = re.compile(rf"{_QUOTED} | ([^\s,]+) | (,)", re.DOTALL | re.VERBOSE)
_LITERAL = re.compile(rf"\s*+( (?: {_QUOTED} | [^\s,]+ | ,)*+ )", re.DOTALL | re.VERBOSE)


class Found(NamedTuple):
    """A list that was read. `reads` is True when every item is a bare word of the wanted type."""

    items: list[Item]
    reads: bool
    commas: bool
    end: int


def split(text: str, read: Read | None) -> list[Item]:
    """The items of a whole text."""
    pieces: list[list[re.Match[str]]] = [[]]
    for token in _TOKEN.finditer(text):
        if token[4]:
            pieces.append([])
        else:
            pieces[-1].append(token)
    found: list[Item] = []
    for tokens in pieces:
        found += _piece(text, tokens, read, alone=len(pieces) == 1)
    return found


def literal(text: str, at: int, read: Read | None) -> Found:
    """The list that begins here and has no space between its items."""
    found = _LITERAL.match(text, at)
    written, end = (found[1], found.end()) if found else ("", at)
    tokens = list(_TOKEN.finditer(written))
    words = [token for token in tokens if not token[4]]
    reads = bool(words) and all(token[3] and (read is None or read(token[3]) is not None) for token in words)
    return Found([_value(token, read) for token in words], reads, len(words) < len(tokens), end)


def unquoted(straight: str | None, smart: str | None) -> str:
    """What stands between quotes. A backslash escapes between straight ones only."""
    if straight is None:
        return smart or ""
    return ESCAPED.sub(r"\1", straight) if "\\" in straight else straight


def _piece(text: str, tokens: list[re.Match[str]], read: Read | None, *, alone: bool) -> list[Item]:
    """What stands between two commas: one item, unless its words are items each."""
    if not tokens:
        return []
    several = alone if read is None else all(token[3] and read(token[3]) is not None for token in tokens)
    if several or len(tokens) == 1:
        return [_value(token, read) for token in tokens]
    return [text[tokens[0].start() : tokens[-1].end()]]


def _value(token: re.Match[str], read: Read | None) -> Item:
    word = token[3]
    if word is None:
        return unquoted(token[1], token[2])
    value = read(word) if read is not None else None
    return word if value is None else value
