"""What checks and converts a single raw value, or the items of a list, where nothing must be looked up."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeAlias

from bot.command.choosing import listed
from bot.command.duration import canonical, duration
from bot.command.invocation import Raw
from bot.command.option import REQUIRED, Option
from bot.command.slots import items_of
from bot.command.words import decimal, members, reader, truth, whole
from bot.errors import UserError
from bot.users import Attachment, Said

LONGEST_TEXT = 6_000
"""Characters an option takes when it does not say otherwise (`MaxLen`): Discord's own limit."""
LONGEST_LIST = 6_000
"""Characters of a list that comes as one text: Discord's own limit again."""
MOST_ITEMS = 50
"""Items a list takes when it does not say otherwise (`MaxLen`)."""
LARGEST = 10**18

Convert: TypeAlias = Callable[[Raw], Any]

# Control characters but newline and tab, marks and overrides of direction, unpaired surrogates.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


_TOO_LARGE = re.compile(r"[+-]?[0-9]{19,}")
_INVISIBLE = re.compile("[\\s\u200b-\u200d\u2060\ufeff]")


def clean(text: str) -> str:
    """The text without characters that hide or turn around what follows them."""
    return text if text.isprintable() else _UNWANTED.sub("", text)


def converter(option: Option) -> Convert:
    """What checks and converts a value of this option where nothing must be looked up."""
    if option.many:
        return _several(option)
    if option.choices:
        return _choice(option)
    made: dict[type, Callable[[Option], Convert]] = {
        int: _number,
        float: _number,
        bool: _truth,
        str: _text,
        timedelta: _duration,
        Attachment: _given_whole,
        Said: _given_whole,
    }
    return made[option.type](option)


def items_reader(option: Option) -> Callable[[Raw], list[Raw]]:
    """What gives the items of a list, as many as it takes."""
    name, read = option.name, reader(option)
    least = max(option.min_length or 0, 1 if option.required else 0)
    most = MOST_ITEMS if option.max_length is None else option.max_length

    def items(raw: Raw) -> list[Raw]:
        if isinstance(raw, str) and len(raw) > LONGEST_LIST:
            raise UserError("{name} is too long.", code="bounds", name=name)
        found = items_of(clean(raw) if isinstance(raw, str) else raw, read)
        if not least <= len(found) <= most:
            raise _count(name, len(found), least, most)
        return found

    return items


def _count(name: str, count: int, least: int, most: int) -> UserError:
    what = (
        "{name} takes at most {most}, not {count}." if count > most else "{name} takes at least {least}, not {count}."
    )
    return UserError(what, code="bounds", name=name, count=count, least=least, most=most)


def _several(option: Option) -> Convert:
    items = items_reader(option)
    convert = converter(replace(option, many=False, default=REQUIRED, min_length=None, max_length=None))
    return lambda raw: [convert(item) for item in items(raw)]


def _given_whole(option: Option) -> Convert:
    """What is never typed: a file, or the message that is meant."""
    name, kind = option.name, option.type
    what = "{name} must be a file." if kind is Attachment else "{name} must be a message."

    def convert(raw: Raw) -> Attachment | Said:
        if isinstance(raw, Attachment | Said) and type(raw) is kind:
            return raw
        raise UserError(what, code="invalid", name=name)

    return convert


def _duration(option: Option) -> Convert:
    name = option.name
    low = 0.0 if option.low is None else option.low
    high = math.inf if option.high is None else option.high

    def convert(raw: Raw) -> timedelta:
        value = duration(clean(raw)) if type(raw) is str else None
        if value is None:
            raise UserError("{name} must be a length of time, such as 90s, 1h30m or 2 days.", code="invalid", name=name)
        if not low <= value.total_seconds() <= high:
            raise _out_of_bounds(option)
        return value

    return convert


