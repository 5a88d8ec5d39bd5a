"""What menus take, and what a command is called there. Pure. Source: core.telegram.org/bots/api#botcommand."""

import re

from bot.command import CommandSpec
from bot.errors import Problem

MENU = 100  # commands of one scope
ALERT = 200  # characters of an answer to a press
ABOUT = 256
DOWNLOAD = 20 << 20  # bytes of a file that the Bot API gives
NAME = re.compile(r"[a-z0-9_]{1,32}")
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What `/start` may carry. Source: core.telegram.org/api/links#bot-links."""


def menu_name(path: str) -> str:
    """`vault put` is `/vault_put` here: a menu command is one word."""
    return path.replace(" ", "_")


def here(spec: CommandSpec) -> bool:
    """Is it a command that people call by name on this platform?"""
    return not spec.subscriber and (not spec.platforms or "telegram" in spec.platforms)


def problems(spec: CommandSpec) -> list[Problem]:
    """What of this command a menu refuses."""
    name, found = menu_name(spec.path), []
    if not here(spec):
        return []
    if not NAME.fullmatch(name):
        found.append(f"Telegram commands are 1 to 32 of a-z, 0-9 and _, and {name!r} is not")
    if not 1 <= len(spec.about) <= ABOUT:
        found.append(f"Telegram wants a description of 1 to {ABOUT} characters, and this one has {len(spec.about)}")
    return [Problem(spec.source, spec.path, what) for what in found]
