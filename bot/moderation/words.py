"""Lists of words, found however they are spelled. The lists are in config/moderation.toml."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Literal, NamedTuple, TypeAlias

from bot.moderation.normalise import normalise
from config.load import load_data
from config.moderation import Moderation

Level: TypeAlias = Literal["clean", "soft", "severe"]
_VOWELS = frozenset("aeiou")
_BETWEEN, _LIKE_A_STAR = re.compile(r"[\W_]+"), re.compile(r"[aeiou\W_]+")
_RUNS = re.compile(r"(.)\1+")


class _Entry:
    """An entry of a list. One of its `outlines` is in the outline of every text that the entry is in. That is looked at
    first: to search a long text for each entry takes a hundred times as long."""

    def __init__(self, written: str) -> None:
        plain = normalise(written.strip("*"))
        before, after = "" if written.startswith("*") else " ", "" if written.endswith("*") else " "
        self.pattern = _pattern(plain, before, after)
        self.outlines = {starred: _outline(before + plain + after, starred=starred) for starred in (False, True)}
        self._compiled: re.Pattern[str] | None = None

    def search(self, plain: str, begin: int = 0) -> re.Match[str] | None:
        """The first place from `begin` on."""
        self._compiled = self._compiled or re.compile(self.pattern)
        return self._compiled.search(plain, begin)


class _Lists(NamedTuple):
    severe: list[_Entry]
    soft: list[_Entry]
    allow: list[_Entry]


def level(text: str) -> Level:
    """How bad the worst word is."""
    lists, plain = _lists(), normalise(text)
    starred = "*" in plain
    outline = _outline(f" {plain} ", starred=starred)
    if allowed := [entry for entry in lists.allow if entry.outlines[starred] in outline]:
        plain = _without(plain, allowed)
        outline = _outline(f" {plain} ", starred=starred)
    if any(entry.outlines[starred] in outline and entry.search(plain) for entry in lists.severe):
        return "severe"
    return (
        "soft" if any(entry.outlines[starred] in outline and entry.search(plain) for entry in lists.soft) else "clean"
    )


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    """Of all languages at once: people mix them, and who insults picks the one that is not looked at."""
    lists = load_data(Moderation, "moderation.toml").words.values()
    return _Lists(
        _entries(entry for one in lists for entry in one.severe),
        _entries(entry for one in lists for entry in one.soft),
        _entries(entry for one in lists for entry in one.allow),
    )


def _entries(written: Iterable[str]) -> list[_Entry]:
    """Sorted by their patterns: the first one counts where several match."""
    return sorted({entry.pattern: entry for entry in map(_Entry, written)}.values(), key=lambda entry: entry.pattern)


def _outline(plain: str, *, starred: bool) -> str:
    """What stays the same however often letters are repeated, and whatever stands between words; `starred`, also when a
    star stands for a vowel."""
    return _RUNS.sub(r"\1", _LIKE_A_STAR.sub("*", plain) if starred else _BETWEEN.sub(" ", plain))


def _without(plain: str, allowed: Sequence[_Entry]) -> str:
    """A space for each allowed word, from left to right."""
    kept, begin = "", 0
    while found := [match for entry in allowed if (match := entry.search(plain, begin))]:
        first = min(found, key=lambda match: match.start())
        kept, begin = f"{kept}{plain[begin : first.start()]} ", first.end()
    return kept + plain[begin:]


def _pattern(plain: str, before: str, after: str) -> str:
    """Letters may be repeated, a vowel may be a star. Neighbours in the pattern differ, so there is one way to match."""
    body = "".join(_letter(letter, len(list(run))) for letter, run in groupby(plain))
    return (r"(?<![^\W_])" if before else "") + body + (r"(?![^\W_])" if after else "")


def _letter(letter: str, times: int) -> str:
    if letter == " ":
        return r"[\W_]+"
    one = f"[{letter}*]" if letter in _VOWELS else re.escape(letter)
    return f"{one}{{{times},}}"
