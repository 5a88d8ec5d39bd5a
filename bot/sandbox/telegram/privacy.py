"""What a bot in privacy mode gets to know of a group. Source: core.telegram.org/bots/features#privacy-mode."""

from typing import Any

from bot.sandbox.telegram.rooms import BOT_ID, BOT_USERNAME, Rooms

_SERVICE = ("new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id", "forum_topic_created")


def visible(update: dict[str, Any], rooms: Rooms) -> bool:
    """True for what it gets: all but the talk of groups, of which it gets what is meant for it."""
    message = update.get("message")
    if message is None or message["chat"]["type"] == "private" or rooms.administrator or not rooms.privacy:
        return True
    if any(name in message for name in _SERVICE):
        return True
    replied = message.get("reply_to_message")
    return (replied is not None and replied["from"]["id"] == BOT_ID) or _commands(message, rooms)


def _commands(message: dict[str, Any], rooms: Rooms) -> bool:
    """A command for this bot, or for any bot while this one was the last of them to speak."""
    text = message.get("text") or message.get("caption") or ""
    data = text.encode("utf-16-le")
    for one in message.get("entities") or message.get("caption_entities") or ():
        if one["type"] != "bot_command":
            continue
        word = data[one["offset"] * 2 : (one["offset"] + one["length"]) * 2].decode("utf-16-le")
        _, at, bot = word.partition("@")
        if bot.casefold() == BOT_USERNAME.casefold() or (
            not at and rooms.last_bot.get(message["chat"]["id"]) == BOT_ID
        ):
            return True
    return False
