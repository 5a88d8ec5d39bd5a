"""What texts are in other languages: the catalogues of the framework and of every plugin, together.

A text that nobody has translated stays in English, which is what texts are written in.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from bot import catalogues
from bot.catalogues import COMMAND, Catalogue, Forms, Key, code
from bot.command import CommandSpec, Registry, clashes, worded
from bot.errors import Problem

ENGLISH: Final = "en"
OWN: Final = Path(__file__).parent / "locale"
"""The catalogues of the framework's own texts."""
_MATCHED = 1_000


class Translation:
    """What texts are in one language; a text that nobody has translated stays as it is."""

    __slots__ = ("_plurals", "_texts")

    def __init__(self, texts: dict[Key, str], plurals: dict[tuple[str, str], Forms]) -> None:
        self._texts = {text: said for (context, text), said in texts.items() if not context}
        self._plurals = plurals

    def __call__(self, text: str) -> str:
        """This text in this language."""
        return self._texts.get(text, text)

    def plural(self, one: str, many: str, n: int) -> str:
        """The form that this number takes; how many there are is the catalogue's matter."""
        found = self._plurals.get((one, many))
        if found is None:
            return one if n == 1 else many
        rule, forms = found
        return forms[rule(n)]


_UNTRANSLATED: Final = Translation({}, {})


