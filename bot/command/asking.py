"""What a handler can ask for (`ctx.ask`): a plain type is one question, a dataclass is a form of several."""

import dataclasses
import inspect
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias, get_type_hints

from bot.command.docstring import read_docstring
from bot.command.invocation import Raw
from bot.command.items import split
from bot.command.kinds import Work
from bot.command.option import REQUIRED, Option
from bot.command.parameter import compile_option
from bot.command.slots import whole_text
from bot.command.words import reader
from bot.users import Said

ANSWER = "answer"
"""The name of the one option of a plain type."""
MOST_FIELDS = 5
"""What a form holds: Discord documentation, "Modal" (1 to 5 components)."""

Build: TypeAlias = Callable[[dict[str, Any]], Any]


def asked(kind: Any) -> tuple[tuple[Option, ...], Build]:  # noqa: ANN401  (any type that an option can have)
    """The fields that ask for a value of this type, and what makes the value of what they are bound to.

    `kind` is what an option may be annotated with (`Annotated[int, Ge(1)]`, `Literal["a", "b"]`, an Enum, `User | None`), which
    gives one option named "answer"; or a dataclass, which gives one for each field, described under `Args:` or `Attributes:` of
    its docstring. Raises `TypeError` for what cannot be asked.
    """
    work = Work("", "")
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        fields, build = tuple(_fields(work, kind)), _maker(kind)
    else:
        fields, build = (compile_option(work, ANSWER, kind, REQUIRED, ANSWER),), _answer
    whats = [problem.what for problem in work.problems]
    if any(option.type is Said for option in fields):
        whats.append("a message cannot be asked for")
    if not 1 <= len(fields) <= MOST_FIELDS:
        whats.append(f"it has {len(fields)} fields; a form has 1 to {MOST_FIELDS}")
    if whats:
        raise TypeError(f"{getattr(kind, '__name__', kind)} cannot be asked for: {'; '.join(whats)}")
    return fields, build


def read_answer(option: Option, text: str) -> Raw:
    """A line that answers one question, as a raw value: all of it is the value, without the quotes around it."""
    read = reader(option)
    if option.many:
        return [*split(text, read)]
    text = whole_text(text)
    value = read(text) if read is not None else None
    return text if value is None else value


def _answer(values: dict[str, Any]) -> Any:  # noqa: ANN401
    return values[ANSWER]


def _maker(kind: type) -> Build:
    return lambda values: kind(**values)


def _fields(work: Work, kind: type) -> Iterator[Option]:
    try:
        hints = get_type_hints(kind, include_extras=True)
    except NameError as error:
        work.wrong(f"its types cannot be read: {error}")
        return
    _, described = read_docstring(inspect.getdoc(kind) or "")
    for field in dataclasses.fields(kind):
        if field.init:
            about = described.get(field.name) or field.name.replace("_", " ")
            yield compile_option(work, field.name, hints[field.name], _default(field), about)


def _default(field: "dataclasses.Field[Any]") -> object:
    if field.default is not dataclasses.MISSING:
        return field.default
    return REQUIRED if field.default_factory is dataclasses.MISSING else field.default_factory()
