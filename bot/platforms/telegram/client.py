"""The client library over aiohttp: `telegram.Bot` with its official transport extension, and one door for raw calls."""

import json
import logging
import os
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import aiohttp
from telegram import Bot
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.platforms.telegram.uploads import uploads

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
POLL_SECONDS = 25
_ADDRESS = "https://api.telegram.org"
_UNSET = BaseRequest.DEFAULT_NONE

Raw: TypeAlias = dict[str, Any]
"""An object of the Bot API as it came."""


class NotSentError(NetworkError):
    """The request never left this machine: it may be made again."""


class AiohttpRequest(BaseRequest):
    """One connection pool. Errors carry the kind of failure only: addresses of the Bot API hold the token."""

    def __init__(self, connections: int = 64) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return READ_SECONDS

    async def initialize(self) -> None:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections)
            self._session = aiohttp.ClientSession(connector=connector, headers={"User-Agent": self.USER_AGENT})

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = _UNSET,
        write_timeout: object = _UNSET,
        connect_timeout: object = _UNSET,
        pool_timeout: object = _UNSET,
    ) -> tuple[int, bytes]:
        """Raises `NotSentError` before anything went out, `TimedOut` and `NetworkError` when nobody knows."""
        del write_timeout, connect_timeout, pool_timeout  # the house's own limits hold
        if self._session is None or self._session.closed:
            raise NotSentError("not connected")
        wait = read_timeout if isinstance(read_timeout, int | float) else READ_SECONDS
        timeout = aiohttp.ClientTimeout(total=None, sock_read=wait, sock_connect=CONNECT_SECONDS)
        try:
            async with self._session.request(method, url, data=_body(request_data), timeout=timeout) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSentError(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """As the library does, but an answer that is no JSON is not logged: it may hold what people wrote."""
        try:
            return dict(whole(json.loads(payload), payload))
        except ValueError:
            raise TelegramError("the answer is not JSON") from None


def whole(answer: Raw, payload: bytes) -> Raw:
    """Without halves of surrogate pairs, which nothing could keep or send; everything stays at its offset."""
    if b"\\ud" not in payload.lower():
        return answer
    found: Raw = json.loads(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
    return found


def _body(data: RequestData | None) -> aiohttp.FormData | dict[str, str] | None:
    if data is None or not data.multipart_data:
        return data.json_parameters if data else None
    form = aiohttp.FormData(quote_fields=False)  # else the names of files would be shown as %20
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form


class Client(Bot):
    """`telegram.Bot` whose answers are also to be had raw, so that one odd object cannot spoil a whole answer."""

    def __init__(self, token: str, address: str | None) -> None:
        logging.getLogger("telegram.Bot").setLevel(logging.INFO)  # its debug lines show the token
        os.environ.setdefault("PTB_TIMEDELTA", "1")  # its switch to what it will do anyway: pauses are timedeltas
        base = (address or _ADDRESS).rstrip("/")
        super().__init__(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=AiohttpRequest(),
            get_updates_request=AiohttpRequest(connections=2),
        )

    async def call(self, method: str, fields: Mapping[str, Any], *, seconds: float = READ_SECONDS) -> object:
        """One method of the Bot API with its own field names; `bytes` are files. Raises `TelegramError`."""
        result: object = await self._post(method, uploads(fields), read_timeout=seconds)
        return result

    async def download(self, file_id: str, most: int) -> bytes:
        """A file by its id. Raises `TelegramError`, also for one of more than `most` bytes."""
        file = await self.get_file(file_id)
        if (file.file_size or 0) > most:
            raise BadRequest("file is too big")
        content = bytes(await file.download_as_bytearray())
        if len(content) > most:
            raise BadRequest("file is too big")
        return content

    async def rows(self, method: str, fields: Mapping[str, Any], *, seconds: float = READ_SECONDS) -> list[Raw]:
        """A method that answers with a list of objects. Raises `TelegramError`."""
        found = await self.call(method, fields, seconds=seconds)
        return found if isinstance(found, list) else []

    async def updates(self, offset: int, kinds: Sequence[str], wait: int = POLL_SECONDS) -> list[Raw]:
        """Raw updates of these kinds from `offset` on; waits for the first one at most `wait` seconds."""
        fields = {"offset": offset, "timeout": wait, "allowed_updates": list(kinds)}
        return await self.rows("getUpdates", fields, seconds=wait + READ_SECONDS)
