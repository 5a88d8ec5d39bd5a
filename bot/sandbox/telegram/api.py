"""The methods of the Bot API: what each does to the rooms and what it answers."""

import base64
import re
import struct
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from bot.sandbox.telegram import fields as f
from bot.sandbox.telegram.errors import bad
from bot.sandbox.telegram.rooms import Message, Rooms, account
from bot.sandbox.telegram.texts import accepted
from bot.sandbox.telegram.updates import Updates

_QUERY_SECONDS = 60.0
_BUTTONS, _BUTTON_BYTES, _ALERT, _PHOTO_BYTES = 100, 64, 200, 10 << 20
_MENU, _NAME, _ABOUT = 100, re.compile(r"[a-z0-9_]{1,32}"), 256
_STALE = "query is too old and response timeout expired or query ID is invalid"
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
    "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
_STATUS = {"owner": "creator", "moderator": "administrator"}

Files = Mapping[str, bytes]
Method = Callable[[Any, Files], Awaitable[Any]]


class Api:
    """`methods` maps a name to the type of its fields and what it does."""

    def __init__(self, rooms: Rooms, updates: Updates) -> None:
        self._rooms, self._updates = rooms, updates
        self.methods: dict[str, tuple[type[f.Fields], Method]] = {
            "getMe": (f.GetMe, self._me),
            "getUpdates": (f.GetUpdates, self._get_updates),
            "sendMessage": (f.SendMessage, self._send_message),
            "sendPhoto": (f.SendPhoto, self._send_photo),
            "editMessageText": (f.EditMessageText, self._edit),
            "deleteMessage": (f.OneMessage, self._delete),
            "sendChatAction": (f.ChatAction, self._action),
            "answerCallbackQuery": (f.AnswerQuery, self._answer),
            "setMyCommands": (f.Menu, self._set_menu),
            "getMyCommands": (f.MenuOf, self._get_menu),
            "getChat": (f.OneChat, self._chat),
            "getChatAdministrators": (f.OneChat, self._administrators),
        }

    async def _me(self, _fields: f.GetMe, _files: Files) -> dict[str, Any]:
        return self._rooms.me

    async def _get_updates(self, fields: f.GetUpdates, _files: Files) -> list[dict[str, Any]]:
        return await self._updates.get(fields)

    async def _send_message(self, fields: f.SendMessage, _files: Files) -> Message:
        text, entities = accepted(fields.text, fields.entities, self._rooms.accounts)
        return self._send(fields, text=text, entities=entities)

    async def _send_photo(self, fields: f.SendPhoto, files: Files) -> Message:
        caption, entities = accepted(fields.caption, fields.caption_entities, self._rooms.accounts, caption=True)
        photo = _photo(fields.photo, files, self._rooms.numbers.next())
        return self._send(fields, photo=[photo], caption=caption, caption_entities=entities)

    def _send(self, fields: f.Sending, **content: object) -> Message:
        rooms, chat = self._rooms, self._rooms.open_to_bot(fields.chat_id)
        content["reply_markup"] = _keyboard(fields.reply_markup)
        content["reply_to_message"] = self._replied(fields)
        content["message_thread_id"] = fields.message_thread_id
        rooms.count(fields.chat_id)
        return rooms.add(chat, rooms.me_account, **content)

    def _replied(self, fields: f.Sending) -> Message | None:
        to = fields.reply_parameters
        if to is None:
            return None
        found = self._rooms.message(to.chat_id or fields.chat_id, to.message_id)
        if found is None and not to.allow_sending_without_reply:
            raise bad("message to be replied not found")
        return {name: value for name, value in found.items() if name != "reply_to_message"} if found else None

    async def _edit(self, fields: f.EditMessageText, _files: Files) -> Message:
        message = self._own(fields.chat_id, fields.message_id, "edit")
        text, entities = accepted(fields.text, fields.entities, self._rooms.accounts)
        new = {"text": text, "entities": entities, "reply_markup": _keyboard(fields.reply_markup)}
        if all((message.get(name) or None) == (value or None) for name, value in new.items()):
            raise bad(_SAME)
        kept = {name: value for name, value in message.items() if name not in new}
        shown = {name: value for name, value in new.items() if value}
        edited = {**kept, **shown, "edit_date": int(self._rooms.world.now())}
        self._rooms.messages[fields.message_id] = edited
        return edited

    async def _delete(self, fields: f.OneMessage, _files: Files) -> bool:
        self._own(fields.chat_id, fields.message_id, "delete")
        del self._rooms.messages[fields.message_id]
        return True

    def _own(self, chat_id: int, message_id: int, to: str) -> Message:
        self._rooms.open_to_bot(chat_id)
        message = self._rooms.message(chat_id, message_id)
        if message is None:
            raise bad(f"message to {to} not found")
        if not message["from"]["is_bot"]:
            raise bad(f"message can't be {to.removesuffix('e')}ed")
        return message

    async def _action(self, fields: f.ChatAction, _files: Files) -> bool:
        self._rooms.open_to_bot(fields.chat_id)
        return True

    async def _answer(self, fields: f.AnswerQuery, _files: Files) -> bool:
        query = self._rooms.queries.get(fields.callback_query_id)
        if query is None or self._rooms.world.now() - query.at > _QUERY_SECONDS:
            raise bad(_STALE)
        if len(fields.text) > _ALERT:
            raise bad("MESSAGE_TOO_LONG")
        del self._rooms.queries[fields.callback_query_id]
        return True

    async def _set_menu(self, fields: f.Menu, _files: Files) -> bool:
        if len(fields.commands) > _MENU:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for command in fields.commands:
            if not _NAME.fullmatch(command.command):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(command.description) <= _ABOUT:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        self._rooms.menus[_menu_key(fields)] = [msgspec.to_builtins(command) for command in fields.commands]
        return True

    async def _get_menu(self, fields: f.MenuOf, _files: Files) -> list[dict[str, str]]:
        return self._rooms.menus.get(_menu_key(fields), [])

    async def _chat(self, fields: f.OneChat, _files: Files) -> dict[str, Any]:
        gifts = dict.fromkeys(_GIFTS, False)
        return {
            **self._rooms.chat(fields.chat_id),
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": gifts,
        }

    async def _administrators(self, fields: f.OneChat, _files: Files) -> list[dict[str, Any]]:
        if self._rooms.chat(fields.chat_id)["type"] == "private":
            raise bad("there are no administrators in the private chat")
        people = self._rooms.world.people.values()
        return [_member(_STATUS[one.role], account(one)) for one in people if one.role in _STATUS]


