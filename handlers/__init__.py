"""The chat surface: each feature registers its own commands."""

from bot.app import App
from handlers import blessings, general, mirror, vault, whispers


def setup(app: App) -> None:
    """Register every feature."""
    for feature in (general, blessings, whispers, vault, mirror):
        feature.setup(app)
