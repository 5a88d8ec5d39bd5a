"""What of a vocabulary a word is: the word itself, `word*` where it begins so, `*word` where it ends so."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby, product

_SHORTEST, _LONGEST = 3, 24
"""Letters: no beginning or end is shorter or longer than this."""
_KEPT, _LONG = 2_048, 40
"""Words that are remembered, because texts repeat them, and the letters from which on one is not."""
_DOUBLE = re.compile(r"(.)\1", re.DOTALL)


class Vocabulary:
    """Beginnings and ends are looked up by their first or last letters, so that most words cost three look-ups."""

    def __init__(self, symbols: Iterable[str]) -> None:
        self._whole: set[str] = set()
        self._begins: dict[str, list[tuple[str, str]]] = {}
        self._ends: dict[str, list[tuple[str, str]]] = {}
        for symbol in sorted(symbols):
            part = symbol.strip("*")
            if part == symbol:
                self._whole.add(symbol)
            elif _SHORTEST <= len(part) <= _LONGEST:
                table, key = (
                    (self._begins, part[:_SHORTEST]) if symbol.endswith("*") else (self._ends, part[-_SHORTEST:])
                )
                table.setdefault(key, []).append((part, symbol))

        self._kept = lru_cache(_KEPT)(self._symbols)

    def symbols(self, word: str) -> tuple[str, ...]:
        """All that a word is; for one that is nothing, and not long, what it is with fewer double letters."""
        return self._kept(word) if len(word) < _LONG else self._looked_up(word)

    def _symbols(self, word: str) -> tuple[str, ...]:
        found = self._looked_up(word)
        if found or not _DOUBLE.search(word):
            return found
        return next(filter(None, map(self._looked_up, _shortened(word))), ())

    def _looked_up(self, word: str) -> tuple[str, ...]:
        found = [word] if word in self._whole else []
        if begins := self._begins.get(word[:_SHORTEST]):
            found += [symbol for part, symbol in begins if word.startswith(part)]
        if ends := self._ends.get(word[-_SHORTEST:]):
            found += [symbol for part, symbol in ends if word.endswith(part)]
        return tuple(found)


def _shortened(word: str) -> Iterable[str]:
    """The word with some of its first three double letters single, as in `kiill` and `diie`."""
    runs = ["".join(run) for _, run in groupby(word)]
    doubles = [at for at, run in enumerate(runs) if len(run) == 2][:3]
    for chosen in product((True, False), repeat=len(doubles)):
        single = {at for at, taken in zip(doubles, chosen, strict=True) if taken}
        if single:
            yield "".join(run[0] if at in single else run for at, run in enumerate(runs))
