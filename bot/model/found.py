"""The JSON in what a model said, which may come fenced, among words, or as something else."""

import json
from collections.abc import Iterator
from typing import Final, TypeVar

import msgspec

T = TypeVar("T")
_OBJECTS: Final = 20
_READER: Final = json.JSONDecoder()


class WrongError(ValueError):
    """What is wrong with it, in words for the model."""


def found(said: str, kind: type[T]) -> T:
    """The first object in it that is of this kind. Raises `WrongError` with what is wrong with the first object."""
    wrong: WrongError | None = None
    for text in _objects(said):
        try:
            return msgspec.json.decode(text, type=kind)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            wrong = wrong or WrongError(str(error))
    raise wrong or WrongError("There is no JSON object in it.")


def _objects(said: str) -> Iterator[str]:
    """Each object that is whole, none that is inside of another; of what never ends, a few beginnings are tried."""
    at = said.find("{")
    for _ in range(_OBJECTS):
        if at < 0:
            return
        try:
            _, end = _READER.raw_decode(said, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            yield said[at:end]
        at = said.find("{", end)
