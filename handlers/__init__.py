"""The chat surface: each feature registers its own commands."""

from pathlib import Path

from bot.app import App
from config.load import load_data
from config.whispers import Whispers
from handlers import blessings, general, journey, mirror, notices, oracle, relay, settings, vault, welcome


def texts() -> list[str]:
    """What is translated too, though it stands in data: the whispers."""
    return [one.text for one in load_data(Whispers, "whispers.toml").whisper]


def setup(app: App) -> None:
    """Register every feature."""
    app.translations(Path(__file__).parent / "locale")
    for feature in (general, notices, settings, blessings, journey, oracle, vault, mirror, relay, welcome):
        feature.setup(app)
