"""What a model wrote, sentence by sentence: only what cites the sources it was given is kept. Pure.

A source is cited by its id in square brackets, within the sentence or right behind it: "You love the rain [p12]. It calms you.
[p3][k4]" A sentence that cites nothing, or anything else in brackets, is dropped.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from msgspec import Struct

_BRACKET: Final = re.compile(r"\s*\[([^\[\]]*)\]")
_BETWEEN: Final = re.compile(rf"(?:{_BRACKET.pattern})+(?=\w)")
_ID: Final = re.compile(r"[A-Za-z]\d+")
_END: Final = re.compile(
    r"""(?<![.!?…。！？]) [.!?…。！？]{1,20} [*_"'“”’»)]{0,8}
        (?: [ \t]{0,8} \[[^\[\]]{0,80}\] [.。]? ){0,8}  # what cites may stand behind the end
        (?= \s+ [^\s\[\]] | [^\s\w\[\]"'“”’»).!?…。！？*_] | (?<=[。！？\]]) [^\s\[\]"'“”’»).!?…。！？*_] )
      | \n""",
    re.VERBOSE,
)
_TWICE: Final = re.compile(rf"""([.!?…。！？][*_"'“”’»)]{{0,8}}(?:{_BRACKET.pattern})+)\s*[.。]\s*$""")
"""Ends before what it cites, and once more behind it."""
_SHORT: Final = re.compile(
    r"(?:^|[\s(])(?:[^\W\d_]|dr|mr|mrs|ms|prof|st|vs|no|nr|bzw|usw|etc|ca|e\.g|i\.e|z\. ?b|d\. ?h|u\. ?a)\.$",
    re.IGNORECASE,
)
"""Ends with a point, and no sentence does."""
_TAIL: Final = 12
_LAST: Final = tuple("\"'.!?…。！？]”’»)*_")
_BLANKS: Final = re.compile(r"\s+")
_MARKS: Final = str.maketrans({"【": "[", "】": "]", "［": "[", "］": "]"})
_TOGETHER: Final = dict.fromkeys(("HIRAGANA", "KATAKANA", "HANGUL"), "CJK")
"""Scripts that one text is written in."""
_LONGEST: Final = 2_000
"""Characters that never end in a sentence are none."""


class Sentence(Struct, frozen=True):
    """One that may be shown: its words, without brackets, and the ids that it cites."""

    words: str
    ids: tuple[str, ...]


class Sentences:
    """Takes pieces as they come, gives what has become a whole sentence."""

    def __init__(self) -> None:
        self._held, self._at = "", 0
        self._headless = False

    def feed(self, piece: str) -> Iterator[str]:
        """The sentences that are whole now: after each, another one has begun."""
        self._held += piece.translate(_MARKS)
        while found := _END.search(self._held, self._at):
            self._at = found.end()
            if _goes_on(self._held, found):
                continue
            whole, self._held, self._at = self._held[: self._at], self._held[self._at :], 0
            if not self._headless:
                yield whole
            self._headless = False
        if len(self._held) > _LONGEST:
            self._held, self._at, self._headless = "", 0, True

    def rest(self) -> str:
        """At the end of all: the last sentence, "" when it was not finished."""
        rest, self._held = self._held.strip(), ""
        return rest if rest.endswith(_LAST) and not self._headless else ""


def _goes_on(text: str, end: re.Match[str]) -> bool:
    """A bracket that is open, an abbreviation, or a small letter behind it: the sentence is not over."""
    if "\n" in end[0]:
        return False
    said, following = text[: end.end()], text[end.end() :].lstrip()[:1]
    if said.count("[") > said.count("]") or following.islower():
        return True
    return "[" not in end[0] and bool(_SHORT.search(said[-_TAIL:].rstrip()))


def cited(sentence: str, known: Collection[str]) -> Sentence | None:
    """A sentence that may be shown; None when it cites nothing, or what is not known."""
    inside = [one.strip() for found in _BRACKET.findall(sentence) for one in re.split(r"[,;\s]+", found.strip())]
    ids = tuple(dict.fromkeys(one.lower() for one in inside))
    if not ids or not all(_ID.fullmatch(one) and one in known for one in ids):
        return None
    words = _BLANKS.sub(" ", _BRACKET.sub("", _BETWEEN.sub(" ", _TWICE.sub(r"\1", sentence)))).strip()
    if "[" in words or "]" in words or not any(map(str.isalnum, words)):
        return None
    return Sentence(words, ids)


def strange(words: str, known: str) -> bool:
    """Is it in a script that nothing of what the model was given is in?"""
    return bool(_scripts(words) - _scripts(known))


def shown(sentence: Sentence, numbers: Mapping[str, int]) -> str:
    """With the numbers of its sources, the lowest first: "You love the rain. [1][3]"."""
    return f"{sentence.words} {''.join(f'[{one}]' for one in sorted(numbers[id_] for id_ in sentence.ids))}"


def _scripts(text: str) -> set[str]:
    """The scripts of its letters, as Unicode names them: LATIN, CYRILLIC, CJK …"""
    named = {re.split("[ -]", unicodedata.name(letter, ""))[0] for letter in text if letter.isalpha()}
    return {_TOGETHER.get(one, one) for one in named}
