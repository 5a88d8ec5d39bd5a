"""Every name that a developer of bots or of adapters uses says what it is."""

import inspect
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

import pytest

MODULES = [
    import_module(name)
    for name in (
        "bot",
        "bot.adapter",
        "bot.command",
        "bot.errors",
        "bot.events",
        "bot.flows",
        "bot.message",
        "bot.plugins",
        "bot.store",
        "bot.testing",
        "bot.users",
        "economy",
    )
]
_MADE = (property, classmethod, staticmethod)


def public(module: ModuleType) -> Iterator[tuple[str, object]]:
    """The classes and functions that a module offers: what it lists, else what it defines."""
    listed = getattr(module, "__all__", None)
    for name, what in vars(module).items():
        shown = name in listed if listed is not None else not name.startswith("_") and _home(what) == module.__name__
        if shown and (inspect.isclass(what) or inspect.isfunction(what)):
            yield name, what


def members(kind: type) -> Iterator[tuple[str, object]]:
    """The public methods and properties of a class, those that it inherits from the project among them."""
    seen = set[str]()
    for base in kind.__mro__:
        if _home(base).partition(".")[0] != "bot":
            continue
        for name, what in vars(base).items():
            if name.startswith("_") or name in seen or not (inspect.isfunction(what) or isinstance(what, _MADE)):
                continue
            seen.add(name)
            yield f"{base.__name__}.{name}", what


def _home(what: object) -> str:
    return str(getattr(what, "__module__", ""))


def _says(name: str, what: object) -> bool:
    """A docstring that somebody wrote; dataclasses make one of their signature."""
    doc = inspect.getdoc(what)
    return bool(doc) and not str(doc).startswith(f"{name}(")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_public_name_says_what_it_is(module: ModuleType) -> None:
    offered = list(public(module))
    assert offered
    silent = [name for name, what in offered if not _says(name, what)]
    for _, what in offered:
        if inspect.isclass(what):
            silent += [name for name, each in members(what) if not _says(name, each)]
    assert sorted(set(silent)) == []
