"""What moderators and broadcasters do over Helix: announcements, the list of moderators, shared chats.

Source: dev.twitch.tv/docs/api/reference#send-chat-announcement, #get-moderators, #get-shared-chat-session.
"""

from collections.abc import Callable

from aiohttp import web

from bot.sandbox.twitch.oauth import OAuth
from bot.sandbox.twitch.people import People
from bot.sandbox.twitch.wire import ApiError, body_of, parameter, stamp

_COLORS = (None, "primary", "blue", "green", "orange", "purple")


class Moderation:
    """Who may what is told by badges and scopes."""

    def __init__(self, oauth: OAuth, people: People, now: Callable[[], float]) -> None:
        self._oauth, self._people, self._now = oauth, people, now

    def routes(self) -> list[web.RouteDef]:
        """What it serves."""
        return [
            web.post("/helix/chat/announcements", self._announce),
            web.get("/helix/moderation/moderators", self._moderators, allow_head=False),
            web.get("/helix/shared_chat/session", self._session, allow_head=False),
        ]

    async def _announce(self, request: web.Request) -> web.Response:
        body, query = await body_of(request), request.query
        room, moderator = parameter(query, "broadcaster_id"), parameter(query, "moderator_id")
        self._oauth.acting(request, "moderator_id", moderator, {"moderator:manage:announcements"})
        text = parameter(body, "message")
        if self._people.room(room) is None:
            raise ApiError(404, "The broadcaster was not found")
        if not self._people.moderates(moderator, room):
            raise ApiError(403, "The user in moderator_id is not one of the broadcaster's moderators.")
        if not text.strip() or body.get("color") not in _COLORS or "for_source_only" in body:
            raise ApiError(400, "The message or one of its settings is not valid")
        return web.Response(status=204)

    async def _moderators(self, request: web.Request) -> web.Response:
        room, ids = parameter(request.query, "broadcaster_id"), request.query.getall("user_id", [])
        self._oauth.acting(request, "broadcaster_id", room, {"moderation:read", "channel:manage:moderators"})
        if len(ids) > 100:
            raise ApiError(400, "The number of user_id query parameters exceeds 100")
        found = [
            {"user_id": one.id, "user_login": one.handle, "user_name": one.name}
            for one in self._people.all
            if "moderator" in self._people.badges(one, room) and (not ids or one.id in ids)
        ]
        return web.json_response({"data": found, "pagination": {}})

    async def _session(self, request: web.Request) -> web.Response:
        self._oauth.authorised(request)
        room, at = parameter(request.query, "broadcaster_id"), stamp(self._now())
        if room not in self._people.shared:
            return web.json_response({"data": []})
        participants = [{"broadcaster_id": one} for one in sorted(self._people.shared)]
        session = {
            "session_id": f"shared-{min(self._people.shared)}", "host_broadcaster_id": min(self._people.shared),
            "participants": participants, "created_at": at, "updated_at": at,
        }  # fmt: skip
        return web.json_response({"data": [session]})
