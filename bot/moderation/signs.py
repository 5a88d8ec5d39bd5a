"""Signs of danger that say little alone and much together: each kind adds its weight, harmless contexts take theirs away."""

from collections import Counter
from collections.abc import Sequence

from bot.moderation.phrases import Phrases
from config.moderation import Signs

_CLOSE = 30
"""Words within which signs add up."""
_SIZES = 3
"""Longer phrases are surer; from three words on they are alike."""


class Scale:
    """The signs of one language, ready to weigh an answer."""

    def __init__(self, signs: Signs, fillers: str) -> None:
        self._enough, self._told = signs.enough, signs.told
        self._weights = {
            (kind, size): kinds.weights[size] for kind, kinds in signs.kinds.items() for size in range(_SIZES)
        }
        self._phrases = Phrases({kind: kinds.phrases for kind, kinds in signs.kinds.items()}, {}, fillers)

    def tips(self, said: Sequence[str], *, told: bool) -> bool:
        """Whether it is enough; `told` when the patterns of danger were found too."""
        places: dict[int, list[tuple[str, int]]] = {}
        for found in self._phrases.find(said):
            places.setdefault(found.start, []).append((found.label, min(_SIZES, found.end - found.start) - 1))
        return self._heaviest(places) + (self._told if told else 0.0) >= self._enough

    def _heaviest(self, places: dict[int, list[tuple[str, int]]]) -> float:
        """The most that signs close together weigh; each kind and size counts once."""
        within: Counter[tuple[str, int]] = Counter()
        starts, first, total, most = sorted(places), 0, 0.0, 0.0
        for number, at in enumerate(starts):
            while starts[first] <= at - _CLOSE:
                within.subtract(places[starts[first]])
                total -= sum(self._weights[one] for one in set(places[starts[first]]) if not within[one])
                first += 1
            total += sum(self._weights[one] for one in set(places[at]) if not within[one])
            within.update(places[at])
            if number == len(starts) - 1 or starts[number + 1] >= starts[first] + _CLOSE:
                most = max(most, total)
        return most if starts else 0.0
