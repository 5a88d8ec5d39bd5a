"""Commands as Discord registers them: flat paths of one to three words become one nested body. Pure.

Source: discord.com/developers/docs/interactions/application-commands.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import reduce
from typing import Any, Final

from bot.command import CommandSpec, Option
from bot.platforms.discord import locales
from bot.platforms.discord.locales import Localize
from bot.users import Attachment, Channel, Role, Said, User

SUB_COMMAND, GROUP = 1, 2
CHAT, USER_MENU, MESSAGE_MENU = 1, 2, 3
TYPES: Final[dict[type, int]] = {
    str: 3, int: 4, bool: 5, User: 6, Channel: 7, Role: 8, float: 10, Attachment: 11, timedelta: 3,
}  # fmt: skip
"""Option types; a list is a string of several."""
ABOUT, LONGEST_TEXT = 100, 6000
_CONTEXTS: Final = {"channel": 0, "dm": 1, "group": 2}
_INSTALLED_FOR_A_USER = 1

Body = dict[str, Any]


def payload(
    specs: Iterable[CommandSpec], localize: Localize = locales.untranslated, *, user_install: bool = True
) -> list[Body]:
    """The body of the bulk registration: one entry for each first word, then the menus, in the order of `specs`.

    `localize` gives translations by language code. With `user_install` people may carry the bot to places where it is no member.
    """
    known = [spec for spec in specs if registered(spec) and _contexts(spec, user_install=user_install)]
    roots: dict[str, list[CommandSpec]] = {}
    for spec in filter(slashed, known):
        roots.setdefault(spec.path.partition(" ")[0], []).append(spec)
    bodies = [_root(name, inside, localize, user_install=user_install) for name, inside in roots.items()]
    menus = [_menu(spec, localize) | _access([spec], user_install=user_install) for spec in known if spec.menu]
    return bodies + menus


def digest(body: list[Body]) -> str:
    """What is kept to know whether a registration is the same as the last one."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def registered(spec: CommandSpec) -> bool:
    """Is it for Discord's own menus? What is hidden can be typed, what only hears events cannot be called."""
    return not (spec.hidden or spec.subscriber) and (not spec.platforms or "discord" in spec.platforms)


def slashed(spec: CommandSpec) -> bool:
    """Is it a slash command? A message cannot be given to one."""
    return not any(option.type is Said and option.required for option in spec.options)


def menu_type(spec: CommandSpec) -> int:
    """What its menu belongs to: a message, or a user."""
    return MESSAGE_MENU if any(option.type is Said for option in spec.options) else USER_MENU


def choices(option: Option, localize: Localize) -> list[Body]:
    """What can be picked for it, called as it can be typed: two of the same name would cost the whole registration."""
    words = {*option.words, *((str(choice).casefold(), choice) for choice in option.choices)}

    def typed(choice: str | int) -> dict[str, str]:
        said = locales.translated(str(choice), localize)
        return {code: word for code, word in said.items() if (word.strip().casefold(), choice) in words}

    return [{**locales.called(str(choice), typed(choice)), "value": choice} for choice in option.choices]


def _root(name: str, inside: list[CommandSpec], localize: Localize, *, user_install: bool) -> Body:
    root: Body = {"type": CHAT, **locales.named(name, localize)}
    for spec in inside:
        words = spec.path.split()
        if len(words) == 1:
            root |= _own(spec, localize)
            continue
        node = _into(root, name, spec, localize)
        if len(words) > 2:
            node = _group(node, words[1], spec, localize)
        node["options"].append({"type": SUB_COMMAND, **locales.named(words[-1], localize), **_own(spec, localize)})
    return root | _access(inside, user_install=user_install)


def _into(node: Body, path: str, spec: CommandSpec, localize: Localize) -> Body:
    """A group says what it is about; one that was not told names itself."""
    node.setdefault("options", [])
    if not node.get("description"):
        node |= locales.described(spec.groups.get(path, "") or path, localize)
    return node


