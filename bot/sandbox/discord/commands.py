"""Registered commands: what Discord accepts, and what its client lets a user fill in."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from bot.sandbox.discord.errors import ApiError, Json, complaint, invalid
from bot.sandbox.world import SandboxError

SUB_COMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, NUMBER = 1, 2, 3, 4, 5, 6, 10
_KINDS = range(1, 12)
_NAME = re.compile(r"^[-_'\w]{1,32}$")
_MOST, _LIST, _TEXT, _CHOICE = 100, 25, 100, 100
_LARGEST = 2**53
Number = TypeVar("Number", int, float)


def validate(body: object) -> None:
    """Raises the error Discord answers to a bulk registration that breaks its rules."""
    if not isinstance(body, list):
        raise invalid(complaint("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"))
    if sum(command.get("type", 1) == 1 for command in body) > _MOST:
        raise ApiError(400, 30032, f"Maximum number of application commands reached ({_MOST}).")
    errors = {str(n): found for n, command in enumerate(body) if (found := _node(command, 0))}
    names = [(command.get("name"), command.get("type", 1)) for command in body]
    for n, name in enumerate(names):
        if name in names[:n]:
            text = "Application command names must be unique"
            errors[str(n)] = complaint("APPLICATION_COMMANDS_DUPLICATE_NAME", text)
    if errors:
        raise invalid(errors)


def _node(node: Json, depth: int) -> Json:
    menu = depth == 0 and node.get("type", 1) in (2, 3)
    errors = {} if menu else dict(_texts(node))
    options = node.get("options") or []
    if list_error := _options(node, options, depth):
        return {**errors, "options": list_error}
    nested = {str(n): found for n, option in enumerate(options) if (found := _option(option, depth + 1))}
    return {**errors, "options": nested} if nested else errors


def _texts(node: Json) -> Iterator[tuple[str, Json]]:
    name, about = str(node.get("name", "")), str(node.get("description", ""))
    if not _NAME.match(name) or name != name.lower():
        yield "name", complaint("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    if not 1 <= len(about) <= _TEXT:
        yield "description", complaint("BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {_TEXT} in length.")


def _options(node: Json, options: Sequence[Json], depth: int) -> Json | None:
    """What is wrong with the options as a list."""
    if len(options) > _LIST:
        return complaint("BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {_LIST} in length.")
    if text := _nesting(node, [option.get("type", 0) for option in options], depth):
        return complaint("APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", text)
    if len({option.get("name") for option in options}) < len(options):
        return complaint("APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique")
    required = [bool(option.get("required")) for option in options if option.get("type", 0) > GROUP]
    if required != sorted(required, reverse=True):
        text = "Required options must be placed before non-required options"
        return complaint("APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", text)
    return None


def _nesting(node: Json, kinds: Sequence[int], depth: int) -> str | None:
    """A command holds options, sub-commands, or groups of sub-commands."""
    if len({kind in (SUB_COMMAND, GROUP) for kind in kinds}) > 1:
        return "Sub-command and sub-command group option types are mutually exclusive to all other types"
    in_group = depth > 0 and node.get("type") == GROUP
    if depth > 0 and (GROUP in kinds or (SUB_COMMAND in kinds and not in_group)):
        return "Sub-commands and groups cannot be nested here"
    if in_group and any(kind != SUB_COMMAND for kind in kinds):
        return "A group holds sub-commands only"
    return None


def _option(option: Json, depth: int) -> Json:
    errors = _node(option, depth)
    kind, choices = option.get("type"), option.get("choices") or []
    if kind not in _KINDS:
        errors["type"] = complaint("BASE_TYPE_CHOICES", f"Value must be one of {set(_KINDS)}.")
    if len(choices) > _LIST:
        errors["choices"] = complaint("BASE_TYPE_BAD_LENGTH", f"Must be {_LIST} or fewer in length.")
    if any(not 1 <= len(str(choice[key])) <= _CHOICE for choice in choices for key in ("name", "value")):
        errors["choices"] = complaint("BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {_CHOICE} in length.")
    if kind not in (INTEGER, NUMBER) and {"min_value", "max_value"} & option.keys():
        errors["min_value"] = complaint("APPLICATION_COMMAND_OPTION_BOUNDS_INVALID", "Only numbers have a minimum")
    if kind != STRING and {"min_length", "max_length"} & option.keys():
        errors["max_length"] = complaint("APPLICATION_COMMAND_OPTION_BOUNDS_INVALID", "Only strings have a length")
    if kind == STRING and not 1 <= option.get("max_length", 1) <= 6000:
        errors["max_length"] = complaint("NUMBER_TYPE_MAX", "int value should be between 1 and 6000.")
    return errors


def registered(command: Json, known: Mapping[tuple[str, int], str], application: str, new: Callable[[], str]) -> Json:
    """A command as Discord answers it: with ids, defaults filled in, permissions as text."""
    permissions = command.get("default_member_permissions")
    made: Json = {"type": 1, "description": "", "options": [], "dm_permission": True, "nsfw": False}
    made |= {name: value for name, value in command.items() if value is not None}
    return made | {
        "id": known.get((command["name"], made["type"])) or new(),
        "version": new(),
        "application_id": application,
        "integration_types": command.get("integration_types") or [0],
        "default_member_permissions": None if permissions is None else str(permissions),
    }


def fill(
    commands: Sequence[Json], path: str, values: Mapping[str, Any], resolve: Callable[[str], tuple[str, Json]]
) -> tuple[Json, Json]:
    """The command, and `data` of the interaction that Discord's client would send.

    `resolve` turns a name into a user id and its `resolved` part. Raises `SandboxError` for what the client refuses.
    """
    first, *rest = path.split() or [""]
    command = node = _named(commands, first, path)
    chain = []
    for word in rest:
        node = _named([o for o in node["options"] if o["type"] in (SUB_COMMAND, GROUP)], word, path)
        chain.append(node)
    declared: list[Json] = node.get("options", [])
    if any(option["type"] in (SUB_COMMAND, GROUP) for option in declared):
        raise SandboxError(f"/{path} goes on with one of: {', '.join(o['name'] for o in declared)}")
    options, resolved = _filled(declared, values, resolve)
    for level in reversed(chain):
        options = [{"name": level["name"], "type": level["type"], "options": options}]
    data: Json = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
    return command, {**data, "resolved": resolved} if resolved else data


def _named(nodes: Sequence[Json], name: str, path: str) -> Json:
    for node in nodes:
        if node["name"] == name:
            return node
    raise SandboxError(f"no command /{path} is registered; there are: {', '.join(n['name'] for n in nodes) or 'none'}")


def _filled(
    declared: Sequence[Json], values: Mapping[str, Any], resolve: Callable[[str], tuple[str, Json]]
) -> tuple[list[Json], Json]:
    given = {name: value for name, value in values.items() if value is not None}
    if unknown := given.keys() - {option["name"] for option in declared}:
        raise SandboxError(f"there is no option {', '.join(sorted(unknown))}")
    if missing := [o["name"] for o in declared if o.get("required") and o["name"] not in given]:
        raise SandboxError(f"{', '.join(missing)} must be given")
    options: list[Json] = []
    resolved: Json = {}
    for option in declared:
        if (name := option["name"]) not in given:
            continue
        value = _coerced(option, given[name])
        if option["type"] == USER:
            value, found = resolve(str(value))
            for kind, objects in found.items():
                resolved.setdefault(kind, {}).update(objects)
        options.append({"name": name, "type": option["type"], "value": value})
    return options, resolved


def _coerced(option: Json, value: object) -> Any:
    """The value in the option's type. Raises `SandboxError` when the client would not take it."""
    name, kind = option["name"], option["type"]
    try:
        made = _CONVERT[kind](value)
    except (ValueError, TypeError, KeyError, OverflowError):
        raise SandboxError(f"{value!r} does not fit the option {name}") from None
    size = len(made) if isinstance(made, str) else made
    least, most = (option.get(f"{end}_{'length' if kind == STRING else 'value'}") for end in ("min", "max"))
    if (least is not None and size < least) or (most is not None and size > most):
        raise SandboxError(f"{name} must be between {least} and {most}")
    if (choices := option.get("choices")) and made not in [choice["value"] for choice in choices]:
        raise SandboxError(f"{name} is one of {', '.join(str(choice['value']) for choice in choices)}")
    return made


def _truth(value: object) -> bool:
    if isinstance(value, bool):
        return value
    return {"true": True, "yes": True, "false": False, "no": False}[str(value).lower()]


def _whole(value: object) -> int:
    if type(value) is float and not value.is_integer():
        raise ValueError("not a whole number")
    made = int(_typed(value))
    return _safe(made)


def _decimal(value: object) -> float:
    return _safe(float(_typed(value)))


def _safe(number: Number) -> Number:
    """Discord's numbers are within ±2^53."""
    if not abs(number) <= _LARGEST:  # not a number is not either
        raise ValueError("too large")
    return number


def _typed(value: object) -> int | float | str:
    """What can be typed into a field: text or a number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError("neither text nor a number")
    return value


def _text(value: object) -> str:
    return str(_typed(value))


_CONVERT: dict[int, Callable[[Any], Any]] = {
    INTEGER: _whole,
    NUMBER: _decimal,
    BOOLEAN: _truth,
    STRING: _text,
    USER: _text,
}
