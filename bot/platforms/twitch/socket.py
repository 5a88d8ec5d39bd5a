"""A socket of EventSub that what cannot be read does not stop."""

import logging
from collections.abc import Callable
from typing import Any, TypeAlias

from msgspec import Struct

from bot.platforms.twitch.feeds import KINDS
from bot.platforms.twitch.library import Client, Websocket, create_event_instance

logger = logging.getLogger(__name__)
Unreadable: TypeAlias = Callable[[str, Exception, str], None]
"""Told of what is left out: the type of the event, why, the id of its message."""

_HEARD = {"channel.chat.message": "message", "user.whisper.message": "message_whisper"} | dict.fromkeys(
    KINDS, "happening"
)


class Heard(Struct, frozen=True):
    """An event as twitchio reads it, and the id of its message, which Twitch keeps when it delivers again."""

    event: Any
    id: str


class Socket(Websocket):
    """Twitchio's own one writes a trace for a broken event, and is deaf after a frame without metadata.

    It serves one client and one user, and does not connect again by itself.
    """

    def __init__(self, client: Client, user: str, unreadable: Unreadable) -> None:
        super().__init__(client=client, token_for=user, http=client.http, reconnect_attempts=0)
        self._owner, self.user, self._unreadable = client, user, unreadable

    async def _process_notification(self, data: Any) -> None:  # noqa: ANN401  (of the wire)
        metadata: dict[str, Any] = data["metadata"]
        kind = str(metadata.get("subscription_type"))
        try:
            name, event = _HEARD[kind], create_event_instance(kind, data, http=self._owner.http)
            heard = Heard(event, metadata["message_id"])
        except Exception as error:
            self._unreadable(kind, error, str(metadata.get("message_id")))
        else:
            self._owner.dispatch(name, heard)

    async def _listen(self) -> None:
        try:
            await super()._listen()
        except Exception as error:
            logger.warning("Twitch sent what cannot be read (%s): connecting again.", type(error).__name__)
            await self.close()

    async def _reconnect(self, url: str) -> None:
        """Twitch moves us: listen there, then let go of the old address. When that fails, all is begun anew."""
        moved = Socket(self._owner, self.user, self._unreadable)
        moved._subscriptions = self._subscriptions
        try:
            await moved.connect(url=url, fail_once=True)
            self._owner._websockets[self.user][str(moved.session_id)] = moved  # noqa: SLF001  (twitchio's sockets do)
        except Exception as error:
            logger.warning("Twitch could not be followed to its new address (%s).", type(error).__name__)
        await self.close()
