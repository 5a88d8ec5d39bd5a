"""Menus of commands: what the bot registered, and which of it a client shows to whom."""

import re
from typing import Any

import msgspec

from bot.sandbox.telegram import fields as f
from bot.sandbox.telegram.errors import bad
from bot.sandbox.telegram.files import Files
from bot.sandbox.telegram.rooms import Rooms

_MENU, _NAME, _ABOUT = 100, re.compile(r"[a-z0-9_]{1,32}"), 256
_LANGUAGE = re.compile("[a-z]{2}")
_NEEDS = {"chat": ("chat_id",), "chat_administrators": ("chat_id",), "chat_member": ("chat_id", "user_id")}


class Menus:
    """`setMyCommands` and what belongs to it."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self.methods = {
            "setMyCommands": (f.Menu, self._set),
            "getMyCommands": (f.MenuOf, self._get),
            "deleteMyCommands": (f.MenuOf, self._drop),
        }

    async def _set(self, fields: f.Menu, _files: Files) -> bool:
        if len(fields.commands) > _MENU:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for command in fields.commands:
            if not _NAME.fullmatch(command.command):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(command.description) <= _ABOUT:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        self._rooms.menus[_key(fields.scope, fields.language_code)] = [
            msgspec.to_builtins(one) for one in fields.commands
        ]
        return True

    async def _get(self, fields: f.MenuOf, _files: Files) -> list[dict[str, str]]:
        return self._rooms.menus.get(_key(fields.scope, fields.language_code), [])

    async def _drop(self, fields: f.MenuOf, _files: Files) -> bool:
        self._rooms.menus.pop(_key(fields.scope, fields.language_code), None)
        return True


def shown(rooms: Rooms, chat: int, user: int, language: str, *, administrator: bool) -> list[dict[str, Any]]:
    """What a client shows: the narrowest scope that has a menu, in the user's language before any.

    Source: core.telegram.org/bots/api#determining-list-of-commands.
    """
    here = str(chat)
    if chat > 0:
        scopes = [f"chat/{here}/", "all_private_chats//", "default//"]
    else:
        ruling = [f"chat_administrators/{here}/"] if administrator else []
        everywhere = ["all_chat_administrators//"] if administrator else []
        scopes = [f"chat_member/{here}/{user}", *ruling, f"chat/{here}/", *everywhere, "all_group_chats//", "default//"]
    keys = [f"{scope}/{code}" for scope in scopes for code in (language, "")]
    return next((rooms.menus[key] for key in keys if rooms.menus.get(key)), [])


def _key(scope: f.Scope, language: str) -> str:
    if any(getattr(scope, name) is None for name in _NEEDS.get(scope.type, ())):
        raise bad("chat_id or user_id of the scope is empty")
    if language and not _LANGUAGE.fullmatch(language):
        raise bad("invalid language code specified")
    return f"{scope.type}/{scope.chat_id or ''}/{scope.user_id or ''}/{language}"
