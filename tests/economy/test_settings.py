"""What an operator writes wrongly is told with file, key and expectation, and nothing starts with it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import config.load
from bot.app import App
from bot.cli import cli
from bot.sandbox.offline import Offline
from bot.sandbox.world import World
from config.errors import SettingsError
from config.load import load_data
from config.settings import Settings
from config.whispers import Category, Whispers
from economy.settings import EconomySettings, PriceSettings

SHIPPED = Path(config.load.__file__).parent
PLUGINS = ["economy", "mirrors", "handlers"]


def written(folder: Path, name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What we ship, but for one file."""
    for file in SHIPPED.glob("*.toml"):
        (folder / file.name).write_text(file.read_text())
    (folder / name).write_text(text)
    monkeypatch.setattr(config.load, "__file__", str(folder / "load.py"))
    return name


def changed(name: str, before: str, after: str) -> str:
    """A shipped file with one line changed."""
    text = (SHIPPED / name).read_text()
    assert text.count(before) == 1
    return text.replace(before, after)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("welcome = 100", "welcome = -1", ["blessings.welcome", "greater than or equal to 0"]),
        ("welcome = 100", "welcom = 5", ["blessings.welcome", "required", "blessings.welcom:"]),
        ("base = 20", "base = 0", ["daily.base", "greater than or equal to 1"]),
        ("base = 20", "base = 61", ["daily", "most is at least base"]),
        ("step = 5", "step = 0.5", ["daily.step", "integer"]),
        ("raided = 0", "raided = -3", ["rewards.raided"]),
        ("raided = 0", "raids = 3", ["rewards.raids"]),
        ("per_giver = 100", "per_giver = true", ["levels.per_giver", "integer"]),
        ("{ at = 100,", "{ at = 0,", ["levels.steps", "more than the one before"]),
        ("{ at = 0,", "{ at = 1,", ["levels.steps", "the first level is at 0"]),
        ("welcome = 100", "welcome =", ["TOML"]),
    ],
)
def test_a_bad_economy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str, told: list[str]
) -> None:
    with pytest.raises(SettingsError) as error:
        load_data(
            EconomySettings,
            written(tmp_path, "economy.toml", changed("economy.toml", before, after), monkeypatch),
        )
    assert all(part in str(error.value) for part in ["economy.toml", *told])
    assert error.value.code == "economy"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("bless = 0", "bless = -1", ["plugins.handlers.bless", "greater than or equal to 0"]),
        ("bless = 0", "bless = 1.5", ["plugins.handlers.bless", "integer"]),
        ("bless = 0", "bless = 1.0", ["plugins.handlers.bless", "integer"]),
        ("bless = 0", "bless = '5'", ["plugins.handlers.bless", "integer"]),
        ("bless = 0", "bless = 1000000001", ["plugins.handlers.bless", "less than or equal to 1000000000"]),
        ("bless = 0", "bless = 9223372036854775808", ["plugins.handlers.bless"]),
        ("other = 0", "other = -5", ["other", "greater than or equal to 0"]),
        ("other = 0", "others = 5", ["others"]),
        ("link = 0", "link = 5", ["plugins", "link is free"]),
        ("bless = 0", "bless = ", ["TOML"]),
        ("bless = 0", "blss = 0", ["plugins.handlers.'blss'", "no such command"]),
        ("bless = 0", "bless = 0\n'bless bob' = 0", ["plugins.handlers.'bless bob'", "no such command"]),
    ],
)
async def test_nothing_starts_with_a_bad_price(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str, told: list[str]
) -> None:
    written(tmp_path, "prices.toml", changed("prices.toml", before, after), monkeypatch)
    with pytest.raises(SettingsError) as error:
        await started(tmp_path)
    assert all(part in str(error.value) for part in ["prices.toml", *told])
    assert error.value.code == "prices"


async def started(folder: Path) -> None:
    """Start the shipped plugins, and end."""
    app = App(Settings(data=folder / "data", discover=False))
    try:
        await app.load().start([Offline("twitch", World())])
    finally:
        await app.stop()


def app_of(folder: Path, *more: str) -> App:
    return App(Settings(data=folder, plugins=[*PLUGINS, *more], discover=False)).load()


def test_every_shipped_command_has_a_row_and_no_row_is_for_nothing(tmp_path: Path) -> None:
    table = load_data(PriceSettings, "prices.toml").plugins
    commands = app_of(tmp_path).commands
    assert {name: set(rows) for name, rows in table.items()} == {
        name: {spec.path for spec in specs} for name, specs in commands.items() if specs
    }


def test_the_check_tells_of_a_command_without_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert app_of(tmp_path).problems() == []
    written(tmp_path, "prices.toml", changed("prices.toml", "bless = 0\n", ""), monkeypatch)
    (problem,) = app_of(tmp_path).problems()
    assert "prices.toml" in problem
    assert "'bless'" in problem
    checked = CliRunner().invoke(cli, ["check"])
    assert isinstance(checked.exception, SettingsError)
    assert str(checked.exception) == problem


def test_what_other_plugins_bring_needs_no_row(tmp_path: Path) -> None:
    assert app_of(tmp_path, "tests.bot.plugin").problems() == []


def test_rows_of_a_plugin_that_is_not_there_are_no_mistake(tmp_path: Path) -> None:
    app = App(Settings(data=tmp_path, plugins=["economy"], discover=False)).load()
    assert app.problems() == []


def whisper(id_: str = "a-b", category: str = "body", text: str = "Is this one question?") -> str:
    rest = 'moods = ["ash"]\nlevel = 0\nfollow_ups = []\n'
    return f'[[whisper]]\nid = "{id_}"\ncategory = "{category}"\ntext = "{text}"\n{rest}'


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
    economy = load_data(EconomySettings, "economy.toml")
    assert economy.blessings.welcome > 0
    assert set(economy.rewards.model_dump().values()) == {0}
    prices = load_data(PriceSettings, "prices.toml")
    assert set(prices.rows.values()) == {0} == {prices.other}
    whispers = load_data(Whispers, "whispers.toml").whisper
    by_category = [one.category for one in whispers]
    assert all(by_category.count(category) >= 8 for category in Category.__args__)
