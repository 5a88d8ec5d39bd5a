"""The updates of a bot: polled, or posted to its webhook. One is given again and again until it is confirmed."""

import asyncio
from dataclasses import dataclass
from typing import Any

from bot.sandbox.telegram import fields as f
from bot.sandbox.telegram.errors import ApiError
from bot.sandbox.telegram.files import Files
from bot.sandbox.telegram.webhook import Webhook

_OTHER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
_HOOKED = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
_NAMED = ("chat_member", "message_reaction", "message_reaction_count")
"""Kinds that come only to a bot that names them."""


@dataclass(slots=True)
class _Waiting:
    update: dict[str, Any]
    given: bool = False


class Updates:
    """The queue of one bot. What was never given cannot be confirmed: so an old update can be pushed again."""

    def __init__(self) -> None:
        self._queue: list[_Waiting] = []
        self._wake = asyncio.Condition()
        self._poll = 0
        self._closed = False
        self._allowed: list[str] | None = None
        self._webhook: Webhook | None = None
        self._posting: asyncio.Task[None] | None = None
        self.methods = {
            "getUpdates": (f.GetUpdates, self._get_updates),
            "setWebhook": (f.SetWebhook, self._set_webhook),
            "deleteWebhook": (f.DeleteWebhook, self._delete_webhook),
            "getWebhookInfo": (f.NoFields, self._webhook_info),
        }

    async def push(self, update: dict[str, Any]) -> None:
        """Queue it and wake whoever waits."""
        async with self._wake:
            self._queue.append(_Waiting(update))
            self._wake.notify_all()

    def open(self) -> None:
        """Let polls wait, after a `close` too."""
        self._closed = False

    async def close(self) -> None:
        """End the poll under way, and answer every other at once."""
        await self._unhook()
        async with self._wake:
            self._closed = True
            self._wake.notify_all()

    async def _get_updates(self, wanted: f.GetUpdates, _files: Files) -> list[dict[str, Any]]:
        """The updates from `offset` on. Raises `ApiError` 409 when another poll begins."""
        async with self._wake:
            if self._webhook:
                raise ApiError(409, _HOOKED)
            self._poll += 1
            mine = self._poll
            self._wake.notify_all()
            self._confirm(wanted.offset)
            self._allowed = wanted.allowed_updates if wanted.allowed_updates is not None else self._allowed
            try:
                async with asyncio.timeout(wanted.timeout):
                    await self._wake.wait_for(lambda: self._closed or self._poll != mine or self._ready(wanted.limit))
            except TimeoutError:
                return []
            if self._poll != mine:
                raise ApiError(409, _HOOKED if self._webhook else _OTHER)
            return self._give(wanted.limit)

    async def _set_webhook(self, fields: f.SetWebhook, _files: Files) -> bool:
        webhook = Webhook(fields) if fields.url else None
        await self._unhook(drop=fields.drop_pending_updates)
        self._allowed = fields.allowed_updates if fields.allowed_updates is not None else self._allowed
        if webhook:
            await self._end_polls(webhook)
            self._posting = asyncio.create_task(self._post(webhook))
        return True

    async def _delete_webhook(self, fields: f.DeleteWebhook, _files: Files) -> bool:
        await self._unhook(drop=fields.drop_pending_updates)
        return True

    async def _webhook_info(self, _fields: f.NoFields, _files: Files) -> dict[str, Any]:
        waiting = len(self._ready(len(self._queue) or 1))
        if self._webhook is None:
            return {"url": "", "has_custom_certificate": False, "pending_update_count": waiting}
        return self._webhook.info(waiting, self._allowed)

    async def _end_polls(self, webhook: Webhook) -> None:
        async with self._wake:
            self._webhook = webhook
            self._poll += 1
            self._wake.notify_all()

    async def _unhook(self, *, drop: bool = False) -> None:
        if self._posting:
            self._posting.cancel()
            await asyncio.gather(self._posting, return_exceptions=True)
        if self._webhook:
            await self._webhook.close()
        self._webhook = self._posting = None
        if drop:
            self._queue.clear()

    async def _post(self, webhook: Webhook) -> None:
        """One after the other; an update that is not taken is posted again until it is."""
        while True:
            async with self._wake:
                await self._wake.wait_for(lambda: self._ready(1))
                first = self._ready(1)[0]
            await webhook.deliver(first.update)
            self._queue.remove(first)

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._queue = self._queue[offset:]
        else:
            self._queue = [one for one in self._queue if not one.given or one.update["update_id"] >= offset]

    def _ready(self, limit: int) -> list[_Waiting]:
        return [one for one in self._queue if self._wanted(one.update)][:limit]

    def _wanted(self, update: dict[str, Any]) -> bool:
        if self._allowed:
            return any(kind in update for kind in self._allowed)
        return not any(kind in update for kind in _NAMED)

    def _give(self, limit: int) -> list[dict[str, Any]]:
        ready = self._ready(limit)
        for one in ready:
            one.given = True
        return [one.update for one in ready]
