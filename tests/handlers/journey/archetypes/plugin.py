"""The archetypes as a plugin of their own: somebody is deep in the first days."""

from bot.app import App
from bot.store import Tx
from handlers.journey import archetypes
from handlers.journey.archetypes.metrics import Fact
from handlers.journey.sigil.raster import Pictures

PAGES: list[Fact] = []


def pages(tx: Tx, person: int) -> list[Fact]:
    return PAGES if person else []


def setup(app: App) -> None:
    app.provide(Pictures())
    archetypes.setup(app, pages)
