"""A socket of EventSub whose frames are read by us: one that cannot be read does not stop the next."""

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, TypeAlias

from aiohttp import ClientWebSocketResponse, WSMsgType
from msgspec import Raw

from bot.platforms.twitch import wire
from bot.platforms.twitch.library import Client, Websocket

logger = logging.getLogger(__name__)
Told: TypeAlias = Callable[[wire.Metadata, Raw], Coroutine[Any, Any, None]]
"""Takes a notification up: what it says of itself, and its payload. Never raises."""

_END = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED)


class Socket(Websocket):
    """Twitchio's own one makes objects of all that it is told, and is deaf after a frame without metadata.

    It serves one client and one user, and does not connect again by itself. Each notification is taken up in a task of its
    own; they begin in their order.
    """

    def __init__(self, client: Client, user: str, told: Told) -> None:
        super().__init__(client=client, token_for=user, http=client.http, reconnect_attempts=0)
        self._owner, self.user, self._told = client, user, told
        self._tasks: set[asyncio.Task[None]] = set()

    async def _listen(self) -> None:
        """In place of the library's own reading."""
        try:
            if self._socket:
                await self._read(self._socket)
        except Exception as error:
            logger.warning("Twitch sent what cannot be read (%s): connecting again.", type(error).__name__)
        await self.close()

    async def _read(self, socket: ClientWebSocketResponse) -> None:
        while True:
            message = await socket.receive()
            if message.type is WSMsgType.TEXT:
                self._last_keepalive = datetime.now()  # noqa: DTZ005  (twitchio compares it with such a one)
                if not self._notified(message.data):
                    await self._controlled(json.loads(message.data))
            elif message.type in _END:
                return

    def _notified(self, text: str) -> bool:
        """False for a frame that is about the socket itself. One that is none at all is left out."""
        try:
            frame = wire.frame(text)
        except (ValueError, RecursionError) as error:
            logger.warning("Twitch sent a frame that cannot be read (%s): skipped.", type(error).__name__)
            return True
        if frame.metadata.message_type != "notification":
            return False
        task = asyncio.create_task(self._told(frame.metadata, frame.payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _controlled(self, frame: Any) -> None:  # noqa: ANN401  (of the wire)
        """What there is besides notifications is the library's. Raises whatever an odd frame makes it raise."""
        match frame["metadata"]["message_type"]:
            case "session_welcome":
                await self._process_welcome(frame)
            case "session_reconnect":
                await self._process_reconnect(frame)
            case "revocation":
                await self._process_revocation(frame)
            case "session_keepalive":
                pass
            case unknown:
                logger.warning("Twitch sent a frame of the unknown type %r: skipped.", unknown)

    async def _reconnect(self, url: str) -> None:
        """Twitch moves us: listen there, then let go of the old address. When that fails, all is begun anew."""
        moved = Socket(self._owner, self.user, self._told)
        moved._subscriptions = self._subscriptions
        try:
            await moved.connect(url=url, fail_once=True)
            self._owner._websockets[self.user][str(moved.session_id)] = moved  # noqa: SLF001  (twitchio's sockets do)
        except Exception as error:
            logger.warning("Twitch could not be followed to its new address (%s).", type(error).__name__)
        await self.close()