def _group(root: Body, name: str, spec: CommandSpec, localize: Localize) -> Body:
    known: list[Body] = [one for one in root["options"] if one["type"] == GROUP and one["name"] == name]
    if not known:
        known.append({"type": GROUP, **locales.named(name, localize)})
        root["options"] += known
    return _into(known[0], f"{root['name']} {name}", spec, localize)


def _own(spec: CommandSpec, localize: Localize) -> Body:
    given = [option for option in spec.options if option.type is not Said]
    ordered = sorted(given, key=lambda option: not _demanded(option, spec))
    made = [_option(option, localize) | {"required": _demanded(option, spec)} for option in ordered]
    return {**locales.described(spec.about or spec.path, localize), "options": made}


def _demanded(option: Option, spec: CommandSpec) -> bool:
    """Discord demands it, unless the command would rather ask for it."""
    return option.required and not spec.ask_missing


def _option(option: Option, localize: Localize) -> Body:
    made: Body = {"type": 3 if option.many else TYPES[option.type], **locales.named(option.name, localize)}
    made |= locales.described(option.about or option.name, localize)
    if option.many:
        return made
    if option.number:
        bounds = {"min_value": option.low, "max_value": option.high}
        made |= {name: option.type(bound) for name, bound in bounds.items() if bound is not None}
    if option.type is str and not option.choices:
        made |= {"min_length": min(option.min_length, LONGEST_TEXT)} if option.min_length else {}
        made |= {"max_length": min(option.max_length, LONGEST_TEXT)} if option.max_length else {}
    if option.choices:
        made["choices"] = choices(option, localize)
    elif option.suggest and made["type"] in (3, 4, 10):
        made["autocomplete"] = True
    return made


def _menu(spec: CommandSpec, localize: Localize) -> Body:
    translated = {code: name for code, name in locales.translated(spec.menu, localize).items() if len(name) <= 32}
    made: Body = {"type": menu_type(spec), "name": spec.menu}
    return made | ({"name_localizations": translated} if translated else {})


# who sees it, and where


def _access(inside: list[CommandSpec], *, user_install: bool) -> Body:
    """Of a whole entry, because Discord keeps these for entries only: whatever one of its commands needs must stay open."""
    contexts = sorted(set[int]().union(*(_contexts(spec, user_install=user_install) for spec in inside)))
    made: Body = {"contexts": contexts, "integration_types": [0, _INSTALLED_FOR_A_USER] if user_install else [0]}
    permissions = _least([_permissions(spec) for spec in inside])
    return made if permissions is None else {**made, "default_member_permissions": permissions}


def _contexts(spec: CommandSpec, *, user_install: bool) -> set[int]:
    """Where its guards let it work: 0 servers, 1 direct messages of the bot, 2 other private channels."""
    offered = {0, 1, 2} if user_install else {0, 1}
    told = (getattr(guard, "contexts", None) for guard in spec.guards)
    return offered.intersection(*({_CONTEXTS[one] for one in kinds} for kinds in told if kinds is not None))


def _permissions(spec: CommandSpec) -> int | None:
    """What its guards let Discord ask of members; 0 is administrators alone, None everybody."""
    asked = [bits for guard in spec.guards if (bits := getattr(guard, "discord_permissions", None)) is not None]
    if not asked:
        return None
    return 0 if 0 in asked else _joined(asked, int.__or__)


def _least(asked: list[int | None]) -> int | None:
    """What all of these have in common; None when one of them is for everybody."""
    known = [bits for bits in asked if bits is not None]
    if len(known) < len(asked):
        return None
    some = [bits for bits in known if bits]
    return (_joined(some, int.__and__) or None) if some else 0


def _joined(bits: Iterable[int], how: Callable[[int, int], int]) -> int:
    return reduce(how, bits)


def entries(body: list[Body]) -> Iterator[tuple[str, Body]]:
    """Every entry with what people call it (`/vault`, `menu "Bless"`)."""
    for one in body:
        yield (f"/{one['name']}" if one["type"] == CHAT else f'menu "{one["name"]}"'), one
