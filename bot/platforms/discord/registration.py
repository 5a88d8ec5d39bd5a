"""Commands as Discord registers them: flat paths of one to three words become one nested body. Pure.

Limits: Discord developer documentation, "Application Commands" and "Application Command Object".
"""

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

from bot.command import CommandSpec, Option
from bot.errors import Problem
from bot.users import User

SUB_COMMAND, GROUP = 1, 2
_TYPES = {str: 3, int: 4, bool: 5, User: 6, float: 10}
_NAME = re.compile(r"^[-_'\w]{1,32}$")
_ABOUT, _LIST, _CHOICE, _STRING, _SAFE = 100, 25, 100, 6000, 2**53


def payload(specs: Iterable[CommandSpec]) -> list[dict[str, Any]]:
    """The body of the bulk registration: one entry for each first word, in the order of `specs`."""
    roots: dict[str, dict[str, Any]] = {}
    for spec in specs:
        first, *rest = spec.path.split()
        root = roots.setdefault(first, _root(first))
        if not rest:
            root.update(_own(spec))
            continue
        root["description"] = spec.group_about[:_ABOUT]
        node = _group(root, rest[0]) if len(rest) == 2 else root
        node["options"].append({"type": SUB_COMMAND, "name": rest[-1], **_own(spec)})
    for root in roots.values():
        _describe(root)
    return list(roots.values())


def digest(body: list[dict[str, Any]]) -> str:
    """What is kept to know whether a registration is the same as the last one."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def check(spec: CommandSpec) -> list[Problem]:
    """What Discord would refuse about this command."""
    return [Problem(spec.source, spec.path, what) for what in _problems(spec)]


def _root(name: str) -> dict[str, Any]:
    return {"type": 1, "name": name, "description": "", "options": [], "contexts": [0, 1], "integration_types": [0]}


def _group(root: dict[str, Any], name: str) -> dict[str, Any]:
    known: list[dict[str, Any]] = [o for o in root["options"] if o["type"] == GROUP and o["name"] == name]
    if not known:
        known.append({"type": GROUP, "name": name, "description": "", "options": []})
        root["options"].append(known[0])
    return known[0]


def _describe(node: dict[str, Any]) -> None:
    """A group says what is in it; Discord asks for a description that it hardly ever shows."""
    for child in node["options"]:
        if child["type"] == GROUP:
            _describe(child)
    if not node["description"]:
        node["description"] = ", ".join(child["name"] for child in node["options"])[:_ABOUT]


def _own(spec: CommandSpec) -> dict[str, Any]:
    ordered = sorted(spec.options, key=lambda option: not option.required)
    return {"description": _about(spec.about, spec.path), "options": [_option(option) for option in ordered]}


def _about(text: str, name: str) -> str:
    return text or name


def _option(option: Option) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": _TYPES[option.type],
        "name": option.name,
        "description": _about(option.about, option.name),
        "required": option.required,
    }
    if option.number:
        bounds = {"min_value": option.low, "max_value": option.high}
        made |= {name: option.type(bound) for name, bound in bounds.items() if bound is not None}
    if option.type is str:
        made |= {"min_length": option.min_length} if option.min_length else {}
        made |= {"max_length": min(option.max_length, _STRING)} if option.max_length else {}
    if option.choices:
        made["choices"] = [{"name": str(choice), "value": choice} for choice in option.choices]
    return made


def _problems(spec: CommandSpec) -> Iterable[str]:
    words = spec.path.split()
    if not 1 <= len(words) <= 3:
        yield f"Discord takes one to three words, not {len(words)}"
    for word in words:
        yield from _naming(word, "the word")
    if len(spec.about) > _ABOUT:
        yield f"its description has {len(spec.about)} characters; Discord shows {_ABOUT}"
    if len(spec.options) > _LIST:
        yield f"it has {len(spec.options)} options; Discord takes {_LIST}"
    for option in spec.options:
        yield from _naming(option.name, "the option")
        yield from _option_problems(option)


def _naming(name: str, what: str) -> Iterable[str]:
    if not _NAME.match(name) or name != name.lower():
        yield f"{what} {name!r} must have 1 to 32 lower-case letters, digits, - or _"


def _option_problems(option: Option) -> Iterable[str]:
    if option.type not in _TYPES:
        yield f"Discord has no option type for {option.type.__name__} ({option.name})"
    if len(option.about) > _ABOUT:
        yield f"the description of {option.name} has {len(option.about)} characters; Discord shows {_ABOUT}"
    if len(option.choices) > _LIST:
        yield f"{option.name} has {len(option.choices)} choices; Discord takes {_LIST}"
    if any(not 1 <= len(str(choice)) <= _CHOICE for choice in option.choices):
        yield f"a choice of {option.name} is empty or longer than {_CHOICE} characters"
    if option.number and any(abs(bound) > _SAFE for bound in (option.low, option.high) if bound is not None):
        yield f"a bound of {option.name} is beyond 2**53"
