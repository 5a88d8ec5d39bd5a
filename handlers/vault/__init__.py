"""Keepsakes: words that a person gives to the bot and reads back alone, sealed with a key of their own."""

from bot import App, group
from handlers.vault.commands import forget, get, list_, put
from handlers.vault.records import merge


def setup(app: App) -> None:
    """Register the vault."""
    app.migrations("handlers.vault.migrations")
    app.on_merge(merge)
    app.add(group("vault", "Your encrypted keepsakes.", put, get, list_, forget))
