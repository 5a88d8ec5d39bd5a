"""Registered commands: what Discord accepts (Discord's documentation, "Application Commands")."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.sandbox.discord.errors import ApiError, Json, complaint, invalid

CHAT, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUB_COMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(1, 12)
LOCALES = {
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR", "ro",
    "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko",
}  # fmt: skip
_KINDS = range(1, 12)
_NAME = re.compile(r"^[-_'\w]{1,32}$")
_MOST = {CHAT: 100, USER_MENU: 15, MESSAGE_MENU: 15}
_TOO_MANY = {CHAT: 30032, USER_MENU: 30033, MESSAGE_MENU: 30034}
_LIST, _TEXT, _CHOICE, _SIZE = 25, 100, 100, 8000
_TOP_ONLY = ("contexts", "integration_types", "default_member_permissions")


def validate(body: object) -> None:
    """Raises the error Discord answers to a bulk registration that breaks its rules."""
    if not isinstance(body, list):
        raise invalid(complaint("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"))
    for kind, most in _MOST.items():
        if sum(command.get("type", 1) == kind for command in body) > most:
            raise ApiError(400, _TOO_MANY[kind], f"Maximum number of application commands reached ({most}).")
    errors = {str(n): found for n, command in enumerate(body) if (found := _node(command, 0))}
    names = [(command.get("name"), command.get("type", 1)) for command in body]
    for n, name in enumerate(names):
        if name in names[:n]:
            text = "Application command names must be unique"
            errors[str(n)] = complaint("APPLICATION_COMMANDS_DUPLICATE_NAME", text)
    if errors:
        raise invalid(errors)


def _node(node: Json, depth: int) -> Json:
    menu = depth == 0 and node.get("type", CHAT) in (USER_MENU, MESSAGE_MENU)
    errors = dict(_menu(node) if menu else _texts(node))
    errors |= dict(_localized(node, menu=menu)) | dict(_access(node, depth))
    if depth == 0 and _size(node) > _SIZE:
        errors["description"] = complaint("APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({_SIZE})")
    options = node.get("options") or []
    if list_error := _options(node, options, depth):
        return {**errors, "options": list_error}
    nested = {str(n): found for n, option in enumerate(options) if (found := _option(option, depth + 1))}
    return {**errors, "options": nested} if nested else errors


def _menu(node: Json) -> Iterator[tuple[str, Json]]:
    """A menu's entry has a label, and nothing else."""
    if not 1 <= len(str(node.get("name", ""))) <= 32:
        yield "name", complaint("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 32 in length.")
    for name in ("description", "options", "description_localizations"):
        if node.get(name):
            yield name, complaint("APPLICATION_COMMAND_CONTEXT_MENU_INVALID", "Context menu commands cannot have this")


def _texts(node: Json) -> Iterator[tuple[str, Json]]:
    name, about = str(node.get("name", "")), str(node.get("description", ""))
    if not _NAME.match(name) or name != name.lower():
        yield "name", complaint("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    if not 1 <= len(about) <= _TEXT:
        yield "description", complaint("BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {_TEXT} in length.")


def _localized(node: Json, *, menu: bool) -> Iterator[tuple[str, Json]]:
    for key in ("name_localizations", "description_localizations"):
        found: Mapping[str, str] = node.get(key) or {}
        if not set(found) <= LOCALES:
            yield key, complaint("ENUM_TYPE_COERCE", f"Value must be one of {sorted(LOCALES)}.")
        for text in found.values():
            named = key.startswith("name") and not menu
            wrong = (
                not _NAME.match(text) or text != text.lower()
                if named
                else not 1 <= len(text) <= (32 if menu else _TEXT)
            )
            if wrong:
                yield key, complaint("APPLICATION_COMMAND_INVALID_NAME", "A localization is invalid")


def _access(node: Json, depth: int) -> Iterator[tuple[str, Json]]:
    """Where it may be used and by whom is said at the top only."""
    for name in _TOP_ONLY:
        if depth and name in node:
            yield name, complaint("BASE_TYPE_UNKNOWN", "Only commands themselves have this")
    for name, known in (("contexts", {0, 1, 2}), ("integration_types", {0, 1})):
        given = node.get(name)
        if given is not None and not depth and (not given or not set(given) <= known or len(set(given)) < len(given)):
            yield name, complaint("BASE_TYPE_CHOICES", f"Values must be some of {known}, each once.")
    bits = node.get("default_member_permissions")
    if bits is not None and not (str(bits).isdecimal() and int(bits) < 1 << 53):
        yield "default_member_permissions", complaint("PERMISSIONS_INVALID", "Permissions are a set of bits")


def _size(node: Json) -> int:
    """What Discord counts: the longest localization of names and descriptions, and choices."""
    own = 0
    for key in ("name", "description", "value"):
        own += max(len(str(text)) for text in (node.get(key) or "", *(node.get(f"{key}_localizations") or {}).values()))
    return own + sum(_size(child) for key in ("options", "choices") for child in node.get(key) or [])


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


def _completed(option: Json) -> Iterator[tuple[str, Json]]:
    """Suggestions are for what is typed, where there are no choices."""
    if not option.get("autocomplete"):
        return
    if option.get("choices"):
        yield "autocomplete", complaint("APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE", "Autocomplete excludes choices")
    if option.get("type") not in (STRING, INTEGER, NUMBER):
        yield "autocomplete", complaint("APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE", "Only text and numbers are typed")


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


def _chosen(option: Json) -> Iterator[tuple[str, Json]]:
    """What is wrong with what can be picked, and with what it is called."""
    choices: list[Json] = option.get("choices") or []
    if choices and option.get("type") not in (STRING, INTEGER, NUMBER):
        yield (
            "choices",
            complaint("APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", "Only text and numbers have choices"),
        )
    if len({choice.get("name") for choice in choices}) < len(choices):
        yield (
            "choices",
            complaint("APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_DUPLICATE", "Option choice name already exists"),
        )
    if len(choices) > _LIST:
        yield "choices", complaint("BASE_TYPE_BAD_LENGTH", f"Must be {_LIST} or fewer in length.")
    called: list[Mapping[str, str]] = [choice.get("name_localizations") or {} for choice in choices]
    if not {language for one in called for language in one} <= LOCALES:
        yield "choices", complaint("ENUM_TYPE_COERCE", f"Value must be one of {sorted(LOCALES)}.")
    said = [str(choice[key]) for choice in choices for key in ("name", "value")]
    if any(not 1 <= len(text) <= _CHOICE for text in [*said, *(text for one in called for text in one.values())]):
        yield "choices", complaint("BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {_CHOICE} in length.")


def _option(option: Json, depth: int) -> Json:
    errors = _node(option, depth)
    errors |= dict(_completed(option))
    errors |= dict(_chosen(option))
    kind = option.get("type")
    if kind not in _KINDS:
        errors["type"] = complaint("BASE_TYPE_CHOICES", f"Value must be one of {set(_KINDS)}.")
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
