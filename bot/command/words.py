"""How single words of a line read as values: for the grammar, which takes them, and the binder, which judges them."""

import math
import re
from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from typing import Final, TypeAlias

from bot.command.duration import duration
from bot.command.option import Option
from bot.users import Channel, Role, User

Read: TypeAlias = Callable[[str], str | int | float | bool | None]
"""What a word is as a value of some type, or None when it is none."""

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_DIGITS = re.compile(r"[+-]?[0-9][0-9.,_]*")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,30})?(?:e[+-]?[0-9]{1,3})?", re.IGNORECASE)
_TRUTH: Final = {
    **dict.fromkeys(("yes", "y", "ja", "true", "on", "1"), True),
    **dict.fromkeys(("no", "n", "nein", "false", "off", "0"), False),
}


def whole(word: str) -> int | None:
    """A whole number of at most 18 digits, or None."""
    if len(word) <= 18 and word.isascii() and word.isdecimal():  # as most are written
        return int(word)
    return int(word) if _WHOLE.fullmatch(word) else None


def meant_whole(word: str) -> int | str | None:
    """A whole number; the word itself when it is another number (`1.5`, one of 19 digits), which is then refused; or None."""
    value = whole(word)
    return value if value is not None or not _DIGITS.fullmatch(word) else word


def decimal(word: str) -> float | None:
    """A finite number, or None."""
    value = float(word) if _DECIMAL.fullmatch(word) else math.inf
    return value if math.isfinite(value) else None


def truth(word: str) -> bool | None:
    """Yes or no in one of its usual words, or None."""
    return _TRUTH.get(word.casefold())


def span(word: str) -> str | None:
    """The word itself when it is a length of time (`90s`), or None."""
    return word if duration(word) is not None else None


def reference(word: str) -> str | None:
    """The word itself when it looks like a user (`@bob`, `<@42>`), or None."""
    return word if word[:1] == "@" or (word[:2] == "<@" and word[2:3] != "&") else None


def room(word: str) -> str | None:
    """The word itself when it looks like a channel (`#lounge`, `<#7>`), or None."""
    return word if word.startswith(("#", "<#")) else None


def role(word: str) -> str | None:
    """The word itself when it looks like a role (`@vip`, `<@&7>`), or None."""
    return word if word.startswith(("@", "<@&")) else None


_READERS: Final[dict[type, Read]] = {
    int: whole,
    float: decimal,
    bool: truth,
    timedelta: span,
    User: reference,
    Channel: room,
    Role: role,
}


def reader(option: Option) -> Read | None:
    """What reads a word as a value (of a list: an item) of this option; None for text, which every word is."""
    if option.choices and option.type is str:
        known = {str(choice).casefold() for choice in option.choices} | {word for word, _ in option.words}
        return lambda word: word if word.casefold() in known else None
    return _READERS.get(option.type)


def members(kind: type[Enum]) -> dict[str | int, Enum]:
    """What each member of an Enum is chosen by: their values when those are all text or all whole numbers, else their
    names in lower case."""
    values = {type(one.value) for one in kind}
    if values in ({str}, {int}):
        return {one.value: one for one in kind}
    return {one.name.lower(): one for one in kind}
