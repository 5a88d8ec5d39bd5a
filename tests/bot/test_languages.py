"""Languages: catalogues, what is refused of them, whose language is chosen."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from bot.app import App
from bot.command import Invocation, Registry, compile_commands
from bot.errors import SettingsError
from bot.extraction import commands, extract, update
from bot.languages import Languages, called
from bot.message import Message, b, t, tn
from bot.sandbox.offline import Offline
from bot.sandbox.world import World
from bot.sources import Found, read
from bot.translations import Translations
from config.settings import Settings
from tests.bot.plugin import note

PACKAGES = ("bot", "economy", "mirrors", "handlers")
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {forms}\\n"\n\n'
GERMAN = "nplurals=2; plural=(n != 1);"
POLISH = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Catalogues in a folder: `write("de", ("Hello {who}.", "Hallo {who}."))`."""

    def made(language: str, *entries: tuple[str, ...], forms: str = GERMAN) -> Path:
        folder = tmp_path / "locale"
        folder.mkdir(exist_ok=True)
        (folder / f"{language}.po").write_text(HEADER.format(forms=forms) + "\n".join(map(_entry, entries)))
        return folder

    return made


def _entry(entry: tuple[str, ...]) -> str:
    if len(entry) == 2:
        return f'msgid "{entry[0]}"\nmsgstr "{entry[1]}"\n'
    one, many, *forms = entry
    lines = [f'msgstr[{place}] "{form}"' for place, form in enumerate(forms)]
    return "\n".join([f'msgid "{one}"', f'msgid_plural "{many}"', *lines, ""])


def taken(path: Path) -> Translations:
    """These catalogues beside the framework's own."""
    made = Translations()
    made.add(path)
    return made


def asked(text: str = "!x", *, direct: bool = True, locale: str | None = None, user: str = "ada") -> Invocation:
    return structs.replace(Offline("discord", World()).invocation(user, text, direct=direct), locale=locale)


def test_a_message_is_read_in_german_and_words_of_people_stay_theirs(write: Write) -> None:
    said = taken(write("de", ("Hello {who}.", "Hallo {who}."))).translate("de")
    message = Message(t("Hello {who}.", who=b("Hello {who}."))).translated(said)
    assert message.plain == "Hallo Hello {who}.."


def test_what_is_missing_falls_back(write: Write) -> None:
    write("pt", ("One", "Um"), ("Two", "Dois"))
    translations = taken(write("pt_BR", ("One", "Hum")))
    assert [translations.translate("pt-BR")(text) for text in ("One", "Two", "Three")] == ["Hum", "Dois", "Three"]
    assert [translations.match(locale) for locale in ("pt-BR", "pt_br", "pt-PT", "pt")] == [
        "pt-BR",
        "pt-BR",
        "pt",
        "pt",
    ]
    assert [translations.match(locale) for locale in ("en-US", "en", "", None, "tlh", "x" * 999)] == [None] * 6
    assert translations.translate("tlh")("One") == translations.translate(None)("One") == "One"
    assert {"Two", "Three"} <= set(translations.missing("pt-BR", ["One", "Two", "Three"]))


def test_the_german_of_austria_is_german() -> None:
    assert Translations().match("de-AT") == "de"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("Hallo {wen}.", "{who} is missing"),
        ("Hallo {wen}.", "{wen} is unknown"),
        ("Hallo.", "{who} is missing"),
        ("Hallo {who} {who} {x}.", "{x} is unknown"),
        ("Hallo {who} {__class__}.", "{__class__} is unknown"),
    ],
)
def test_a_translation_with_wrong_places_is_refused_and_the_rest_works(write: Write, wrong: str, why: str) -> None:
    path = write("de", ("Hello {who}.", wrong), ("Bye {who}.", "Ade {who}."))
    translations = taken(path)
    said = translations.translate("de")
    assert said("Hello {who}.") == "Hello {who}."
    assert said("Bye {who}.") == "Ade {who}."
    (found,) = {str(problem) for problem in translations.problems if "Hello" in problem.command}
    assert found.startswith(f"{path / 'de.po'}:6: ")
    assert why in found or "is missing" in found
    assert any("Hello" in line for line in translations.report([]))


