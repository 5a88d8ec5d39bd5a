"""Signing in to Twitch with a device code, for `soulfra setup`, and what a token is good for.

Source: dev.twitch.tv/docs/authentication/getting-tokens-oauth (device code grant flow), RFC 8628 (the errors). A device code
needs no web server and no address to come back to: a person types a code at twitch.tv/activate.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

import aiohttp
from msgspec import Struct

from bot.platforms.account import Account, AccountError
from bot.platforms.twitch.tokens import Pair

_ID, _HELIX = "https://id.twitch.tv", "https://api.twitch.tv"
_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_SECONDS = 15.0  # for one request
_SLOWER = 5.0  # seconds that RFC 8628 adds for "slow_down"

SCOPES = {
    "user:read:chat": "to read the chats it sits in",
    "user:write:chat": "to answer in chat",
    "user:bot": "to be shown as a chat bot",
    "user:read:whispers": "to be whispered to",
    "user:manage:whispers": "to answer private things by whisper",
    "moderator:manage:announcements": "to announce, where it moderates",
    "moderator:read:followers": "to hear of follows, where it moderates",
}
"""What the bot's own account grants, and why."""
BROADCASTER_SCOPES = {
    "channel:bot": "to let the bot into the chat as a bot",
    "channel:read:subscriptions": "to hear of subscriptions and gifts",
    "bits:read": "to hear of cheers",
    "channel:manage:redemptions": "to hear of redemptions, fulfil them or give the points back",
    "moderation:read": "to know the moderators",
    "moderator:read:followers": "to hear of follows",
}
"""What a broadcaster grants for events of their channel (`twitch.tokens`), and why."""


class Device(Struct, frozen=True):
    """What a person has to do: open `verification_uri` and confirm `user_code`, within `expires` seconds.

    `interval` are the seconds to leave between two questions whether they have.
    """

    user_code: str
    verification_uri: str
    device_code: str
    interval: float
    expires: float
    scopes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Device({self.user_code})"


async def device_code(client_id: str, scopes: Iterable[str], address: str | None = None) -> Device:
    """Ask for a code for somebody to confirm. Raises `AccountError`."""
    asked = tuple(scopes)
    form = {"client_id": client_id, "scopes": " ".join(asked)}
    status, said = await _call("POST", f"{address or _ID}/oauth2/device", data=form)
    if status != 200:
        raise _refused(status, said)
    try:
        return Device(
            user_code=str(said["user_code"]),
            verification_uri=str(said["verification_uri"]),
            device_code=str(said["device_code"]),
            interval=float(said.get("interval", 5)),
            expires=float(said["expires_in"]),
            scopes=asked,
        )
    except (KeyError, TypeError, ValueError):
        raise AccountError("Twitch answered what cannot be read") from None


async def wait_for_tokens(
    client_id: str, device: Device, client_secret: str | None = None, address: str | None = None
) -> Pair:
    """Until somebody has confirmed the code. Raises `AccountError` when they said no, or the time is over."""
    form = {
        "client_id": client_id,
        "scopes": " ".join(device.scopes),
        "device_code": device.device_code,
        "grant_type": _GRANT,
    }
    form |= {"client_secret": client_secret} if client_secret else {}
    pause = device.interval
    try:
        async with asyncio.timeout(device.expires):
            while True:
                await asyncio.sleep(pause)
                try:
                    status, said = await _call("POST", f"{address or _ID}/oauth2/token", data=form)
                except AccountError:  # the code stays good while Twitch is away
                    pause += _SLOWER
                    continue
                if status == 200:
                    return Pair(str(said["access_token"]), str(said["refresh_token"]))
                if status >= 500 or status == 429 or _reason(said) == "slow_down":
                    pause += _SLOWER
                elif _reason(said) != "authorization_pending":
                    raise _refused(status, said)
    except TimeoutError:
        raise AccountError("nobody has confirmed the code in time") from None
    except KeyError:
        raise AccountError("Twitch answered what cannot be read") from None


async def verify(client_id: str, pair: Pair, address: str | None = None) -> Account:
    """Whose token this is, and what it cannot do. Raises `AccountError`."""
    headers = {"Authorization": f"OAuth {pair.access}"}
    status, said = await _call("GET", f"{address or _ID}/oauth2/validate", headers=headers)
    if status != 200:
        raise _refused(status, said)
    if said.get("client_id") != client_id or not said.get("user_id"):
        raise AccountError("this token is not a user's, or belongs to another application")
    granted = said.get("scopes") or []
    missing = [f"The token lacks {scope}, {why}." for scope, why in SCOPES.items() if scope not in granted]
    return Account(name=str(said.get("login")), id=str(said["user_id"]), missing=missing)


async def greet(client_id: str, pair: Pair, channel: str, text: str, address: str | None = None) -> None:
    """Say something in a chat, by the login of its broadcaster. Raises `AccountError`."""
    me = await verify(client_id, pair, address)
    base = f"{address or _HELIX}/helix"
    headers = {"Authorization": f"Bearer {pair.access}", "Client-Id": client_id}
    status, said = await _call("GET", f"{base}/users", headers=headers, params={"login": channel.lower()})
    found = said.get("data") if status == 200 else None
    if not found:
        raise AccountError(f"Twitch has no channel {channel!r}") if status == 200 else _refused(status, said)
    line = {"broadcaster_id": found[0]["id"], "sender_id": me.id, "message": text}
    status, said = await _call("POST", f"{base}/chat/messages", headers=headers, json=line)
    if status != 200:
        raise _refused(status, said)
    if dropped := said["data"][0].get("drop_reason"):
        raise AccountError(f"Twitch did not show it: {dropped.get('message')}")


async def _call(method: str, url: str, **how: Any) -> tuple[int, dict[str, Any]]:  # noqa: ANN401  (of aiohttp)
    """Status and JSON. Raises `AccountError` when Twitch cannot be reached."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(_SECONDS)) as session,
            session.request(method, url, **how) as answer,
        ):
            said = await answer.json(content_type=None)
    except ValueError:
        return answer.status, {}
    except (OSError, aiohttp.ClientError):
        raise AccountError("Twitch cannot be reached") from None
    return answer.status, said if isinstance(said, dict) else {}


def _reason(said: dict[str, Any]) -> str:
    return str(said.get("message", "")).lower()


_KIND = {
    "access_denied": "the code was not confirmed: somebody said no",
    "expired_token": "nobody has confirmed the code in time",
    "invalid device code": "this code is not valid any more",
    "invalid client": "Twitch knows no application with this client id",
}


def _refused(status: int, said: dict[str, Any]) -> AccountError:
    """What Twitch says holds no secret: its errors name neither tokens nor codes."""
    return AccountError(_KIND.get(_reason(said), f"Twitch answered {status}: {said.get('message', '')}"))
