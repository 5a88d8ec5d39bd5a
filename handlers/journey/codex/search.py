"""Full text over a person's opened pages, in memory: their words are sealed, so no database can index them. Pure.

Words are compared without letter case, accents and ways of composing. A word also finds longer ones that begin or end with it
(`garten` finds `gartenhaus`, `haus` does too), and shorter ones that it begins with, which count less; in Chinese and Japanese
every character is a word. Pages are ranked by BM25 (Robertson and Zaragoza 2009, k1 = 1.2, b = 0.75); what a person answered
counts as it is, question and reading less.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from unicodedata import combining, normalize

from handlers.journey.codex.leaf import Opened

MOST: Final = 2000
"""So many pages, the newest, are looked through."""
_TERMS, _LONGEST = 16, 8000
_K1, _B = 1.2, 0.75
_PART: Final = 3
"""A part of a word has so many letters at least."""
_LONGER, _ENDS, _SHORTER = 0.6, 0.4, 0.3
_BESIDE: Final = 0.4
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")


def tokens(text: str) -> list[str]:
    """The words of a text, folded."""
    plain = normalize("NFKD", text[:_LONGEST].casefold())
    return _TOKEN.findall("".join(each for each in plain if not combining(each)).casefold())


def rank(query: str, pages: Sequence[Opened]) -> list[tuple[float, Opened]]:
    """The pages that hold a word of the query, the best first, with their scores; the newest first among equals.

    Of more than `MOST` pages the newest are looked through, of more than 16 words the first. Forgotten pages hold nothing.
    """
    terms = list(dict.fromkeys(tokens(query)))[:_TERMS]
    newest = sorted(pages, key=lambda one: one.number, reverse=True)[:MOST]
    counted = [(one, _counted(one)) for one in newest if not one.forgotten]
    if not terms or not counted:
        return []
    usual = sum(sum(words.values()) for _, words in counted) / len(counted) or 1.0
    found = [[_weight(term, words) for term in terms] for _, words in counted]
    held = [sum(row[place] > 0 for row in found) for place in range(len(terms))]
    rarity = [math.log(1 + (len(counted) - n + 0.5) / (n + 0.5)) for n in held]
    scored = [
        (_score(row, rarity, sum(words.values()) / usual), one)
        for (one, words), row in zip(counted, found, strict=True)
    ]
    return sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: -pair[0])


def _counted(one: Opened) -> Mapping[str, float]:
    """How often each word is there."""
    words: Counter[str] = Counter()
    counted: dict[str, float] = dict(Counter(tokens(one.answer)))
    for text in (one.question, one.reading):
        words.update(tokens(text))
    for word, times in words.items():
        counted[word] = counted.get(word, 0) + _BESIDE * times
    return counted


def _weight(term: str, words: Mapping[str, float]) -> float:
    """How often a term is there, counting the words that are like it for less."""
    return words.get(term, 0) + sum(_alike(term, word) * times for word, times in words.items())


def _alike(term: str, word: str) -> float:
    if len(term) < _PART or len(word) < _PART or term == word:
        return 0
    if word.startswith(term):
        return _LONGER
    if len(term) > _PART and word.endswith(term):
        return _ENDS
    return _SHORTER if len(word) > _PART and term.startswith(word) else 0


def _score(weights: Iterable[float], rarity: Iterable[float], length: float) -> float:
    damping = _K1 * (1 - _B + _B * length)
    return sum(rare * (_K1 + 1) * weight / (weight + damping) for weight, rare in zip(weights, rarity, strict=True))
