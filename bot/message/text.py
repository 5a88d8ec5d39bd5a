"""Texts a user sees: templates with arguments, so that they can be translated and nothing a user wrote is ever a format.

A template holds `{name}` places only. An argument is a run of styled text, a plain value or another text; user text goes in
as an argument and stays what it is.
"""

import re
from collections.abc import Callable, Iterable
from enum import IntFlag
from functools import lru_cache
from typing import Literal, TypeAlias

from msgspec import Struct, structs

from bot.users import Channel, Role, User

_PLACE = re.compile(r"\{(\w+)\}")
Shape: TypeAlias = Literal["time", "date", "both", "relative"]
Translate: TypeAlias = Callable[[str], str]
"""Gives a template in the reader's language, or as it is; `str` is English. It may have a method `plural(one, many, n)`."""


class Style(IntFlag):
    """How a run looks; flags, so that a run can be bold and italic at once."""

    PLAIN = 0
    BOLD = 1
    ITALIC = 2
    CODE = 4
    UNDERLINE = 8
    STRIKE = 16
    SPOILER = 32


class Run(Struct, frozen=True, gc=False, omit_defaults=True, tag="run", tag_field="t"):
    """A stretch of text of one look. `style` holds `Style` flags; `href` makes it a link.

    `mention` is a `User.key`, or `platform:#id` for a channel and `platform:&id` for a role. `block` sets it as a quotation
    or as preformatted text, whose language may be `lang`. `emoji` maps platforms to the id of a custom emoji; `text` stands
    for it elsewhere. `when` is a moment in microseconds since the epoch, shown in the reader's own time where that is known;
    `shape` is how much of it.
    """

    text: str
    style: int = 0
    href: str | None = None
    mention: str | None = None
    block: Literal["", "quote", "pre"] = ""
    lang: str | None = None
    emoji: dict[str, str] | None = None
    when: int | None = None
    shape: Shape = "both"

    @property
    def atomic(self) -> bool:
        """Stands for one thing: it neither joins its neighbours nor is cut."""
        return self.mention is not None or self.emoji is not None or self.when is not None


class Text(Struct, frozen=True, omit_defaults=True, tag="text", tag_field="t"):
    """A template and its arguments, not yet in anybody's language. Made by `t` and `tn`.

    `plural` is the template for any `count` but one; how many forms another language has is its catalogue's matter.
    """

    template: str
    args: dict[str, "Run | Text"] = {}
    style: int = 0
    plural: str = ""
    count: int = 1
    block: Literal["", "quote"] = ""

    def __str__(self) -> str:
        return words([self])


Part: TypeAlias = str | int | float | User | Channel | Role | Run | Text
"""What messages, templates and style builders take."""


@lru_cache(maxsize=4096)
def _pieces(template: str, style: int = 0, block: Literal["", "quote"] = "") -> tuple[Run | str, ...]:
    """`"{to} has {n}."` as its words in this style and the names of its places: `("to", Run(" has "), "n", Run("."))`."""
    found = _PLACE.split(template)
    pieces = (
        each if place % 2 else Run(each, style, block=block) for place, each in enumerate(found) if place % 2 or each
    )
    return tuple(pieces)


@lru_cache(maxsize=4096)
def places(template: str) -> tuple[str, ...]:
    """The names a template asks for, in order."""
    return tuple(dict.fromkeys(_PLACE.findall(template)))


def part(value: Part) -> Run | Text:
    """Any part as a run or a text."""
    if type(value) is str:
        return Run(value)
    if type(value) is Run or type(value) is Text:
        return value
    if type(value) is User:
        return Run(value.name, 0, None, f"{value.platform}:{value.id}")
    if type(value) is Channel:
        return Run(f"#{value.name.lstrip('#')}", mention=f"{value.platform}:#{value.id}")
    if type(value) is Role:
        return Run(value.name, mention=f"{value.platform}:&{value.id}")
    return Run(str(value))


def t(template: str, /, **args: Part) -> Text:
    """A text for people: `t("{to} is blessed with {amount} ✦.", to=b(user), amount=b(5))`.

    Raises `ValueError` when a place of the template has no argument: a fault of the program, found by its first test.
    """
    filled: dict[str, Run | Text] = {}
    try:
        for name in places(template):
            filled[name] = part(args[name])
    except KeyError as error:
        raise ValueError(f"{template!r} asks for {error}") from None
    return Text(template, filled)


def tn(one: str, many: str, n: int, /, **args: Part) -> Text:
    """A text that depends on a number: `tn("{n} glass", "{n} glasses", 3)`. `{n}` is the number, unless `n=` is given.

    Another language has as many forms as its catalogue says (gettext's `Plural-Forms`). Raises `ValueError` like `t`.
    """
    args = {"n": n, **args}
    return Text(one, t(one, **args).args | t(many, **args).args, plural=many, count=n)


def flatten(parts: Iterable[Run | Text], translate: Translate = str) -> list[Run]:
    """Runs only, in the reader's language, equal neighbours joined; mentions, custom emoji and moments never join."""
    out: list[Run] = []
    for each in parts:
        _flatten_into(out, each, translate, 0, "")
    return out


def joined(runs: Iterable[Run]) -> list[Run]:
    """What `flatten` makes of runs: equal neighbours joined, empty ones left out."""
    out: list[Run] = []
    for each in runs:
        _join(out, each)
    return out


def words(parts: Iterable[Run | Text], translate: Translate = str) -> str:
    """The bare words, in the reader's language."""
    out: list[str] = []
    for each in parts:
        _words_into(out, each, translate)
    return "".join(out)


def _words_into(out: list[str], each: Run | Text, translate: Translate) -> None:
    """Only the words: several times faster than runs that are joined."""
    if type(each) is Run:
        out.append(each.text)
    elif type(each) is Text:
        args = each.args
        for piece in _pieces(each.template if translate is str and not each.plural else _chosen(each, translate)):
            if type(piece) is Run:
                out.append(piece.text)
            elif type(piece) is str:
                one = args[piece]
                if type(one) is Run:
                    out.append(one.text)
                else:
                    _words_into(out, one, translate)


def _chosen(text: Text, translate: Translate) -> str:
    """The template in the reader's language; as written when a translation asks for what there is not."""
    english = text.plural if text.plural and text.count != 1 else text.template
    if translate is str:
        return english
    plural = getattr(translate, "plural", None) if text.plural else None
    found = str(plural(text.template, text.plural, text.count)) if plural else translate(english)
    return found if text.args.keys() >= set(places(found)) else english


def _flatten_into(
    out: list[Run], each: Run | Text, translate: Translate, style: int, block: Literal["", "quote"]
) -> None:
    if type(each) is Run:
        if style & ~each.style or (block and not each.block):
            each = structs.replace(each, style=each.style | style, block=each.block or block)
        _join(out, each)
    elif type(each) is Text:
        style, block = style | each.style, block or each.block
        for piece in _pieces(_chosen(each, translate), style, block):
            if type(piece) is str:
                _flatten_into(out, each.args[piece], translate, style, block)
            elif type(piece) is Run:
                _join(out, piece)


def _join(out: list[Run], run: Run) -> None:
    if not run.text:
        return
    if out and (last := out[-1]).style == run.style and _alike(last, run):
        out[-1] = Run(last.text + run.text, run.style, run.href, None, run.block, run.lang)
        return
    out.append(run)


def _alike(one: Run, other: Run) -> bool:
    """But for their style, which is compared first: it is what differs most often."""
    return (
        one.href == other.href
        and one.block == other.block
        and one.lang == other.lang
        and not one.atomic
        and not other.atomic
    )
