"""Declaring registers nothing, changes nothing and never fails."""

from typing import Any

import pytest

from bot.command import Declaration, command, declaration, group
from bot.message import Message


class Guarding:
    def enter(self, ctx: object) -> None: ...

    def settle(self, ctx: object, succeeded: bool) -> None: ...


async def handler(ctx: object) -> Message:
    """A handler."""
    return Message("hello")


GUARD = Guarding()


@pytest.mark.parametrize(
    ("decorate", "wanted"),
    [
        (command, Declaration()),
        (command(), Declaration()),
        (command(private=True), Declaration(private=True)),
        (command(GUARD, name="other"), Declaration((GUARD,), name="other")),
    ],
)
async def test_the_same_function_comes_back(decorate: Any, wanted: Declaration) -> None:
    async def fresh(ctx: object) -> Message:
        return Message("hello")

    assert decorate(fresh) is fresh
    assert declaration(fresh) == wanted
    assert (await fresh(None)).plain == "hello"


@pytest.mark.parametrize("thing", [None, 5, "text", print, dict, object()])
def test_nothing_is_refused_while_importing(thing: Any) -> None:
    assert command(private=True)(thing) is thing
    assert declaration(thing) is None


def test_a_group_knows_its_place() -> None:
    made = group("vault", "Your keepsakes.", handler)
    assert (made.name, made.about, made.commands) == ("vault", "Your keepsakes.", (handler,))
    assert made.source.startswith(f"{__file__}:")
    assert declaration(handler) is None
