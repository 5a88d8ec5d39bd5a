"""What the bot changes about messages that are there: their text, picture, keyboard, their reactions, their being."""

from typing import Any

from bot.sandbox.telegram import fields as f
from bot.sandbox.telegram.errors import bad
from bot.sandbox.telegram.files import Files
from bot.sandbox.telegram.keyboards import keyboard
from bot.sandbox.telegram.reactions import known
from bot.sandbox.telegram.rooms import BOT_ID, Message, Rooms
from bot.sandbox.telegram.sending import media
from bot.sandbox.telegram.texts import accepted

_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
_CONTENT = ("text", "entities", "photo", "document", "caption", "caption_entities", "reply_markup")
_ALBUM = {"photo": ("photo", "video"), "document": ("document",)}


class Editing:
    """The methods that change something."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self.methods = {
            "editMessageText": (f.EditMessageText, self._text),
            "editMessageCaption": (f.EditMessageCaption, self._caption),
            "editMessageMedia": (f.EditMessageMedia, self._media),
            "editMessageReplyMarkup": (f.Editing, self._markup),
            "deleteMessage": (f.OneMessage, self._delete),
            "setMessageReaction": (f.SetReaction, self._react),
        }

    async def _text(self, fields: f.EditMessageText, _files: Files) -> Message:
        message = self._own(fields)
        if "text" not in message:
            raise bad("there is no text in the message to edit")
        text, entities = accepted(fields.text, fields.entities, self._rooms.accounts)
        return self._change(message, fields, text=text, entities=entities)

    async def _caption(self, fields: f.EditMessageCaption, _files: Files) -> Message:
        message = self._own(fields)
        if "text" in message:
            raise bad("there is no caption in the message to edit")
        caption, entities = accepted(fields.caption, fields.caption_entities, self._rooms.accounts, caption=True)
        kept = {name: message[name] for name in ("photo", "document") if name in message}
        return self._change(message, fields, **kept, caption=caption, caption_entities=entities)

    async def _media(self, fields: f.EditMessageMedia, files: Files) -> Message:
        message = self._own(fields)
        kind = fields.media.type
        if "media_group_id" in message and not any(other in message for other in _ALBUM.get(kind, ())):
            raise bad("message can't be edited to this type of media: it is part of an album")
        return self._change(message, fields, **media(self._rooms, kind, fields.media.media, fields.media, files))

    async def _markup(self, fields: f.Editing, _files: Files) -> Message:
        message = self._own(fields)
        return self._change(message, fields, **{name: message[name] for name in _CONTENT[:-1] if name in message})

    def _change(self, message: Message, fields: f.Editing, **content: Any) -> Message:
        new = {**content, "reply_markup": keyboard(fields.reply_markup, editing=True)}
        if all((message.get(name) or None) == (new.get(name) or None) for name in _CONTENT):
            raise bad(_SAME)
        self._rooms.count(fields.chat_id)
        kept = {name: value for name, value in message.items() if name not in _CONTENT}
        shown = {name: value for name, value in new.items() if value}
        edited = {**kept, **shown, "edit_date": int(self._rooms.world.now())}
        self._rooms.messages[fields.message_id] = edited
        return edited

    async def _delete(self, fields: f.OneMessage, _files: Files) -> bool:
        message = self._there(fields, "delete")
        if message["from"]["id"] != BOT_ID and message["chat"]["type"] != "private" and not self._rooms.administrator:
            raise bad("message can't be deleted")
        del self._rooms.messages[fields.message_id]
        return True

    async def _react(self, fields: f.SetReaction, _files: Files) -> bool:
        message = self._there(fields, "react")
        if len(fields.reaction) > 1:
            raise bad("REACTIONS_TOO_MANY")
        if not all(known(one.emoji) for one in fields.reaction):
            raise bad("REACTION_INVALID")
        self._rooms.reactions[message["message_id"], BOT_ID] = [one.emoji for one in fields.reaction]
        return True

    def _own(self, fields: f.OneMessage) -> Message:
        message = self._there(fields, "edit")
        if message["from"]["id"] != BOT_ID:
            raise bad("message can't be edited")
        return message

    def _there(self, fields: f.OneMessage, to: str) -> Message:
        self._rooms.open_to_bot(fields.chat_id)
        message = self._rooms.message(fields.chat_id, fields.message_id)
        if message is None:
            raise bad(f"message to {to} not found")
        return message
