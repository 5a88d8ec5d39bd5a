"""Every public name is used by an example: what `bot` exports, and what of it a bot's author calls, sets or is given."""

import ast
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any, Final

import pytest

import bot
from bot import events
from bot.access import Needs
from bot.app import App
from bot.command.declare import Declaration, On
from bot.context import Context
from bot.live import Progress, Shown

EXAMPLES: Final = sorted((Path(__file__).parents[2] / "examples").rglob("*.py"))
NOT_FOR_EXAMPLES: Final = {
    App: {
        "address": "told by the web server",
        "anchors": "noted by the kernel's own job",
        "audits": "`soulfra audit` counts them",
        "backups": "`soulfra backup` makes them",
        "blobs": "a service: what can only be linked is put there by the kernel",
        "check": "for features with a file that an operator writes: the economy has one",
        "commands": "read by `soulfra check`",
        "compile": "`soulfra check` calls it",
        "database": "told to the operator's verbs",
        "drawings": "filled by `drawing`",
        "ended": "called by the kernel",
        "flows": "a service: commands are given `Flows`",
        "identity": "a service of the kernel's own commands",
        "keyring": "a plugin's secrets are encrypted by `Secret` and the store",
        "languages": "a service of the kernel's own commands",
        "load": "`soulfra run` calls it",
        "load_plugin": "for whoever runs an App, from outside of its commands",
        "models": "a service: commands are given `Models`",
        "mounts": "read by the web server",
        "notices": "a service of the kernel's own commands",
        "opened": "for the operator's verbs",
        "packages": "for the operator's verbs",
        "platforms": "the adapters that run",
        "plugins": "read by `soulfra check`",
        "problems": "`soulfra check` tells of them",
        "refused": "read by `soulfra check`",
        "registry": "a service of the kernel's own commands",
        "servers": "a service of the kernel's own commands",
        "settings": "a plugin has settings of its own",
        "start": "`soulfra run` calls it",
        "state": "read by the state page",
        "stop": "`soulfra run` calls it",
        "unload": "for whoever runs an App, from outside of its commands",
        "webhooks": "read by the web server",
    },
    Context: {
        "carried_out": "for the kernel, after a run",
        "diverged": "for the kernel, after a run",
        "ended": "called by the kernel after a run",
        "fill": "what `ask` and `ask_missing` are made of",
        "handle": "where answers go, for the kernel",
        "held": "for the kernel, after a run",
        "house": "the kernel's own",
        "known_standing": "for guards that must not wait",
        "readable": "the kernel's own",
        "readonly": "for guards and services",
        "recall": "called by the kernel before a run",
        "resolver": "the kernel's own",
        "rest": "the unread line, for the kernel",
        "resumed": "for the kernel, after a run",
        "shown": "the message of a stream, for the kernel",
        "succeeded": "for guards and services that end",
        "wrote": "for the kernel, after a run",
    },
    Shown: {"ids": "for the kernel"},
    Progress: {"done": "counted by `step`", "total": "as it was told"},
    bot.Pages: {"items": "as they were told", "per_page": "as it was told"},
}
"""What no example has to use, and why."""

BY_PLACE: Final = {"options", "kind", "n", "data"}
"""Parameters that may be given by name, and are given by their place."""


def _members(kind: type) -> set[str]:
    """The public attributes, methods and slots of a class."""
    own = {name for one in kind.__mro__[:-1] for name in (*vars(one), *getattr(one, "__annotations__", ()))}
    assigned = {name for one in kind.__mro__[:-1] for name in _assigned(one)}
    slots = {name for one in kind.__mro__ for name in getattr(one, "__slots__", ())}
    return {name for name in own | assigned | slots if not name.startswith("_")}


def _assigned(kind: type) -> Iterator[str]:
    """What `__init__` puts on the instance."""
    if "__init__" not in vars(kind):
        return
    tree = ast.parse(dedent(inspect.getsource(kind.__init__)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "self":
            yield node.attr


def _parameters(function: Callable[..., Any]) -> set[str]:
    """The parameters that are given by name."""
    found = inspect.signature(function).parameters.values()
    return {one.name for one in found if one.kind is one.KEYWORD_ONLY or one.default is not one.empty}


NODES: Final = [node for file in EXAMPLES for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
NAMES: Final = {node.id for node in NODES if isinstance(node, ast.Name)}
ATTRIBUTES: Final = {node.attr for node in NODES if isinstance(node, ast.Attribute)}
CALLS: Final = [node for node in NODES if isinstance(node, ast.Call)]


def test_what_is_exported_is_used() -> None:
    assert set(bot.__all__) - NAMES == set()


def test_every_event_is_heard() -> None:
    kinds = {one.__name__ for one in vars(events).values() if inspect.isclass(one) and issubclass(one, events.Event)}
    assert kinds - {"Event"} - NAMES == set()


@pytest.mark.parametrize("kind", [App, Context, Shown, Progress, Needs, On, bot.Pages], ids=lambda kind: kind.__name__)
def test_members_are_used(kind: type) -> None:
    spared = NOT_FOR_EXAMPLES.get(kind, {}).keys()
    members = _members(kind)
    assert spared - members == set(), "spared, but not there"
    assert spared & _reached(kind) == set(), "spared, but used"
    assert members - spared - (_reached(kind) or ATTRIBUTES) == set()


def _reached(kind: type) -> set[str]:
    """Attributes of what examples call `app` or `ctx`: these are surely those of an App, of a Context."""
    name = {App: "app", Context: "ctx"}.get(kind)
    return {node.attr for node in NODES if isinstance(node, ast.Attribute) and ast.unparse(node.value) == name}


@pytest.mark.parametrize(
    ("name", "function"),
    {
        "limit": bot.limit, "attempts": bot.attempts, "Message": bot.Message, "card": bot.card, "button": bot.button,
        "select": bot.select, "Pages": bot.Pages, "message": bot.Pages.message, "ask": Context.ask, "stream": Context.stream,
        "step": Progress.step, "emoji": bot.emoji, "Suggest": bot.Suggest, "Image": bot.Image, "File": bot.File,
        "Field": bot.Field, "command": bot.command,
    }.items(),
)  # fmt: skip
def test_parameters_are_used(name: str, function: Callable[..., Any]) -> None:
    wanted = _told() if function is bot.command else _parameters(function)
    calls = [one for one in CALLS if ast.unparse(one.func).rpartition(".")[2] == name]
    assert wanted - {key.arg for one in calls for key in one.keywords} - BY_PLACE == set()


def _told() -> set[str]:
    """What `@command` can be told."""
    return Declaration.__dataclass_fields__.keys() - {"guards", "subscriber"}
