"""Discord without a network: what it sends, and an HTTP session that answers at once, put in the place of aiohttp's own.

Everything above is the real thing: discord.py's login, its gateway, its requests up to the one call that would open a socket.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any, NamedTuple, Self

import aiohttp
from multidict import CIMultiDict

Json = dict[str, Any]
APPLICATION, GUILD, ROOM, ANSWER = (
    "900000000000000001",
    "400000000000000001",
    "300000000000000001",
    "800000000000000001",
)
MALLORY, ALICE = "200000000000000001", "200000000000000002"
REPLY = f"<@{ALICE}> +5: thank you"
"""What every side of the measurement answers."""
MODERATES = "1099511636039"
_AT = "2026-08-01T10:00:00.000000+00:00"


def user(id_: str, name: str, *, bot: bool = False) -> Json:
    """A user object."""
    return {
        "id": id_, "username": name.lower(), "discriminator": "0", "global_name": name, "avatar": "a" * 32, "bot": bot,
        "public_flags": 0, "primary_guild": None, "clan": None, "avatar_decoration_data": None, "collectibles": None,
        "display_name_styles": None,
    }  # fmt: skip


def member(*roles: str) -> Json:
    """What a server adds to a user."""
    return {
        "roles": list(roles), "nick": None, "joined_at": _AT, "premium_since": None, "avatar": None, "banner": None,
        "communication_disabled_until": None, "unusual_dm_activity_until": None, "flags": 0, "pending": False,
        "deaf": False, "mute": False,
    }  # fmt: skip


KEEPER, FRIEND = "410000000000000001", "410000000000000002"
_ROOM = {
    "id": ROOM, "type": 0, "name": "lounge", "position": 0, "guild_id": GUILD, "topic": None, "parent_id": None,
    "permission_overwrites": [], "nsfw": False, "flags": 0, "last_message_id": "500000000000000001",
    "rate_limit_per_user": 0, "permissions": MODERATES,
}  # fmt: skip
_BOT = user(APPLICATION, "Soulfra", bot=True)


def _role(id_: str, name: str, position: int) -> Json:
    return {
        "id": id_, "name": name, "permissions": "1071698660929", "position": position, "hoist": False, "flags": 0,
        "color": 0, "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}, "managed": False,
        "mentionable": False, "icon": None, "unicode_emoji": None,
    }  # fmt: skip


_OPENING = (
    {"op": 10, "d": {"heartbeat_interval": 3_600_000}},
    {"op": 0, "s": 1, "t": "READY", "d": {
        "v": 10, "user": _BOT, "guilds": [{"id": GUILD, "unavailable": True}], "session_id": "session",
        "resume_gateway_url": "wss://127.0.0.1", "application": {"id": APPLICATION, "flags": 0},
    }},
    {"op": 0, "s": 2, "t": "GUILD_CREATE", "d": {
        "id": GUILD, "name": "House", "owner_id": "1", "member_count": 3, "large": False, "unavailable": False,
        "roles": [_role(GUILD, "@everyone", 0), _role(FRIEND, "Friend", 1), _role(KEEPER, "Keeper", 2)],
        "channels": [_ROOM], "members": [{**member(), "user": _BOT}], "threads": [], "emojis": [], "stickers": [],
        "features": [], "voice_states": [], "presences": [], "stage_instances": [], "guild_scheduled_events": [],
        "soundboard_sounds": [], "joined_at": _AT, "system_channel_id": ROOM,
    }},
)  # fmt: skip
INTERACTION: Json = {
    "id": "ID", "application_id": APPLICATION, "type": 2, "token": "t" * 190, "version": 1,
    "guild_id": GUILD, "guild_locale": "en-US", "guild": {"id": GUILD, "locale": "en-US", "features": []},
    "channel_id": ROOM, "channel": _ROOM, "locale": "en-US", "app_permissions": "2222085186637376",
    "member": {**member(KEEPER, FRIEND), "user": user(MALLORY, "Mallory"), "permissions": MODERATES},
    "entitlements": [], "entitlement_sku_ids": [], "attachment_size_limit": 10 << 20, "context": 0,
    "authorizing_integration_owners": {"0": GUILD},
    "data": {
        "id": "700000000000000001", "name": "bless", "type": 1,
        "options": [
            {"name": "to", "type": 6, "value": ALICE}, {"name": "amount", "type": 4, "value": 5},
            {"name": "note", "type": 3, "value": "thank you"},
        ],
        "resolved": {
            "users": {ALICE: user(ALICE, "Alice")}, "members": {ALICE: {**member(KEEPER), "permissions": MODERATES}},
        },
    },
}  # fmt: skip
LINE: Json = {
    "id": "ID", "channel_id": ROOM, "guild_id": GUILD, "type": 0, "flags": 0, "tts": False, "pinned": False,
    "timestamp": _AT, "edited_timestamp": None, "nonce": "1", "mention_everyone": False, "mention_roles": [],
    "content": f"!bless <@{ALICE}> 5 thank you", "author": user(MALLORY, "Mallory"), "member": member(KEEPER, FRIEND),
    "mentions": [{**user(ALICE, "Alice"), "member": member(KEEPER)}], "attachments": [], "embeds": [], "components": [],
    "channel_type": 0,
}  # fmt: skip
_SAID: Json = {
    "id": ANSWER, "channel_id": ROOM, "guild_id": GUILD, "type": 20, "flags": 0, "tts": False, "pinned": False,
    "timestamp": _AT, "edited_timestamp": None, "mention_everyone": False, "mention_roles": [], "content": REPLY,
    "author": _BOT, "mentions": [user(ALICE, "Alice")], "attachments": [], "embeds": [], "components": [],
}  # fmt: skip
CALLED: Json = {
    "interaction": {
        "id": "1", "type": 2, "response_message_id": ANSWER, "response_message_loading": False,
        "response_message_ephemeral": False,
    },
    "resource": {"type": 4, "message": _SAID},
}  # fmt: skip
_ANSWERS = {
    "/users/@me": _BOT,
    "/oauth2/applications/@me": {
        "id": APPLICATION, "name": "soulfra", "icon": None, "description": "", "bot_public": True, "flags": 0,
        "bot_require_code_grant": False, "verify_key": "", "owner": user(MALLORY, "Mallory"),
    },
    "/commands": [],
    "/callback": CALLED,
    "/messages": _SAID,
}  # fmt: skip


def frames(kind: str, event: Json) -> Callable[[], str]:
    """Makes the gateway's bytes of this event, each time under an id of its own."""
    return _numbered(json.dumps({"op": 0, "s": 3, "t": kind, "d": event}))


