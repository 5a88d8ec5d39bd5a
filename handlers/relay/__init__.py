"""The relay: a room on one platform and rooms on others hear each other, every line once, without echo."""

from bot.app import App
from bot.command import group
from handlers.relay.commands import invite, join, leave, mirror
from handlers.relay.rooms import Rooms


def setup(app: App) -> None:
    """Register the relay."""
    rooms = Rooms()
    app.migrations("handlers.relay.migrations")
    app.provide(rooms)
    app.on_start(rooms.load)
    app.on_listen(mirror, rooms.listens)
    app.on_moved(rooms.moved)
    app.add(group("relay", "Let rooms on several platforms hear each other.", invite, join, leave), mirror)
