"""From the source to catalogues: every text that a package can show, put into its `.pot` and `.po` files.

Descriptions and names are those of its compiled commands, the other texts are read from the source. Babel writes the files.
"""

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bot import sources
from bot.app import App
from bot.catalogues import COMMAND
from bot.command import CommandSpec
from bot.errors import SettingsError
from bot.sources import Found, Id
from bot.translations import choices, descriptions, names
from config.settings import Settings

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

FOLDER, TEMPLATE = "locale", "messages.pot"
DATA = "texts"
"""A function of a package that gives further texts, which stand in data."""
_HEADER = "# What there is to translate. Written by `soulfra translations`; only the msgstr lines are edited by hand."


def extract(package: str, specs: Iterable[CommandSpec] = ()) -> Found:
    """Every text of a package or module, what its function `texts` gives, and of those of these commands that it holds."""
    root, files = _files(package)
    found = Found()
    for file in files:
        sources.read(found, file, str(file.relative_to(root.parent)))
    for text in getattr(import_module(package), DATA, list)():
        found.add(text, package)
    held = set(map(str, files))
    own = [spec for spec in specs if spec.source.rpartition(":")[0] in held]
    for text in descriptions(own):
        found.add(text, package)
    for choice, where in choices(own).items():
        found.add(choice, package, note=f"a choice of {where}: one word, which people can type")
    for name in names(own):
        found.add(name, package, COMMAND)
    return found


def commands(settings: Settings, packages: Iterable[str]) -> list[CommandSpec]:
    """The commands of all plugins that the settings name, and of these packages. Raises `SettingsError`."""
    plugins = dict.fromkeys([*settings.plugins, *(one for one in packages if one != "bot")])
    app = App(settings.model_copy(update={"plugins": list(plugins)})).load()
    return app.compile()


def update(package: str, found: Found) -> list[Path]:
    """Bring `messages.pot` and every `.po` of a package up to date; the files that had to be written.

    A language is begun by an empty `<language>.po` beside them. Raises `SettingsError` for texts that cannot be read off.
    """
    if found.problems:
        raise SettingsError("\n".join(map(str, found.problems)))
    folder = _files(package)[0] / FOLDER
    folder.mkdir(exist_ok=True)
    files = [folder / TEMPLATE, *sorted(folder.glob("*.po"))]
    return [file for file in files if _bring(file, found)]


def _files(package: str) -> tuple[Path, list[Path]]:
    """The folder of a package, or of a module, and its source files."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SettingsError(f"{package} is not a package")
    origin = Path(spec.origin)
    if spec.submodule_search_locations is None:
        return origin.parent, [origin]
    return origin.parent, sorted(origin.parent.rglob("*.py"))


def _bring(file: Path, found: Found) -> bool:
    """Write a file anew when its texts are not these; its translations are kept."""
    from babel.messages.catalog import Catalog  # noqa: PLC0415  (only this tool writes)
    from babel.messages.pofile import read_po  # noqa: PLC0415

    language = None if file.name == TEMPLATE else file.stem
    catalog = Catalog(language)
    if file.exists():
        with file.open("rb") as old:
            catalog = read_po(old, language)
        there = [(_key(one), " ".join(one.auto_comments)) for one in catalog if one.id]
        if there == [(key, found.notes.get(key, "")) for key in found.texts] and not catalog.obsolete:
            return False
    template = Catalog()
    for key, where in found.texts.items():
        notes = [found.notes[key]] if key in found.notes else []
        template.add(key[1], context=key[0] or None, locations=[(where, 1)], auto_comments=notes)
    catalog.update(template, no_fuzzy_matching=True)
    _write(file, catalog, language)
    return True


def _write(file: Path, catalog: "Catalog", language: str | None) -> None:
    """With a header that holds no dates: a file that says the same is the same."""
    from babel.messages.pofile import write_po  # noqa: PLC0415

    header = ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
    if language is not None:
        header = [f"Language: {language}", f"Plural-Forms: {catalog.plural_forms}", *header]
    with file.open("wb") as new:
        new.write("\n".join([_HEADER, 'msgid ""', 'msgstr ""', *(f'"{line}\\n"' for line in header), "", ""]).encode())
        write_po(new, catalog, width=120, omit_header=True, include_lineno=False, ignore_obsolete=True)


def _key(one: "Message") -> tuple[str, Id]:
    return one.context or "", (str(one.id[0]), str(one.id[1])) if isinstance(one.id, list | tuple) else one.id
