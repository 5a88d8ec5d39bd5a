"""Long text in pieces: nothing is lost, nothing is cut inside what people see as one character.

The rules of extended grapheme clusters (UAX #29) are kept from the safe side, with the standard library alone: a few
places where a cut would be allowed are refused, none is allowed that the standard forbids.
"""

from collections.abc import Callable, Iterator, Sequence
from unicodedata import category, combining

from msgspec import structs

from bot.message.text import Run, joined

Measure = Callable[[list[Run]], int]

_SEPARATORS = ("\n\n", "\n", ". ", " ")
_PREPENDED = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\u1cf5\u1cf6\U000110bd\U000110cd\U000111c2\U000111c3"
    "\U000113d1\U0001193f\U00011941\U00011a3a\U00011a84\U00011a85\U00011a86\U00011a87\U00011a88\U00011a89\U00011d46"
    "\U00011f02"
)
_EXTENDING = frozenset("\u0e33\u0eb3\u200c\u200d\uff9e\uff9f\U00016d63\U00016d67\U00016d68\U00016d69\U00016d6a")


def split(runs: Sequence[Run], limit: int, measure: Measure) -> list[list[Run]]:
    """The runs in pieces for which `measure` (the length of the piece as rendered) is at most `limit`.

    A piece ends at a blank line, a line, a sentence or a word where there is one in its last two thirds. Mentions,
    emoji and moments stay whole. Only what does not fit a piece by itself (one character with thousands of marks) is cut inside.
    """
    rest, pieces = joined(runs), []
    if rest and sum(len(run.text) for run in rest) <= limit and measure(rest) <= limit:
        return [rest]
    while rest:
        end = _end(rest, limit, measure)
        pieces.append(_take(rest, end))
        rest = _drop(rest, end)
    return pieces


def whole(text: str, at: int) -> bool:
    """May `text` be cut before index `at` without cutting inside a character that people see?"""
    if not 0 < at < len(text):
        return True
    before, after = text[at - 1], text[at]
    if _extends(after) or before == "\u200d" or before in _PREPENDED or before + after == "\r\n":
        return False
    if _leading_jamo(before) and (_leading_jamo(after) or "\uac00" <= after <= "\ud7a3"):
        return False
    if _regional(before) and _regional(after):
        return _count_back(text, at, _regional) % 2 == 0
    return not (category(after) == "Lo" and _joins(text, at))


def _end(runs: list[Run], limit: int, measure: Measure) -> int:
    """How many characters the next piece takes."""
    head = _take(runs, limit + 1)
    text = "".join(run.text for run in head)
    known: dict[int, int] = {}

    def length(end: int) -> int:
        if end not in known:
            known[end] = measure(_take(head, end))
        return known[end]

    if len(text) <= limit and length(len(text)) <= limit:
        return len(text)
    most = _most(min(limit, len(text)), limit, length)
    inside = _inside_atoms(head, len(text))
    for end in _candidates(text, most):
        if end not in inside and whole(text, end) and length(end) <= limit:
            return end
    return most


def _most(high: int, limit: int, length: Callable[[int], int]) -> int:
    """The most characters that fit; at least one, or nothing would ever end.

    Text is about as dense everywhere: the search begins where it should end, goes on in growing steps, then by halving.
    """
    if length(high) <= limit:
        return high
    low, high, guess, step = 1, high - 1, high * limit // length(high), 8
    while low < high:
        guess = guess if low < guess <= high else (low + high + 1) // 2
        if length(guess) <= limit:
            low, guess = guess, guess + step
        else:
            high, guess = guess - 1, guess - step
        step *= 4
    return low


def _candidates(text: str, most: int) -> Iterator[int]:
    """Where to end a piece of at most `most` characters, the best place first."""
    for separator in _SEPARATORS:
        found = text.rfind(separator, most // 3, most)
        if found > 0:
            yield found + len(separator)
    yield from range(most, 0, -1)


def _inside_atoms(runs: list[Run], length: int) -> set[int]:
    """The places inside mentions, emoji and moments, among the first `length` characters."""
    inside: set[int] = set()
    at = 0
    for run in runs:
        if at >= length:
            break
        if run.atomic:
            inside.update(range(at + 1, at + len(run.text)))
        at += len(run.text)
    return inside


def _take(runs: list[Run], count: int) -> list[Run]:
    """The first `count` characters."""
    taken: list[Run] = []
    for run in runs:
        if count <= 0:
            break
        taken.append(run if len(run.text) <= count else structs.replace(run, text=run.text[:count]))
        count -= len(run.text)
    return taken


def _drop(runs: list[Run], count: int) -> list[Run]:
    """What follows the first `count` characters."""
    for index, run in enumerate(runs):
        if count < len(run.text):
            return [structs.replace(run, text=run.text[count:]), *runs[index + 1 :]]
        count -= len(run.text)
    return []


def _extends(char: str) -> bool:
    """Does it belong to the character before it? What this Python's Unicode does not know yet is taken for a mark."""
    if char < "\u0300":
        return False
    return (
        char in _EXTENDING
        or category(char) in ("Mn", "Me", "Mc")
        or "\u1160" <= char <= "\u11ff"
        or "\ud7b0" <= char <= "\ud7fb"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
        or (category(char) == "Cn" and char < "\U0001f000")
    )


def _leading_jamo(char: str) -> bool:
    return "\u1100" <= char <= "\u115f" or "\ua960" <= char <= "\ua97c"


def _regional(char: str) -> bool:
    """Regional indicators: two of them are a flag."""
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _joins(text: str, at: int) -> bool:
    """Is there a virama among the marks before `at`? It joins two Indic consonants into one character."""
    marks = _count_back(text, at, _extends)
    return any(combining(mark) == 9 or category(mark) == "Cn" for mark in text[at - marks : at])


def _count_back(text: str, at: int, test: Callable[[str], bool]) -> int:
    count = 0
    while count < at and test(text[at - 1 - count]):
        count += 1
    return count
