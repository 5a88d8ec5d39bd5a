"""What Discord's client lets people fill in: options of registered commands, menus, modals."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from bot.sandbox.discord.commands import (
    ATTACHMENT,
    BOOLEAN,
    CHANNEL,
    CHAT,
    GROUP,
    INTEGER,
    MENTIONABLE,
    MESSAGE_MENU,
    NUMBER,
    ROLE,
    STRING,
    SUB_COMMAND,
    USER,
    USER_MENU,
)
from bot.sandbox.discord.components import INPUT, SELECT, UPLOAD, walk
from bot.sandbox.discord.errors import Json
from bot.sandbox.world import SandboxError

_LARGEST = 2**53
_POINTED = (USER, CHANNEL, ROLE, MENTIONABLE, ATTACHMENT)
_PICKS = {5: USER, 6: ROLE, 7: MENTIONABLE, 8: CHANNEL}
Number = TypeVar("Number", int, float)
Offered = list[dict[str, str | int | float]]


class Resolve(Protocol):
    """Turns a name (or a file) into an id and its part of `resolved`. Raises `SandboxError` for a stranger."""

    def __call__(self, kind: int, value: Any, /) -> tuple[str, Json]: ...


def command(commands: Sequence[Json], path: str, values: Mapping[str, Any], resolve: Resolve) -> tuple[Json, Json]:
    """The command, and `data` of the interaction that Discord's client would send. Raises `SandboxError`."""
    found, chain, declared = _found(commands, path)
    options, resolved = _filled(declared, values, resolve)
    return found, _data(found, chain, options, resolved)


def typing(
    commands: Sequence[Json], path: str, values: Mapping[str, Any], focus: str, resolve: Resolve
) -> tuple[Json, Json]:
    """The same while the option `focus` is being typed: what is still missing does not matter."""
    found, chain, declared = _found(commands, path)
    option = next((one for one in declared if one["name"] == focus), None)
    if option is None or not option.get("autocomplete"):
        raise SandboxError(f"/{path} completes no option {focus!r}")
    rest = {name: value for name, value in values.items() if name != focus}
    options, resolved = _filled([{**one, "required": False} for one in declared if one is not option], rest, resolve)
    options.append({"name": focus, "type": option["type"], "value": str(values.get(focus, "")), "focused": True})
    return found, _data(found, chain, options, resolved)


def menu(
    commands: Sequence[Json], label: str, target: str, find: Callable[[int], tuple[str, Json]]
) -> tuple[Json, Json]:
    """The entry of a menu, and the `data` of choosing it; `find` gives the target's id and `resolved`."""
    named = [one for one in commands if one["type"] in (USER_MENU, MESSAGE_MENU)]
    kind = MESSAGE_MENU if target.isdecimal() else USER_MENU
    for one in named:
        if one["name"] == label and one["type"] == kind:
            id_, resolved = find(kind)
            return one, {"id": one["id"], "name": label, "type": kind, "target_id": id_, "resolved": resolved}
    raise SandboxError(f"no menu {label!r} for that; there are: {', '.join(one['name'] for one in named) or 'none'}")


def modal(shown: Json, values: Mapping[str, Any], resolve: Resolve) -> Json:
    """`data` of a filled-in modal: fields by custom_id or label. Raises `SandboxError` for what the client would not send."""
    left, resolved = dict(values), Json()
    filled = []
    for outer in shown["components"]:
        inner = outer.get("component")
        if inner is None:
            filled.append({"type": outer["type"], "id": outer["id"]})
            continue
        label = str(outer.get("label"))
        given = left.pop(inner["custom_id"], left.pop(label, None))
        sent = {"type": inner["type"], "id": inner["id"], "custom_id": inner["custom_id"]}
        filled.append(
            {
                "type": outer["type"],
                "id": outer["id"],
                "component": sent | _answer(inner, label, given, resolve, resolved),
            }
        )
    if left:
        raise SandboxError(f"there is no field {', '.join(sorted(left))}")
    data = {"custom_id": shown["custom_id"], "components": filled}
    return {**data, "resolved": resolved} if resolved else data