class Translations:
    """Every catalogue of one App."""

    def __init__(self) -> None:
        self._catalogues: list[Catalogue] = []
        self._texts: dict[str, dict[Key, str]] = {}
        self._made: dict[str, Translation] = {}
        self._matched: dict[str | None, str | None] = {}
        self.add(OWN)

    def add(self, path: Path) -> Callable[[], None]:
        """Take in every `<language>.po` of a folder, and return what takes them out again.

        Where two translate the same text, the first is used. Raises `NotADirectoryError` when there is no such folder.
        """
        added = catalogues.folder(path)
        self._catalogues += added
        self._merge()

        def remove() -> None:
            for one in added:
                self._catalogues.remove(one)
            self._merge()

        return remove

    @property
    def codes(self) -> list[str]:
        """The languages there are, English first."""
        return [ENGLISH, *sorted(self._texts.keys() - {ENGLISH})]

    @property
    def problems(self) -> list[Problem]:
        """Translations that are not used because they would break their text, with file and line."""
        return [problem for one in self._catalogues for problem in one.problems]

    def missing(self, language: str, texts: Iterable[str], context: str = "") -> list[str]:
        """Those of these texts that no catalogue of this language has, and those that one leaves empty."""
        known = self._texts.get(language, {})
        asked = [text for text in texts if (context, text) not in known]
        gaps = [text for one in self._catalogues if one.language == language for text in one.gaps]
        return list(dict.fromkeys([*asked, *gaps]))

    def report(self, specs: Iterable[CommandSpec]) -> list[str]:
        """Every translation that is refused, and every text that is not translated, a line for each."""
        specs = list(specs)
        said = [*descriptions(specs), *choices(specs)]
        lines = [
            f"{language}: {text!r} is not translated"
            for language in self._texts
            for text in self.missing(language, said)
        ]
        return [*map(str, self.problems), *lines]

    def translate(self, language: str | None) -> Translation:
        """What texts are in this language; of `pt-BR` what is missing is taken from `pt`, then from the English."""
        if language is None:
            return _UNTRANSLATED
        found = self._made.get(language)
        return found if found is not None else self._make(language)

    def localizations(self, text: str, context: str = "") -> dict[str, str]:
        """A fixed text in every other language that has it; context "command" is for names of commands and options."""
        key = context, text
        return {language: texts[key] for language, texts in self._texts.items() if key in texts and language != ENGLISH}

    def path(self, path: str, language: str | None) -> str:
        """What a command is called in a language: `"vault put"` is `"tresor ablegen"`."""
        texts = self._texts.get(language, {}) if language else {}
        return " ".join(texts.get((COMMAND, word), word) for word in path.split()) if texts else path

    def paths(self, specs: Iterable[CommandSpec], registry: Registry) -> dict[str, list[str]]:
        """What each of these commands can be typed as in other languages, where it is no other command's name."""
        specs = list(specs)
        taken = {path for spec in specs for path in (spec.path, *spec.aliases)}
        made: dict[str, list[str]] = {spec.path: [] for spec in specs}
        for spec in specs:
            for path in dict.fromkeys(self.path(spec.path, language) for language in self._texts):
                found = registry.find(path)
                if path not in taken and not (found and not found[1]):
                    taken.add(path)
                    made[spec.path].append(path)
        return made

    def clashes(self, specs: Iterable[CommandSpec]) -> list[Problem]:
        """Choices that people could not tell apart: two of one option that are called by the same word."""
        return [
            Problem(spec.source, spec.path, f"two choices of {option.name!r} have one name: {clash}")
            for spec in specs
            for option in spec.options
            for clash in clashes(option, self._languages)
        ]

    def worded(self, spec: CommandSpec) -> CommandSpec:
        """The command whose choices can be typed in every language."""
        options = tuple(worded(option, self._languages) if option.choices else option for option in spec.options)
        return spec if options == spec.options else replace(spec, options=options)

    @property
    def _languages(self) -> dict[str, Translation]:
        """What translates into each of them."""
        return {language: self.translate(language) for language in self._texts if language != ENGLISH}

    def match(self, locale: str | None) -> str | None:
        """The language that comes nearest to what a platform says (`de-AT`, `pt_br`); None for English and for no other."""
        try:
            return self._matched[locale]
        except KeyError:
            if len(self._matched) >= _MATCHED:  # what a platform says is not ours to trust
                self._matched.clear()
            known = self._texts.keys() | {ENGLISH}
            found = next((step for step in _steps(code(locale or ENGLISH)) if step in known), ENGLISH)
            nearest = self._matched[locale] = None if found == ENGLISH else found
            return nearest

    def _merge(self) -> None:
        self._texts, self._made, self._matched = {}, {}, {}
        for one in reversed(self._catalogues):
            self._texts.setdefault(one.language, {}).update(one.texts)

    def _make(self, language: str) -> Translation:
        if language not in self._texts:
            return _UNTRANSLATED
        texts: dict[Key, str] = {}
        plurals: dict[tuple[str, str], Forms] = {}
        for step in _steps(language)[::-1]:
            texts |= self._texts.get(step, {})
            for one in reversed(self._catalogues):
                plurals |= one.plurals if one.language == step else {}
        made = self._made[language] = Translation(texts, plurals)
        return made


def names(specs: Iterable[CommandSpec]) -> list[str]:
    """The words by which commands, groups and options are called: context "command" in a catalogue."""
    words = (
        word
        for spec in specs
        if not spec.subscriber
        for word in (*spec.path.split(), *(one.name for one in spec.options))
    )
    return list(dict.fromkeys(words))


def descriptions(specs: Iterable[CommandSpec]) -> list[str]:
    """What commands, groups, options and context menus say of themselves."""
    said = (
        text
        for spec in specs
        if not spec.subscriber
        for text in (*spec.groups.values(), spec.about, *(one.about for one in spec.options), spec.menu)
    )
    return [text for text in dict.fromkeys(said) if text]


def choices(specs: Iterable[CommandSpec]) -> dict[str, str]:
    """The words that can be chosen, each with the command and option for which it is there first."""
    said: dict[str, str] = {}
    for spec in specs:
        for option in spec.options:
            for choice in option.choices:
                if isinstance(choice, str) and any(map(str.isalpha, choice)):
                    said.setdefault(choice, f"{spec.path} <{option.name}>")
    return said


def _steps(language: str) -> list[str]:
    """`["pt-BR", "pt"]`."""
    parts = language.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