def _number(option: Option) -> Convert:
    name, decimals = option.name, option.type is float
    low = -math.inf if option.low is None else option.low
    high = math.inf if option.high is None else option.high
    read = decimal if decimals else whole
    least, most = max(low, 1 - LARGEST), min(high, LARGEST - 1)

    def convert(raw: Raw) -> int | float:
        if type(raw) is int and least <= raw <= most and not decimals:  # as most come
            return raw
        value = _given(raw, decimals=decimals) if type(raw) is not str else read(raw) or read(clean(raw).strip())
        if value is None:
            what = "{name} must be a number." if decimals else "{name} must be a whole number of at most 18 digits."
            raise UserError(what, code="invalid" if decimals else _why_not_whole(raw), name=name)
        if not low <= value <= high:
            raise _out_of_bounds(option)
        return value

    return convert


def _why_not_whole(raw: Raw) -> str:
    """Each way not to be a whole number has its own code."""
    text = clean(raw).strip() if isinstance(raw, str) else ""
    if type(raw) is int or _TOO_LARGE.fullmatch(text):
        return "too_large"
    return "fraction" if type(raw) is float or decimal(text) is not None else "invalid"


def _given(raw: Raw, *, decimals: bool) -> int | float | None:
    """A number that came as one. A truth value is none, though Python counts it among them."""
    if type(raw) is int and -LARGEST < raw < LARGEST:
        return float(raw) if decimals else raw
    if type(raw) is float and decimals and math.isfinite(raw):
        return raw
    return None


def _out_of_bounds(option: Option) -> UserError:
    low, high = (_shown(option, bound) for bound in (option.low, option.high))
    if option.low is not None and option.high is not None:
        what = "{name} must be between {low} and {high}."
    else:
        what = "{name} must be at least {low}." if option.high is None else "{name} must be at most {high}."
    return UserError(what, code="bounds", name=option.name, low=low, high=high)


def _shown(option: Option, bound: float | None) -> str:
    if bound is None:
        return ""
    return canonical(timedelta(seconds=bound)) if option.type is timedelta else str(bound)


def _truth(option: Option) -> Convert:
    name = option.name

    def convert(raw: Raw) -> bool:
        value = raw if type(raw) is bool else truth(clean(raw).strip()) if type(raw) is str else None
        if value is None:
            raise UserError("{name} must be yes or no.", code="invalid", name=name)
        return value

    return convert


def _text(option: Option) -> Convert:
    name, required = option.name, option.required
    shortest = max(option.min_length or 0, 1 if required else 0)
    longest = LONGEST_TEXT if option.max_length is None else option.max_length

    def convert(raw: Raw) -> str:
        if type(raw) is not str:
            raise UserError("{name} must be text.", code="invalid", name=name)
        value = raw if raw.isprintable() else clean(raw)
        length = len(value)
        if length > longest:
            raise UserError(
                "{name} is too long: {length} of at most {longest} characters.",
                code="bounds",
                name=name,
                length=length,
                longest=longest,
            )
        if length < shortest or (required and not _INVISIBLE.sub("", value)):
            what = "{name} must have at least {least} characters." if shortest > 1 else "{name} must not be empty."
            raise UserError(what, code="bounds", name=name, least=shortest)
        return value

    return convert


def _choice(option: Option) -> Convert:
    values = members(option.enum) if option.enum else {choice: choice for choice in option.choices}
    known: dict[Raw, object] = {key.casefold() if isinstance(key, str) else key: value for key, value in values.items()}
    known |= {word: values[choice] for word, choice in option.words}
    all_of_them = listed(option.choices)

    def convert(raw: Raw) -> object:
        key: str | int | None = None
        if type(raw) is str:
            word = clean(raw).strip()
            key = word.casefold() if option.type is str else whole(word)
        elif type(raw) is int:
            key = raw
        if key is None or key not in known:
            raise UserError("{name} must be one of {choices}.", code="invalid", name=option.name, choices=all_of_them)
        return known[key]

    return convert
