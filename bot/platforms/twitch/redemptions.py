"""What becomes of channel points that ran a command: fulfilled, or given back.

Source: dev.twitch.tv/docs/api/reference#update-redemption-status. It takes the broadcaster's token with
`channel:manage:redemptions`, and a reward that this very application has made.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from aiohttp import ClientError

from bot.events import Redeemed
from bot.platforms.twitch.library import HTTPException, describe

if TYPE_CHECKING:
    from bot.platforms.twitch.client import Listener

logger = logging.getLogger(__name__)
SCOPE = "channel:manage:redemptions"
_PAUSES = (0.5, 3.0, 10.0)  # seconds before another try
_PATIENCE = 10.0  # seconds for one request


class Redemptions:
    """Settles redemptions. That it cannot is logged once for each reward."""

    def __init__(self, client: "Callable[[], Listener | None]") -> None:
        self._client = client
        self._told: set[str] = set()

    async def settle(self, event: Redeemed, *, fulfilled: bool) -> bool:
        """Tell Twitch; tried again while it is away or busy. A second time for the same redemption changes nothing.

        False when Twitch has not answered: it may be tried again.
        """
        for pause in (*_PAUSES, None):
            client = self._client()
            if client is not None and await self._done(client, event, "FULFILLED" if fulfilled else "CANCELED"):
                return True
            if pause is not None:
                await asyncio.sleep(pause)
        self._tell(event, "Twitch does not answer")
        return False

    async def _done(self, client: "Listener", event: Redeemed, status: str) -> bool:
        """Once; False when it may be tried again."""
        room = event.place.channel
        if not client.allows(room, SCOPE):
            self._tell(event, f"it takes a token of the broadcaster (twitch.tokens) with the scope {SCOPE}")
            return True
        try:
            async with asyncio.timeout(_PATIENCE):
                await client.settle(room, event.reward_id, event.redemption, status)
        except HTTPException as error:
            return self._answered(error, event)
        except (ClientError, OSError, RuntimeError):  # RuntimeError: the session was closed before the request was made
            return False
        return True

    def _answered(self, error: HTTPException, event: Redeemed) -> bool:
        if error.status >= 500 or error.status == 429:
            return False
        if error.route and error.route.use_id:  # the token could not be refreshed: the request itself was never made
            self._tell(event, "the token of the broadcaster is void, a new one is needed in twitch.tokens")
        elif error.status == 403:
            self._tell(event, "Twitch lets only the application that made the reward do that")
        elif error.status != 404:  # 404: somebody else has decided, or we have and its answer was lost
            self._tell(event, describe(error))
        return True

    def _tell(self, event: Redeemed, why: str) -> None:
        if event.reward_id not in self._told:
            self._told.add(event.reward_id)
            logger.warning("Twitch: redemptions of %r stay as they are: %s", event.reward, why)
