"""A parameter of a handler as an option: what its annotation, bounds and default say."""

import inspect
import re
from datetime import timedelta
from typing import Any

from bot.command.binding import POINTED
from bot.command.converters import converter
from bot.command.duration import canonical
from bot.command.kinds import Kind, Notes, Work, read_kind, unwrap
from bot.command.option import REQUIRED, Option, Rest, Secret, Suggest
from bot.command.words import members
from bot.errors import UserError
from bot.users import Attachment, Said

NAME = re.compile(r"[a-z][a-z0-9_]*")


def compile_option(work: Work, name: str, hint: object, default: object, about: str) -> Option:
    """The option of a parameter (or field) of this type; where it has problems, what can be made of it.

    `default` is REQUIRED where there is none; a type `… | None` is optional even so.
    """
    notes = unwrap(hint)
    if not NAME.fullmatch(name):
        work.wrong(f"the option name {name!r} is not a lower-case identifier")
    if not about:
        work.wrong(f"the option {name!r} is not described under `Args:`")
    before = len(work.problems)
    kind = read_kind(work, name, notes)
    if default is REQUIRED and notes.optional:
        default = None
    option = Option(
        name,
        kind.type,
        about,
        default,
        choices=kind.choices,
        enum=kind.enum,
        many=kind.many,
        rest=notes.has(Rest),
        secret=notes.has(Secret),
        suggest=_suggest(work, name, kind, notes),
        **kind.bounds,
    )
    if (option.rest or option.secret) and (kind.type is not str or kind.choices or kind.many):
        work.wrong(f"{name!r} is marked Rest or Secret, which is for str only")
    if len(work.problems) == before:
        _check_default(work, option, optional=notes.optional)
    return option


def _suggest(work: Work, name: str, kind: Kind, notes: Notes) -> Suggest | None:
    for note in notes.metadata:
        if note is Suggest or (isinstance(note, Suggest) and not inspect.iscoroutinefunction(note.fn)):
            work.wrong(f"Suggest of {name!r} takes an `async def` function")
        elif isinstance(note, Suggest):
            if kind.type not in (str, int, float) or kind.choices or kind.many or notes.has(Secret):
                work.wrong(f"{name!r} is marked Suggest, which is for str, int and float that are no secret")
            return note
    return None


def _check_default(work: Work, option: Option, *, optional: bool) -> None:
    default: Any = option.default  # whatever the developer wrote
    if option.required or (default is None and optional):
        return
    if option.many and default == []:
        return
    if default is None or option.type in (*POINTED, Attachment, Said):
        work.wrong(f"the default of {option.name!r} must be None, with a type `… | None`")
        return
    try:
        same = converter(option)(_as_given(option, default)) == default
    except UserError as error:
        work.wrong(f"the default of {option.name!r} does not fit: {error}")
    else:
        if not same:
            work.wrong(f"the default of {option.name!r} does not fit its type")


def _as_given(option: Option, default: Any) -> Any:  # noqa: ANN401
    """A default as a platform would give it. None for what is no member of the Enum."""
    if option.many and isinstance(default, list):
        return [_as_given(option, one) for one in default]
    if option.enum is not None:
        return next((key for key, one in members(option.enum).items() if one is default), None)
    return canonical(default) if isinstance(default, timedelta) else default