def picked(select: Json, values: Sequence[str], resolve: Resolve, resolved: Json) -> list[str]:
    """What a select sends for these values or labels. Raises `SandboxError` where there is no such option, or not so many."""
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if not least <= len(values) <= most:
        raise SandboxError(f"between {least} and {most} can be picked")
    if select["type"] != SELECT:
        return [_resolved(_PICKS[select["type"]], value, resolve, resolved) for value in values]
    offered = {word: one["value"] for one in select["options"] for word in (one["label"], one["value"])}
    offered |= {one["value"]: one["value"] for one in select["options"]}
    if unknown := [value for value in values if value not in offered]:
        raise SandboxError(
            f"{unknown[0]!r} cannot be picked; there are: {', '.join(o['label'] for o in select['options'])}"
        )
    return [offered[value] for value in values]


def find(components: Sequence[Json], kinds: Sequence[int], which: str | None) -> Json:
    """A component of these kinds, by custom_id, label or placeholder; the first when none is named."""
    found = [one for one in walk(components) if one["type"] in kinds]
    for one in found:
        if which is None or which in (one.get("custom_id"), one.get("label"), one.get("placeholder")):
            return one
    named = ", ".join(str(one.get("label") or one.get("placeholder") or one["custom_id"]) for one in found)
    what = "button" if which is not None and kinds == (2,) else "select"
    raise SandboxError(f"no {what} {which!r}; there are: {named or 'none'}")


def _answer(field: Json, label: str, given: Any, resolve: Resolve, resolved: Json) -> Json:
    """The value of one field."""
    required, values = field.get("required", True), given if isinstance(given, list) else [given]
    if given in (None, "", []):
        if required:
            raise SandboxError(f"{label} must be filled in")
        return {"value": ""} if field["type"] == INPUT else {"values": []}
    if field["type"] == INPUT:
        text = str(given)
        if not (field.get("min_length") or 0) <= len(text) <= (field.get("max_length") or 4000):
            raise SandboxError(
                f"{label} must have between {field.get('min_length') or 0} and {field['max_length']} characters"
            )
        return {"value": text}
    if field["type"] == UPLOAD:
        return {"values": [_resolved(ATTACHMENT, value, resolve, resolved) for value in values]}
    return {"values": picked(field, [str(value) for value in values], resolve, resolved)}


def _found(commands: Sequence[Json], path: str) -> tuple[Json, list[Json], list[Json]]:
    """The command, the words below it, and the options that are declared there."""
    first, *rest = path.split() or [""]
    found = node = _named([one for one in commands if one["type"] == CHAT], first, path)
    chain = []
    for word in rest:
        node = _named([o for o in node["options"] if o["type"] in (SUB_COMMAND, GROUP)], word, path)
        chain.append(node)
    declared: list[Json] = node.get("options", [])
    if any(option["type"] in (SUB_COMMAND, GROUP) for option in declared):
        raise SandboxError(f"/{path} goes on with one of: {', '.join(o['name'] for o in declared)}")
    return found, chain, declared


def _data(found: Json, chain: list[Json], options: list[Json], resolved: Json) -> Json:
    for level in reversed(chain):
        options = [{"name": level["name"], "type": level["type"], "options": options}]
    data: Json = {"id": found["id"], "name": found["name"], "type": CHAT, "options": options}
    return {**data, "resolved": resolved} if resolved else data


def _resolved(kind: int, value: Any, resolve: Resolve, resolved: Json) -> str:
    id_, found = resolve(kind, value)
    for name, objects in found.items():
        resolved.setdefault(name, {}).update(objects)
    return id_


def _named(nodes: Sequence[Json], name: str, path: str) -> Json:
    for node in nodes:
        if node["name"] == name:
            return node
    raise SandboxError(f"no command /{path} is registered; there are: {', '.join(n['name'] for n in nodes) or 'none'}")


def _filled(declared: Sequence[Json], values: Mapping[str, Any], resolve: Resolve) -> tuple[list[Json], Json]:
    given = {name: value for name, value in values.items() if value is not None}
    if unknown := given.keys() - {option["name"] for option in declared}:
        raise SandboxError(f"there is no option {', '.join(sorted(unknown))}")
    if missing := [o["name"] for o in declared if o.get("required") and o["name"] not in given]:
        raise SandboxError(f"{', '.join(missing)} must be given")
    options: list[Json] = []
    resolved: Json = {}
    for option in declared:
        name, kind = option["name"], option["type"]
        if name in given:
            pointed = kind in _POINTED
            value = _resolved(kind, given[name], resolve, resolved) if pointed else _coerced(option, given[name])
            options.append({"name": name, "type": kind, "value": value})
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
}
