"""The part of the answers that we read. The library takes whatever a server says: nothing is trusted before it is read here."""

from typing import TypeVar

import msgspec
from msgspec import Struct

from bot.model.port import ModelError

T = TypeVar("T")


class Function(Struct):
    """What a tool would be called with: JSON, as text."""

    arguments: str


class Call(Struct):
    """A tool that the model would have called."""

    function: Function


class Said(Struct):
    """A message, or a piece of one."""

    content: str | None = None
    refusal: str | None = None
    tool_calls: list[Call] | None = None


class Choice(Struct):
    """An answer; we ask for one."""

    message: Said
    finish_reason: str | None = None


class Completion(Struct):
    """Answers."""

    choices: list[Choice]


class Part(Struct):
    """A piece of an answer; the last has a reason."""

    delta: Said
    finish_reason: str | None = None


class Chunk(Struct):
    """Pieces. Without any it tells what was used, or is a sign of life."""

    choices: list[Part] | None = None


class Vector(Struct):
    """Of the text with this index."""

    embedding: list[float]
    index: int


class Vectors(Struct):
    """In any order."""

    data: list[Vector]


class Verdict(Struct):
    """Of the categories we want nothing: a server may leave them out."""

    flagged: bool


class Verdicts(Struct):
    """One for each text."""

    results: list[Verdict]


def read(answer: object, kind: type[T]) -> T:
    """What the library gave, checked. Raises `ModelError` "garbage"; its text does not hold what was answered."""
    try:
        return msgspec.convert(answer, kind, from_attributes=True)
    except (msgspec.ValidationError, RecursionError):
        raise ModelError("garbage", f"what it answered is no {kind.__name__.lower()}") from None
