"""What the bot may ask of servers, members and people (Discord's documentation, "Guild Resource", "User Resource")."""

from bot.sandbox.discord import objects
from bot.sandbox.discord.errors import ApiError, Json, bad
from bot.sandbox.discord.front import Call, Method
from bot.sandbox.discord.state import State

_GUILD = "/guilds/{guild}"


class Guilds:
    """Read-only: what is there changes by what people do."""

    def __init__(self, state: State) -> None:
        self._state = state

    def table(self) -> list[tuple[str, str, Method]]:
        """Method, path, and what answers."""
        return [
            ("GET", "/users/{user}", self._user),
            ("GET", "/channels/{channel}", self._channel),
            ("GET", _GUILD, self._guild),
            ("GET", _GUILD + "/channels", self._channels),
            ("GET", _GUILD + "/roles", self._roles),
            ("GET", _GUILD + "/members/search", self._search),
            ("GET", _GUILD + "/members/{user}", self._member),
        ]

    async def _user(self, call: Call) -> Json:
        found = self._state.find_user(call.part("user"))
        if found is None:
            raise ApiError(404, 10013, "Unknown User")
        return found

    async def _channel(self, call: Call) -> Json:
        return self._state.channel(call.part("channel"))

    async def _guild(self, call: Call) -> Json:
        return objects.fetched(self._state.guild(call.part("guild")))

    async def _channels(self, call: Call) -> list[Json]:
        rooms: list[Json] = self._state.guild(call.part("guild"))["channels"]
        return rooms

    async def _roles(self, call: Call) -> list[Json]:
        return self._state.roles(self._state.guild(call.part("guild"))["id"])

    async def _member(self, call: Call) -> Json:
        return self._state.full_member(call.part("user"), self._state.guild(call.part("guild"))["id"])

    async def _search(self, call: Call) -> list[Json]:
        """Those whose name begins so, which takes no privileged intent."""
        query, limit = call.request.query.get("query", ""), call.request.query.get("limit", "1")
        if not 1 <= len(query) <= 100:
            raise bad("query", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
        if not limit.isdecimal() or not 1 <= int(limit) <= 1000:
            raise bad("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 1000.")
        members: list[Json] = self._state.guild(call.part("guild"))["members"]
        return [one for one in members if one["user"]["username"].startswith(query.lower())][: int(limit)]
