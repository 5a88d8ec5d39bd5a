"""The tour: one small file for each concept. `soulfra run` with plugins = ["examples.tour"] lets you try them all."""

from bot import App
from examples.tour import (
    asking,
    buttons,
    cards,
    cave,
    elsewhere,
    groups,
    guards,
    guests,
    happenings,
    here,
    later,
    live,
    looks,
    menus,
    middleware,
    options,
    pages_on_the_web,
    paging,
    secrets,
    services,
    suggest,
    talk,
    telegram,
    words,
)

FEATURES = (
    here,
    options,
    suggest,
    groups,
    asking,
    buttons,
    paging,
    looks,
    cards,
    live,
    guards,
    words,
    happenings,
    talk,
    menus,
    telegram,
    services,
    middleware,
    guests,
    secrets,
    cave,
    later,
    elsewhere,
    pages_on_the_web,
)


def setup(app: App) -> None:
    """Register everything."""
    for feature in FEATURES:
        feature.setup(app)
