"""From the surest way to have an answer in JSON down to the plainest, until one gives what is valid.

Servers accept a form and then ignore it, so only what was validated counts. The way that worked is kept for as long as the
process lives: a ladder belongs to one model of one server.
"""

from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from bot.model.found import WrongError, found
from bot.model.port import Form, ModelError, Provider, Way
from bot.model.prompt import Chat, Prompt, chat
from bot.model.schema import schema_of

T = TypeVar("T")
WAYS: Final[tuple[Way, ...]] = ("json_schema", "tool", "json_object", "plain")
_OF_THE_FORM: Final = frozenset({400, 415, 422, 501})
"""The status with which servers refuse a form that they do not know."""
_QUOTED: Final = 4_000
_TOLD: Final = 400
_ASKED: Final = "\n\nAnswer with one JSON object that matches this JSON Schema, and nothing else:\n"


class _Wrong(Struct):
    """An answer that is none, by which form it was asked for, and what is wrong with it."""

    form: Form
    said: str
    why: str


class Ladder:
    """Of one provider."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self.proven: Way | None = None

    async def ask(self, prompt: Prompt, kind: type[T], most: int) -> T:
        """A valid value: down from the proven way, then one turn to repair. Raises `ModelError`, "garbage" when nothing helped.

        An answer that is wrong on the proven way is the model's mistake: it is repaired there.
        """
        schema, last = schema_of(kind), ModelError("garbage", "it never answered in JSON")
        messages, wrong = chat(prompt, _ASKED + msgspec.json.encode(schema).decode()), None
        for way in WAYS[WAYS.index(self.proven) if self.proven else 0 :]:
            form = Form(way, kind.__name__, schema)
            try:
                said = await self._provider.ask(messages, most, form)
                return self._worked(way, found(said, kind))
            except ModelError as error:
                last = _of_the_form(error)
            except WrongError as error:
                wrong = _Wrong(form, said, str(error))
                if way == self.proven:
                    break
        if wrong is None:
            self.proven = None
            raise last
        return await self._repair(messages, wrong, kind, most)

    async def _repair(self, messages: Chat, wrong: _Wrong, kind: type[T], most: int) -> T:
        """Once, in the form of the wrong answer. When that fails too, the next question finds its way anew."""
        again = {"mistake": wrong.why[:_TOLD], "wanted": "the whole object again, without the mistake"}
        turns = [
            {"role": "assistant", "content": wrong.said[:_QUOTED]},
            {"role": "user", "content": msgspec.json.encode(again).decode()},
        ]
        try:
            value = found(await self._provider.ask([*messages, *turns], most, wrong.form), kind)
        except WrongError:
            self.proven = None
            raise ModelError("garbage", f"no valid {kind.__name__}, repaired or not") from None
        return self._worked(wrong.form.way, value)

    def _worked(self, way: Way, value: T) -> T:
        self.proven = way
        return value


def _of_the_form(error: ModelError) -> ModelError:
    """This error, when another form may help; what no form changes is raised."""
    if error.code != "garbage" and error.status not in _OF_THE_FORM:
        raise error
    return error
