"""Raw values to the values that a handler takes: checked and converted, on every platform the same."""

import math
import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeAlias

from bot.command.invocation import Raw
from bot.command.option import REQUIRED, Option, Resolver
from bot.command.words import decimal, truth, whole
from bot.errors import UserError
from bot.message import code
from bot.users import User

LONGEST_TEXT = 6_000
"""Characters an option takes when it does not say otherwise (`MaxLen`): Discord's own limit."""
LONGEST_REFERENCE = 200
LARGEST = 10**18

Convert: TypeAlias = Callable[[Raw], Any]
Binder: TypeAlias = Callable[[Mapping[str, Raw], Resolver], Coroutine[Any, Any, dict[str, Any]]]

# Control characters but newline and tab, marks and overrides of direction, unpaired surrogates.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


_INVISIBLE = re.compile("[\\s\u200b-\u200d\u2060\ufeff]")


def clean(text: str) -> str:
    """The text without characters that hide or turn around what follows them."""
    return text if text.isprintable() else _UNWANTED.sub("", text)


def compile_binder(options: Sequence[Option], usage: str) -> Binder:
    """The binder for these options. Waits only where a user must be looked up. It raises `UserError`."""
    plan = tuple((one.name, None if one.type is User else converter(one), one.default) for one in options)
    names = frozenset(option.name for option in options)

    async def bind(mapping: Mapping[str, Raw], resolver: Resolver) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, convert, default in plan:
            raw = mapping.get(name)
            if raw is None or (default is REQUIRED and raw == ""):
                if default is REQUIRED:
                    raise UserError("{name} is missing. Try: {usage}", code="missing", name=name, usage=code(usage))
                values[name] = default
            elif convert is not None:
                values[name] = convert(raw)
            elif type(raw) is User:
                values[name] = raw
            else:
                user = await resolver(_reference(name, raw))
                if user is None:
                    raise UserError("I do not know {who} here.", code="unknown_user", who=_reference(name, raw))
                values[name] = user
        if not names.issuperset(mapping):
            raise UserError("That is more than I can use. Try: {usage}", code="too_much", usage=code(usage))
        return values

    return bind


def converter(option: Option) -> Convert:
    """What checks and converts a value of this option, which is not a user."""
    if option.choices:
        return _choice(option)
    return {int: _number, float: _number, bool: _truth, str: _text}[option.type](option)


def _reference(name: str, raw: Raw) -> str:
    """What was typed to mean somebody."""
    ref = (raw if raw.isprintable() else clean(raw)).strip() if isinstance(raw, str) else ""
    if not ref:
        raise UserError("{name} must be somebody.", code="invalid", name=name)
    return ref[:LONGEST_REFERENCE]


def _number(option: Option) -> Convert:
    name, decimals = option.name, option.type is float
    low = -math.inf if option.low is None else option.low
    high = math.inf if option.high is None else option.high
    read = decimal if decimals else whole

    def convert(raw: Raw) -> int | float:
        value = _given(raw, decimals=decimals) if type(raw) is not str else read(clean(raw).strip())
        if value is None:
            what = "{name} must be a number." if decimals else "{name} must be a whole number of at most 18 digits."
            raise UserError(what, code="invalid", name=name)
        if not low <= value <= high:
            raise _out_of_bounds(option)
        return value

    return convert


def _given(raw: Raw, *, decimals: bool) -> int | float | None:
    """A number that came as one. A truth value is none, though Python counts it among them."""
    if type(raw) is int and -LARGEST < raw < LARGEST:
        return float(raw) if decimals else raw
    if type(raw) is float and decimals and math.isfinite(raw):
        return raw
    return None


def _out_of_bounds(option: Option) -> UserError:
    name, low, high = option.name, option.low, option.high
    if low is not None and high is not None:
        return UserError("{name} must be between {low} and {high}.", code="bounds", name=name, low=low, high=high)
    if low is not None:
        return UserError("{name} must be at least {low}.", code="bounds", name=name, low=low)
    return UserError("{name} must be at most {high}.", code="bounds", name=name, high=high or 0)


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
    known: dict[Raw, str | int] = {
        choice.casefold() if isinstance(choice, str) else choice: choice for choice in option.choices
    }
    listed = ", ".join(map(str, option.choices))

    def convert(raw: Raw) -> str | int:
        key: Raw | None = None
        if type(raw) is str:
            word = clean(raw).strip()
            key = word.casefold() if option.type is str else whole(word)
        elif type(raw) is int:
            key = raw
        if key is None or key not in known:
            raise UserError("{name} must be one of {choices}.", code="invalid", name=option.name, choices=listed)
        return known[key]

    return convert
