"""Write a command once; it is native on Discord, Twitch and Telegram."""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bot.command import command as command  # now: later this would be the package of that name

if TYPE_CHECKING:
    from bot.public import *  # noqa: F403  (the same as below, for type checkers)


def __getattr__(name: str) -> object:
    """What is public, at its first use: `soulfra --help` needs none of it and does not wait for it."""
    if name != "__path__" and find_spec(f"bot.{name}") is None:
        public = import_module("bot.public")
        if hasattr(public, name):
            return getattr(public, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")  # a module of ours is imported then
