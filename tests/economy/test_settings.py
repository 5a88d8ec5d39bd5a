"""What an operator writes wrongly is told with file, key and expectation."""

from pathlib import Path

import pytest

import config.load
from config.load import SettingsError, load_data
from config.whispers import Category, Whispers
from economy.ledger import EconomySettings


def written(folder: Path, name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> str:
    (folder / name).write_text(text)
    monkeypatch.setattr(config.load, "__file__", str(folder / "load.py"))
    return name


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[blessings]\nwelcome = -1", ["blessings.welcome", "greater than or equal to 0"]),
        ("[blessings]\nwelcom = 5", ["blessings.welcome", "required", "blessings.welcom:"]),
        ("blessings =", ["economy.toml", "TOML"]),
    ],
)
def test_a_bad_economy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: list[str]) -> None:
    with pytest.raises(SettingsError) as error:
        load_data(EconomySettings, written(tmp_path, "economy.toml", text, monkeypatch))
    assert all(part in str(error.value) for part in ["economy.toml", *told])


def whisper(id_: str = "a-b", category: str = "body", text: str = "Is this one question?") -> str:
    return f'[[whisper]]\nid = "{id_}"\ncategory = "{category}"\ntext = "{text}"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (whisper(category="food"), "whisper.0.category"),
        (whisper(text="This is no question."), "whisper.0.text"),
        (whisper() + whisper(), "a-b"),
        ("", "whisper"),
    ],
)
def test_bad_whispers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as error:
        load_data(Whispers, written(tmp_path, "whispers.toml", text, monkeypatch))
    assert "whispers.toml" in str(error.value)


def test_what_we_ship() -> None:
    assert load_data(EconomySettings, "economy.toml").blessings.welcome > 0
    whispers = load_data(Whispers, "whispers.toml").whisper
    by_category = [one.category for one in whispers]
    assert all(by_category.count(category) >= 8 for category in Category.__args__)
