"""Chats and who is in them."""

from typing import Any

from bot.sandbox.telegram import fields as f
from bot.sandbox.telegram.errors import bad
from bot.sandbox.telegram.files import Files
from bot.sandbox.telegram.rooms import BOT_ID, Rooms, account
from bot.sandbox.world import Human

_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
    "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
_STATUS = {"owner": "creator", "moderator": "administrator"}


class Chats:
    """The methods that ask about chats and files."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self.methods = {
            "getMe": (f.NoFields, self._me),
            "getChat": (f.OneChat, self._chat),
            "getChatAdministrators": (f.OneChat, self._administrators),
            "getChatMember": (f.OneMember, self._member),
            "getFile": (f.OneFile, self._file),
        }

    async def _me(self, _fields: f.NoFields, _files: Files) -> dict[str, Any]:
        return self._rooms.me

    async def _chat(self, fields: f.OneChat, _files: Files) -> dict[str, Any]:
        gifts = dict.fromkeys(_GIFTS, False)
        shown = self._rooms.chat(fields.chat_id)
        return {**shown, "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}

    async def _administrators(self, fields: f.OneChat, _files: Files) -> list[dict[str, Any]]:
        if self._rooms.chat(fields.chat_id)["type"] == "private":
            raise bad("there are no administrators in the private chat")
        people = [one for one in self._rooms.world.people.values() if one.role in _STATUS]
        members = (member(self._rooms, fields.chat_id, one) for one in people)
        return [one for one in members if one["status"] in _STATUS.values()]

    async def _member(self, fields: f.OneMember, _files: Files) -> dict[str, Any]:
        self._rooms.chat(fields.chat_id)
        if fields.user_id == BOT_ID:
            return (
                ruling(self._rooms.me_account)
                if self._rooms.administrator
                else _plain("member", self._rooms.me_account)
            )
        human = self._rooms.world.by_id("telegram", str(fields.user_id))
        if human is None:
            raise bad("PARTICIPANT_ID_INVALID")
        return member(self._rooms, fields.chat_id, human)

    async def _file(self, fields: f.OneFile, _files: Files) -> dict[str, Any]:
        return self._rooms.shelf.file(fields.file_id)


def member(rooms: Rooms, chat: int, human: Human) -> dict[str, Any]:
    """A `ChatMember`."""
    user = account(human)
    if (chat, user["id"]) in rooms.left:
        return _plain("left", user)
    status = _STATUS.get(human.role, "member")
    title = rooms.titles.get((chat, user["id"]))
    named = {"custom_title": title} if title and status != "member" else {}
    if status == "administrator":
        return {**ruling(user), **named}
    return {**_plain(status, user), **({"is_anonymous": False} if status == "creator" else {}), **named}


def ruling(user: dict[str, Any]) -> dict[str, Any]:
    """An administrator with all rights."""
    return {
        **_plain("administrator", user),
        "is_anonymous": False,
        "can_be_edited": False,
        **dict.fromkeys(_RIGHTS, True),
    }


def _plain(status: str, user: dict[str, Any]) -> dict[str, Any]:
    return {"status": status, "user": user}
