"""What comes and goes while the server runs: pages of features, and the addresses that platforms post to."""

from collections.abc import Callable, Mapping

from fastapi import Request, Response
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.adapter import Webhook


class Mounts(BaseRoute):
    """Apps by prefix, looked up at every request: one that is taken out of the table is gone."""

    def __init__(self, table: Mapping[str, ASGIApp]) -> None:
        self._table = table

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The app with the longest prefix; it sees the path behind it, as under `starlette.routing.Mount`."""
        if scope["type"] != "http":
            return Match.NONE, {}
        path, root = scope["path"], scope.get("root_path", "")
        prefix = max((one for one in self._table if f"{path}/".startswith(f"{one}/")), key=len, default=None)
        if prefix is None:
            return Match.NONE, {}
        inside = {"endpoint": self._table[prefix], "root_path": root + prefix}
        return Match.FULL, {**inside, "app_root_path": scope.get("app_root_path", root)}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the app answer."""
        await scope["endpoint"](scope, receive, send)


class Webhooks(BaseRoute):
    """POSTs on the paths that platforms listen at: headers and raw body go to the platform, which checks who sent them."""

    def __init__(self, table: Callable[[], Mapping[str, Webhook]]) -> None:
        self._table = table

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The platform of exactly this path."""
        found = self._table().get(scope["path"]) if scope["type"] == "http" else None
        return (Match.FULL, {"endpoint": found}) if found is not None else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, which the server caps, and answer as the platform says."""
        if scope["method"] != "POST":
            raise HTTPException(405, "Method Not Allowed", {"allow": "POST"})
        request = Request(scope, receive)
        status, body = await scope["endpoint"](dict(request.headers), await request.body())
        await Response(body, status, media_type="application/json")(scope, receive, send)
