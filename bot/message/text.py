"""Texts a user sees: templates with arguments, so that they can be translated and nothing a user wrote is ever a format.

A template holds `{name}` places only. An argument is a run of styled text, a plain value or another text; user text goes in
as an argument and stays what it is.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from enum import IntFlag
from functools import lru_cache
from typing import TypeAlias, Union

from msgspec import Struct, structs

from bot.users import User

_PLACE = re.compile(r"\{(\w+)\}")


class Style(IntFlag):
    """How a run looks; flags, so that a run can be bold and italic at once."""

    PLAIN = 0
    BOLD = 1
    ITALIC = 2
    CODE = 4


class Run(Struct, frozen=True, gc=False, omit_defaults=True, tag="run", tag_field="t"):
    """A stretch of text of one look. `style` holds `Style` flags; `href` makes it a link; `mention` is a `User.key`."""

    text: str
    style: int = 0
    href: str | None = None
    mention: str | None = None


class Text(Struct, frozen=True, omit_defaults=True, tag="text", tag_field="t"):
    """A template and its arguments, not yet in anybody's language. Made by `t`."""

    template: str
    args: dict[str, "list[Run | Text]"] = {}
    style: int = 0

    def runs(self, translate: Callable[[str], str] = str) -> Iterator[Run]:
        """The template in the reader's language with its arguments in place."""
        for literal, name in _pieces(translate(self.template)):
            if literal:
                yield Run(literal, self.style)
            if name is not None:
                yield from flatten(self.args[name], translate, self.style)

    def __str__(self) -> str:
        return "".join(run.text for run in self.runs())


Part: TypeAlias = Union[str, int, float, User, Run, Text]
"""What messages, templates and style builders take."""


@lru_cache(maxsize=4096)
def _pieces(template: str) -> tuple[tuple[str, str | None], ...]:
    """`"{to} has {n}."` -> `(("", "to"), (" has ", "n"), (".", None))`."""
    found = _PLACE.split(template)
    return tuple((found[i], found[i + 1] if i + 1 < len(found) else None) for i in range(0, len(found), 2))


def places(template: str) -> set[str]:
    """The names a template asks for."""
    return {name for _, name in _pieces(template) if name is not None}


def part(value: Part) -> Run | Text:
    """Any part as a run or a text."""
    if type(value) is str:
        return Run(value)
    if isinstance(value, Run | Text):
        return value
    if isinstance(value, User):
        return Run(value.name, mention=value.key)
    return Run(str(value))


def t(template: str, /, **args: Part) -> Text:
    """A text for people: `t("{to} is blessed with {amount} ✦.", to=b(user), amount=b(5))`.

    Raises `ValueError` when a place of the template has no argument: a fault of the program, found by its first test.
    """
    for _, name in _pieces(template):
        if name is not None and name not in args:
            raise ValueError(f"{template!r} asks for {name!r}")
    return Text(template, {name: [part(value)] for name, value in args.items()})


def flatten(parts: Iterable[Run | Text], translate: Callable[[str], str] = str, style: int = 0) -> Iterator[Run]:
    """Runs only, in the reader's language, each with `style` added."""
    for each in parts:
        if isinstance(each, Text):
            for run in each.runs(translate):
                yield _styled(run, style)
        else:
            yield _styled(each, style)


def _styled(run: Run, style: int) -> Run:
    return structs.replace(run, style=run.style | style) if style & ~run.style else run


def _with(style: Style, value: Part) -> Run | Text:
    one = part(value)
    return structs.replace(one, style=one.style | style)


def b(value: Part) -> Run | Text:
    """Bold."""
    return _with(Style.BOLD, value)


def i(value: Part) -> Run | Text:
    """Italic."""
    return _with(Style.ITALIC, value)


def code(value: Part) -> Run | Text:
    """Inline code, shown as it is."""
    return _with(Style.CODE, value)


def link(value: str, href: str) -> Run:
    """A link; where links cannot carry a text, the address follows in brackets."""
    return Run(value, href=href)
