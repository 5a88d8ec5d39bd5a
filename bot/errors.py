"""Errors: what a user may see is apart from what is logged.

SoulfraError          a machine code and a text for people
├── UserError         shown to the user, kindly; guards settle as failed
└── DefinitionError   commands that cannot work on some platform, all of them at once

SettingsError         (from `config`) names file, key and what is expected
"""

from collections.abc import Iterable

from msgspec import Struct

from bot.message import Button, Part, Text, t
from config.errors import SettingsError

__all__ = ["DefinitionError", "Problem", "SettingsError", "SoulfraError", "UserError"]


class SoulfraError(Exception):
    """The base of every error of the house. `code` is for machines and stays the same over versions."""

    code = "error"


class UserError(SoulfraError):
    """Something the user should know: `raise UserError("You have {n} ✦.", n=balance)`.

    The answer is private. Raised in a write function it undoes what that function did; `limit` does not count the command,
    `attempts` does. `buttons` may offer a way on.
    """

    code = "refused"

    def __init__(
        self, template: str, /, *, code: str = "refused", buttons: Iterable[Button] = (), **args: Part
    ) -> None:
        self.code = code
        self.text: Text = t(template, **args)
        self.buttons = list(buttons)
        super().__init__(str(self.text))


class Problem(Struct, frozen=True):
    """One thing that is wrong with a command definition."""

    where: str  # file:line
    command: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.command}: {self.what}"


class DefinitionError(SoulfraError):
    """Every problem of every command definition, found at start."""

    code = "definition"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
