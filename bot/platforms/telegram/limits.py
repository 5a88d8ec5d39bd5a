"""What menus take, and what a command is called there. Pure. Source: core.telegram.org/bots/api#botcommand."""

import re
from collections.abc import Sequence

from bot.command import CommandSpec
from bot.errors import Problem

MENU = 100  # commands of one scope
ALERT = 200  # characters of an answer to a press
_NAME = re.compile(r"[a-z0-9_]{1,32}")
_ABOUT = 256


def menu_name(path: str) -> str:
    """`vault put` is `/vault_put` here: a menu command is one word."""
    return path.replace(" ", "_")


def problems(spec: CommandSpec) -> list[Problem]:
    """What of this command a menu refuses."""
    name, found = menu_name(spec.path), []
    if not _NAME.fullmatch(name):
        found.append(f"Telegram commands are 1 to 32 of a-z, 0-9 and _, and {name!r} is not")
    if not 1 <= len(spec.about) <= _ABOUT:
        found.append(f"Telegram wants a description of 1 to {_ABOUT} characters, and this one has {len(spec.about)}")
    return [Problem(spec.source, spec.path, what) for what in found]


def menu(specs: Sequence[CommandSpec], *, shared: bool) -> list[dict[str, str]]:
    """The commands offered, at most `MENU`; where others read, without those that ask for a secret."""
    offered = [spec for spec in specs if not (shared and any(option.secret for option in spec.options))]
    return [{"command": menu_name(spec.path), "description": spec.about} for spec in offered[:MENU]]
