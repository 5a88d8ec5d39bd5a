"""Data files: read once by all who need them, anew when they were written anew, and refused for as long as they are wrong."""

import os
from pathlib import Path
from threading import Thread

import pytest
from pydantic import BaseModel, ConfigDict

from config import load
from config.errors import SettingsError
from config.load import check_data, load_data


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid", defer_build=True)

    number: int


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", defer_build=True)

    inner: Inner


def written(folder: Path, text: str, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """`at` is when, in seconds: the clock of a file system may be a coarse one."""
    file = folder / "table.toml"
    file.write_text(text)
    os.utime(file, (at, at))
    monkeypatch.setattr("config.load.__file__", str(folder / "load.py"))


def test_it_is_read_once_and_anew_when_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, "inner.number = 1", 1, monkeypatch)
    first = load_data(Table, "table.toml")
    assert first == Table(inner=Inner(number=1))
    assert load_data(Table, "table.toml") is first
    written(tmp_path, "inner.number = 2", 2, monkeypatch)
    assert load_data(Table, "table.toml").inner.number == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("inner.number = 'two'", "table.toml: inner.number: "),
        ("inner.number = 1\nouter = 1", "table.toml: outer: "),
        ("", "table.toml: inner: "),
        ("inner.number = ", "table.toml: not valid TOML: "),
    ],
)
def test_what_is_wrong_stays_wrong(text: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, "inner.number = 1", 1, monkeypatch)
    load_data(Table, "table.toml")
    written(tmp_path, text, 2, monkeypatch)
    for _ in range(2):
        with pytest.raises(SettingsError) as error:
            load_data(Table, "table.toml")
        assert told in str(error.value)
    written(tmp_path, "inner.number = 3", 3, monkeypatch)
    assert load_data(Table, "table.toml").inner.number == 3


def test_several_threads_have_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Fresh(BaseModel):
        model_config = ConfigDict(defer_build=True)

        inner: Inner

    written(tmp_path, "inner.number = 1", 1, monkeypatch)
    found: list[Fresh] = []
    threads = [Thread(target=lambda: found.append(load_data(Fresh, "table.toml"))) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 8
    assert {id(one) for one in found} == {id(found[0])}


@pytest.mark.parametrize(
    ("was", "is_now", "told"),
    [
        ("clear = ", 'clear = "high" #', "danger.en.clear: "),
        ("clear = ", "clear = nan #", "danger.en.clear: "),
        ("clear = ", "clear = -9 #", "danger.en: "),
        ("clear = ", "cleer = ", "danger.en.cleer: "),
        ("[danger.de]", "[danger.fr]", "danger.fr.[key]: "),
        ("[help.en]", "[help.fr]", "help: "),
    ],
)
def test_a_mistake_is_found_before_somebody_needs_it(
    was: str, is_now: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_data()
    ours = Path(load.__file__).with_name("crisis.toml").read_text(encoding="utf-8")
    (tmp_path / "crisis.toml").write_text(ours.replace(was, is_now, 1), encoding="utf-8")
    monkeypatch.setattr("config.load.__file__", str(tmp_path / "load.py"))
    with pytest.raises(SettingsError) as error:
        check_data()
    assert f"crisis.toml: {told}" in str(error.value)
