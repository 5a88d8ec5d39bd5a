"""A bot's webhook: updates are posted with its secret until it answers 2xx.

Source: core.telegram.org/bots/api#setwebhook. Telegram posts to https only; this one posts to loopback too, in the clear.
"""

import asyncio
import re
import time
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.telegram import fields as f
from bot.sandbox.telegram.errors import bad

_SECRET = re.compile("[A-Za-z0-9_-]{0,256}")
_FIRST, _LONGEST = 0.05, 2.0  # seconds between two posts of the same update
_TIMEOUT = aiohttp.ClientTimeout(total=10)


class Webhook:
    """One address. Raises `ApiError` for one that Telegram would not post to."""

    def __init__(self, fields: f.SetWebhook) -> None:
        parts = urlsplit(fields.url)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if not _SECRET.fullmatch(fields.secret_token):
            raise bad("secret token contains unallowed characters")
        self._fields = fields
        self._session: aiohttp.ClientSession | None = None
        self._fault: tuple[int, str] | None = None

    async def deliver(self, update: dict[str, Any]) -> None:
        """Returns when it was taken."""
        pause = _FIRST
        while not await self._taken(update):
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST)

    async def close(self) -> None:
        """No more posts."""
        if self._session:
            await self._session.close()

    def info(self, waiting: int, allowed: list[str] | None) -> dict[str, Any]:
        """A `WebhookInfo`."""
        shown: dict[str, Any] = {
            "url": self._fields.url,
            "has_custom_certificate": False,
            "pending_update_count": waiting,
            "max_connections": self._fields.max_connections,
        }
        if self._fault:
            shown["last_error_date"], shown["last_error_message"] = self._fault
        return {**shown, "allowed_updates": allowed} if allowed else shown

    async def _taken(self, update: dict[str, Any]) -> bool:
        self._session = self._session or aiohttp.ClientSession(timeout=_TIMEOUT)
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._fields.secret_token} if self._fields.secret_token else {}
        try:
            async with self._session.post(self._fields.url, json=update, headers=headers) as answer:
                if answer.ok:
                    return True
                self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
        except (aiohttp.ClientError, TimeoutError):
            self._failed("Connection refused")
        return False

    def _failed(self, why: str) -> None:
        self._fault = (int(time.time()), why)
