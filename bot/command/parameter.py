"""A parameter of a handler as an option: what its annotation, bounds and default say."""

import inspect
import re
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types as at

from bot.command.binding import converter
from bot.command.option import REQUIRED, Option, Rest, Secret
from bot.errors import Problem, UserError
from bot.users import User

TYPES = (str, int, float, bool, User)
NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(slots=True)
class Work:
    """The command that is being compiled."""

    where: str
    path: str
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, what: str) -> None:
        self.problems.append(Problem(self.where, self.path, what))


@dataclass(slots=True)
class _Notes:
    """What `Annotated` and `| None` say about a type."""

    base: object
    optional: bool = False
    metadata: list[Any] = field(default_factory=list)

    def has(self, marker: type) -> bool:
        return any(note is marker or isinstance(note, marker) for note in self.metadata)


def compile_option(work: Work, parameter: inspect.Parameter, hint: object, about: str) -> Option:
    """The option of a parameter; where it has problems, what can be made of it."""
    name, notes = parameter.name, _unwrap(hint)
    if not NAME.fullmatch(name):
        work.wrong(f"the option name {name!r} is not a lower-case identifier")
    if not about:
        work.wrong(f"the option {name!r} is not described under `Args:`")
    before = len(work.problems)
    kind, choices = _type(work, name, notes.base)
    default = parameter.default
    if default is parameter.empty:
        default = None if notes.optional else REQUIRED
    bounds = _bounds(work, name, object if choices else kind, notes)
    rest, secret = notes.has(Rest), notes.has(Secret)
    option = Option(name, kind, about, default, choices=choices, rest=rest, secret=secret, **bounds)
    if (option.rest or option.secret) and (kind is not str or choices):
        work.wrong(f"{name!r} is marked Rest or Secret, which is for str only")
    if len(work.problems) == before:
        _check_default(work, option, notes)
    return option


def _unwrap(hint: object) -> _Notes:
    """A type without `Annotated` and `| None`, whichever is outside."""
    notes = _Notes(hint)
    while True:
        origin, args = get_origin(notes.base), get_args(notes.base)
        members = [arg for arg in args if arg is not type(None)]
        if origin is Annotated:
            notes.base, *more = args
            notes.metadata += more
        elif origin in (Union, types.UnionType) and len(members) == 1:
            notes.base, notes.optional = members[0], True
        else:
            return notes


def _type(work: Work, name: str, wanted: object) -> tuple[type, tuple[str | int, ...]]:
    if get_origin(wanted) is Literal:
        choices = get_args(wanted)
        kind = type(choices[0])
        if kind in (str, int) and all(type(choice) is kind for choice in choices):
            return kind, choices
        work.wrong(f"the choices of {name!r} must be all text or all whole numbers")
    elif wanted in TYPES:
        return wanted, ()
    else:
        shown = wanted.__name__ if isinstance(wanted, type) else wanted
        work.wrong(f"{name!r} has the type {shown}; an option is str, int, float, bool, User or Literal")
    return str, ()


def _bounds(work: Work, name: str, kind: type, notes: _Notes) -> dict[str, Any]:
    """The arguments of `Option` that bounds stand for."""
    found: dict[str, Any] = {}
    for note in _flat(notes.metadata):
        match note:
            case at.Ge(low) | at.Gt(low) if kind in (int, float) and isinstance(low, int | float):
                found["low"] = low + isinstance(note, at.Gt)
            case at.Le(high) | at.Lt(high) if kind in (int, float) and isinstance(high, int | float):
                found["high"] = high - isinstance(note, at.Lt)
            case at.MinLen(length) if kind is str:
                found["min_length"] = length
            case at.MaxLen(length) if kind is str:
                found["max_length"] = length
            case at.BaseMetadata():
                work.wrong(f"{name!r} cannot be bounded by {note!r}")
        if kind is float and isinstance(note, at.Gt | at.Lt):
            work.wrong(f"{name!r} is a decimal: give Ge or Le, since Gt and Lt are for whole numbers")
    for low, high in (("low", "high"), ("min_length", "max_length")):
        if low in found and high in found and found[low] > found[high]:
            work.wrong(f"the bounds of {name!r} leave nothing between them")
    return found


def _flat(metadata: Iterable[Any]) -> Iterator[Any]:
    for note in metadata:
        if isinstance(note, at.GroupedMetadata):
            yield from note
        else:
            yield note


def _check_default(work: Work, option: Option, notes: _Notes) -> None:
    default: Any = option.default  # whatever the developer wrote
    if option.required or (default is None and notes.optional):
        return
    if option.type is User or default is None:
        work.wrong(f"the default of {option.name!r} must be None, with a type `… | None`")
        return
    try:
        same = converter(option)(default) == default
    except UserError as error:
        work.wrong(f"the default of {option.name!r} does not fit: {error}")
    else:
        if not same:
            work.wrong(f"the default of {option.name!r} does not fit its type")
