"""A server on loopback that speaks Chat Completions, strictly, and misbehaves when it is told to.

    async with ModelServer() as server:
        server.says("Hello.", "And again.")             # the next answers, in their order
        models = Models(server.settings(seconds=0.5))
        ...
        assert server.asked[0]["messages"][1]["role"] == "user"

An answer goes out in the form that was asked for: as words, as the arguments of a tool, or streamed by word. What a strict server
refuses is answered with 400 and is an AssertionError at the end. Who is not told what to say says `otherwise`,
a text or a function of the request.
"""

import asyncio
import hashlib
import io
import json
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from typing import Any, Self

from aiohttp import web
from pydantic import SecretStr

from config.settings import ModelSettings
from tests.model import protocol

Body = dict[str, Any]
Reply = Callable[[web.Request, Body], Awaitable[web.StreamResponse]]
FORMS = ("json_schema", "tool", "json_object")
KEY = "sk-canary-4711"
USAGE = {"prompt_tokens": 3, "completion_tokens": 6, "total_tokens": 9}


class ModelServer:
    """`forms` are those it knows: others are refused. `limit` is its field for the number of tokens.

    `asked` are the bodies of all chat requests, `paths` those of all requests, `retries` what the client counted, `proofs` how they
    said who they are; `left` is how many clients did not wait for the end, `gone` is set then.
    """

    def __init__(self, forms: Collection[str] = FORMS, limit: str = "max_tokens") -> None:
        self.forms, self.limit = forms, limit
        self.otherwise: str | Callable[[Body], str] = "Plain words."
        self.asked: list[Body] = []
        self.paths: list[str] = []
        self.retries: list[str] = []
        self.proofs: list[str] = []
        self.complaints: list[str] = []
        self.left, self.sent = 0, 0
        self.gone, self.busy = asyncio.Event(), asyncio.Event()
        self.vectors: Callable[[list[str]], Any] = vectors
        self._replies: deque[Reply] = deque()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/v1/{what:.*}", self._handle)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        assert self.complaints == []

    def settings(self, **more: Any) -> ModelSettings:
        """Of a bot that talks to this server."""
        here: dict[str, Any] = {"base_url": self.url, "key": SecretStr(KEY), "seconds": 60, "outer": 60}
        names = {"name": "model-1", "embedding": "vectors-1", "moderation": "judge-1"}
        return ModelSettings(**(here | names | more))

    # --- what it does next -----------------------------------------------------------------------------------------------

    def says(self, *texts: str | dict[str, Any], finish: str = "stop") -> None:
        """One answer each; of a dict its JSON."""
        for text in texts:
            words = text if isinstance(text, str) else json.dumps(text)
            self._replies.append(lambda request, body, words=words: self._say(request, body, words, finish))

    def fails(self, status: int, times: int = 1, code: str = "trouble", **headers: str) -> None:
        """An error, so many times; `retry_after="1"` becomes Retry-After. What the client asked is repeated in it."""

        async def reply(_request: web.Request, body: Body) -> web.StreamResponse:
            return failed(
                status, json.dumps(body), code, {name.replace("_", "-"): one for name, one in headers.items()}
            )

        self._replies.extend([reply] * times)

    def stalls(self, times: int = 1) -> None:
        """The request is taken, and never answered."""

        async def reply(_request: web.Request, _body: Body) -> web.StreamResponse:
            await asyncio.sleep(3600)
            raise AssertionError

        self._replies.extend([reply] * times)

    def sends(self, raw: bytes | str, kind: str = "application/json") -> None:
        """Exactly this, with status 200."""

        async def reply(_request: web.Request, _asked: Body) -> web.StreamResponse:
            body = io.BytesIO(raw if isinstance(raw, bytes) else raw.encode())
            return web.Response(body=body, headers={"content-type": kind})

        self._replies.append(reply)

    def streams(self, *events: str | dict[str, Any] | float, end: str = "done") -> None:
        """These events (words, chunks, seconds to wait). Then `end`: "done", "closed" without a word, "cut", "endless"."""
        self._replies.append(lambda request, body: self._stream(request, body, list(events), end))

    # --- how it is done --------------------------------------------------------------------------------------------------

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["what"]
        self.paths.append(path)
        self.retries.append(request.headers.get("x-stainless-retry-count", ""))
        self.busy.set()
        self.proofs.append(request.headers.get("authorization", ""))
        if self.proofs[-1] != f"Bearer {KEY}":
            return failed(401, "who are you?", "invalid_api_key")
        try:
            return await self._answer(request, path, await request.json())
        except (asyncio.CancelledError, ConnectionResetError):
            self.left += 1
            self.gone.set()
            raise

    async def _answer(self, request: web.Request, path: str, body: Body) -> web.StreamResponse:
        known = {"chat/completions": self._chat, "embeddings": self._embed, "moderations": self._judge}
        if path not in known or request.method != "POST":
            return failed(404, "there is no such thing", "not_found")
        if body.get("model") not in {"model-1", "vectors-1", "judge-1"}:
            return failed(404, "there is no such model", "model_not_found")
        return await known[path](request, body)

    async def _chat(self, request: web.Request, body: Body) -> web.StreamResponse:
        self.asked.append(body)
        if wrong := protocol.chat(body, self.limit):
            self.complaints.append(wrong)
            return failed(400, wrong, "invalid_request_error")
        form = "tool" if "tools" in body else body.get("response_format", {}).get("type")
        if form not in {*self.forms, None}:
            return failed(400, f"{form} is not supported", "unsupported")
        reply = self._replies.popleft() if self._replies else None
        if reply is not None:
            return await reply(request, body)
        words = self.otherwise if isinstance(self.otherwise, str) else self.otherwise(body)
        return await self._say(request, body, words, "stop")

    async def _say(self, request: web.Request, body: Body, words: str, finish: str) -> web.StreamResponse:
        if body.get("stream"):
            parts: list[Any] = [f"{word} " for word in words.split(" ")]
            return await self._stream(request, body, [*parts, chunk(body, {}, finish)], "done")
        message: Body = {"role": "assistant", "content": words}
        if "tools" in body:
            call = {"name": body["tools"][0]["function"]["name"], "arguments": words}
            message |= {"content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": call}]}
        choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
        return web.json_response(base(body, "chat.completion") | {"choices": [choice], "usage": USAGE})

    async def _stream(self, request: web.Request, body: Body, events: list[Any], end: str) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await answer.prepare(request)
        for event in events:
            await self._event(answer, body, event)
        while end == "endless":
            await self._event(answer, body, "on and ")
            await asyncio.sleep(0.005)
        if end == "cut":
            assert request.transport is not None
            request.transport.abort()
        elif end == "done":
            await self._event(answer, body, base(body, "chat.completion.chunk") | {"choices": [], "usage": USAGE})
            await answer.write(b"data: [DONE]\n\n")
        return answer

    async def _event(self, answer: web.StreamResponse, body: Body, event: str | Body | float) -> None:
        if isinstance(event, float):
            await asyncio.sleep(event)
            await answer.write(b": still here\n\n")
            return
        said = chunk(body, {"content": event}) if isinstance(event, str) else event
        await answer.write(f"data: {json.dumps(said)}\n\n".encode())
        self.sent += 1

    async def _embed(self, request: web.Request, body: Body) -> web.StreamResponse:
        texts = body["input"]
        if body.keys() != {"model", "input", "encoding_format"} or body["encoding_format"] != "float":
            self.complaints.append(f"embeddings of {sorted(body)} as {body.get('encoding_format')}")
        if not all(isinstance(text, str) and text for text in texts) or len(texts) > 64:
            return failed(400, "texts, at most 64", "invalid_request_error")
        if self._replies:
            return await self._replies.popleft()(request, body)
        raw = json.dumps({"object": "list", "data": self.vectors(texts), "model": body["model"], "usage": USAGE})
        return web.Response(text=raw, content_type="application/json")

    async def _judge(self, request: web.Request, body: Body) -> web.StreamResponse:
        if body.keys() != {"model", "input"}:
            self.complaints.append(f"a moderation of {sorted(body)}")
        if self._replies:
            return await self._replies.popleft()(request, body)
        bad = "badword" in body["input"]
        return web.json_response(
            {"id": "m", "model": body["model"], "results": [{"flagged": bad, "categories": {"hate": bad}}]}
        )


def base(body: Body, kind: str) -> Body:
    """What all answers have."""
    return {"id": "c1", "created": 1, "model": body["model"], "object": kind}


def chunk(body: Body, delta: Body, finish: str | None = None) -> Body:
    """A piece of a streamed answer."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return base(body, "chat.completion.chunk") | {"choices": [choice]}


def last(finish: str = "stop") -> Body:
    """The piece that ends an answer, for `streams`."""
    return chunk({"model": "model-1"}, {}, finish)


def failed(status: int, message: str, code: str, headers: dict[str, str] | None = None) -> web.Response:
    """An error as the protocol has it."""
    said = {"error": {"message": message, "type": "error", "code": code, "param": None}}
    return web.json_response(said, status=status, headers=headers)


def vectors(texts: list[str]) -> list[Body]:
    """The same for the same text, the last first."""
    hashed = [[byte / 255 for byte in hashlib.sha256(text.encode()).digest()[:8]] for text in texts]
    return [{"object": "embedding", "index": at, "embedding": one} for at, one in reversed(list(enumerate(hashed)))]
