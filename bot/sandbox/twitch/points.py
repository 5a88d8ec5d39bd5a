"""Channel points: rewards, what was redeemed, and what became of it (dev.twitch.tv/docs/api/reference#channel-points)."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.twitch.oauth import OAuth
from bot.sandbox.twitch.wire import ApiError, Json, body_of, new_id, parameter, stamp
from bot.sandbox.world import SandboxError
from bot.users import User

_READ = {"channel:read:redemptions", "channel:manage:redemptions"}
_MANAGE = {"channel:manage:redemptions"}
_START = 10_000  # points that everybody has


@dataclass(frozen=True, slots=True)
class Reward:
    """Something to spend points on. Only the application that made it (`ours`) may decide on its redemptions."""

    id: str
    room: str
    title: str
    cost: int
    ours: bool


class Points:
    """Balances by room and user (ids), rewards and redemptions by id, as Helix shows them."""

    def __init__(self, oauth: OAuth, now: Callable[[], float]) -> None:
        self._oauth, self._now = oauth, now
        self.rewards: dict[str, Reward] = {}
        self.redemptions: dict[str, Json] = {}
        self.balances: defaultdict[tuple[str, str], int] = defaultdict(lambda: _START)

    def make(self, room: str, title: str, cost: int, *, ours: bool) -> Reward:
        """A new reward. Raises `SandboxError` for a title that the room has already."""
        if not title or len(title) > 45 or cost < 1:
            raise SandboxError("a reward has a title of 1 to 45 characters and costs at least one point")
        if any((one.room, one.title.lower()) == (room, title.lower()) for one in self.rewards.values()):
            raise SandboxError(f"there is a reward {title!r} already")
        made = Reward(new_id(), room, title, cost, ours)
        self.rewards[made.id] = made
        return made

    def reward(self, room: str, which: str) -> Reward:
        """A reward by title or id. Raises `SandboxError`."""
        for one in self.rewards.values():
            if one.room == room and which.lower() in (one.id, one.title.lower()):
                return one
        raise SandboxError(f"there is no reward {which!r} here")

    def redeem(self, room: User, user: User, which: str, text: str) -> Json:
        """Somebody spends points. Raises `SandboxError` where they have too few."""
        reward = self.reward(room.id, which)
        if self.balances[room.id, user.id] < reward.cost:
            raise SandboxError(f"{user.name} has only {self.balances[room.id, user.id]} points")
        self.balances[room.id, user.id] -= reward.cost
        made: Json = {
            "broadcaster_id": room.id, "broadcaster_login": room.handle, "broadcaster_name": room.name,
            "id": new_id(), "user_id": user.id, "user_login": user.handle, "user_name": user.name,
            "user_input": text, "status": "UNFULFILLED", "redeemed_at": stamp(self._now()),
            "reward": {"id": reward.id, "title": reward.title, "prompt": "", "cost": reward.cost},
        }  # fmt: skip
        self.redemptions[made["id"]] = made
        return made

    def routes(self) -> list[web.RouteDef]:
        """What it serves."""
        path = "/helix/channel_points/custom_rewards/redemptions"
        return [web.get(path, self._list, allow_head=False), web.patch(path, self._settle)]

    def _owned(self, request: web.Request, scopes: set[str]) -> Reward:
        room = parameter(request.query, "broadcaster_id")
        self._oauth.acting(request, "broadcaster_id", room, scopes)
        reward = self.rewards.get(parameter(request.query, "reward_id"))
        if reward is None or reward.room != room:
            raise ApiError(404, "The custom reward specified in the reward_id query parameter was not found.")
        if not reward.ours:
            raise ApiError(
                403, "The ID in the Client-Id header must match the client ID used to create the custom reward."
            )
        return reward

    async def _list(self, request: web.Request) -> web.Response:
        reward = self._owned(request, _READ)
        ids, status = request.query.getall("id", []), request.query.get("status")
        if not ids and status not in ("CANCELED", "FULFILLED", "UNFULFILLED"):
            raise ApiError(400, "The status query parameter is required if the id query parameter is not specified.")
        found = [
            one
            for one in self.redemptions.values()
            if one["reward"]["id"] == reward.id and (one["id"] in ids if ids else one["status"] == status)
        ]
        return web.json_response({"data": found, "pagination": {}})

    async def _settle(self, request: web.Request) -> web.Response:
        body, reward = await body_of(request), self._owned(request, _MANAGE)
        status, ids = parameter(body, "status"), request.query.getall("id", [])
        if status not in ("CANCELED", "FULFILLED") or not 1 <= len(ids) <= 50:
            raise ApiError(400, "status must be CANCELED or FULFILLED, and there are 1 to 50 ids")
        found = [one for id_ in ids if (one := self.redemptions.get(id_)) and one["reward"]["id"] == reward.id]
        if len(found) != len(ids) or any(one["status"] != "UNFULFILLED" for one in found):
            raise ApiError(404, "The custom reward redemptions were not found or are not UNFULFILLED.")
        for one in found:
            one["status"] = status
            if status == "CANCELED":
                self.balances[reward.room, one["user_id"]] += reward.cost
        return web.json_response({"data": found})
