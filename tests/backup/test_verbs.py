"""`soulfra backup`, `restore` and `drill`, as they are typed."""

import sys
from pathlib import Path

import pytest

from bot.app import App
from bot.cli import main
from bot.sandbox.offline import Offline
from bot.sandbox.world import World
from config.settings import BackupSettings, Settings


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in {"DATA": str(tmp_path / "data"), "PLUGINS": '["economy"]', "DISCOVER": "false"}.items():
        monkeypatch.setenv(f"SOULFRA_{name}", value)
    return tmp_path / "data"


def soulfra(monkeypatch: pytest.MonkeyPatch, *words: str) -> object:
    """How it ended: 0, another number, or what it said."""
    monkeypatch.setattr(sys, "argv", ["soulfra", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def test_there_and_back(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = str(tmp_path / "backups")
    assert soulfra(monkeypatch, "backup") == "backup_target: where to? Name a target, or set backup.targets"
    assert soulfra(monkeypatch, "drill") == "backup_target: which one? Name a target, or set backup.targets"
    assert soulfra(monkeypatch, "drill", target) == "backup_missing: there is no backup"
    assert soulfra(monkeypatch, "backup", "--to", target) == 0
    assert f"keep a copy of {data / 'master.key'} elsewhere" in capsys.readouterr().out
    assert soulfra(monkeypatch, "drill", target) == 0
    assert " is sound, " in capsys.readouterr().out
    (data / "soulfra.db").write_bytes(b"not a database at all" * 500)
    assert str(soulfra(monkeypatch, "audit")).startswith("corrupt: ")
    assert soulfra(monkeypatch, "restore", target) == 0
    assert " is restored, with " in capsys.readouterr().out
    assert soulfra(monkeypatch, "audit") == 0


async def test_a_bot_that_runs_is_backed_up_and_not_replaced(data: Path, tmp_path: Path) -> None:
    target = str(tmp_path / "backups")
    settings = Settings(data=data, plugins=[], discover=False, backup=BackupSettings(targets=[target]))
    app = App(settings).load()
    await app.start([Offline("twitch", World())])
    try:
        await app._jobs["backup"].run(app.store)
        assert (await app.backups.drill(target)).age < 60
        with pytest.raises(Exception, match="is in use by process"):
            await app.backups.restore(target)
    finally:
        await app.stop()
    await app.backups.restore(target)
