"""The port: what is asked of a provider of language models, and the one error that all of it raises."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any, Literal, Protocol, TypeAlias

from msgspec import Struct

from bot.errors import SoulfraError
from bot.model.prompt import Chat

Code: TypeAlias = Literal["off", "timeout", "limited", "refused", "garbage", "lost"]
Way: TypeAlias = Literal["json_schema", "tool", "json_object", "plain"]
"""How a provider is made to answer in JSON, the surest first."""


class ModelError(SoulfraError):
    """The model gave no answer. Its text is for logs: it holds no word of a key, of a prompt, or of what the server said.

    `code`: "off" not configured; "timeout" it took too long; "limited" too many requests, or the account is used up;
    "refused" the server (`status`) or the model will not; "garbage" it answered, with what cannot be used; "lost" it could
    not be reached, broke off, or failed.
    """

    def __init__(self, code: Code, what: str, status: int | None = None) -> None:
        self.code: Code = code
        self.status = status
        super().__init__(f"the language model: {what}")


class Form(Struct, frozen=True):
    """The JSON that is wanted, and how to make the provider give it."""

    way: Way
    name: str
    schema: dict[str, Any]


class Provider(Protocol):
    """One model of one server. Every method raises `ModelError`; a cancelled one has let go of its connection."""

    async def ask(self, messages: Chat, most: int, form: Form | None = None) -> str:
        """What it says, in at most so many tokens; what a tool would be called with, when it is asked by way of one."""

    def stream(self, messages: Chat, most: int) -> AsyncGenerator[str, None]:
        """The same, piece by piece. What is broken off raises "lost" after all that came."""

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector for each text, in their order, all of one length and of finite numbers."""

    async def flagged(self, text: str) -> bool:
        """Would the provider's moderation not have this said?"""

    async def close(self) -> None:
        """Let go of its connections."""
