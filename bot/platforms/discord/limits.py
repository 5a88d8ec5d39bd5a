"""What Discord would refuse of commands, before it is asked. Pure.

Source: discord.com/developers/docs/interactions/application-commands (limits, naming, menus).
"""

from collections.abc import Iterable, Iterator, Sequence

from bot.command import CommandSpec, Option
from bot.errors import Problem
from bot.platforms.discord import registration
from bot.platforms.discord.locales import valid
from bot.platforms.discord.registration import ABOUT, Body
from bot.users import Attachment, Said

_LIST, _CHOICE, _SAFE, _SIZE = 25, 100, 2**53, 8000
_MOST = {registration.CHAT: 100, registration.USER_MENU: 15, registration.MESSAGE_MENU: 15}
_WHAT = {
    registration.CHAT: "commands",
    registration.USER_MENU: "menus of users",
    registration.MESSAGE_MENU: "menus of messages",
}
_LABEL = 32


def problems(spec: CommandSpec) -> list[Problem]:
    """What Discord would refuse about this command."""
    if not registration.registered(spec):
        return []
    return [Problem(spec.source, spec.path, what) for what in (*_command(spec), *_menu(spec))]


def fitting(body: list[Body]) -> tuple[list[Body], list[str]]:
    """The entries that Discord takes together, and what is said about those it does not."""
    kept: list[Body] = []
    refused: list[str] = []
    for name, one in registration.entries(body):
        rivals = [other for other in kept if other["type"] == one["type"]]
        if any(other["name"] == one["name"] for other in rivals):
            refused.append(f"{name} is there already")
        elif len(rivals) == _MOST[one["type"]]:
            refused.append(f"{name} is one too many: Discord takes {_MOST[one['type']]} {_WHAT[one['type']]}")
        elif (size := _size(one)) > _SIZE:
            refused.append(f"{name} has {size} characters in names, descriptions and choices; Discord takes {_SIZE}")
        else:
            kept.append(one)
    return kept, refused


def _size(node: Body) -> int:
    """As Discord counts: the longest translation of each name and description, and every choice."""
    own = 0
    for key in ("name", "description", "value"):
        words = [str(node.get(key, "")), *node.get(f"{key}_localizations", {}).values()]
        own += max(map(len, words))
    return own + sum(_size(child) for key in ("options", "choices") for child in node.get(key, ()))


def _command(spec: CommandSpec) -> Iterator[str]:
    words = spec.path.split()
    if not 1 <= len(words) <= 3:
        yield f"Discord takes one to three words, not {len(words)}"
    for word in words:
        yield from _naming(word, "the word")
    for name, text in (
        ("its description", spec.about),
        *((f"the description of {g}", a) for g, a in spec.groups.items()),
    ):
        if len(text) > ABOUT:
            yield f"{name} has {len(text)} characters; Discord shows {ABOUT}"
    given = [option for option in spec.options if option.type is not Said]
    if len(given) > _LIST:
        yield f"it has {len(given)} options; Discord takes {_LIST}"
    for option in given:
        yield from _naming(option.name, "the option")
        yield from _option(option)
    if not registration.slashed(spec) and not spec.menu:
        yield "it takes a message: Discord offers it only with a menu= label"


def _naming(name: str, what: str) -> Iterator[str]:
    if not valid(name):
        yield f"{what} {name!r} must have 1 to 32 lower-case letters, digits, - or _"


def _option(option: Option) -> Iterator[str]:
    if option.type not in registration.TYPES:
        yield f"Discord has no option type for {option.type.__name__} ({option.name})"
    if option.many and option.type is Attachment:
        yield f"Discord takes one file for each option, not several ({option.name})"
    if len(option.about) > ABOUT:
        yield f"the description of {option.name} has {len(option.about)} characters; Discord shows {ABOUT}"
    if option.many:
        return
    yield from _choices(option.name, [str(choice) for choice in option.choices])
    numbers = [option.low, option.high, *(c for c in option.choices if isinstance(c, int))] if option.number else []
    if any(abs(number) > _SAFE for number in numbers if number is not None):
        yield f"a bound of {option.name} is beyond 2**53"


def _choices(name: str, choices: Sequence[str]) -> Iterator[str]:
    if len(choices) > _LIST:
        yield f"{name} has {len(choices)} choices; Discord takes {_LIST}"
    if any(not 1 <= len(choice) <= _CHOICE for choice in choices):
        yield f"a choice of {name} is empty or longer than {_CHOICE} characters"


def _menu(spec: CommandSpec) -> Iterable[str]:
    if spec.menu and (not 1 <= len(spec.menu) <= _LABEL or spec.menu != spec.menu.strip()):
        yield f"its menu {spec.menu!r} must have 1 to {_LABEL} characters, without space around them"
