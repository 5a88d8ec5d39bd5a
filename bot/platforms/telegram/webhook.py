"""Updates by webhook: Telegram posts them to the web server, and each is answered when it is committed.

Source: core.telegram.org/bots/api#setwebhook.
"""

import hmac
import logging
from collections.abc import Mapping
from urllib.parse import urlsplit

from bot.platforms.telegram import wire

logger = logging.getLogger(__name__)
_SECRET = "x-telegram-bot-api-secret-token"  # noqa: S105  (the name of a header)
_OK, _NO, _ODD, _LATER = (200, b"{}"), (403, b"{}"), (400, b"{}"), (503, b"{}")


class Webhook:
    """Takes posts once `open` has told it the secret; before that, Telegram is asked to come again."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.path = urlsplit(address).path or "/"
        self._secret = b""
        self._deal: wire.Deal | None = None

    def open(self, secret: str, deal: wire.Deal) -> None:
        """Posts that bear this secret are dealt with from now on."""
        self._secret, self._deal = secret.encode(), deal

    async def __call__(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """403 without the secret; 200 when the update is committed or skipped; 503 when it could not be kept."""
        if self._deal is None:
            return _LATER
        given = headers.get(_SECRET, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return _NO
        try:
            update = wire.update(body)
        except (ValueError, RecursionError):
            return _ODD
        try:
            await self._deal(update)
        except Exception as error:  # whatever it was, the same update comes again
            logger.warning("An update could not be kept (%s): Telegram brings it again.", type(error).__name__)
            return _LATER
        return _OK
