"""Recorded payloads held against Discord's public API description (OpenAPI 3.1).

`SOULFRA_SPECS` names the folder with `discord-openapi.json`; without it `../shared/specs` beside the repository is tried.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource

from bot.sandbox.world import Wire

_URN = "urn:discord"
_DIALECT = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
_NUMBERS = re.compile(r"(?<=\")\d{17,20}(?=\")|(?<=/)\d{17,20}|(?<=\")\d{4}-\d\d-\d\dT[\d:.]+\+00:00(?=\")")
_EVENTS = {"MESSAGE_CREATE": "MessageResponse"}
# discord.py sends these snowflakes as numbers; Discord takes them, its description says text.
_INTEGERS = re.compile(r"^(data/)?attachments/\d+/id$|^recipient_id$|^message_reference/(message|channel|guild)_id$")


def description() -> Path | None:
    """Where the description is; None when this machine has none."""
    folder = os.environ.get("SOULFRA_SPECS") or Path(__file__).parents[4] / "shared" / "specs"
    found = Path(folder) / "discord-openapi.json"
    return found if found.is_file() else None


def violations(wires: Iterable[Wire]) -> list[str]:
    """What of these payloads Discord's description does not allow, one line each. Raises `LookupError` without one."""
    return _contract().violations(wires)


@lru_cache(maxsize=1)
def _contract() -> "_Contract":
    path = description()
    if path is None:
        raise LookupError("there is no discord-openapi.json; name its folder in SOULFRA_SPECS")
    return _Contract(json.loads(path.read_text()))


class _Contract:
    def __init__(self, document: dict[str, Any]) -> None:
        self._registry = Registry().with_resource(_URN, Resource.from_contents({**_DIALECT, **document})).crawl()
        self._paths = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", template)), operations)
            for template, operations in sorted(document["paths"].items(), key=lambda item: item[0].count("{"))
        ]

        self._fine: set[str] = set()

    def violations(self, wires: Iterable[Wire]) -> list[str]:
        return [f"{wire.name}: {found}" for wire in wires if wire.platform == "discord" for found in self._found(wire)]

    def _found(self, wire: Wire) -> list[str]:
        """What differs from an earlier payload in ids and times only is as fine as that."""
        same = _NUMBERS.sub("0", json.dumps([wire.direction, wire.name, wire.payload, wire.status, wire.answer]))
        if same in self._fine:
            return []
        found = list(self._check(wire))
        if not found:
            self._fine.add(same)
        return found

    def _check(self, wire: Wire) -> Iterator[str]:
        if wire.direction == "in":
            if schema := _EVENTS.get(wire.name):
                yield from self._errors({"$ref": f"#/components/schemas/{schema}"}, wire.payload, "event")
            return
        operation = self._operation(wire.name)
        if operation is None:
            yield "no such path"
            return
        answers = operation["responses"]
        if wire.payload:
            yield from self._errors(_schema(operation.get("requestBody", {})), _softened(wire.payload), "request")
        if wire.status is not None and wire.status < 300 and wire.answer is not None:
            yield from self._errors(_schema(answers.get(str(wire.status), {})), wire.answer, "answer")

    def _operation(self, name: str) -> dict[str, Any] | None:
        method, path = name.split(" ", 1)
        for pattern, operations in self._paths:
            if pattern.fullmatch(path) and method.lower() in operations:
                return dict(operations[method.lower()])
        return None

    def _errors(self, schema: Any, value: Any, what: str) -> Iterator[str]:
        if schema is None:
            yield f"{what}: no body is described"
            return
        for error in Draft202012Validator(_absolute(schema), registry=self._registry).iter_errors(value):
            deep = _deepest(error)
            yield f"{what} {'/'.join(map(str, deep.absolute_path))}: {deep.message[:160]}"


def _schema(body: dict[str, Any]) -> Any:
    return body.get("content", {}).get("application/json", {}).get("schema")


def _softened(node: Any, path: str = "") -> Any:
    """With the numbers that discord.py sends as ids turned into text."""
    if isinstance(node, dict):
        return {key: _softened(value, f"{path}/{key}".strip("/")) for key, value in node.items()}
    if isinstance(node, list):
        return [_softened(value, f"{path}/{n}") for n, value in enumerate(node)]
    return str(node) if isinstance(node, int) and _INTEGERS.match(path) else node


def _absolute(node: Any) -> Any:
    """Every local reference points into the registered document."""
    if isinstance(node, dict):
        return {key: _URN + value if key == "$ref" else _absolute(value) for key, value in node.items()}
    return [_absolute(one) for one in node] if isinstance(node, list) else node


def _deepest(error: ValidationError) -> ValidationError:
    """Of a choice of schemas, the complaint that came furthest."""
    while error.context:
        error = min(error.context, key=lambda one: (-len(one.absolute_path), len(one.message)))
    return error
