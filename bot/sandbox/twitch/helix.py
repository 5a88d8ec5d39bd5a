"""The Helix endpoints of users, subscriptions, chat and whispers (dev.twitch.tv/docs/api/reference)."""

from collections import deque
from collections.abc import Callable

from aiohttp import web

from bot.sandbox.twitch.eventsub import EventSub
from bot.sandbox.twitch.limits import Limits
from bot.sandbox.twitch.oauth import OAuth, Token
from bot.sandbox.twitch.people import People
from bot.sandbox.twitch.wire import ApiError, Json, body_of, chat_event, helix_user, new_id, parameter, reply_of

_CHAT = 500  # characters


class Helix:
    """`heard` is given the event of every chat message of the bot, after it was answered."""

    def __init__(
        self, oauth: OAuth, people: People, limits: Limits, sockets: EventSub, heard: Callable[[Json], None]
    ) -> None:
        self._oauth, self._people, self._limits, self._sockets, self._heard = oauth, people, limits, sockets, heard
        self.whisperers: set[str] = set()  # ids of those who whispered to the bot
        self.drops: deque[str] = deque()  # codes of drop reasons for the next messages

    def routes(self) -> list[web.RouteDef]:
        """What it serves."""
        return [
            web.get("/helix/users", self._users, allow_head=False),
            web.get("/helix/eventsub/subscriptions", self._list, allow_head=False),
            web.post("/helix/eventsub/subscriptions", self._subscribe),
            web.delete("/helix/eventsub/subscriptions", self._unsubscribe),
            web.post("/helix/chat/messages", self._chat),
            web.post("/helix/whispers", self._whisper),
        ]

    async def _users(self, request: web.Request) -> web.Response:
        token = self._oauth.authorised(request)
        ids, logins = request.query.getall("id", []), request.query.getall("login", [])
        if len(ids) + len(logins) > 100:
            raise ApiError(400, "The total number of ids and logins must not exceed 100")
        if not ids and not logins:
            if token.user is None:
                raise ApiError(400, "Must provide an ID, Login or OAuth Token")
            ids = [token.user.id]
        found = [user for user in self._people.all if user.id in ids or user.handle in map(str.lower, logins)]
        return web.json_response({"data": [helix_user(user) for user in found]})

    async def _subscribe(self, request: web.Request) -> web.Response:
        token = self._oauth.authorised(request)
        return web.json_response(self._sockets.subscribe(token, await body_of(request)), status=202)

    async def _list(self, request: web.Request) -> web.Response:
        self._oauth.authorised(request)
        return web.json_response(self._sockets.listing(list(self._sockets.subscriptions.values())) | {"pagination": {}})

    async def _unsubscribe(self, request: web.Request) -> web.Response:
        self._oauth.authorised(request)
        if self._sockets.subscriptions.pop(parameter(request.query, "id"), None) is None:
            raise ApiError(404, "The subscription was not found")
        return web.Response(status=204)

    async def _chat(self, request: web.Request) -> web.Response:
        token, body = self._oauth.authorised(request), await body_of(request)
        room_id, text = parameter(body, "broadcaster_id"), parameter(body, "message")
        self._may_send(token, body)
        room, sender = self._people.room(room_id), token.user
        if room is None or sender is None:
            raise ApiError(404, "The broadcaster was not found")
        if not text.strip():
            raise ApiError(400, "The message must not be empty")
        if len(text) > _CHAT:
            raise ApiError(422, "The message is too large")
        badges = self._people.badges(sender, room_id)
        trusted = self._people.moderates(sender.id, room_id)
        if reason := self._dropped(sender.id, room_id, text, trusted=trusted):
            return web.json_response({"data": [{"message_id": "", "is_sent": False, "drop_reason": reason}]})
        # What Twitch does with an unknown parent is not documented: the message is shown without a thread.
        parent = self._people.message(body.get("reply_parent_message_id", ""))
        reply = reply_of(parent) if parent else None
        event = chat_event(room, sender, text, badges, self._people.by_login, message_id=new_id(), reply=reply)
        self._heard(event)
        return web.json_response({"data": [{"message_id": event["message_id"], "is_sent": True}]})

    @staticmethod
    def _may_send(token: Token, body: Json) -> None:
        if token.user is None or token.user.id != parameter(body, "sender_id"):
            raise ApiError(401, "The ID in sender_id must match the user ID in the user access token")
        if "user:write:chat" not in token.scopes:
            raise ApiError(401, "Missing scope: user:write:chat")
        if "for_source_only" in body:
            raise ApiError(400, "for_source_only cannot be used with a user access token")

    def _dropped(self, sender: str, room: str, text: str, *, trusted: bool) -> Json | None:
        if self.drops:
            return {"code": self.drops.popleft(), "message": "Your message was not sent."}
        if text.startswith(("/", ".")):
            return {"code": "invalid_command", "message": "Chat commands cannot be sent."}
        return self._limits.chat(sender, room, text, trusted=trusted)

    async def _whisper(self, request: web.Request) -> web.Response:
        token, body, query = self._oauth.authorised(request), await body_of(request), request.query
        sender, recipient = parameter(query, "from_user_id"), parameter(query, "to_user_id")
        if token.user is None or token.user.id != sender:
            raise ApiError(401, "The ID in from_user_id must match the user ID in the user access token")
        if "user:manage:whispers" not in token.scopes:
            raise ApiError(401, "Missing scope: user:manage:whispers")
        if sender == recipient:
            raise ApiError(400, "The ID in from_user_id and to_user_id must be different")
        if not parameter(body, "message").strip():
            raise ApiError(400, "The message must not be empty")
        if self._people.by_id(recipient) is None:
            raise ApiError(404, "The ID in to_user_id was not found")
        if recipient not in self.whisperers:  # everybody here blocks whispers from strangers
            raise ApiError(400, "The user that you're sending the whisper to doesn't allow whisper messages")
        self._limits.whisper(recipient)
        return web.Response(status=204)
