"""Tokens: granted, validated, refreshed, revoked (dev.twitch.tv/docs/authentication). Parameters come in the query or as a form."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from bot.sandbox.twitch.wire import ApiError, Json
from bot.users import User

SCOPES = (
    "user:read:chat",
    "user:write:chat",
    "user:bot",
    "user:read:whispers",
    "user:manage:whispers",
    "moderator:read:followers",
    "moderator:manage:announcements",
)
"""What the bot's account has granted."""
BROADCASTER = (
    "channel:bot",
    "bits:read",
    "channel:read:subscriptions",
    "channel:manage:redemptions",
    "moderation:read",
    "moderator:read:followers",
)
"""What a broadcaster can grant for events of their channel."""
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_APP_SECONDS = 5_000_000
_USER_SECONDS = 14_400
_DEVICE_SECONDS = 1_800


@dataclass(slots=True)
class Token:
    """What an access token allows; `user` is None for an app token. `expires`: seconds since the epoch."""

    client_id: str
    user: User | None
    scopes: tuple[str, ...]
    expires: float


@dataclass(slots=True)
class Pending:
    """A device that waits for somebody to type its code. `user` is who did, `denied` when they said no."""

    user_code: str
    scopes: tuple[str, ...]
    expires: float
    user: User | None = None
    denied: bool = False
    polled: float = 0.0


@dataclass(slots=True)
class OAuth:
    """The authorisation server, for one application.

    A `public` application has no secret. `interval` are the seconds that a device has to leave between two questions.
    """

    now: Callable[[], float]
    client_id: str = field(default_factory=lambda: secrets.token_hex(15))
    client_secret: str = field(default_factory=lambda: secrets.token_hex(15))
    tokens: dict[str, Token] = field(default_factory=dict)
    refreshes: dict[str, Token] = field(default_factory=dict)
    newest: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By user id, the tokens that were granted last."""
    devices: dict[str, Pending] = field(default_factory=dict)
    public: bool = False
    interval: float = 5.0

    def grant(self, user: User | None, scopes: tuple[str, ...] = SCOPES) -> tuple[str, str]:
        """A new access token and its refresh token; without a user an app token."""
        access, refresh = secrets.token_hex(15), secrets.token_hex(25)
        seconds = _USER_SECONDS if user else _APP_SECONDS
        token = Token(self.client_id, user, scopes if user else (), self.now() + seconds)
        self.tokens[access] = token
        if user:
            self.refreshes[refresh] = token
            self.newest[user.id] = access, refresh
        return access, refresh

    def granted(self, user_id: str) -> bool:
        """Has this user connected the application?"""
        return any(token.user is not None and token.user.id == user_id for token in self.refreshes.values())

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

    def acting(self, request: web.Request, name: str, user_id: str, scopes: set[str]) -> User:
        """The user of a Helix request who is the one in `name` and granted one of `scopes`. Raises `ApiError` 401."""
        token = self.authorised(request)
        if token.user is None or token.user.id != user_id:
            raise ApiError(401, f"The ID in {name} must match the user ID found in the request's OAuth token.")
        if not scopes & set(token.scopes):
            raise ApiError(401, f"Missing scope: {' or '.join(sorted(scopes))}")
        return token.user

    def answer(self, user_code: str, user: User | None) -> None:
        """Somebody types the code of a device and agrees; None says no. Raises `KeyError` for an unknown code."""
        found = next((one for one in self.devices.values() if one.user_code == user_code), None)
        if found is None or found.expires <= self.now():
            raise KeyError(user_code)
        found.user, found.denied = user, user is None

    def routes(self) -> list[web.RouteDef]:
        """What it serves."""
        return [
            web.post("/oauth2/device", self._device),
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
        kind = given.get("grant_type")
        if kind == DEVICE_GRANT:
            return web.json_response(self._confirmed(given))
        secretless = self.public and kind == "refresh_token" and "client_secret" not in given
        if not secretless and (self.public or given.get("client_secret") != self.client_secret):
            raise ApiError(403, "invalid client secret")
        match kind:
            case "client_credentials":
                access, _ = self.grant(None)
                return web.json_response({"access_token": access, "expires_in": _APP_SECONDS, "token_type": "bearer"})
            case "refresh_token":
                return web.json_response(self._refreshed(given.get("refresh_token", "")))
        raise ApiError(400, "missing or unsupported grant type")

    def _refreshed(self, refresh: str) -> Json:
        old = self.refreshes.get(refresh)
        if old is None or old.user is None:
            raise ApiError(400, "Invalid refresh token")
        del self.refreshes[refresh]
        return self._pair(old.user, old.scopes)

    def _pair(self, user: User, scopes: tuple[str, ...]) -> Json:
        access, refresh = self.grant(user, scopes)
        return {
            "access_token": access, "refresh_token": refresh, "scope": list(scopes),
            "token_type": "bearer", "expires_in": _USER_SECONDS,
        }  # fmt: skip

    async def _device(self, request: web.Request) -> web.Response:
        given = await self._parameters(request)
        scopes = tuple(given.get("scopes", "").split())
        if not scopes:
            raise ApiError(400, "missing scopes")
        device, code = secrets.token_hex(20), secrets.token_hex(4).upper()
        self.devices[device] = Pending(code, scopes, self.now() + _DEVICE_SECONDS)
        address = f"https://www.twitch.tv/activate?public=true&device-code={code}"
        answer = {"device_code": device, "user_code": code, "verification_uri": address}
        return web.json_response({**answer, "expires_in": _DEVICE_SECONDS, "interval": self.interval})

    def _confirmed(self, given: dict[str, str]) -> Json:
        """The errors are those of RFC 8628, as far as Twitch does not name its own."""
        waiting = self.devices.get(given.get("device_code", ""))
        if waiting is None or tuple(given.get("scopes", "").split()) != waiting.scopes:
            raise ApiError(400, "invalid device code")
        last, waiting.polled = waiting.polled, self.now()
        if waiting.expires <= self.now():
            raise ApiError(400, "expired_token")
        if waiting.denied:
            raise ApiError(400, "access_denied")
        if waiting.user is None:
            soon = waiting.polled - last < self.interval * 0.9
            raise ApiError(400, "slow_down" if soon else "authorization_pending")
        del self.devices[given["device_code"]]
        return self._pair(waiting.user, waiting.scopes)

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
