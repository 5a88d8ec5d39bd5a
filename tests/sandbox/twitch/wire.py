"""The emulator as a bare client sees it."""

from typing import Any

import aiohttp

from bot.sandbox.twitch import TwitchEmulator

CHAT, WHISPER = "channel.chat.message", "user.whisper.message"


class Bare:
    """Requests without any library in between."""

    def __init__(self, twitch: TwitchEmulator) -> None:
        self.twitch = twitch
        self.session = aiohttp.ClientSession()
        self._open: list[aiohttp.ClientWebSocketResponse] = []  # or they close when collected

    async def call(
        self, method: str, path: str, *, token: str | None = None, headers: dict[str, str] | None = None, **how: Any
    ) -> tuple[int, Any]:
        """Status and JSON. `token` is the bot's unless given."""
        word = self.twitch.access_token if token is None else token
        sent = {"Client-Id": self.twitch.client_id, "Authorization": f"Bearer {word}"} if headers is None else headers
        async with self.session.request(method, self.twitch.address + path, headers=sent, **how) as answer:
            self.headers = answer.headers
            return answer.status, await answer.json() if answer.content_length else None

    async def say(self, text: str, **more: Any) -> tuple[int, Any]:
        """A chat message of the bot."""
        body = {"broadcaster_id": "41001", "sender_id": self.twitch.bot_id, "message": text} | more
        return await self.call("POST", "/helix/chat/messages", json=body)

    async def whisper(self, to: str, text: str = "psst", **how: Any) -> tuple[int, Any]:
        """A whisper of the bot."""
        query = {"from_user_id": self.twitch.bot_id, "to_user_id": to}
        return await self.call("POST", "/helix/whispers", params=query, json={"message": text}, **how)

    async def socket(self, url: str | None = None) -> tuple[aiohttp.ClientWebSocketResponse, Any]:
        """A socket and its first frame."""
        ws = await self.session.ws_connect(url or f"{self.twitch.sockets.address}/ws")
        self._open.append(ws)
        return ws, (await ws.receive()).json()

    async def subscribe(self, session: str, kind: str = CHAT, token: str | None = None, **more: Any) -> tuple[int, Any]:
        """A subscription to chat or whispers."""
        condition = {"user_id": self.twitch.bot_id} | ({"broadcaster_user_id": "41001"} if kind == CHAT else {})
        body = {
            "type": kind, "version": "1", "condition": condition,
            "transport": {"method": "websocket", "session_id": session},
        }  # fmt: skip
        return await self.call("POST", "/helix/eventsub/subscriptions", token=token, json=body | more)

    async def listening(self, kind: str = CHAT) -> aiohttp.ClientWebSocketResponse:
        """A socket that hears one kind of event."""
        ws, welcome = await self.socket()
        assert (await self.subscribe(welcome["payload"]["session"]["id"], kind))[0] == 202
        return ws
