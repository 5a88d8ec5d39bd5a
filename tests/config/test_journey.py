"""The files of the journey: ours are whole in both languages, and what is wrong in one is told by file and key."""

from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest

from config import load
from config.errors import SettingsError
from config.journey import THEME, Depth, JourneySettings, Mood, Reading, Readings, Theme, Voice
from config.load import load_data

OURS = load_data(Readings, "readings.toml")
EACH = list(product(*map(get_args, (Mood, Voice, Depth))))


def test_the_journey_gives_what_an_answer_is_worth() -> None:
    assert load_data(JourneySettings, "journey.toml").rewards.answer > 0


def test_every_mood_voice_and_depth_has_several_readings_with_and_without_a_theme() -> None:
    for which in EACH:
        found = [one for one in OURS.reading if (one.mood, one.voice, one.depth) == which]
        assert len(found) >= 3
        assert {one.themed for one in found} == {True, False}


def test_every_text_is_there_in_english_and_in_german() -> None:
    for one in OURS.reading:
        assert one.text != one.de
        assert one.text.count(THEME) == one.de.count(THEME) <= 1
    assert all(one.en and one.de for one in OURS.theme)
    assert len({one.text for one in OURS.reading} | {one.de for one in OURS.reading}) == 2 * len(OURS.reading)


def written(readings: list[dict[str, Any]], themes: list[dict[str, Any]]) -> str:
    """As TOML."""
    lines = []
    for kind, rows in (("reading", readings), ("theme", themes)):
        for row in rows:
            lines += [f"[[{kind}]]", *(f"{name} = '{value}'" for name, value in row.items())]
    return "\n".join(lines)


def plain(which: tuple[str, str, str]) -> dict[str, Any]:
    return {**dict(zip(("mood", "voice", "depth"), which, strict=True)), "text": "Some words.", "de": "Ein paar Worte."}


WHOLE, THEMES = [plain(which) for which in EACH], [{"id": "home", "en": "home", "de": "dein Zuhause"}]
WRONG = {
    "a reading of another mood": ([*WHOLE, plain(("plaid", "warm", "deep"))], THEMES, "reading.36.mood"),
    "a place that is none": ([*WHOLE[1:], WHOLE[0] | {"text": "Some {words} here."}], THEMES, "reading.35"),
    "a theme in one language only": ([*WHOLE, WHOLE[0] | {"text": f"Some {THEME} here."}], THEMES, "reading.36"),
    "none for one mood": (WHOLE[1:], THEMES, "missing for ember warm shallow"),
    "a theme in all": (
        [WHOLE[0] | {"text": f"A {THEME} there.", "de": f"Ein {THEME} da."}, *WHOLE[1:]],
        THEMES,
        "missing for ember warm shallow",
    ),
    "one theme twice": (WHOLE, THEMES * 2, "these are not: home"),
    "a key too many": (WHOLE, [THEMES[0] | {"fr": "chez toi"}], "theme.0.fr"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_readings_are_refused_by_their_key(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readings, themes, told = WRONG[name]
    (tmp_path / "readings.toml").write_text(written(readings, themes))
    monkeypatch.setattr(load, "__file__", str(tmp_path / "load.py"))
    with pytest.raises(SettingsError) as refused:
        load_data(Readings, "readings.toml")
    assert str(refused.value).startswith("readings.toml: ")
    assert told in str(refused.value)


def test_what_is_whole_is_taken() -> None:
    found = Readings(reading=[Reading(**one) for one in WHOLE], theme=[Theme(**one) for one in THEMES])
    assert not any(one.themed for one in found.reading)
