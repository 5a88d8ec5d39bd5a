"""The file that we ship, and files that are wrong: refused, with the ids of what is wrong."""

from pathlib import Path

import pytest

from config import load
from config.errors import SettingsError
from config.journey import Archetype, Archetypes
from handlers.journey.archetypes import catalogue as catalogues
from handlers.journey.sigil.art import emblem
from tests.handlers.journey.archetypes.way import SMALL, archetype, catalogue

WRONG = [
    (
        [archetype("aa", ("answered", 1), requires=("aa",))],
        ["archetypes.toml: aa: requires itself in the end: aa > aa"],
    ),
    (
        [
            archetype("aa", ("answered", 1), requires=("bb",)),
            archetype("bb", ("answered", 1), requires=("cc",)),
            archetype("cc", ("answered", 1), requires=("aa",)),
        ],
        ["requires itself in the end", "aa > bb > cc > aa", "bb > cc > aa > bb", "cc > aa > bb > cc"],
    ),
    ([archetype("lost", ("answered", 1), requires=("nobody",))], ["archetypes.toml: lost: requires 'nobody'"]),
    ([archetype("odd", ("weight.plaid", 1))], ["archetypes.toml: odd: there is no metric 'weight.plaid'"]),
    ([archetype("twin", ("answered", 1))] * 2, ["archetypes.toml: twin: every id is used once"]),
]


@pytest.mark.parametrize(("archetypes", "told"), WRONG)
def test_what_is_wrong_is_refused_by_its_id(archetypes: list[Archetype], told: list[str]) -> None:
    with pytest.raises(SettingsError) as refused:
        catalogue(*archetypes)
    assert refused.value.code == "archetypes"
    assert told[0] in str(refused.value)
    assert len(told) == 1 or any(way in str(refused.value) for way in told[1:])


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        catalogue(*(one for archetypes, _ in WRONG for one in archetypes if one.id not in {"bb", "cc"}))
    told = str(refused.value).splitlines()
    assert len(told) >= 5
    assert all(line.startswith("archetypes.toml: ") for line in told)


@pytest.mark.parametrize("gte", ["0", "-1", "inf", "nan"])
def test_a_number_that_cannot_be_reached_or_always_is(
    gte: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = (
        '[[archetype]]\nid = "odd"\nname = "O"\nde = "O"\nsymbol = "o"\ntext = "ten letters"\nde_text = "ten letters"\n'
        f'requires = []\nreward = 0\nall = [{{ metric = "answered", gte = {gte} }}]\n'
    )
    (tmp_path / "archetypes.toml").write_text(written)
    monkeypatch.setattr(load, "__file__", str(tmp_path / "load.py"))
    with pytest.raises(SettingsError, match=r"archetypes.toml: archetype.0.all.0.gte"):
        load.load_data(Archetypes, "archetypes.toml")


def test_ours_is_whole_in_both_languages_and_has_art() -> None:
    ours = catalogues.load()
    assert len(ours.written) >= 12
    for one in ours.written:
        english, german = ours.spoken(one.id, None), ours.spoken(one.id, "de")
        assert english.name
        assert english.text != german.text
        assert len({one.name, one.de, one.text, one.de_text}) >= 3
        assert emblem(one.id).startswith("<svg")
    assert len({emblem(one.id) for one in ours.written}) == len(ours.written)
    assert {one.requires == [] for one in ours.written} == {True, False}


@pytest.mark.parametrize(
    ("language", "name"), [(None, "First"), ("en", "First"), ("fr", "First"), ("de-AT", "Die First")]
)
def test_who_reads_german_reads_german(language: str | None, name: str) -> None:
    assert SMALL.spoken("first", language).name == name