def bodies(event: Json) -> Callable[[], bytes]:
    """The same for what Discord posts."""
    make = _numbered(json.dumps(event))
    return lambda: make().encode()


def _numbered(text: str) -> Callable[[], str]:
    before, after = text.split('"ID"')
    number = 600_000_000_000_000_000

    def make() -> str:
        nonlocal number
        number += 1
        return f'{before}"{number}"{after}'

    return make


class _Answer:
    """Of an answer, what is looked at by the library and by us; and the one request, `async with`, that it answers."""

    status = 200

    def __init__(self, body: object) -> None:
        self._text = json.dumps(body)
        self._body = self._text.encode()
        self.headers = CIMultiDict({"Content-Type": "application/json", "Via": "1.1 edge"})

    async def text(self, encoding: str = "utf-8") -> str:
        """Its body, as the library reads it."""
        del encoding
        return self._text

    async def read(self) -> bytes:
        """Its body, as we read it."""
        return self._body

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None


_END = 9
"""Characters at the end of an address that tell these apart. To look for the answer must not take what is measured."""
_CANNED = {path[-_END:]: _Answer(body) for path, body in _ANSWERS.items()}


class Session:
    """An `aiohttp.ClientSession` that sends nothing. `last` is the body of the last request of all sessions."""

    requests = 0
    last: object = None

    def __init__(self, **_more: object) -> None:
        """Whatever it is to be like."""

    def request(self, _method: str, url: str, *, data: object = None, **_more: object) -> _Answer:
        """Cut right before HTTP."""
        Session.requests += 1
        Session.last = data
        return _CANNED[url.partition("?")[0][-_END:]]

    async def ws_connect(self, *_: object, **__: object) -> "_Socket":
        """A gateway that says hello."""
        return _Socket()

    async def close(self) -> None:
        """Nothing is open."""


class _Told(NamedTuple):
    type: aiohttp.WSMsgType
    data: str


class _Socket:
    """Opens a session; what follows is given to the client directly."""

    close_code, closed = None, False

    def __init__(self) -> None:
        self._frames = [json.dumps(one) for one in reversed(_OPENING)]

    async def receive(self, **_: object) -> _Told:
        """The opening, then silence."""
        if not self._frames:
            await asyncio.Event().wait()
        return _Told(aiohttp.WSMsgType.TEXT, self._frames.pop())

    async def send_str(self, *_: object, **__: object) -> None:
        """Identify, heartbeats."""

    async def close(self, **_: object) -> None:
        """Nothing is open."""
