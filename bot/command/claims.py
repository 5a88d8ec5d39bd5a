"""What a declaration claims, held against the signature: aliases, menu, triggers, what a subscriber takes."""

import inspect
from collections.abc import Iterator, Sequence
from typing import Any, get_args

from bot.command.declare import Declaration
from bot.command.kinds import Work
from bot.command.option import Option, placeholders
from bot.command.spec import Guard, Trigger
from bot.events import Event
from bot.users import Said, User

WORDS = 3
_LONGEST_LABEL = 32


def check_claims(work: Work, told: Declaration, options: Sequence[Option]) -> None:
    """Everything that is wrong with what a declaration says about a function with these options."""
    for guard in told.guards:
        if isinstance(guard, type) or not isinstance(guard, Guard):
            work.wrong(f"the guard {guard!r} is not an object with enter and settle")
    for alias in told.aliases:
        if not is_path(alias):
            work.wrong(f"the alias {alias!r} is not one to three lower-case words")
    for platform in told.platforms:
        if not isinstance(platform, str) or not platform:
            work.wrong(f"the platform {platform!r} is not a name")
    for trigger in told.triggers:
        for what in _trigger(trigger) if told.subscriber else (*_trigger(trigger), *_line(trigger, options)):
            work.wrong(what)
    for what in _menu(told, options):
        work.wrong(what)


def check_subscriber(work: Work, taken: Sequence[tuple[inspect.Parameter, object]], trigger: Trigger) -> None:
    """Besides the context and services, a subscriber takes the event, of the type it is declared for."""
    if len(taken) != 1:
        work.wrong("a subscriber takes ctx and the event, then services after `*`; it has no options")
    elif isinstance(trigger.event, type) and not _covers(taken[0][1], trigger.event):
        work.wrong(f"{taken[0][0].name!r} must have the type {trigger.event.__name__}")


def is_path(path: object) -> bool:
    """Is this what commands can be called by: one to three words in lower case, in any language?"""
    words = path.split(" ") if isinstance(path, str) else []
    return 1 <= len(words) <= WORDS and all(word.isidentifier() and word == word.casefold() for word in words)


def _covers(hint: object, event: type) -> bool:
    kinds = get_args(hint) or (hint,)
    return any(isinstance(kind, type) and issubclass(event, kind) for kind in kinds)


def _trigger(trigger: object) -> Iterator[str]:
    if not isinstance(trigger, Trigger):
        yield f"the trigger {trigger!r} is no Trigger, such as `on.redemption(…)`"
        return
    event: Any = trigger.event
    if not (isinstance(event, type) and issubclass(event, Event) and event is not Event):
        yield f"{event!r} is no type of event"
        return
    for name in {*trigger.equal, *trigger.at_least} - {*event.__struct_fields__}:
        yield f"{event.__name__} has no field {name!r}"


def _line(trigger: Trigger, options: Sequence[Option]) -> Iterator[str]:
    """What a command needs must come with the event's text."""
    needed = [option for option in options if option.required]
    fields = getattr(getattr(trigger, "event", None), "__struct_fields__", ("text",))
    if needed and "text" not in fields:
        yield f"{trigger.event.__name__} brings no text, and {placeholders(needed)} must be given"


def _menu(told: Declaration, options: Sequence[Option]) -> Iterator[str]:
    meant = [option for option in options if option.type is Said]
    if len(meant) > 1:
        yield "has more than one Said: a command is about one message"
    label = told.menu
    if not label:
        return
    if len(label) > _LONGEST_LABEL:
        yield f"its menu label has {len(label)} characters; {_LONGEST_LABEL} is the most"
    first = options[0] if options else None
    by_user = first is not None and first.type is User and first.required and not first.many
    if len(meant) != 1 and not by_user:
        yield "is in a menu: its first option must be a User that must be given, or one option a Said"
        return
    given = meant[0] if meant else first
    for option in options:
        if option.required and option is not given and not told.ask_missing:
            yield f"is in a menu, which cannot give {option.name!r}"
