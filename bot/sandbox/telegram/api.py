"""The methods of the Bot API that are emulated."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from bot.sandbox.telegram.chats import Chats
from bot.sandbox.telegram.editing import Editing
from bot.sandbox.telegram.fields import Fields
from bot.sandbox.telegram.files import Files
from bot.sandbox.telegram.menus import Menus
from bot.sandbox.telegram.queries import Queries
from bot.sandbox.telegram.rooms import Rooms
from bot.sandbox.telegram.sending import Sending
from bot.sandbox.telegram.updates import Updates

Method: TypeAlias = Callable[[Any, Files], Awaitable[Any]]


class Api:
    """`methods` maps a name to the type of its fields and what it does."""

    def __init__(self, rooms: Rooms, updates: Updates, queries: Queries) -> None:
        parts: tuple[Any, ...] = (Chats(rooms), Menus(rooms), Sending(rooms), Editing(rooms), queries, updates)
        self.methods: dict[str, tuple[type[Fields], Method]] = {
            name: method for one in parts for name, method in one.methods.items()
        }
