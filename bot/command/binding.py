"""Raw values to the values that a handler takes: checked and converted, on every platform the same."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, Final, TypeAlias

from bot.command.converters import Convert, clean, converter, items_reader
from bot.command.invocation import Raw
from bot.command.option import Option, Resolver
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
    plan = tuple((one, one.name, *steps(one)) for one in options)
    names = frozenset(option.name for option in options)

    async def bind(mapping: Mapping[str, Raw], resolver: Resolver) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for option, name, convert, kind, several in plan:
            raw = mapping.get(name)
            if not raw and (raw is None or (raw == "" and option.required)):
                values[name] = absent(option, usage)
            elif convert is not None:
                values[name] = convert(raw)
            elif type(raw) is kind:
                values[name] = raw
            elif several is not None:
                values[name] = await several(raw, resolver)
            else:
                values[name] = found = await resolver(reference(name, kind, raw), kind)
                if type(found) is not kind:
                    raise unknown(name, kind, raw)
        if not names.issuperset(mapping):
            raise UserError("That is more than I can use. Try: {usage}", code="too_much", usage=code(usage))
        return values

    return bind


def absent(option: Option, usage: str) -> object:
    """What an option is that was not given. Raises `UserError` for one that must be."""
    if option.required:
        raise _missing(option, usage)
    return option.default.copy() if isinstance(option.default, list) else option.default


def steps(option: Option) -> tuple[Convert | None, type, Several | None]:
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


def unknown(name: str, kind: type, raw: Raw) -> UserError:
    """What to say when nothing is known by this reference."""
    machine, what = _UNKNOWN[kind]
    return UserError(what, code=machine, who=reference(name, kind, raw))


def _look_up_several(option: Option) -> Several:
    name, kind, items = option.name, option.type, items_reader(option)

    async def one(raw: Raw, resolver: Resolver) -> object:
        found = await resolver(reference(name, kind, raw), kind)
        if type(found) is not kind:
            raise unknown(name, kind, raw)
        return found

    async def several(raw: Raw, resolver: Resolver) -> list[object]:
        return [item if type(item) is kind else await one(item, resolver) for item in items(raw)]

    return several


def reference(name: str, kind: type, raw: Raw) -> str:
    """What was typed to mean somebody or something."""
    if type(raw) is str:
        ref = (raw if raw.isprintable() else clean(raw)).strip()[:LONGEST_REFERENCE]
        if ref:
            return ref
    raise UserError(_WANTED[kind], code="invalid", name=name)