def _member(status: str, user: dict[str, Any]) -> dict[str, Any]:
    member = {"status": status, "user": user, "is_anonymous": False}
    return {**member, "can_be_edited": False, **dict.fromkeys(_RIGHTS, True)} if status == "administrator" else member


def _menu_key(fields: f.Menu | f.MenuOf) -> str:
    return f"{fields.scope.type}/{fields.scope.chat_id or ''}/{fields.language_code}"


def _keyboard(markup: f.Markup | None) -> dict[str, Any] | None:
    """The inline keyboard of a message; the other kinds of markup are not part of it."""
    if markup is None or markup.inline_keyboard is None:
        return None
    buttons = [one for row in markup.inline_keyboard for one in row]
    if len(buttons) > _BUTTONS:
        raise bad("REPLY_MARKUP_TOO_LONG")
    for one in buttons:
        _check_button(one)
    return {"inline_keyboard": msgspec.to_builtins(markup.inline_keyboard)}


def _check_button(one: f.InlineButton) -> None:
    if not one.text.strip():
        raise bad("inline keyboard button text must be non-empty")
    if (one.callback_data is None) == (one.url is None):
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if one.callback_data is not None and not 1 <= len(one.callback_data.encode()) <= _BUTTON_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    if one.url is not None and not re.match(r"(https?|tg)://.", one.url):
        raise bad("BUTTON_URL_INVALID")


def _photo(given: str, files: Files, number: int) -> dict[str, Any]:
    size = {"file_id": f"sandbox-{number}", "file_unique_id": f"u{number}", "width": 90, "height": 90}
    if re.match(r"https?://.", given):
        return size
    data = files.get(given.removeprefix("attach://"))
    if data is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if len(data) > _PHOTO_BYTES:
        raise bad(f"file of size {len(data)} bytes is too big for a photo; the maximum size is {_PHOTO_BYTES} bytes")
    if not data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        raise bad("IMAGE_PROCESS_FAILED")
    if data.startswith(b"\x89PNG") and len(data) >= 24:
        size["width"], size["height"] = struct.unpack(">II", data[16:24])
    return {**size, "file_size": len(data)}


def picture(data: bytes) -> str:
    """An uploaded picture as an address that a page can draw without another request."""
    kind = "jpeg" if data.startswith(b"\xff\xd8") else "png"
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
