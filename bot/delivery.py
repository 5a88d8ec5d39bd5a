"""Delivery: the outbox to the platforms, piece by piece, in order. A piece whose fate is unknown is never sent again blindly.

A process that dies between a request and its note makes that one request again at the next start, under the same key.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Literal

from bot.adapter import Outcome, Payload, Platform, Refused, RetryAfter, Sent, Unknown
from bot.command import ReplyHandle
from bot.message import Message
from bot.store import Parcel, Store, outbox

State = Literal["sent", "unknown", "dead"]

_TRIES = 5
_LONGEST_PAUSE = 20.0
log = logging.getLogger(__name__)


class Delivery:
    """Sends what `outbox.enqueue` has kept."""

    def __init__(self, store: Store, platforms: Mapping[str, Platform]) -> None:
        self._store = store
        self._platforms = platforms
        self._sending: set[int] = set()

    @property
    def busy(self) -> bool:
        """True while anything is on its way."""
        return bool(self._sending)

    async def deliver(self, parcel: Parcel) -> None:
        """Send what is left of one parcel and write down how it went; it waits where its platform does not run."""
        platform = self._platforms.get(parcel.handle.platform)
        if platform is None or parcel.id in self._sending:
            return
        self._sending.add(parcel.id)
        try:
            state, reason = await self._pieces(platform, parcel)
            if state != "sent":
                log.warning("answer %s to %s is %s: %s", parcel.key, parcel.handle.platform, state, reason)
            await self._store.write(outbox.settle, parcel.id, state, reason)
        finally:
            self._sending.discard(parcel.id)

    async def _pieces(self, platform: Platform, parcel: Parcel) -> tuple[State, str]:
        payloads = platform.render(parcel.message, parcel.handle)
        for piece in range(parcel.piece, len(payloads)):
            outcome = await self._try(platform, parcel.handle, payloads[piece], f"{parcel.id}.{piece}")
            if not isinstance(outcome, Sent):
                return ("unknown" if isinstance(outcome, Unknown) else "dead"), str(outcome)
            if piece + 1 < len(payloads):
                await self._store.write(outbox.progress, parcel.id, piece + 1)
        return "sent", ""

    async def _try(self, platform: Platform, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        """One piece; again only where it is certain that nothing was shown."""
        outcome: Outcome = Refused("never tried")
        for _ in range(_TRIES):
            if handle.expires is not None and time.time_ns() // 1_000 > handle.expires:
                return Refused("nobody waits for it any more")
            outcome = await self._send(platform, handle, payload, key)
            if not isinstance(outcome, RetryAfter):
                return outcome
            await asyncio.sleep(min(outcome.seconds, _LONGEST_PAUSE))
        return Refused(f"given up after {_TRIES} tries, the last said: {outcome}")

    @staticmethod
    async def _send(platform: Platform, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        try:
            return await platform.send(handle, payload, key)
        except Exception:
            log.exception("the %s adapter failed while sending", platform.name)
            return Unknown("the adapter failed")

    async def now(self, handle: ReplyHandle, message: Message) -> None:
        """Send without keeping: for refusals of what was never taken in."""
        platform = self._platforms.get(handle.platform)
        if platform is None:
            return
        for piece, payload in enumerate(platform.render(message, handle)):
            await self._try(platform, handle, payload, f"{handle.interaction or handle.message}.{piece}")
