"""Messages of the bot: text, pictures, files, albums and drafts."""

from typing import Any

from bot.sandbox.telegram import fields as f
from bot.sandbox.telegram.errors import bad
from bot.sandbox.telegram.files import Files
from bot.sandbox.telegram.keyboards import keyboard
from bot.sandbox.telegram.rooms import Message, Rooms
from bot.sandbox.telegram.texts import TEXT, accepted, units

_ALBUM = range(2, 11)


class Sending:
    """The methods that say something."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self.methods = {
            "sendMessage": (f.SendMessage, self._message),
            "sendPhoto": (f.SendPhoto, self._photo),
            "sendDocument": (f.SendDocument, self._document),
            "sendMediaGroup": (f.SendMediaGroup, self._album),
            "sendMessageDraft": (f.SendDraft, self._draft),
            "sendChatAction": (f.ChatAction, self._action),
        }

    async def _message(self, fields: f.SendMessage, _files: Files) -> Message:
        text, entities = accepted(fields.text, fields.entities, self._rooms.accounts)
        return self._send(fields, text=text, entities=entities)

    async def _photo(self, fields: f.SendPhoto, files: Files) -> Message:
        return self._send(fields, **media(self._rooms, "photo", fields.photo, fields, files))

    async def _document(self, fields: f.SendDocument, files: Files) -> Message:
        return self._send(fields, **media(self._rooms, "document", fields.document, fields, files))

    async def _album(self, fields: f.SendMediaGroup, files: Files) -> list[Message]:
        if len(fields.media) not in _ALBUM:
            raise bad("there are too many media to send as an album" if fields.media else "there are no media to send")
        kinds = {one.type for one in fields.media}
        if len(kinds) > 1 and kinds & {"document", "audio"}:
            raise bad("document and audio can't be mixed with other media types")
        contents = [media(self._rooms, one.type, one.media, one, files) for one in fields.media]
        group = str(self._rooms.numbers.next())
        return [self._send(fields, media_group_id=group, **content) for content in contents]

    def _send(self, fields: f.Sending | f.SendMediaGroup, **content: object) -> Message:
        rooms, chat = self._rooms, self._rooms.open_to_bot(fields.chat_id)
        markup = keyboard(fields.reply_markup) if isinstance(fields, f.Sending) else None
        topic = rooms.topic(fields.chat_id, fields.message_thread_id)
        replied = self._replied(fields)
        rooms.count(fields.chat_id)
        return rooms.add(chat, rooms.me_account, **content, reply_markup=markup, reply_to_message=replied, **topic)

    def _replied(self, fields: f.Sending | f.SendMediaGroup) -> Message | None:
        to = fields.reply_parameters
        if to is None:
            return None
        found = self._rooms.message(to.chat_id or fields.chat_id, to.message_id)
        if found is None and not to.allow_sending_without_reply:
            raise bad("message to be replied not found")
        return {name: value for name, value in found.items() if name != "reply_to_message"} if found else None

    async def _draft(self, fields: f.SendDraft, _files: Files) -> bool:
        if self._rooms.open_to_bot(fields.chat_id)["type"] != "private":
            raise bad("TEXTDRAFT_PEER_INVALID")
        if fields.draft_id == 0:
            raise bad("RANDOM_ID_INVALID")
        if units(fields.text) > TEXT:
            raise bad("message is too long")
        self._rooms.drafts.setdefault((fields.chat_id, fields.draft_id), []).append(fields.text)
        return True

    async def _action(self, fields: f.ChatAction, _files: Files) -> bool:
        self._rooms.open_to_bot(fields.chat_id)
        return True


def media(
    rooms: Rooms, kind: str, given: str, captioned: f.SendPhoto | f.SendDocument | f.InputMedia, files: Files
) -> dict[str, Any]:
    """A picture or a file and its caption, as fields of a message. Raises `ApiError`."""
    caption, entities = accepted(captioned.caption, captioned.caption_entities, rooms.accounts, caption=True)
    number = rooms.numbers.next()
    shelf = rooms.shelf
    content = shelf.photo(given, files, number) if kind == "photo" else shelf.document(given, files, number)
    if kind == "photo":
        return {"photo": content, "caption": caption, "caption_entities": entities}
    return {"document": content, "caption": caption, "caption_entities": entities}
