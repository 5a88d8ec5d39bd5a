"""The JSON Schema of a kind of answer, without what strict servers refuse: references, limits, defaults, free keys.

Limits are told in words instead, and hold where the answer is read.
"""

from typing import Any, Final

import msgspec

_KEPT: Final = frozenset({"type", "description", "enum", "const"})
_TOLD: Final = {
    "minLength": "at least {} letters",
    "maxLength": "at most {} letters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
}
_REF: Final = "#/$defs/"


def schema_of(kind: type) -> dict[str, Any]:
    """Raises `TypeError` for a kind that is no object, or has what no strict server takes."""
    whole = msgspec.json.schema(kind)
    made = _strict(whole, whole.get("$defs", {}), ())
    if made.get("type") != "object":
        raise TypeError(f"{kind!r} is no object: a model answers with one")
    return made


def _strict(part: dict[str, Any], defs: dict[str, Any], within: tuple[str, ...]) -> dict[str, Any]:
    if "$ref" in part:
        name = part["$ref"].removeprefix(_REF)
        if name in within:
            raise TypeError(f"{name} is in itself, which a model is not asked for")
        return _strict(defs[name], defs, (*within, name))
    made = {key: value for key, value in part.items() if key in _KEPT}
    if limits := [words.format(part[key]) for key, words in _TOLD.items() if key in part]:
        made["description"] = ", ".join([*filter(None, [part.get("description")]), *limits])
    if "anyOf" in part:
        made["anyOf"] = [_strict(one, defs, within) for one in part["anyOf"]]
    if "enum" in part and all(isinstance(one, str) for one in part["enum"]):
        made["type"] = "string"
    if part.get("type") == "array":
        if not isinstance(part.get("items"), dict):
            raise TypeError("a list that a model is asked for has items of one kind")
        made["items"] = _strict(part["items"], defs, within)
    return made | _object(part, defs, within) if part.get("type") == "object" else made


def _object(part: dict[str, Any], defs: dict[str, Any], within: tuple[str, ...]) -> dict[str, Any]:
    """Every field is required, and there are no others."""
    if "properties" not in part or isinstance(part.get("additionalProperties"), dict):
        raise TypeError("an object that a model is asked for has fields, not free keys")
    fields = {name: _strict(one, defs, within) for name, one in part["properties"].items()}
    return {"properties": fields, "required": list(fields), "additionalProperties": False}
