"""Mirrors: models of a person's own words, made with their consent, that never say what the person said."""

from pathlib import Path

from bot.app import App
from config.load import load_data
from config.whispers import Whispers
from mirrors.mirrors import Mirrors, merge

__all__ = ["Mirrors", "setup"]


def setup(app: App) -> None:
    """Provides `Mirrors`. What all mirrors share is made of our own whispers."""
    whispers = load_data(Whispers, "whispers.toml")
    app.translations(Path(__file__).parent / "locale")
    app.migrations("mirrors.migrations")
    app.provide(Mirrors([one.text for one in whispers.whisper]))
    app.on_merge(merge)
