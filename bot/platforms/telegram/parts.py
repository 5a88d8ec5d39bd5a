"""What a message of Telegram is made of, in the words of the house: its words, its files, what it replies to. Pure."""

from telegram import Message, MessageEntity

from bot.platforms.names import shown
from bot.platforms.telegram.directory import PLATFORM, user
from bot.users import Attachment, Channel, Role, Said, User


def words(message: Message) -> tuple[str, list[MessageEntity]]:
    """Its text or its caption, with the entities in order."""
    entities = message.entities if message.text else message.caption_entities
    return message.text or message.caption or "", sorted(entities, key=lambda entity: entity.offset)


def cut(text: str, entity: MessageEntity) -> str:
    """What an entity marks. Offsets are UTF-16 units."""
    data = text.encode("utf-16-le")
    return data[entity.offset * 2 : (entity.offset + entity.length) * 2].decode("utf-16-le")


def with_ids(text: str, entities: list[MessageEntity]) -> str:
    """Names of people who have no `@name` are sent as marked text: they become `<@id>`."""
    if not any(entity.user for entity in entities):
        return text
    data, out, at = text.encode("utf-16-le"), "", 0
    for entity in entities:
        if entity.user and entity.offset * 2 >= at:
            out += data[at : entity.offset * 2].decode("utf-16-le") + f"<@{entity.user.id}>"
            at = (entity.offset + entity.length) * 2
    return out + data[at:].decode("utf-16-le")


def mentioned(entities: list[MessageEntity]) -> list[User | Channel | Role]:
    """The people whom the text names by id."""
    return [user(entity.user) for entity in entities if entity.user]


def attachments(message: Message) -> list[Attachment]:
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


def about(message: Message) -> Said | None:
    """The message that this one replies to. In a topic every message hangs on the one that opened it: that is no reply."""
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.sender_chat or replied.forum_topic_created:
        return None
    return Said(str(replied.message_id), user(replied.from_user), words(replied)[0])


def _file(file_id: str, name: str, kind: str | None, size: int | None) -> Attachment:
    return Attachment(PLATFORM, file_id, shown(name), kind or "application/octet-stream", size or 0)
