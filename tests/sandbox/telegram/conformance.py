"""Recorded payloads against the Bot API as it is described in JSON: calls, answers and updates.

It checks shape: required, unknown and wrongly typed fields. Lengths and meanings stand in prose there.
"""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Self

from bot.sandbox.world import Wire

DEFAULT = Path(__file__).parents[3].parent / "shared" / "specs"
_PLAIN: Mapping[str, Callable[[Any], bool]] = {
    "Integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "True": lambda value: value is True,
    "InputFile": lambda value: isinstance(value, str),
}


def description() -> Path:
    """Where the description is expected."""
    return Path(os.environ.get("SOULFRA_SPECS", DEFAULT)) / "telegram-bot-api.json"


class Conformance:
    """The Bot API's methods and types."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._methods, self._types = document["methods"], document["types"]

    @classmethod
    def load(cls) -> Self:
        """From the file that `description` names. Raises `FileNotFoundError`."""
        return cls(json.loads(description().read_text(encoding="utf-8")))

    def faults(self, wires: Iterable[Wire]) -> list[str]:
        """Everything wrong with these payloads, both directions; refused calls are checked as calls only."""
        return [fault for wire in wires if wire.platform == "telegram" for fault in self._wire(wire)]

    def _wire(self, wire: Wire) -> list[str]:
        if wire.direction == "in":
            return self._value("Update", wire.payload, f"{wire.name} ")
        method = self._methods.get(wire.name)
        if method is None:
            return [f"{wire.name} is no method"]
        fields = method.get("fields", [])
        types = {field["name"]: field["types"] for field in fields}
        typed = {name: _from_form(types.get(name, ()), value) for name, value in wire.payload.items()}
        found = self._fields(fields, typed, f"{wire.name} ")
        return found + (
            self._any(method["returns"], wire.answer["result"], f"{wire.name} ->") if wire.status == 200 else []
        )

    def _value(self, name: str, value: Any, where: str) -> list[str]:
        if name in _PLAIN:
            return [] if _PLAIN[name](value) else [f"{where} is not {name}"]
        if name.startswith("Array of "):
            return self._items(name.removeprefix("Array of "), value, where)
        kind = self._types[name]
        if "subtypes" in kind:
            return self._any(kind["subtypes"], value, where)
        return (
            self._fields(kind.get("fields", []), value, where)
            if isinstance(value, dict)
            else [f"{where} is not {name}"]
        )

    def _items(self, name: str, value: Any, where: str) -> list[str]:
        if not isinstance(value, list):
            return [f"{where} is not a list"]
        return [fault for at, one in enumerate(value) for fault in self._value(name, one, f"{where}/{at}")]

    def _any(self, names: Iterable[str], value: Any, where: str) -> list[str]:
        return min((self._value(name, value, where) for name in names), key=len)

    def _fields(self, fields: Iterable[Mapping[str, Any]], value: Mapping[str, Any], where: str) -> list[str]:
        known = {field["name"]: field for field in fields}
        found = [f"{where}/{name} is unknown" for name in value.keys() - known.keys()]
        for name, field in known.items():
            if name in value:
                found += self._any(field["types"], value[name], f"{where}/{name}")
            elif field["required"]:
                found.append(f"{where}/{name} is missing")
        return found


def _from_form(types: Iterable[str], value: Any) -> Any:
    """A form has text only: `7` and `true` are what the method says they are."""
    if not isinstance(value, str):
        return value
    if "Boolean" in types and value in ("true", "false"):
        return value == "true"
    return int(value) if "Integer" in types and value.lstrip("-").isdecimal() else value
