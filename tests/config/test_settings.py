"""Settings: file under variables; what is wrong is named by file, key and expectation, and never by its value."""

from pathlib import Path

import pytest

from config.errors import SettingsError
from config.load import load_settings


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "soulfra.toml"
    file.write_text(text)
    return file


def test_defaults_need_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings().configured == []


def test_variables_stand_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOULFRA_WEB__PORT", "9001")
    settings = load_settings(written(tmp_path, '[web]\nport = 9000\nhost = "127.0.0.2"\n[telegram]\ntoken = "hush"\n'))
    assert (settings.web.port, settings.web.host, settings.configured) == (9001, "127.0.0.2", ["telegram"])
    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[web]\nport = 70000\n", "web.port"),
        ('[web]\nport = "many"\n', "web.port"),
        ('[discord]\ntokn = "abc-secret"\n', "discord.tokn"),
        ("unknown = 1\n", "unknown"),
        ('[twitch]\nprefix = ""\n', "twitch.prefix"),
        ('[backup]\ntargets = ["ftp://me:secret@host/b"]\n', "backup.targets"),
        ('[backup]\ntargets = [" "]\n', "backup.targets"),
        ('[backup]\nevery = "every day"\n', "backup.every"),
        ('[backup]\nevery = "61 * * * *"\n', "backup.every"),
        ('[backup]\nevery = "* * * * * *"\n', "backup.every"),
        ('[backup]\nevery = "0 0 30 2 *"\n', "backup.every"),
        ("[backup]\nkeep = 0\n", "backup.keep"),
        ("[backup]\ns3 = 5\n", "backup.s3"),
        ("[database]\nconnections = 0\n", "database.connections"),
        ("[retention]\ndays = 6\n", "retention.days"),
    ],
)
def test_a_wrong_key_is_named_with_its_file(tmp_path: Path, text: str, key: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert str(caught.value).startswith(f"{file}: {key}: ")
    assert "secret" not in str(caught.value)


def test_a_variable_that_is_no_json_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOULFRA_BACKUP__TARGETS", "hush")
    with pytest.raises(
        SettingsError, match="environment: SOULFRA_BACKUP…: a list or a table is written as JSON"
    ) as told:
        load_settings()
    assert "hush" not in str(told.value)


def test_what_is_not_toml_or_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not valid TOML"):
        load_settings(written(tmp_path, "[web\n"))
    with pytest.raises(SettingsError, match="no such file"):
        load_settings(tmp_path / "nowhere.toml")
