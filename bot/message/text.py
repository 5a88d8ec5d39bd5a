"""Texts a user sees: templates with arguments, so that they can be translated and nothing a user wrote is ever a format.

A template holds `{name}` places only. An argument is a run of styled text, a plain value or another text; user text goes in
as an argument and stays what it is.
"""

import re
from collections.abc import Callable, Iterable
from enum import IntFlag
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias

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
    args: "dict[str, Arg]" = {}
    style: int = 0
    plural: str = ""
    count: int = 1
    block: Literal["", "quote"] = ""

    def __str__(self) -> str:
        return words([self])


Arg: TypeAlias = str | User | Channel | Role | Run | Text
"""What an argument is kept as: numbers are words; whom it points at becomes a run when it is shown."""
Part: TypeAlias = str | int | float | User | Channel | Role | Run | Text
"""What messages, templates and style builders take."""
_NOTHING: Final = Run("", -1)
"""What comes before the first run: nothing is like it."""
_KEPT: Final = frozenset((str, User, Channel, Role, Run, Text))


@lru_cache(maxsize=4096)
def _split(template: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """`"{to} has {n}."` as its places, each with the words before it, and the words at its end."""
    found = _PLACE.split(template)
    return tuple(zip(found[::2], found[1::2], strict=False)), found[-1]


@lru_cache(maxsize=4096)
def _form(template: str) -> tuple[str, tuple[str, ...]]:
    """`"{to} has {n}."` as `"%s has %s."` and the names of what is filled in: text goes in as it is, and is never a form."""
    found = _PLACE.split(template)
    return "%s".join(words.replace("%", "%%") for words in found[::2]), tuple(found[1::2])


@lru_cache(maxsize=4096)
def places(template: str) -> tuple[str, ...]:
    """The names a template asks for, in order."""
    return tuple(dict.fromkeys(_PLACE.findall(template)))


def part(value: Part) -> Run | Text:
    """Any part as a run or a text."""
    if type(value) is Text or type(value) is Run:
        return value
    if type(value) is str:
        return Run(value)
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
    kept: dict[str, Any] = {}
    try:
        for name in places(template):
            value = args[name]
            kept[name] = value if type(value) in _KEPT else str(value)
    except KeyError as error:
        raise ValueError(f"{template!r} asks for {error}") from None
    return Text(template, kept)


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
        _unfold(out, each, translate, 0, "")
    return joined(out)


def joined(runs: Iterable[Run]) -> list[Run]:
    """What `flatten` makes of runs: equal neighbours joined, empty ones left out."""
    out: list[Run] = []
    last = _NOTHING
    for run in runs:
        if run.text:
            if last.mention is None and run.style == last.style and _alike(last, run):
                last = out[-1] = Run(last.text + run.text, run.style, run.href, None, run.block, run.lang)
            else:
                out.append(run)
                last = run
    return out


def words(parts: Iterable[Run | Text], translate: Translate = str) -> str:
    """The bare words, in the reader's language."""
    return "".join([_words(each, translate) for each in parts])


def _words(text: "Run | Text", translate: Translate) -> str:
    """Only the words: several times faster than runs that are joined."""
    if not isinstance(text, Text):
        return text.text
    form, names = _form(text.template if translate is str and not text.plural else _chosen(text, translate))
    args, filled = text.args, []
    for name in names:
        one = args[name]
        if type(one) is not str:
            one = one.name if type(one) is User else _words(part(one), translate)
        filled.append(one)
    return form % tuple(filled)


def _chosen(text: Text, translate: Translate) -> str:
    """The template in the reader's language; as written when a translation asks for what there is not."""
    english = text.plural if text.plural and text.count != 1 else text.template
    if translate is str:
        return english
    plural = getattr(translate, "plural", None) if text.plural else None
    found = str(plural(text.template, text.plural, text.count)) if plural else translate(english)
    return found if text.args.keys() >= set(places(found)) else english


def _unfold(out: list[Run], each: Arg, translate: Translate, style: int, block: Literal["", "quote"]) -> None:
    """A part as runs, which look like what they stand in."""
    if type(each) is not Text:
        if isinstance(run := part(each), Run):
            out.append(_inside(run, style, block) if style or block else run)
        return
    style, block, held = style | each.style, block or each.block, ""
    found, end = _split(each.template if translate is str and not each.plural else _chosen(each, translate))
    args = each.args
    for before, name in found:
        held += before
        one = args[name]
        if type(one) is str:
            held += one
            continue
        if held:
            out.append(Run(held, style, None, None, block))
            held = ""
        if type(one) is User:  # as `part` has it, and looking like what it stands in
            out.append(Run(one.name, style, None, f"{one.platform}:{one.id}", block))
        else:
            _unfold(out, one, translate, style, block)
    held += end
    if held:
        out.append(Run(held, style, None, None, block))


def _inside(run: Run, style: int, block: Literal["", "quote"]) -> Run:
    if style & ~run.style or (block and not run.block):
        return structs.replace(run, style=run.style | style, block=run.block or block)
    return run


def _alike(one: Run, other: Run) -> bool:
    """But for style and mention of the first, which are compared before. What is atomic is like nothing else."""
    return (
        other.mention is None
        and one.href == other.href
        and one.block == other.block
        and one.lang == other.lang
        and not (one.atomic or other.atomic)
    )
