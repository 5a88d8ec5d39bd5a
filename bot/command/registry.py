"""Which command a line means. A trie over words: what it costs does not depend on how many commands there are."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeAlias

from bot.command.check import check_commands, spelling
from bot.command.spec import CommandSpec
from bot.errors import DefinitionError, Problem
from bot.events import Event

_LONGEST_GUESS = 64
_GUESSES = 5


Found: TypeAlias = tuple[CommandSpec, str]
"""A command, and the rest of the line."""


@dataclass(slots=True)
class _Node:
    """A word of the trie: the words that may follow it, and the command that ends here."""

    words: dict[str, "_Node"] = field(default_factory=dict)
    spec: CommandSpec | None = None


class Registry:
    """The commands of one App, in the order in which they came, and its subscribers.

    Iterating, `len` and `in` are about typed commands, hidden ones too. Subscribers have no name to type: `get` knows them
    by their path and `subscribers` by what happened.
    """

    __slots__ = ("_heard", "_last", "_names", "_root", "_specs", "_subscribers")

    def __init__(self) -> None:
        self._root = _Node()
        self._specs: dict[str, CommandSpec] = {}
        self._subscribers: dict[str, CommandSpec] = {}
        self._heard: dict[type[Event], list[CommandSpec]] = {}
        self._names: dict[str, CommandSpec] = {}
        self._last: tuple[str, Found | None] = "", None  # whoever asks whether a line is for us asks what it means next

    def add(self, spec: CommandSpec, names: Iterable[str] = ()) -> Callable[[], None]:
        """Register a command or subscriber and return what takes it out again (more than once does no harm).

        `names` are further paths to type beside its aliases: its names in other languages. Raises `DefinitionError`, and
        changes nothing, when a path is taken, also in its spelling with underscores.
        """
        paths = [] if spec.subscriber else list(dict.fromkeys((spec.path, *map(str.casefold, (*spec.aliases, *names)))))
        spellings = [words for path in paths for words in (path.split(), [spelling(path)])]
        for words in [spec.path.split(), *spellings]:
            taken = self._at(words)
            if taken:
                what = f"{' '.join(words)!r} is taken: there is another at {taken.source}"
                raise DefinitionError([Problem(spec.source, spec.path, what)])
        for words in spellings:
            self._plant(words, spec)
        (self._subscribers if spec.subscriber else self._specs)[spec.path] = spec
        self._names.update(dict.fromkeys([] if spec.hidden else paths, spec))
        for event in {trigger.event for trigger in spec.triggers}:
            self._heard.setdefault(event, []).append(spec)
        return lambda: self._remove(spec, paths)

    def find(self, line: str) -> Found | None:
        """The command that a line without its prefix begins with, and the rest of the line as it was typed.

        The longest path wins, in upper or lower case, as words (`vault put`) or as one (`vault_put`).
        """
        if line == self._last[0]:
            return self._last[1]
        words, found, left = self._root.words, None, line
        while words and (parts := left.split(None, 1)):
            node = words.get(parts[0].casefold())
            if node is None:
                break
            words, left = node.words, parts[1] if len(parts) > 1 else ""
            if node.spec is not None:
                found = node.spec, left
        self._last = line, found
        return found

    def get(self, path: str) -> CommandSpec | None:
        """The command (`"vault put"`) or subscriber (`"on welcome"`) at exactly this path."""
        return self._specs.get(path) or self._subscribers.get(path)

    def names(self) -> list[str]:
        """The paths of all typed commands, in order."""
        return list(self._specs)

    def everything(self) -> list[CommandSpec]:
        """All that can run: commands, then subscribers."""
        return [*self._specs.values(), *self._subscribers.values()]

    def subscribers(self, event: Event) -> list[CommandSpec]:
        """What this event runs: subscribers, and commands that it triggers, in the order in which they came."""
        heard = self._heard.get(type(event))
        return [spec for spec in heard if any(one.matches(event) for one in spec.triggers)] if heard else []

    def watched(self) -> set[type[Event]]:
        """The types of events that something here runs for."""
        return set(self._heard)

    def suggest(self, word: str, platform: str = "") -> str | None:
        """The path, alias or translated name nearest to what was typed, for "did you mean"; of this platform, if one is given.

        Hidden commands and subscribers are never suggested.
        """
        near = get_close_matches(word[:_LONGEST_GUESS].casefold(), self._names, n=_GUESSES)
        for name in near:
            wanted = self._names[name].platforms
            if not (platform and wanted) or platform in wanted:
                return name
        return None

    def check(self, services: Collection[type]) -> list[Problem]:
        """What is wrong with the commands together, when these types of services are provided."""
        return check_commands(self.everything(), services)

    def __iter__(self) -> Iterator[CommandSpec]:
        return iter(list(self._specs.values()))

    def __len__(self) -> int:
        return len(self._specs)

    def __contains__(self, path: object) -> bool:
        return path in self._specs

    def _at(self, words: list[str]) -> CommandSpec | None:
        """What these words, and no fewer, mean already."""
        node: _Node | None = self._root
        for word in words:
            node = node.words.get(word) if node else None
        return (node.spec if node else None) or self._subscribers.get(" ".join(words))

    def _plant(self, words: list[str], spec: CommandSpec) -> None:
        self._last = "", None
        node = self._root
        for word in words:
            node = node.words.setdefault(word, _Node())
        node.spec = spec

    def _remove(self, spec: CommandSpec, paths: list[str]) -> None:
        if self.get(spec.path) is not spec:
            return
        self._last = "", None
        (self._subscribers if spec.subscriber else self._specs).pop(spec.path)
        for path in paths:
            self._names.pop(path, None)
            _prune(self._root, path.split())
            _prune(self._root, [spelling(path)])
        for event in {trigger.event for trigger in spec.triggers}:
            left = [one for one in self._heard[event] if one is not spec]
            if left:
                self._heard[event] = left
            else:
                del self._heard[event]


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
