"""Blessings: giving and having them, what they cost and where they came from, and what operators do about them."""

from bot import App
from handlers.blessings.giving import balance, bless, daily, top
from handlers.blessings.operators import grant, reverse
from handlers.blessings.records import prices, statement


def setup(app: App) -> None:
    """Register the blessings."""
    app.add(bless, balance, daily, top, statement, prices, grant, reverse)
