"""config/whispers.toml: what we ship, and that what is wrong in it is told with the file and the id."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from config.errors import SettingsError
from config.load import load_data
from config.whispers import CATEGORIES, FEWEST, Whispers
from handlers.journey.whispers.checking import fits
from handlers.journey.whispers.choosing import NO_REPEAT

SHIPPED = Path("config/whispers.toml")
Change = Callable[[list[dict[str, Any]]], object]


def at(place: int, **values: object) -> Change:
    return lambda bank: bank[place].update(values)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda bank: bank.append(bank[3]), "origin-kitchen-smell"),
        (at(0, follow_ups=["body-nowhere"]), "origin-first-quiet is followed by body-nowhere"),
        (at(0, follow_ups=["origin-first-quiet"]), "origin-first-quiet is followed by origin-first-quiet"),
        (at(0, moods=["tide", "tide"]), "origin-first-quiet"),
        (at(0, moods=["joy"]), r"whisper.0.moods.0"),
        (at(0, moods=[]), r"whisper.0.moods"),
        (at(0, moods=["ember", "tide", "dawn", "grove"]), r"whisper.0.moods"),
        (at(0, level=5), r"whisper.0.level"),
        (at(0, level=1.0), r"whisper.0.level"),
        (at(0, category="food"), r"whisper.0.category"),
        (at(0, text="This is no question."), r"whisper.0.text"),
        (at(0, text="What is in {braces}?"), r"whisper.0.text"),
        (at(0, text=f"What is {'so ' * 70}long?"), r"whisper.0.text"),
        (at(0, mood="tide"), r"whisper.0.mood"),
        (lambda bank: bank.__delitem__(slice(FEWEST - 1, None)), "wonder"),
        (lambda bank: bank.clear(), "no whisper of level 0"),
    ],
)
def test_what_is_wrong_is_told(change: Change, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bank = tomllib.loads(SHIPPED.read_text())
    change(bank["whisper"])
    monkeypatch.setattr("config.load.__file__", str(tmp_path / "load.py"))
    (tmp_path / "whispers.toml").write_text(tomlkit.dumps(bank))
    with pytest.raises(SettingsError, match=told) as error:
        load_data(Whispers, "whispers.toml")
    assert str(error.value).startswith("whispers.toml: ")


def test_what_we_ship() -> None:
    bank = load_data(Whispers, "whispers.toml")
    assert len(bank.whisper) == 176
    by_category = {name: [one for one in bank.whisper if one.category == name] for name in CATEGORIES}
    for name, of_it in by_category.items():
        assert len(of_it) >= 20
        assert {mood for one in of_it for mood in one.moods} == {"ember", "tide", "dawn", "grove", "ash", "void"}, name
    assert sum(one.level == 0 for one in bank.whisper) - max(map(len, by_category.values())) > NO_REPEAT
    assert all(fits(one.text, "en") for one in bank.whisper)