def test_a_number_takes_the_form_its_language_has(write: Write) -> None:
    files = ("{n} file", "{n} files", "{n} plik", "{n} pliki", "{n} plików")
    said = taken(write("pl", files, forms=POLISH)).translate("pl")
    shown = [Message(tn("{n} file", "{n} files", n)).translated(said).plain for n in (1, 2, 5, 12, 22)]
    assert shown == ["1 plik", "2 pliki", "5 plików", "12 plików", "22 pliki"]
    assert said.plural("{n} cat", "{n} cats", 1) == "{n} cat"


def test_the_form_for_one_may_leave_out_the_number_and_no_other(write: Write) -> None:
    said = taken(write("de", ("{n} file", "{n} files", "eine Datei", "{n} Dateien"))).translate("de")
    assert said.plural("{n} file", "{n} files", 1) == "{n} file"  # both English forms name it: so must the German
    write("de", ("One lamp, {who}.", "{n} lamps, {who}.", "Eine Lampe, {who}.", "{n} Lampen, {who}."))
    said = taken(
        write("nl", ("One lamp, {who}.", "{n} lamps, {who}.", "Een lamp, {who}.", "Lampen, {who}."))
    ).translate("nl")
    assert said.plural("One lamp, {who}.", "{n} lamps, {who}.", 2) == "{n} lamps, {who}."


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (HEADER.format(forms="nplurals=2; plural=n;"), "a form that there is not"),
        (HEADER.format(forms="nplurals=2; plural=n/0;"), "Plural-Forms"),
        (HEADER.format(forms="nplurals=2; plural=__import__('os');"), "cannot be read"),
        ("this is no catalogue", "cannot be read"),
        ('msgid "x"\nmsgstr "\xff', "cannot be read"),
    ],
)
def test_a_catalogue_that_cannot_be_read_is_told_and_left_out(tmp_path: Path, content: str, why: str) -> None:
    (tmp_path / "de.po").write_bytes(content.encode("latin-1"))
    (tmp_path / "fr.po").write_text(HEADER.format(forms=GERMAN) + 'msgid "One"\nmsgstr "Un"\n')
    translations = taken(tmp_path)
    assert [why in str(problem) for problem in translations.problems if str(tmp_path) in problem.where] == [True]
    assert translations.translate("fr")("One") == "Un"


def test_a_fuzzy_translation_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "de.po").write_text(HEADER.format(forms=GERMAN) + '#, fuzzy\nmsgid "One"\nmsgstr "Zwei"\n')
    translations = taken(tmp_path)
    assert translations.translate("de")("One") == "One"
    assert "One" in translations.missing("de", [])


@pytest.mark.parametrize("name", ["zwei Worte", "Groß", "x" * 33, "a.b", "/x", ""])
def test_a_name_that_no_platform_takes_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "de.po").write_text(HEADER.format(forms=GERMAN) + f'msgctxt "command"\nmsgid "bow"\nmsgstr "{name}"\n')
    assert taken(tmp_path).localizations("bow", "command") == {}


def test_localizations_tell_names_from_words(tmp_path: Path) -> None:
    entries = 'msgctxt "command"\nmsgid "list"\nmsgstr "liste"\n\nmsgid "list"\nmsgstr "Eine Liste."\n'
    (tmp_path / "de.po").write_text(HEADER.format(forms=GERMAN) + entries)
    translations = taken(tmp_path)
    assert translations.localizations("list", "command") == {"de": "liste"}
    assert translations.localizations("list") == {"de": "Eine Liste."}
    assert translations.localizations("nobody said this") == {}
    assert translations.path("list list", "de") == "liste liste"
    assert translations.path("list list", None) == "list list"


def test_what_was_taken_in_is_taken_out_again(write: Write) -> None:
    translations = Translations()
    remove = translations.add(write("de", ("Hello.", "Hallo.")))
    again = translations.add(write("de", ("Hello.", "Servus.")))
    assert translations.translate("de")("Hello.") == "Hallo."
    remove()
    assert translations.translate("de")("Hello.") == "Servus."
    again()
    assert translations.translate("de")("Hello.") == "Hello."
    with pytest.raises(NotADirectoryError):
        translations.add(Path("/nowhere"))


def test_a_translated_name_is_never_another_commands(tmp_path: Path) -> None:
    (tmp_path / "de.po").write_text(HEADER.format(forms=GERMAN) + 'msgctxt "command"\nmsgid "note"\nmsgstr "slow"\n')
    translations, registry = taken(tmp_path), Registry()
    specs, _ = compile_commands([note])
    assert translations.paths(specs, registry) == {"note": ["slow"]}
    registry.add(structs_of("slow"))
    assert translations.paths(specs, registry) == {"note": []}


