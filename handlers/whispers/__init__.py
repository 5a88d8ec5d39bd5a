"""Whispers: questions that the bot asks, one at a time."""

from bot.app import App
from config.load import load_data
from config.whispers import Whispers
from handlers.whispers.commands import answer, skip, whisper
from handlers.whispers.whispering import Whispering, merge


def setup(app: App) -> None:
    """Register whisper, answer and skip."""
    app.migrations("handlers.whispers.migrations")
    app.provide(Whispering(load_data(Whispers, "whispers.toml").whisper))
    app.on_merge(merge)
    app.add(whisper, answer, skip)
