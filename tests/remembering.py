"""What is worked out anew for every App, and is the same for all of them in one process: most tests have one of their own."""

from copy import copy
from functools import cache
from typing import Any

from bot.command import Group, signature

SHIPPED = ("economy", "examples", "handlers", "mirrors", "tests.bot.plugin", "tests.bot.talk", "tests.faults.tally")


def commands() -> None:
    """A shipped function is compiled once."""
    compiled = signature.compile_command

    @cache
    def remembered(function: Any, within: tuple[Group, ...]) -> signature.Compiled:
        return compiled(function, within)

    def compile_command(function: Any, within: tuple[Group, ...] = ()) -> signature.Compiled:
        # Those of other tests are made by the test, declared again by the next one, and changed in between.
        if not str(getattr(function, "__module__", "")).startswith(SHIPPED):
            return compiled(function, within)
        spec, problems = remembered(function, within)
        return copy(spec), problems.copy()

    signature.compile_command = compile_command