def structs_of(path: str):  # noqa: ANN201  (a spec at another path)
    (spec,), _ = compile_commands([note])
    spec.path = path
    return spec


@given(st.text(max_size=60))
def test_no_locale_is_too_odd(locale: str) -> None:
    assert SHARED.match(locale) in (None, "de")
    assert SHARED.translate(locale)("Cancelled.") in ("Cancelled.", "Abgebrochen.")


SHARED = Translations()


def test_who_reads_what() -> None:
    languages = Languages()
    assert languages.choose(asked(locale="de-DE")) == "de"
    assert languages.choose(asked(locale="en-US")) is None
    languages.of_place = lambda place: "de"
    assert languages.choose(asked(direct=False, locale="en-US")) == "de"
    assert languages.choose(asked(direct=True, locale="en-US")) is None
    alone = asked(direct=False, locale="en-US")
    alone = structs.replace(alone, reply=structs.replace(alone.reply, private=True))
    assert languages.choose(alone) is None
    languages._know([alone.author.key], "en")
    assert languages.choose(asked(direct=False, locale="de")) is None
    assert languages.choose(asked(direct=False, locale="de", user="bob")) == "de"


def test_languages_are_called_by_their_own_names() -> None:
    assert [called(code) for code in ("en", "de", "pt-BR", "tlh", "not a language")] == [
        "English",
        "Deutsch",
        "Português (Brasil)",
        "tlh",
        "not a language",
    ]


# --- choices -------------------------------------------------------------------------------------------------------------

LAMP = """
from pathlib import Path
from typing import Literal
from bot import command, t

@command
async def lamp(ctx, glass: Literal["clear", "amber"], size: Literal[1, 2] = 1):
    \"\"\"Light a lamp.

    Args:
        glass: Its colour.
        size: How large it is.
    \"\"\"
    return t("Lit.")

def setup(app):
    app.translations(Path(__file__).parent / "locale")
    app.add(lamp)
"""


def lamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, **words: str) -> App:
    """A plugin whose choices have these names in German."""
    folder = tmp_path / name / "locale"
    folder.mkdir(parents=True)
    (tmp_path / name / "__init__.py").write_text(LAMP)
    (folder / "de.po").write_text(HEADER.format(forms=GERMAN) + "\n".join(map(_entry, words.items())))
    monkeypatch.syspath_prepend(str(tmp_path))
    return App(Settings(plugins=[name], discover=False, data=tmp_path / "data")).load()


def test_choices_are_typed_and_translated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = lamp(tmp_path, monkeypatch, "lamp_one", clear="Klar", amber="gelb")
    (spec,) = app.compile()
    assert spec.options[0].words == (("klar", "clear"), ("gelb", "amber"))
    assert spec.options[1].words == ()
    assert app.registry.get("lamp") is spec
    assert not any("clear" in line or "amber" in line for line in app.languages.report([spec]))
    assert any(
        "'amber' is not translated" in line for line in lamp(tmp_path, monkeypatch, "lamp_two").languages.report([spec])
    )


def test_two_choices_of_one_name_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = lamp(tmp_path, monkeypatch, "lamp_three", clear="hell", amber="Hell")
    assert app.plugins == []
    with pytest.raises(SettingsError) as refused:
        app.compile()
    assert "people could not tell apart" in str(refused.value)
    assert "lamp: two choices of 'glass' have one name: 'hell' is clear (de) and amber (de)" in str(refused.value)


def test_choices_are_put_into_catalogues_with_a_word_about_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = lamp(tmp_path, monkeypatch, "lamp_four", clear="klar")
    assert len(update("lamp_four", extract("lamp_four", app.compile()))) == 2
    assert update("lamp_four", extract("lamp_four", app.compile())) == []
    made = (tmp_path / "lamp_four" / "locale" / "de.po").read_text()
    note = "#. a choice of lamp <glass>: one word, which people can type\n#: lamp_four\n"
    assert f'{note}msgid "clear"\nmsgstr "klar"\n' in made
    assert f'{note}msgid "amber"\nmsgstr ""\n' in made
    assert '"1"' not in made


def test_every_german_choice_is_one_word_and_no_others() -> None:
    app = App(Settings()).load()
    for spec in app.registry:
        for option in spec.options:
            for choice in option.choices:
                word = app.languages.translate("de")(str(choice))
                assert len(word.split()) == 1
                assert spec.parse(word if len(spec.options) == 1 else f"{option.name}:{word}")[option.name] == word


