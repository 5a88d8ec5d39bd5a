"""What a message of Telegram is made of, in the words of the house: its words, its files, what it replies to. Pure."""

from collections.abc import Sequence
from operator import attrgetter

from bot.platforms.names import shown
from bot.platforms.telegram import wire
from bot.platforms.telegram.directory import PLATFORM, user
from bot.users import Attachment, Channel, Role, Said, User

Entities = Sequence[wire.MessageEntity]
_OFFSET = attrgetter("offset")


def words(message: wire.Message) -> tuple[str, Entities]:
    """Its text or its caption, with the entities in order."""
    entities: Entities = message.entities if message.text else message.caption_entities
    if len(entities) > 1:
        entities = sorted(entities, key=_OFFSET)
    return message.text or message.caption or "", entities


def cut(text: str, entity: wire.MessageEntity) -> str:
    """What an entity marks. Offsets are UTF-16 units."""
    if text.isascii():
        return text[entity.offset : entity.offset + entity.length]
    data = text.encode("utf-16-le")
    return data[entity.offset * 2 : (entity.offset + entity.length) * 2].decode("utf-16-le")


def with_ids(text: str, names: Entities) -> str:
    """The text with `<@id>` in place of the names of people who have no `@name`: they are sent as marked text."""
    data, out, at = text.encode("utf-16-le"), "", 0
    for entity in names:
        if entity.user and entity.offset * 2 >= at:
            out += data[at : entity.offset * 2].decode("utf-16-le") + f"<@{entity.user.id}>"
            at = (entity.offset + entity.length) * 2
    return out + data[at:].decode("utf-16-le")


def mentioned(names: Entities) -> list[User | Channel | Role]:
    """The people who bear them."""
    return [user(entity.user) for entity in names if entity.user]


def attachments(message: wire.Message) -> list[Attachment]:
    """The file of a message; of a picture the largest size. An album comes as several messages."""
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return [_file(largest.file_id, "photo.jpg", "image/jpeg", largest.file_size)]
    if one := message.document:
        return [_file(one.file_id, one.file_name or "file", one.mime_type, one.file_size)]
    if clip := message.video:
        return [_file(clip.file_id, clip.file_name or "video.mp4", clip.mime_type or "video/mp4", clip.file_size)]
    if song := message.audio:
        return [_file(song.file_id, song.file_name or "audio.mp3", song.mime_type or "audio/mpeg", song.file_size)]
    if voice := message.voice:
        return [_file(voice.file_id, "voice.ogg", voice.mime_type or "audio/ogg", voice.file_size)]
    return []


def about(message: wire.Message) -> Said | None:
    """The message that this one replies to. In a topic every message hangs on the one that opened it: that is no reply."""
    replied = message.reply_to_message
    if replied is None or replied.sender is None or replied.sender_chat or replied.forum_topic_created:
        return None
    return Said(str(replied.message_id), user(replied.sender), replied.text or replied.caption or "")


def _file(file_id: str, name: str, kind: str | None, size: int | None) -> Attachment:
    return Attachment(PLATFORM, file_id, shown(name), kind or "application/octet-stream", size or 0)
