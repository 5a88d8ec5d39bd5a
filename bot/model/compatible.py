"""Every server that speaks Chat Completions, by the `openai` library. Imported at the first question.

What is sent is the part that all of them take: messages of system, user and assistant, a limit of tokens, a form or a tool.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Final

import openai

from bot.model.aloud import aloud
from bot.model.embeddings import BATCH, same_length, vectors
from bot.model.failing import told
from bot.model.hearing import listen
from bot.model.port import Form, ModelError
from bot.model.prompt import Chat, clean
from bot.model.receiving import guard
from bot.model.wire import Completion, Said, Vectors, Verdicts, read
from config.settings import ModelSettings

OPENAI: Final = "https://api.openai.com/v1"
LONGEST: Final = 8
"""Letters to a token, at most, before an answer is cut: a server need not heed the limit it is told."""


class Compatible:
    """The provider. Key and address are those of the settings alone: no OPENAI_… variable sends a key or words elsewhere."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._dimensions: int | None = None
        self._client = openai.AsyncOpenAI(
            api_key=settings.key.get_secret_value() if settings.key else "not-needed",
            base_url=settings.base_url or OPENAI,
            timeout=settings.seconds,
            max_retries=1,
            http_client=openai.DefaultAsyncHttpxClient(event_hooks={"response": [guard]}),
        )

    async def ask(self, messages: Chat, most: int, form: Form | None = None) -> str:
        """One request, sent again once where that can help."""
        with told():
            answer = await self._create(messages, most, **_formed(form))
        choice = next(iter(read(answer, Completion).choices), None)
        if choice is None:
            raise ModelError("garbage", "no answer in what it answered")
        if choice.finish_reason == "content_filter" or choice.message.refusal:
            raise ModelError("refused", "it will not say")
        said = clean(aloud(_words(choice.message, form))[: most * LONGEST]).strip()
        if not said:
            raise ModelError("garbage", "it said nothing")
        return said

    async def stream(self, messages: Chat, most: int) -> AsyncGenerator[str, None]:
        """Each piece within `seconds`, the whole within `streaming`."""
        limits = self._settings
        with told():
            async with asyncio.timeout(limits.outer):
                chunks = await self._create(messages, most, stream=True)
            heard = listen(chunks, limits.seconds, limits.streaming, most * LONGEST)
            async with chunks, aclosing(heard) as pieces:
                async for piece in pieces:
                    yield clean(piece)

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """So many texts at a time as every server takes."""
        found: list[list[float]] = []
        for start in range(0, len(texts), BATCH):
            batch = [clean(text) for text in texts[start : start + BATCH]]
            with told():
                answer = await self._client.embeddings.create(
                    model=self._settings.embedding or "", input=batch, encoding_format="float"
                )
            found += vectors(read(answer, Vectors), len(batch))
        self._dimensions = same_length(found, self._dimensions)
        return found

    async def flagged(self, text: str) -> bool:
        """By the moderation model of the settings."""
        with told():
            answer = await self._client.moderations.create(model=self._settings.moderation or "", input=clean(text))
        results = read(answer, Verdicts).results
        if not results:
            raise ModelError("garbage", "no verdict in what it answered")
        return any(one.flagged for one in results)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    async def _create(self, messages: Chat, most: int, **more: Any) -> Any:  # noqa: ANN401  (checked where it is read)
        create: Any = self._client.chat.completions.create
        return await create(
            model=self._settings.name, messages=messages, **{self._settings.max_tokens_field: most}, **more
        )


def _words(message: Said, form: Form | None) -> str:
    """What the tool would be called with, if it was asked so, else what it says."""
    if form is not None and form.way == "tool" and message.tool_calls:
        return message.tool_calls[0].function.arguments
    return message.content or ""


def _formed(form: Form | None) -> dict[str, Any]:
    """A form as the protocol has it. A tool is not `strict`: few servers know the word."""
    if form is None or form.way == "plain":
        return {}
    if form.way == "json_object":
        return {"response_format": {"type": "json_object"}}
    if form.way == "json_schema":
        wanted = {"name": form.name, "schema": form.schema, "strict": True}
        return {"response_format": {"type": "json_schema", "json_schema": wanted}}
    tool = {"name": form.name, "description": "Give the answer.", "parameters": form.schema}
    return {
        "tools": [{"type": "function", "function": tool}],
        "tool_choice": {"type": "function", "function": {"name": form.name}},
    }
