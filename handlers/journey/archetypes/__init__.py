"""Archetypes: figures that somebody becomes on the way, once and for good."""

from bot.app import App
from handlers.journey.archetypes.catalogue import load
from handlers.journey.archetypes.commands import archetypes_of
from handlers.journey.archetypes.gathering import PagesOf
from handlers.journey.archetypes.unlocking import Unlocking, merge


def setup(app: App, pages: PagesOf) -> None:
    """Register archetypes; `pages` gives the facts of a person's pages. Needs the service `Pictures`."""
    app.migrations("handlers.journey.archetypes.migrations")
    app.provide(Unlocking(load()))
    app.on_merge(merge)
    app.add(archetypes_of(pages))