# --- our own catalogues --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("package", PACKAGES)
def test_the_catalogues_hold_what_the_source_says(package: str) -> None:
    """`make translations` has been run: nothing is missing, nothing stale."""
    from babel.messages.pofile import read_po  # noqa: PLC0415

    found = extract(package, commands(Settings(), PACKAGES))
    assert [str(problem) for problem in found.problems] == []
    for name in ("messages.pot", "de.po"):
        with (Path(package) / "locale" / name).open("rb") as file:
            there = {(one.context or "", one.id) for one in read_po(file) if one.id}
        assert there == set(found.texts), name


def test_german_is_complete_and_nothing_of_it_is_refused() -> None:
    app = App(Settings()).load()
    assert app.refused == {}
    assert app.languages.report(app.registry) == []


def test_german_names_are_words_that_every_platform_takes_and_say_what_they_run() -> None:
    app = App(Settings()).load()
    for spec in app.registry:
        path = app.languages.path(spec.path, "de")
        assert path.replace(" ", "").replace("_", "").isalnum()
        assert path.isascii()
        assert len(path.replace(" ", "_")) <= 32
        assert app.registry.find(path) == (spec, "")
        options = [app.languages.localizations(one.name, "command")["de"] for one in spec.options]
        assert len(set(options)) == len(options)
        about = app.languages.localizations(spec.about)["de"]
        assert len(about) <= 100


def test_a_line_to_type_is_the_same_command_in_german() -> None:
    app = App(Settings()).load()
    texts = extract("handlers").texts
    lines = [text for _, text in texts if isinstance(text, str) and app.registry.find(text) and text == text.lower()]
    assert "vault get {name}" in lines
    said = app.languages.translate("de")
    for line in lines:
        english, german = app.registry.find(line), app.registry.find(said(line))
        assert english is not None
        assert german is not None
        assert english[0] is german[0]


# --- what is read off the source -----------------------------------------------------------------------------------------

SOURCE = """
_WHERE = {"dm": t("in private"), "room": "In a room"}
_GONE = "It is gone."

async def go(ctx, name, far=True):
    what = "So far, {name}." if far else "So near, {name}."
    name = name.translate("Marks of a name")
    await tell(ctx, _GONE)
    raise UserError(what, code="not a text", name=name)

async def tell(ctx, text):
    say("Yes")
    return Message(t(text), t(_WHERE[ctx.kind]), tn("{n} cat", "{n} cats", 2), t("{only} {places}", **given))
"""


def test_texts_are_read_off_the_source(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(SOURCE)
    read(found := Found(), tmp_path / "one.py", "one.py")
    assert found.problems == []
    assert {text for _, text in found.texts} == {
        *("in private", "In a room", "It is gone.", "So far, {name}.", "So near, {name}.", "Yes"),
        ("{n} cat", "{n} cats"),
    }


@pytest.mark.parametrize("call", ["t(f'{x} is here')", "t(elsewhere)", "UserError(load())"])
def test_a_text_that_cannot_be_read_off_is_told(tmp_path: Path, call: str) -> None:
    (tmp_path / "one.py").write_text(f"def go(x):\n    return {call}\n")
    read(found := Found(), tmp_path / "one.py", "one.py")
    assert [problem.where for problem in found.problems] == ["one.py:2"]


def test_catalogues_are_brought_up_to_date_and_keep_what_is_translated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "lamps_x"
    (package / "locale").mkdir(parents=True)
    (package / "locale" / "fr.po").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    (package / "__init__.py").write_text('from bot import t, tn\nONE = t("One {n}.", n=1)\nOLD = t("Old.")\n')
    assert [file.name for file in update("lamps_x", extract("lamps_x"))] == ["messages.pot", "fr.po"]
    assert update("lamps_x", extract("lamps_x")) == []
    french = package / "locale" / "fr.po"
    french.write_text(french.read_text().replace('msgid "One {n}."\nmsgstr ""', 'msgid "One {n}."\nmsgstr "Un {n}."'))
    (package / "__init__.py").write_text('from bot import t\nNEW = t("New.")\nONE = t("One {n}.", n=1)\n')
    assert len(update("lamps_x", extract("lamps_x"))) == 2
    assert "Old." not in french.read_text()
    translations = taken(package / "locale")
    assert translations.translate("fr")("One {n}.") == "Un {n}."
    assert "New." in translations.missing("fr", [])
