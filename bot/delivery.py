"""Delivery: the outbox to the platforms, piece by piece, in order. A piece whose fate is unknown is never sent again blindly.

A process that dies between a request and its note makes that one request again at the next start, under the same key.
"""

import logging
import secrets
from typing import Literal

from msgspec import structs

from bot.adapter import Sent, Unknown
from bot.command import ReplyHandle
from bot.message import Message, t
from bot.sender import Sender
from bot.store import Parcel, Store, outbox

State = Literal["sent", "unknown", "dead"]

log = logging.getLogger(__name__)


def fault(id_: str) -> Message:
    """What people are told of something that failed; the log has the cause under this id."""
    return Message(t("Something went wrong on my side. It is noted as {fault}.", fault=id_), private=True)


class Delivery:
    """Sends what `outbox.enqueue` has kept."""

    def __init__(self, store: Store, sender: Sender) -> None:
        self._store = store
        self._sender = sender
        self._sending: set[int] = set()

    @property
    def busy(self) -> bool:
        """True while anything is on its way."""
        return bool(self._sending)

    async def deliver(self, parcel: Parcel) -> None:
        """Send what is left of one parcel and write down how it went; it waits where its platform does not run."""
        if parcel.handle.platform not in self._sender.platforms or parcel.id in self._sending:
            return
        self._sending.add(parcel.id)
        try:
            state, reason = await self._pieces(parcel)
            if state != "sent":
                log.warning("answer %s to %s is %s: %s", parcel.key, parcel.handle.platform, state, reason)
            await self._store.write(outbox.settle, parcel.id, state, reason)
        finally:
            self._sending.discard(parcel.id)

    async def _pieces(self, parcel: Parcel) -> tuple[State, str]:
        try:
            payloads = await self._sender.payloads(parcel.message, parcel.handle)
        except Exception as error:  # nothing that a plugin put into it may leave somebody without a word
            return await self._unshowable(parcel, error)
        for piece in range(parcel.piece, len(payloads)):
            outcome = await self._sender.send(parcel.handle, payloads[piece], f"{parcel.id}.{piece}")
            if not isinstance(outcome, Sent):
                return ("unknown" if isinstance(outcome, Unknown) else "dead"), str(outcome)
            if piece + 1 < len(payloads):
                await self._store.write(outbox.progress, parcel.id, piece + 1)
        return "sent", ""

    async def _unshowable(self, parcel: Parcel, error: Exception) -> tuple[State, str]:
        """Its platform cannot make requests of it: tell who waits for it."""
        id_ = secrets.token_hex(4)
        log.error("fault %s: answer %s cannot be shown on %s", id_, parcel.key, parcel.handle.platform, exc_info=error)
        await self.now(structs.replace(parcel.handle, private=True, shown=None), fault(id_))
        return "dead", f"it cannot be shown: fault {id_}"

    async def now(self, handle: ReplyHandle, message: Message) -> None:
        """Send without keeping: for refusals of what was never taken in."""
        if handle.platform not in self._sender.platforms:
            return
        try:
            payloads = await self._sender.payloads(message, handle)
        except Exception:
            log.exception("a refusal cannot be shown on %s", handle.platform)
            return
        for piece, payload in enumerate(payloads):
            await self._sender.send(handle, payload, f"{handle.interaction or handle.message}.{piece}")
