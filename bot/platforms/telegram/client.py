"""The client library over aiohttp: `telegram.Bot` on its official transport extension, which our own calls use as it is."""

import logging
import os
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, TypeVar

import aiohttp
import msgspec
from telegram import Bot
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.platforms.telegram import wire
from bot.platforms.telegram.uploads import encoded, files, uploads

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
POLL_SECONDS = 25
_ADDRESS = "https://api.telegram.org"
_JSON = {"Content-Type": "application/json"}
_NO_SUCCESS = 300
_UNSET = BaseRequest.DEFAULT_NONE

_Value = TypeVar("_Value")


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
        """For the library's own methods, and for files. Raises as `exchange` does."""
        del write_timeout, connect_timeout, pool_timeout  # the house's own limits hold
        wait = read_timeout if isinstance(read_timeout, int | float) else READ_SECONDS
        return await self.exchange(method, url, _form(request_data), wait)

    async def call(self, url: str, body: bytes, seconds: float) -> msgspec.Raw:
        """A method of the Bot API, its fields in JSON: its `result`. Raises `TelegramError`: for what is no success, what the
        library makes of it."""
        status, payload = await self.exchange("POST", url, body, seconds)
        if status >= _NO_SUCCESS:
            await _Refusal(status, payload).post(url)
        result: msgspec.Raw = self.parse_json_payload(payload)["result"]
        return result

    async def exchange(
        self, method: str, url: str, body: aiohttp.FormData | Mapping[str, str] | bytes | None, seconds: float
    ) -> tuple[int, bytes]:
        """Over HTTP; `bytes` are JSON. Raises `NotSentError` before anything went out, `TimedOut` and `NetworkError` when
        nobody knows."""
        if self._session is None or self._session.closed:
            raise NotSentError("not connected")
        timeout = aiohttp.ClientTimeout(total=None, sock_read=seconds, sock_connect=CONNECT_SECONDS)
        headers = _JSON if type(body) is bytes else None
        try:
            async with self._session.request(method, url, data=body, headers=headers, timeout=timeout) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSentError(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except Exception as error:  # whatever HTTP makes of it
            raise NetworkError(type(error).__name__) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """What the library looks at; `result` stays bytes. An answer that is no JSON is not logged: it may hold what people
        wrote."""
        try:
            answer = wire.answer(payload)
        except ValueError:
            raise TelegramError("the answer is not JSON") from None
        return {"result": answer.result, "description": answer.description, "parameters": answer.parameters}


class _Refusal(AiohttpRequest):
    """An answer that has come: the library raises the error that it tells of."""

    def __init__(self, status: int, payload: bytes) -> None:
        super().__init__()
        self._answer = status, payload

    async def do_request(self, *_: object, **__: object) -> tuple[int, bytes]:
        """It is here already."""
        return self._answer


def _form(data: RequestData | None) -> aiohttp.FormData | dict[str, str] | None:
    if data is None or not data.multipart_data:
        return data.json_parameters if data else None
    form = aiohttp.FormData(quote_fields=False)  # else the names of files would be shown as %20
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form


class Client(Bot):
    """`telegram.Bot`, with one door for calls in the Bot API's own words, whose answers are read as far as they are needed."""

    def __init__(self, token: str, address: str | None, transport: type[AiohttpRequest] = AiohttpRequest) -> None:
        logging.getLogger("telegram.Bot").setLevel(logging.INFO)  # its debug lines show the token
        os.environ.setdefault("PTB_TIMEDELTA", "1")  # its switch to what it will do anyway: pauses are timedeltas
        base = (address or _ADDRESS).rstrip("/")
        sending, polling = transport(), transport(connections=2)
        super().__init__(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=sending,
            get_updates_request=polling,
        )
        self._sending, self._polling, self._methods = sending, polling, self.base_url

    def call(
        self, method: str, fields: Mapping[str, Any], *, seconds: float = READ_SECONDS
    ) -> Coroutine[Any, Any, str]:
        """One method of the Bot API with its own field names; `bytes` are files. Gives the id of the message that it
        made, "" when it made none. Raises `TelegramError`."""
        return self.ask(method, fields, wire.posted, seconds=seconds)

    async def ask(
        self, method: str, fields: Mapping[str, Any], read: wire.Decode[_Value], *, seconds: float = READ_SECONDS
    ) -> _Value:
        """`call` for its result, which `read` decodes. Raises `TelegramError`, also when it is something else."""
        if files(fields):
            result: msgspec.Raw = await super()._post(method, uploads(fields), read_timeout=seconds)
        else:
            request = self._polling if method == "getUpdates" else self._sending
            result = await request.call(f"{self._methods}/{method}", encoded(fields), seconds)
        try:
            return read(result)
        except ValueError:
            raise TelegramError("the answer is not as described") from None

    async def download(self, file_id: str, most: int) -> bytes:
        """A file by its id. Raises `TelegramError`, also for one of more than `most` bytes."""
        file = await self.get_file(file_id)
        if (file.file_size or 0) > most:
            raise BadRequest("file is too big")
        content = bytes(await file.download_as_bytearray())
        if len(content) > most:
            raise BadRequest("file is too big")
        return content

    async def updates(self, offset: int, kinds: Sequence[str], wait: int = POLL_SECONDS) -> list[msgspec.Raw]:
        """Updates of these kinds from `offset` on, not yet read; waits for the first one at most `wait` seconds."""
        fields = {"offset": offset, "timeout": wait, "allowed_updates": list(kinds)}
        return await self.ask("getUpdates", fields, wire.objects, seconds=wait + READ_SECONDS)

    async def _post(self, *args: Any, **more: Any) -> Any:  # noqa: ANN401  (as the library has it)
        """For the library's own methods: it wants objects."""
        return msgspec.json.decode(await super()._post(*args, **more))
