"""Which command a line means. A trie over words: what it costs does not depend on how many commands there are."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from bot.command.check import check_commands, spelling
from bot.command.spec import CommandSpec
from bot.errors import DefinitionError, Problem

_WORD = re.compile(r"\s*(\S+)\s*")
_LONGEST_GUESS = 64


@dataclass(slots=True)
class _Node:
    """A word of the trie: the words that may follow it, and the command that ends here."""

    words: dict[str, "_Node"] = field(default_factory=dict)
    spec: CommandSpec | None = None


class Registry:
    """The commands of one App, in the order in which they came."""

    __slots__ = ("_root", "_specs")

    def __init__(self) -> None:
        self._root = _Node()
        self._specs: dict[str, CommandSpec] = {}

    def add(self, spec: CommandSpec) -> Callable[[], None]:
        """Register a command and return what takes it out again (more than once does no harm).

        Raises `DefinitionError` when the path is taken, also in its spelling with underscores.
        """
        spellings = [spec.path.split(), [spelling(spec.path)]]
        for words in spellings:
            taken = self._walk(words)
            if taken and taken.spec:
                raise DefinitionError([Problem(spec.source, spec.path, f"there is another at {taken.spec.source}")])
        for words in spellings:
            self._plant(words, spec)
        self._specs[spec.path] = spec
        return lambda: self._remove(spec)

    def find(self, line: str) -> tuple[CommandSpec, str] | None:
        """The command that a line without its prefix begins with, and the rest of the line as it was typed.

        The longest path wins, in upper or lower case, as words (`vault put`) or as one (`vault_put`).
        """
        node, found, at, rest = self._root, None, 0, 0
        while node.words and (word := _WORD.match(line, at)) and (following := node.words.get(word[1].casefold())):
            node, at = following, word.end()
            if node.spec is not None:
                found, rest = node.spec, at
        return (found, line[rest:]) if found is not None else None

    def get(self, path: str) -> CommandSpec | None:
        """The command at exactly this path (`"vault put"`)."""
        return self._specs.get(path)

    def names(self) -> list[str]:
        """The paths of all commands, in order."""
        return list(self._specs)

    def suggest(self, word: str) -> str | None:
        """The path that comes nearest to what was typed, for "did you mean"."""
        near = get_close_matches(word[:_LONGEST_GUESS].casefold(), self._specs, n=1)
        return near[0] if near else None

    def check(self, services: Collection[type]) -> list[Problem]:
        """What is wrong with the commands together, when these types of services are provided."""
        return check_commands(self._specs.values(), services)

    def __iter__(self) -> Iterator[CommandSpec]:
        return iter(list(self._specs.values()))

    def __len__(self) -> int:
        return len(self._specs)

    def __contains__(self, path: object) -> bool:
        return path in self._specs

    def _walk(self, words: list[str]) -> _Node | None:
        node: _Node | None = self._root
        for word in words:
            node = node.words.get(word) if node else None
        return node

    def _plant(self, words: list[str], spec: CommandSpec) -> None:
        node = self._root
        for word in words:
            node = node.words.setdefault(word, _Node())
        node.spec = spec

    def _remove(self, spec: CommandSpec) -> None:
        if self._specs.get(spec.path) is spec:
            del self._specs[spec.path]
            _prune(self._root, spec.path.split())
            _prune(self._root, [spelling(spec.path)])


def _prune(node: _Node, words: list[str]) -> None:
    """Take the end of a path out, and the words that lead nowhere without it."""
    if not words:
        node.spec = None
        return
    following = node.words.get(words[0])
    if following is None:
        return
    _prune(following, words[1:])
    if following.spec is None and not following.words:
        del node.words[words[0]]
