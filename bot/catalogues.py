"""Catalogues: what a `.po` file says a text is in another language. Read with Babel; what would break a text is left out.

The format is GNU gettext's (https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html). A catalogue is named by its
language: `de.po`, `pt_BR.po`.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from gettext import c2py
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct

from bot.errors import Problem
from bot.message.text import places

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

Key: TypeAlias = tuple[str, str]
"""Context and text: ("command", "bless")."""
Rule: TypeAlias = Callable[[int], int]
"""Which of a language's forms a number takes."""
Forms: TypeAlias = tuple[Rule, tuple[str, ...]]

COMMAND: Final = "command"
"""The context of names of commands and options, which hold one word."""
_NAME = re.compile(r"[-_'\w]{1,32}")
_NUMBERS = range(1_000)


class Catalogue(Struct, frozen=True):
    """One file. `texts` and `plurals` are what can be used, `problems` why the others cannot, `gaps` what it has no words for."""

    language: str
    texts: dict[Key, str]
    plurals: dict[tuple[str, str], Forms]
    problems: list[Problem]
    gaps: list[str]


def code(language: str) -> str:
    """A language's code as Discord and Telegram write it: `de`, `pt-BR`. Anything may come in."""
    first, *more = language.replace("_", "-").split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part.title() for part in more)])


def folder(path: Path) -> list[Catalogue]:
    """Every `<language>.po` in a folder. Raises `NotADirectoryError` when there is no such folder."""
    if not path.is_dir():
        raise NotADirectoryError(f"there is no folder of catalogues at {path}")
    return [_read(one, one.stat().st_mtime_ns) for one in sorted(path.glob("*.po"))]


@lru_cache(maxsize=256)
def _read(path: Path, changed: int) -> Catalogue:
    """`changed` is part of what is remembered: a file that was written anew is read anew."""
    del changed
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415  (40 ms that a bot without catalogues need not wait)

    made = Catalogue(code(path.stem), {}, {}, [], [])
    try:
        with path.open("rb") as file:
            read = read_po(file, abort_invalid=True)
        rule = _rule(read)
    except (PoFileError, ValueError, LookupError) as error:  # UnicodeDecodeError is a ValueError
        made.problems.append(Problem(f"{path}:1", made.language, f"cannot be read: {error}"))
        return made
    for entry in read:
        if entry.id:
            _take(made, entry, rule, f"{path}:{entry.lineno or 1}")
    return made


def _rule(read: "Catalog") -> Rule:
    """Its `Plural-Forms`. Raises `ValueError` for one that names forms it does not have."""
    rule = c2py(read.plural_expr)
    try:
        wrong = [n for n in _NUMBERS if not 0 <= rule(n) < read.num_plurals]
    except ArithmeticError as error:
        raise ValueError(f"Plural-Forms: {error}") from error
    if wrong:
        raise ValueError(f"Plural-Forms: {wrong[0]} takes a form that there is not")
    return rule


def _take(into: Catalogue, entry: "Message", rule: Rule, where: str) -> None:
    """One entry: used, refused, or noted as missing."""
    ids, strings = _several(entry.id), _several(entry.string)
    shown = ids[0]
    if entry.fuzzy or not all(strings):
        into.gaps.append(shown)
        return
    context = entry.context or ""
    if wrong := next(_wrong(context, ids, strings, rule), None):
        into.problems.append(Problem(where, repr(shown), wrong))
    elif len(ids) > 1:
        into.plurals[ids[0], ids[1]] = rule, strings
    else:
        into.texts[context, shown] = strings[0]


def _several(texts: object) -> tuple[str, ...]:
    return tuple(map(str, texts)) if isinstance(texts, tuple | list) else (str(texts or ""),)


def _wrong(context: str, ids: tuple[str, ...], strings: tuple[str, ...], rule: Rule) -> Iterator[str]:
    """What is wrong with the places of a translation, or with a name."""
    if context == COMMAND and not (_NAME.fullmatch(strings[0]) and strings[0] == strings[0].lower()):
        yield f"{strings[0]!r} is no name: one word of at most 32 lower-case letters, digits, - or _"
    wanted = [frozenset(places(each)) for each in ids]
    known = frozenset().union(*wanted)
    for number, string in enumerate(strings):
        # The form for one may leave out the number; every other says as much as the plural.
        needed = frozenset.intersection(*wanted) if len(ids) > 1 and number == rule(1) else wanted[-1]
        found = frozenset(places(string))
        for name in sorted(needed - found):
            yield f"{{{name}}} is missing in {string!r}"
        for name in sorted(found - known):
            yield f"{{{name}}} is unknown in {string!r}"
