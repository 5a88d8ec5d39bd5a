"""Finding many phrases in a text at once.

A phrase is words, and these signs: `word*` any word that begins so, `*word` any that ends so, `..` up to four words in
between, `$` the end of a sentence or of its part, `<group>` one phrase of a named group. Filler words of the text may
stand between the words of a phrase. No phrase goes past the end of a sentence. The work is bounded by the number of
words, whatever they are: there is no regular expression here. Phrases are looked for only where each of their words is
in the text, and those are few: they are found by the one of their words that fewest other phrases have.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, TypeAlias

from msgspec import Struct

from bot.moderation.normalise import END, PAUSE, words
from bot.moderation.vocabulary import Vocabulary

_GAP = 4
_FILLERS_BETWEEN = 2
_MARKS = "\0"
_ANY = ".."
_STOP = "$"
_BREAKS = frozenset({END, PAUSE})
_ALWAYS = frozenset({_MARKS, _ANY, _STOP})
_Node: TypeAlias = dict[str, Any]
"""What may follow in a phrase, by word; under `_MARKS` the labels of the phrases that end here."""
_Step: TypeAlias = tuple[_Node, int, int]
"""What may follow, from which word on, and how many fillers were skipped before it."""
_Ends: TypeAlias = dict[int, list[tuple[str, int]]]


_Entry: TypeAlias = tuple[tuple[str, ...], str, str, bool]
"""The elements of a phrase, its label, and a word that must stand close to its rarest one, before or behind it."""


class Found(Struct, frozen=True):
    """A phrase of `label` from word `start` up to, not with, word `end`."""

    label: str
    start: int
    end: int


class Index:
    """Phrases as their elements, with their labels. `single` has those of one word, with the labels of each."""

    def __init__(self, phrases: Iterable[tuple[tuple[str, ...], str]]) -> None:
        self.single: dict[str, list[str]] = {}
        longer = {phrase for phrase in phrases if phrase[0]}
        self.symbols = {one for elements, _ in longer for one in elements if one[0] != "<"} - _BREAKS - {_ANY, _STOP}
        for elements, label in [phrase for phrase in longer if len(phrase[0]) == 1 and phrase[0][0] in self.symbols]:
            self.single.setdefault(elements[0], []).append(label)
            longer.remove((elements, label))
        often = Counter(one for elements, _ in longer for one in set(elements))
        often.update({one: len(longer) for one in often if one[0] == "<" or one in {_ANY, _STOP}})
        self._by_rarest: dict[str, list[_Entry]] = {}
        for elements, label in sorted(longer):
            at = min(range(len(elements)), key=lambda at: (often[elements[at]], at))
            self._by_rarest.setdefault(elements[at], []).append((elements, label, *self._beside(elements, at)))

    def _beside(self, elements: tuple[str, ...], at: int) -> tuple[str, bool]:
        """A word that stands beside another, and whether it is the next one; a sign when there is none."""
        if at + 1 < len(elements) and elements[at + 1] in self.symbols:
            return elements[at + 1], True
        return (elements[at - 1], False) if at and elements[at - 1] in self.symbols else (_ANY, True)

    def possible(self, text: "_Text") -> _Node:
        """The phrases of several words that may be there, each step with what may come next."""
        trie: _Node = {}
        for rarest in text.present & self._by_rarest.keys():
            around: tuple[set[str], set[str]] | None = None
            for elements, label, beside, follows in self._by_rarest[rarest]:
                if not text.present.issuperset(elements):
                    continue
                around = around or text.around(rarest)
                if beside in around[follows]:
                    node = trie
                    for element in elements:
                        node = node.setdefault(element, {})
                    node.setdefault(_MARKS, set()).add(label)
        return trie


class Phrases:
    """All phrases of several labels. `groups` are named lists that phrases may point to, and labels of their own."""

    def __init__(
        self, labels: Mapping[str, Iterable[str]], groups: Mapping[str, Iterable[str]] | None = None, fillers: str = ""
    ) -> None:
        groups, spelled = groups or {}, cache(words)
        self._fillers = frozenset([*words(fillers), PAUSE])
        self._members = Index(
            (tuple(elements(phrase, spelled)), f"<{name}>")
            for name, phrases in groups.items()
            for phrase in _opened(phrases, groups)
        )
        self._phrases = Index(
            (tuple(elements(phrase, spelled)), label) for label, phrases in labels.items() for phrase in phrases
        )
        self._vocabulary = Vocabulary(self._members.symbols | self._phrases.symbols)

    def find(self, said: Sequence[str]) -> list[Found]:
        """Everything in the words of a text, groups as `<name>`."""
        text = _Text(said, {word: self._vocabulary.symbols(word) for word in set(said)}, self._fillers)
        text.spans = spans = _ends(self._members, text)
        text.present.update(name for ends in spans.values() for name, _ in ends)
        return [
            Found(label, start, end)
            for ends in (spans, _ends(self._phrases, text))
            for start, labels in ends.items()
            for label, end in labels
        ]


class _Text:
    """A text while phrases are looked for. `symbols` are what each word is, `present` all of them and the groups, `spans`
    the groups that begin at a word, with their ends."""

    def __init__(self, said: Sequence[str], known: Mapping[str, tuple[str, ...]], fillers: frozenset[str]) -> None:
        self.said, self.known, self.fillers = said, known, fillers
        self.symbols = [known[word] for word in said]
        self.places: dict[str, list[int]] = {}
        for at, symbols in enumerate(self.symbols):
            for symbol in symbols:
                self.places.setdefault(symbol, []).append(at)
        self.present = {_ANY, _STOP, *self.places}
        self.spans: _Ends = {}

    def around(self, symbol: str) -> tuple[set[str], set[str]]:
        """What stands before and behind a symbol, as close as neighbours in a phrase are."""
        before, behind, close = {_ANY}, {_ANY}, _FILLERS_BETWEEN + 1
        for at in self.places.get(symbol, ()):
            before.update(*self.symbols[max(0, at - close) : at])
            behind.update(*self.symbols[at + 1 : at + 1 + close])
        return before, behind

    def starts(self, heads: AbstractSet[str]) -> Iterable[int]:
        """The words where a phrase may begin that begins with one of `heads`."""
        leading = {word for word, symbols in self.known.items() if symbols and not heads.isdisjoint(symbols)}
        return (at for at, word in enumerate(self.said) if word in leading or at in self.spans)

    def goes_on(self, node: _Node, at: int) -> bool:
        """Whether the phrases of a node may end or go on with one of the next words, a glance that spares most walks."""
        if not node.keys().isdisjoint(_ALWAYS):
            return True
        for place in range(at, min(at + _FILLERS_BETWEEN + 1, len(self.said))):
            if not node.keys().isdisjoint(self.symbols[place]):
                return True
            if place in self.spans and any(name in node for name, _ in self.spans[place]):
                return True
            if self.said[place] not in self.fillers:
                return False
        return False


def _ends(index: Index, text: _Text) -> _Ends:
    """By the word where they start, ascending: labels with their ends."""
    single, trie = index.single, index.possible(text)
    ends: _Ends = {}
    for start in text.starts((single.keys() & text.present) | (trie.keys() & text.present)):
        symbols = text.symbols[start]
        found = {(label, start + 1) for symbol in symbols if symbol in single for label in single[symbol]}
        todo = [(trie[symbol], start + 1, 0) for symbol in symbols if symbol in trie]
        todo = [step for step in todo if text.goes_on(step[0], start + 1)]
        if start in text.spans:
            todo += [(trie[name], end, 0) for name, end in text.spans[start] if name in trie]
        if todo:
            _walk(todo, text, found)
        if found:
            ends[start] = sorted(found) if len(found) > 1 else list(found)
    return ends


def _walk(todo: list[_Step], text: _Text, found: set[tuple[str, int]]) -> None:
    """Add labels with their ends. Each phrase adds a bounded number of steps."""
    said, symbols, spans = text.said, text.symbols, text.spans
    while todo:
        node, at, skipped = todo.pop()
        if not skipped and _MARKS in node:
            found.update((label, at) for label in node[_MARKS])
        if _STOP in node and (at >= len(said) or said[at] in _BREAKS):
            todo.append((node[_STOP], at, 0))
        if at >= len(said):
            continue
        todo += [(node[symbol], at + 1, 0) for symbol in symbols[at] if symbol in node]
        if at in spans:
            todo += [(node[group], end, 0) for group, end in spans[at] if group in node]
        if skipped < _FILLERS_BETWEEN and said[at] in text.fillers:
            todo.append((node, at + 1, skipped + 1))
        if _ANY in node:
            todo += [(node[_ANY], at + more, _FILLERS_BETWEEN) for more in _reach(said, at)]


def elements(phrase: str, spelled: Callable[[str], list[str]] = words) -> list[str]:
    """A phrase in the spelling of `words`, its signs kept."""
    parts: list[str] = []
    for part in phrase.split():
        if part in {_ANY, _STOP} or part.startswith("<"):
            parts.append(part)
        elif part.startswith("*"):
            parts.append("*" + "".join(spelled(part[1:])))
        elif part.endswith("*"):
            parts.append("".join(spelled(part[:-1])) + "*")
        else:
            parts += spelled(part)
    return parts


def _opened(phrases: Iterable[str], groups: Mapping[str, Iterable[str]]) -> Iterable[str]:
    """A group may hold another as a whole, one level deep."""
    for phrase in phrases:
        yield from groups[phrase[1:-1]] if phrase.startswith("<") else (phrase,)


def _reach(said: Sequence[str], at: int) -> Iterable[int]:
    for more in range(_GAP + 1):
        if at + more >= len(said):
            return
        yield more
        if said[at + more] == END:
            return
