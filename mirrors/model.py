"""The character model behind a mirror: interpolated Kneser-Ney of order 6, mixed with a shared base.

Pure arithmetic over text; whoever calls it keeps it off the event loop. Models are never stored: they are fitted again
from the texts they were made of.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

ORDER = 6
WORD = re.compile(r"[\w']+")
BEGIN, END = "\x02", "\x03"
_UNSEEN = 64  # places kept for characters never seen
_ROUNDS = 12  # steps of expectation maximisation for the weights of the mix
_PRUNED_FROM, _MIN_TEXTS = 4, 3  # contexts of 4 characters and more must stand in 3 texts
_SPELLINGS = 12  # tries for each word
_LONGEST = 24  # characters in a word


def _padded(text: str) -> str:
    return BEGIN * (ORDER - 1) + text + END


def _positions(text: str) -> Iterator[tuple[str, str]]:
    """Every character behind its context of `ORDER - 1`."""
    line = _padded(text)
    for at in range(ORDER - 1, len(line)):
        yield line[at - ORDER + 1 : at], line[at]


class CharModel:
    """Counts of characters behind contexts of 0 to 5; lower orders count in how many contexts a character was seen."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.counts: dict[str, dict[str, int]] = {}
        for text in texts:
            for context, char in _positions(text):
                self._count(context, char)
        self._places = len(self.counts.get("", ())) + _UNSEEN
        self._discounts = self._discount()
        self._sums = {context: sum(seen.values()) for context, seen in self.counts.items()}

    def _count(self, context: str, char: str) -> None:
        for length in range(ORDER - 1, -1, -1):
            seen = self.counts.setdefault(context[ORDER - 1 - length :], {})
            known = seen.get(char, 0)
            seen[char] = known + 1
            if known:
                return  # shorter contexts have counted this one already

    def _discount(self) -> list[float]:
        """One absolute discount per order, from how many counts are one and two."""
        ones, twos = [0] * ORDER, [0] * ORDER
        for context, seen in self.counts.items():
            for count in seen.values():
                ones[len(context)] += count == 1
                twos[len(context)] += count == 2
        return [one / (one + 2 * two) if one else 0.5 for one, two in zip(ones, twos, strict=True)]

    def p(self, context: str, char: str) -> float:
        """The probability of `char` behind `context`."""
        chance = 1 / self._places
        for length in range(ORDER):
            short = context[len(context) - length :]
            seen = self.counts.get(short)
            if seen is None:
                break
            cut = self._discounts[length]
            chance = (max(seen.get(char, 0) - cut, 0) + cut * len(seen) * chance) / self._sums[short]
        return chance

    def known(self, context: str) -> int:
        """The length of the longest end of `context` that was seen."""
        return next((k for k in range(ORDER - 1, 0, -1) if context[len(context) - k :] in self.counts), 0)

    def prune(self, texts: Sequence[str]) -> "CharModel":
        """Forget long contexts that stand in fewer than three of its texts: they would give away whole phrases."""
        standing: defaultdict[str, set[int]] = defaultdict(set)
        for number, text in enumerate(texts):
            for context, _ in _positions(text):
                for length in range(_PRUNED_FROM, ORDER):
                    standing[context[ORDER - 1 - length :]].add(number)
        for context, numbers in standing.items():
            if len(numbers) < _MIN_TEXTS:
                del self.counts[context], self._sums[context]
        return self

    def choose(self, context: str, rng: random.Random, temperature: float) -> str:
        """A character behind `context`: an order first, then one of its counts, sharpened by `temperature`."""
        for length in range(self.known(context), -1, -1):
            short = context[len(context) - length :]
            seen, total = self.counts[short], self._sums[short]
            if length == 0 or rng.random() < total / (total + self._discounts[length] * len(seen)):
                break
        return rng.choices(list(seen), [count ** (1 / temperature) for count in seen.values()])[0]


class MirrorModel:
    """A person's own model mixed with the base, by the length of the context that the person's text knows.

    `public` are the texts of the base.
    """

    def __init__(self, texts: Sequence[str], base: CharModel, public: Sequence[str] = ()) -> None:
        self.base = base
        self.weights = _weights(texts, base)
        self.own = CharModel(texts).prune(texts)
        self._vocabulary = {word for text in (*texts, *public) for word in WORD.findall(text.lower())}

    def p(self, context: str, char: str) -> float:
        """The probability of `char` behind `context`."""
        weight = self.weights[self.own.known(context)]
        return weight * self.own.p(context, char) + (1 - weight) * self.base.p(context, char)

    def generate(self, rng: random.Random, *, start: str = "", length: int = 160, temperature: float = 0.8) -> str:
        """A text of at most `length` characters, beginning with `start`. The same `rng` gives the same text."""
        text = start
        while len(text) < length and not text.endswith(END):
            text += self._piece(text, rng, temperature)
        return text.rstrip(END).strip()[:length]

    def _piece(self, text: str, rng: random.Random, temperature: float) -> str:
        """Characters up to the next space or the end; several tries for a word that exists."""
        piece = ""
        for _ in range(_SPELLINGS):
            piece = self._spell(text, rng, temperature)
            if self._vocabulary.issuperset(WORD.findall((text[-_LONGEST:] + piece).lower())[-1:]):
                break
        return piece

    def _spell(self, text: str, rng: random.Random, temperature: float) -> str:
        """One model speaks for the length of a word: changing within it makes words that nobody uses."""
        context = (BEGIN * (ORDER - 1) + text)[1 - ORDER :]
        model = self.own if rng.random() < self.weights[self.own.known(context)] else self.base
        piece = ""
        while len(piece) < _LONGEST:
            char = model.choose(context, rng, temperature)
            piece, context = piece + char, context[1:] + char
            if char in (" ", END):
                break
        return piece


def _weights(texts: Sequence[str], base: CharModel) -> list[float]:
    """How far to trust the person's model, by length of the known context: learned on a held-out tenth of the texts."""
    held = max(1, len(texts) // 10)
    own = CharModel(texts[:-held])
    seen = Counter(
        (own.known(c), own.p(c, char), base.p(c, char)) for text in texts[-held:] for c, char in _positions(text)
    )
    weights = [0.5] * ORDER
    for _ in range(_ROUNDS):
        gained, counted = [1.0] * ORDER, [2.0] * ORDER
        for (length, mine, others), times in seen.items():
            share = weights[length] * mine
            gained[length] += times * share / (share + (1 - weights[length]) * others)
            counted[length] += times
        weights = [gain / count for gain, count in zip(gained, counted, strict=True)]
    return weights
