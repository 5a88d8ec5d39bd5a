"""Interactions posted to the bot instead of told over the gateway, signed with Ed25519 (Discord's documentation, "Overview of
Interactions")."""

import json
import time
from dataclasses import dataclass, field

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.sandbox.discord.errors import Json
from bot.sandbox.world import SandboxError

_SECONDS = 3.0
PING = 1


@dataclass(slots=True)
class Endpoint:
    """Where interactions are posted; None while they go over the gateway."""

    url: str | None = None
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public_key(self) -> str:
        """As the developer portal shows it."""
        return self.key.public_key().public_bytes_raw().hex()

    async def use(self, url: str | None) -> None:
        """Raises `SandboxError` for an address that Discord would not take: it must answer a PING and refuse a forgery."""
        self.url = None
        if url is not None:
            if await self._post(url, {"type": PING}) != (200, {"type": 1}):
                raise SandboxError("the endpoint does not answer a PING")
            if (await self._post(url, {"type": PING}, forged=True))[0] != 401:
                raise SandboxError("the endpoint takes what is not signed")
        self.url = url

    async def post(self, payload: Json) -> int:
        """One interaction; the status of the answer."""
        return (await self._post(self.url or "", payload))[0]

    async def _post(self, url: str, payload: Json, *, forged: bool = False) -> tuple[int, Json]:
        body, stamp = json.dumps(payload).encode(), str(int(time.time()))
        signed = self.key.sign(stamp.encode() + body + (b" " if forged else b""))
        headers = {
            "X-Signature-Ed25519": signed.hex(), "X-Signature-Timestamp": stamp, "Content-Type": "application/json",
        }  # fmt: skip
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, data=body, headers=headers) as response,
        ):
            found = await response.read()
        return response.status, json.loads(found) if found and response.status == 200 else {}
