"""Chat Completions as strict servers have it: what is wrong with a request."""

from itertools import pairwise
from typing import Any

CHAT = {"model", "messages", "temperature", "top_p", "stop", "stream", "seed",
        "response_format", "tools", "tool_choice"}  # fmt: skip
ROLES = {"system", "user", "assistant", "tool"}
SCHEMA = {"type", "description", "enum", "const", "properties", "required", "additionalProperties", "items", "anyOf"}


def chat(body: dict[str, Any], limit: str) -> str | None:
    """The first thing that a strict server refuses; `limit` is the one field for the number of tokens that it knows."""
    if strange := body.keys() - CHAT - {limit}:
        return f"unknown fields {sorted(strange)}"
    if not isinstance(body.get(limit), int) or body[limit] < 1:
        return f"{limit} is a number above 0"
    return messages(body.get("messages")) or form(body.get("response_format")) or tools(body)


def messages(given: Any) -> str | None:
    """Roles, contents, and who begins."""
    if not isinstance(given, list) or not given:
        return "no messages"
    for message in given:
        if message.keys() != {"role", "content"} or message["role"] not in ROLES:
            return f"a message of {message.get('role')!r} with {sorted(message)}"
        if not isinstance(message["content"], str) or not message["content"].strip():
            return "a message without words"
    roles = [message["role"] for message in given]
    if "system" in roles[1:] or roles[-1] != "user":
        return f"the roles are {roles}"
    return "two of one role" if any(one == next_ for one, next_ in pairwise(roles)) else None


def form(given: dict[str, Any] | None) -> str | None:
    """The form of the answer."""
    if given is None or given == {"type": "json_object"}:
        return None
    wanted = given.get("json_schema", {})
    if given.keys() != {"type", "json_schema"} or wanted.keys() != {"name", "schema", "strict"}:
        return f"no form: {sorted(given)}"
    return schema(wanted["schema"], "$")


def tools(body: dict[str, Any]) -> str | None:
    """One function, which is the one to be called."""
    if "tools" not in body:
        return None
    (tool,) = body["tools"]
    function = tool["function"]
    if tool.keys() != {"type", "function"} or function.keys() != {"name", "description", "parameters"}:
        return f"no tool: {sorted(function)}"
    if body.get("tool_choice") != {"type": "function", "function": {"name": function["name"]}}:
        return "no choice of a tool"
    return schema(function["parameters"], "$")


def schema(given: dict[str, Any], where: str) -> str | None:
    """What strict mode does not take."""
    if strange := given.keys() - SCHEMA:
        return f"{where}: {sorted(strange)} is not permitted"
    if not {"type", "anyOf", "const"} & given.keys():
        return f"{where}: of no type"
    inner = [(f"{where}.{name}", one) for name, one in given.get("properties", {}).items()]
    if given.get("type") == "object" and (
        given.get("additionalProperties") is not False or given.get("required") != [*given.get("properties", {})]
    ):
        return f"{where}: every field is required, and there are no others"
    inner += [(f"{where}[]", given["items"])] if "items" in given else []
    inner += [(f"{where}|", one) for one in given.get("anyOf", [])]
    return next(filter(None, (schema(one, place) for place, one in inner)), None)
