"""The economy: a double-entry ledger of blessings."""

from pathlib import Path

from bot.app import App
from config.load import load_data
from economy.ledger import EconomySettings, Ledger, merge
from economy.posting import total

__all__ = ["Ledger", "setup"]


def setup(app: App) -> None:
    """Provides `Ledger`."""
    settings = load_data(EconomySettings, "economy.toml")
    app.translations(Path(__file__).parent / "locale")
    app.migrations("economy.migrations")
    app.provide(Ledger(settings.blessings.welcome))
    app.on_merge(merge)
    app.report("ledger_sum", total)
