"""Tokens: granted, validated, refreshed, revoked (dev.twitch.tv/docs/authentication). Parameters come in the query."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from bot.sandbox.twitch.wire import ApiError, Json
from bot.users import User

SCOPES = ("user:read:chat", "user:write:chat", "user:bot", "user:read:whispers", "user:manage:whispers")
_APP_SECONDS = 5_000_000
_USER_SECONDS = 14_400


@dataclass(slots=True)
class Token:
    """What an access token allows; `user` is None for an app token. `expires`: seconds since the epoch."""

    client_id: str
    user: User | None
    scopes: tuple[str, ...]
    expires: float


@dataclass(slots=True)
class OAuth:
    """The authorisation server, for one application."""

    now: Callable[[], float]
    client_id: str = field(default_factory=lambda: secrets.token_hex(15))
    client_secret: str = field(default_factory=lambda: secrets.token_hex(15))
    tokens: dict[str, Token] = field(default_factory=dict)
    refreshes: dict[str, Token] = field(default_factory=dict)
    newest: tuple[str, str] = ("", "")  # the user tokens that were granted last

    def grant(self, user: User | None, scopes: tuple[str, ...] = SCOPES) -> tuple[str, str]:
        """A new access token and its refresh token; without a user an app token."""
        access, refresh = secrets.token_hex(15), secrets.token_hex(25)
        seconds = _USER_SECONDS if user else _APP_SECONDS
        token = Token(self.client_id, user, scopes if user else (), self.now() + seconds)
        self.tokens[access] = token
        if user:
            self.refreshes[refresh] = token
            self.newest = access, refresh
        return access, refresh

    def expire(self, user: User) -> None:
        """Every access token of this user has run out; refresh tokens still work."""
        for token in self.tokens.values():
            if token.user == user:
                token.expires = 0

    def forget(self, user: User) -> None:
        """The user has disconnected the application: nothing works any more."""
        for kept in (self.tokens, self.refreshes):
            for value in [value for value, token in kept.items() if token.user == user]:
                del kept[value]

    def read(self, request: web.Request) -> Token:
        """The token a request carries. Raises `ApiError` 401."""
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme not in ("Bearer", "OAuth") or not value:
            raise ApiError(401, "OAuth token is missing")
        token = self.tokens.get(value)
        if token is None or token.expires <= self.now():
            raise ApiError(401, "Invalid OAuth token")
        return token

    def authorised(self, request: web.Request) -> Token:
        """The token of a Helix request; its application must be the one named. Raises `ApiError` 401."""
        if "Client-Id" not in request.headers:
            raise ApiError(401, "Client ID is missing")
        token = self.read(request)
        if request.headers["Client-Id"] != token.client_id:
            raise ApiError(401, "Client ID and OAuth token do not match")
        return token

    def routes(self) -> list[web.RouteDef]:
        """What it serves."""
        return [
            web.post("/oauth2/token", self._token),
            web.get("/oauth2/validate", self._validate),
            web.post("/oauth2/revoke", self._revoke),
        ]

    async def _parameters(self, request: web.Request) -> dict[str, str]:
        given = {**request.query, **{key: str(value) for key, value in (await request.post()).items()}}
        if given.get("client_id") != self.client_id:
            raise ApiError(400, "invalid client")
        return given

    async def _token(self, request: web.Request) -> web.Response:
        given = await self._parameters(request)
        if given.get("client_secret") != self.client_secret:
            raise ApiError(403, "invalid client secret")
        match given.get("grant_type"):
            case "client_credentials":
                access, _ = self.grant(None)
                return web.json_response({"access_token": access, "expires_in": _APP_SECONDS, "token_type": "bearer"})
            case "refresh_token":
                return web.json_response(self._refreshed(given.get("refresh_token", "")))
        raise ApiError(400, "missing or unsupported grant type")

    def _refreshed(self, refresh: str) -> Json:
        old = self.refreshes.get(refresh)
        if old is None:
            raise ApiError(400, "Invalid refresh token")
        del self.refreshes[refresh]
        access, fresh = self.grant(old.user, old.scopes)
        return {
            "access_token": access, "refresh_token": fresh, "scope": list(old.scopes),
            "token_type": "bearer", "expires_in": _USER_SECONDS,
        }  # fmt: skip

    async def _validate(self, request: web.Request) -> web.Response:
        token = self.read(request)
        body: Json = {"client_id": token.client_id, "scopes": list(token.scopes) or None}
        body["expires_in"] = int(token.expires - self.now())
        if token.user:
            body |= {"login": token.user.handle, "user_id": token.user.id}
        return web.json_response(body)

    async def _revoke(self, request: web.Request) -> web.Response:
        given = await self._parameters(request)
        if self.tokens.pop(given.get("token", ""), None) is None:
            raise ApiError(400, "Invalid token")
        return web.Response()
