"""Raw values to the values that a handler takes: checked and converted, on every platform the same."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, Final, TypeAlias

from bot.command.converters import Convert, clean, converter, items_reader
from bot.command.invocation import Raw
from bot.command.option import REQUIRED, Option, Resolver
from bot.errors import UserError
from bot.message import code
from bot.users import Attachment, Channel, Role, Said, User

LONGEST_REFERENCE = 200
POINTED: Final = (User, Channel, Role)
"""What is looked up on the platform."""

Several: TypeAlias = Callable[[Raw, Resolver], Awaitable[list[object]]]
Binder: TypeAlias = Callable[[Mapping[str, Raw], Resolver], Coroutine[Any, Any, dict[str, Any]]]

_WANTED: Final[dict[type, str]] = {
    User: "{name} must be somebody.",
    Channel: "{name} must be a channel.",
    Role: "{name} must be a role.",
}
_UNKNOWN: Final[dict[type, tuple[str, str]]] = {
    User: ("unknown_user", "I do not know {who} here."),
    Channel: ("unknown_channel", "I know no channel {who} here."),
    Role: ("unknown_role", "I know no role {who} here."),
}


def compile_binder(options: Sequence[Option], usage: str) -> Binder:
    """The binder for these options. Waits only where something must be looked up. It raises `UserError`."""
    plan = tuple((one.name, *_steps(one), one.default) for one in options)
    names = frozenset(option.name for option in options)
    by_name = {option.name: option for option in options}

    async def bind(mapping: Mapping[str, Raw], resolver: Resolver) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, convert, kind, several, default in plan:
            raw = mapping.get(name)
            if raw is None or (default is REQUIRED and raw == ""):
                if default is REQUIRED:
                    raise _missing(by_name[name], usage)
                values[name] = default if type(default) is not list else default.copy()
            elif convert is not None:
                values[name] = convert(raw)
            elif type(raw) is kind:
                values[name] = raw
            elif several is not None:
                values[name] = await several(raw, resolver)
            else:
                found = await resolver(_reference(name, kind, raw), kind)
                if type(found) is not kind:
                    raise _unknown(name, kind, raw)
                values[name] = found
        if not names.issuperset(mapping):
            raise UserError("That is more than I can use. Try: {usage}", code="too_much", usage=code(usage))
        return values

    return bind


def _steps(option: Option) -> tuple[Convert | None, type, Several | None]:
    """How a value is converted; or, when that is None, the type that is looked up, or how several are."""
    if option.type not in POINTED:
        return converter(option), option.type, None
    return (None, object, _look_up_several(option)) if option.many else (None, option.type, None)


def _missing(option: Option, usage: str) -> UserError:
    if not usage:  # it was asked for
        return UserError("{name} is missing.", code="missing", name=option.name)
    hints: dict[type, str] = {
        Said: "Reply to the message that is meant with {usage}, or pick it from its menu.",
        Attachment: "{name} is missing. Send a file along with {usage}",
    }
    what = hints.get(option.type, "{name} is missing. Try: {usage}")
    return UserError(what, code="missing", name=option.name, usage=code(usage))


def _unknown(name: str, kind: type, raw: Raw) -> UserError:
    machine, what = _UNKNOWN[kind]
    return UserError(what, code=machine, who=_reference(name, kind, raw))


def _look_up_several(option: Option) -> Several:
    name, kind, items = option.name, option.type, items_reader(option)

    async def one(raw: Raw, resolver: Resolver) -> object:
        found = await resolver(_reference(name, kind, raw), kind)
        if type(found) is not kind:
            raise _unknown(name, kind, raw)
        return found

    async def several(raw: Raw, resolver: Resolver) -> list[object]:
        return [item if type(item) is kind else await one(item, resolver) for item in items(raw)]

    return several


def _reference(name: str, kind: type, raw: Raw) -> str:
    """What was typed to mean somebody or something."""
    ref = clean(raw).strip()[:LONGEST_REFERENCE] if type(raw) is str else ""
    if not ref:
        raise UserError(_WANTED[kind], code="invalid", name=name)
    return ref
