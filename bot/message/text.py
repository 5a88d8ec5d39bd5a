"""Texts a user sees: templates with arguments, so that they can be translated and nothing a user wrote is ever a format.

A template holds `{name}` places only. An argument is a run of styled text, a plain value or another text; user text goes in
as an argument and stays what it is.
"""

import re
from collections.abc import Callable, Iterable
from enum import IntFlag
from functools import lru_cache
from typing import TypeAlias

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
    args: dict[str, "Run | Text"] = {}
    style: int = 0

    def __str__(self) -> str:
        return words([self])


Part: TypeAlias = str | int | float | User | Run | Text
"""What messages, templates and style builders take."""


@lru_cache(maxsize=4096)
def _pieces(template: str, style: int) -> tuple[Run | str, ...]:
    """`"{to} has {n}."` as its words in this style and the names of its places: `("to", Run(" has "), "n", Run("."))`."""
    found = _PLACE.split(template)
    pieces = (each if place % 2 else Run(each, style) for place, each in enumerate(found) if place % 2 or each)
    return tuple(pieces)


@lru_cache(maxsize=4096)
def places(template: str) -> tuple[str, ...]:
    """The names a template asks for, in order."""
    return tuple(dict.fromkeys(_PLACE.findall(template)))


def part(value: Part) -> Run | Text:
    """Any part as a run or a text."""
    if type(value) is Run or type(value) is Text:
        return value
    if type(value) is User:
        return Run(value.name, mention=value.key)
    return Run(str(value))


def t(template: str, /, **args: Part) -> Text:
    """A text for people: `t("{to} is blessed with {amount} ✦.", to=b(user), amount=b(5))`.

    Raises `ValueError` when a place of the template has no argument: a fault of the program, found by its first test.
    """
    try:
        return Text(template, {name: part(args[name]) for name in places(template)})
    except KeyError as error:
        raise ValueError(f"{template!r} asks for {error}") from None


def flatten(parts: Iterable[Run | Text], translate: Callable[[str], str] = str) -> list[Run]:
    """Runs only, in the reader's language, equal neighbours joined; a mention never joins."""
    out: list[Run] = []
    for each in parts:
        _flatten_into(out, each, translate, 0)
    return out


def words(parts: Iterable[Run | Text]) -> str:
    """The bare words, in the language they were written in."""
    out: list[str] = []
    for each in parts:
        _words_into(out, each)
    return "".join(out)


def _words_into(out: list[str], each: Run | Text) -> None:
    if type(each) is Run:
        out.append(each.text)
    elif type(each) is Text:
        for piece in _pieces(each.template, 0):
            if type(piece) is str:
                _words_into(out, each.args[piece])
            elif type(piece) is Run:
                out.append(piece.text)


def _flatten_into(out: list[Run], each: Run | Text, translate: Callable[[str], str], style: int) -> None:
    if type(each) is Run:
        _join(out, structs.replace(each, style=each.style | style) if style & ~each.style else each)
    elif type(each) is Text:
        style |= each.style
        for piece in _pieces(each.template if translate is str else translate(each.template), style):
            if type(piece) is str:
                _flatten_into(out, each.args[piece], translate, style)
            elif type(piece) is Run:
                _join(out, piece)


def _join(out: list[Run], run: Run) -> None:
    if not run.text:
        return
    if out and run.mention is None:
        last = out[-1]
        if last.style == run.style and last.href == run.href and last.mention is None:
            out[-1] = Run(last.text + run.text, run.style, run.href)
            return
    out.append(run)


def _with(style: Style, value: Part) -> Run | Text:
    one = part(value)
    return structs.replace(one, style=one.style | int(style))


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
