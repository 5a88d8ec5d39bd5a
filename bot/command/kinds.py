"""What an annotation says: the type of an option, whether it may be left out, its choices and its bounds."""

import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from bot.command.option import EnumType
from bot.command.words import members
from bot.errors import Problem
from bot.users import Attachment, Channel, Role, Said, User

TYPES: Final = (str, int, float, bool, timedelta, User, Channel, Role, Attachment, Said)
LISTED: Final = (str, int, float, User, Channel, Role)
_TAKEN = (
    "an option is str, int, float, bool, timedelta, User, Channel, Role, Attachment, Said, Literal, an Enum or a list"
)
_LISTS = "a list is of str, int, float, User, Channel, Role, Literal or an Enum"
_STEP = timedelta.resolution


@dataclass(slots=True)
class Work:
    """The command that is being compiled."""

    where: str
    path: str
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, what: str) -> None:
        self.problems.append(Problem(self.where, self.path, what))


@dataclass(slots=True)
class Kind:
    """A type as an option has it, and the arguments of `Option` that its bounds stand for."""

    type: type = str
    choices: tuple[str | int, ...] = ()
    enum: EnumType | None = None
    many: bool = False
    bounds: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Notes:
    """What `Annotated` and `| None` say about a type."""

    base: object
    optional: bool = False
    metadata: list[Any] = field(default_factory=list)

    def has(self, marker: type) -> bool:
        return any(note is marker or isinstance(note, marker) for note in self.metadata)


def unwrap(hint: object) -> Notes:
    """A type without `Annotated` and `| None`, whichever is outside."""
    notes = Notes(hint)
    while True:
        origin, args = get_origin(notes.base), get_args(notes.base)
        inside = [arg for arg in args if arg is not type(None)]
        if origin is Annotated:
            notes.base, *more = args
            notes.metadata += more
        elif origin in (Union, types.UnionType) and len(inside) == 1:
            notes.base, notes.optional = inside[0], True
        else:
            return notes


def read_kind(work: Work, name: str, notes: Notes) -> Kind:
    """The type of an option; where it has problems, what can be made of it."""
    if get_origin(notes.base) is not list:
        kind = _single(work, name, notes.base)
        kind.bounds = _bounds(work, name, object if kind.choices else kind.type, notes.metadata)
        return kind
    item = unwrap(get_args(notes.base)[0])
    kind = _single(work, name, item.base)
    if item.optional or kind.type not in LISTED or get_origin(item.base) is list:
        work.wrong(f"{name!r} is a list of what no list is of: {_LISTS}")
    kind.many = True
    of_items = object if kind.choices or kind.type is str else kind.type
    kind.bounds = _bounds(work, name, of_items, item.metadata) | _bounds(work, name, list, notes.metadata)
    return kind


def _single(work: Work, name: str, wanted: object) -> Kind:
    if get_origin(wanted) is Literal:
        return _literal(work, name, get_args(wanted))
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return _enum(work, name, wanted)
    if isinstance(wanted, type) and wanted in TYPES:
        return Kind(wanted)
    work.wrong(f"{name!r} has the type {wanted.__name__ if isinstance(wanted, type) else wanted}; {_TAKEN}")
    return Kind()


def _literal(work: Work, name: str, choices: tuple[Any, ...]) -> Kind:
    kind = type(choices[0])
    if kind not in (str, int) or any(type(choice) is not kind for choice in choices):
        work.wrong(f"the choices of {name!r} must be all text or all whole numbers")
        return Kind()
    _distinct(work, name, choices)
    return Kind(kind, choices)


def _enum(work: Work, name: str, enum: type[Enum]) -> Kind:
    if {str, int} == {type(one.value) for one in enum}:
        work.wrong(f"the values of {enum.__name__} ({name!r}) are text and whole numbers mixed: make them all the same")
    choices = tuple(members(enum))
    if not choices:
        work.wrong(f"{enum.__name__} ({name!r}) has no members")
        return Kind()
    if len(choices) < len(enum):
        work.wrong(f"the names of {enum.__name__} ({name!r}) differ in case only")
    _distinct(work, name, choices)
    return Kind(type(choices[0]), choices, enum)


def _distinct(work: Work, name: str, choices: tuple[str | int, ...]) -> None:
    spelled = [str(choice).strip().casefold() for choice in choices]
    if len(set(spelled)) < len(spelled):
        work.wrong(f"the choices of {name!r} differ in case or spaces only")
    if "" in spelled:
        work.wrong(f"a choice of {name!r} is empty")


def _bounds(work: Work, name: str, kind: type, metadata: Iterable[Any]) -> dict[str, Any]:
    """The arguments of `Option` that bounds stand for."""
    import annotated_types as at  # noqa: PLC0415  (who compiles no command does not wait for it)

    found: dict[str, Any] = {}
    for note in _flat(metadata):
        match note:
            case at.Ge(low) | at.Gt(low) if kind in (int, float) and isinstance(low, int | float):
                found["low"] = low + isinstance(note, at.Gt)
            case at.Le(high) | at.Lt(high) if kind in (int, float) and isinstance(high, int | float):
                found["high"] = high - isinstance(note, at.Lt)
            case at.Ge(low) | at.Gt(low) if kind is timedelta and isinstance(low, timedelta):
                found["low"] = (low + _STEP * isinstance(note, at.Gt)).total_seconds()
            case at.Le(high) | at.Lt(high) if kind is timedelta and isinstance(high, timedelta):
                found["high"] = (high - _STEP * isinstance(note, at.Lt)).total_seconds()
            case at.MinLen(length) if kind in (str, list):
                found["min_length"] = length
            case at.MaxLen(length) if kind in (str, list):
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
    from annotated_types import GroupedMetadata  # noqa: PLC0415

    for note in metadata:
        if isinstance(note, GroupedMetadata):
            yield from note
        else:
            yield note
