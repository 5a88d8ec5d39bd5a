"""The chat surface: each feature registers its own commands."""

from bot.app import App
from handlers import blessings, general, mirror, whispers


def setup(app: App) -> None:
    """Register every feature."""
    for feature in (general, blessings, whispers, mirror):
        feature.setup(app)
