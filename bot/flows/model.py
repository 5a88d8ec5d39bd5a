"""The words of flows: what can be registered, and what is known of one that was started."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_type_hints

import msgspec
from msgspec import Struct

from bot.errors import SoulfraError
from bot.store import Store

State: TypeAlias = Literal["running", "done", "failed", "cancelled"]
FlowFn: TypeAlias = Callable[..., Awaitable[object]]
"""`async def fn(run: Run, …) -> result`; what it takes and returns is what msgspec can encode."""

encode = msgspec.json.Encoder(order="deterministic").encode


class FlowError(SoulfraError):
    """A flow failed, was cancelled, is unknown, or cannot be run here."""

    def __init__(self, message: str, code: str = "flow") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is done at times: `cron` is minute hour day month weekday, in UTC."""

    name: str
    cron: str
    run: Callable[[Store], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. Flows and jobs begin `after` the start of the bot, or with the first flow if that is sooner (None: only then).

    Every `beat` an executor renews its lease of `lease` seconds and looks for those whose lease is over. Every `look`
    it looks for new schedules.
    """

    after: float | None = 10.0
    beat: float = 10.0
    lease: float = 35.0
    look: float = 15.0


class Flow(Struct, frozen=True):
    """What is known of a flow. `result` is that of a flow that is done, `reason` why one failed; times are µs since the epoch."""

    id: str
    name: str
    state: State
    begun: int
    changed: int
    result: Any = None
    reason: str = ""


class Shape:
    """A flow function: its name, and how what it takes and gives is kept."""

    def __init__(self, fn: FlowFn) -> None:
        """Raises `TypeError` for what cannot be a flow."""
        self.fn, self.name = fn, named(fn)
        self._signature, hints = inspect.signature(fn), get_type_hints(fn)
        self._result = hints.get("return", Any)
        self._hints = {name: hints.get(name, Any) for name in list(self._signature.parameters)[1:]}
        kinds = {one.kind for one in self._signature.parameters.values()}
        if not inspect.iscoroutinefunction(fn) or not self._signature.parameters or "return" not in hints:
            raise TypeError(f"{self.name}: a flow is `async def {fn.__name__}(run: Run, …) -> result`")
        if kinds & {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}:
            raise TypeError(f"{self.name}: a flow names what it takes, without * and **")

    def pack(self, args: tuple[object, ...], kwargs: dict[str, object]) -> bytes:
        """Its arguments, to be kept. Raises `TypeError` when they are not those that it takes."""
        bound = self._signature.bind(None, *args, **kwargs).arguments
        return encode({name: value for name, value in bound.items() if name in self._hints})

    def unpack(self, packed: bytes) -> dict[str, object]:
        """What `pack` was given, as the annotations say."""
        return {name: msgspec.convert(value, self._hints[name]) for name, value in msgspec.json.decode(packed).items()}

    def result(self, packed: bytes) -> object:
        """What it returned, as its annotation says."""
        return msgspec.json.decode(packed, type=self._result)


def named(fn: Callable[..., object]) -> str:
    """The name under which what a function did is kept. Raises `TypeError` for one without."""
    name = getattr(fn, "__qualname__", "<lambda>")
    if "<" in name:
        raise TypeError(f"{fn!r}: a flow and its steps are named functions of a module")
    return f"{fn.__module__}.{name}"


def returned(fn: Callable[..., object]) -> Any:  # noqa: ANN401  (a type)
    """What a step says it returns. Raises `TypeError` when it does not."""
    hints = get_type_hints(fn)
    if "return" not in hints:
        raise TypeError(f"{named(fn)}: a step has a return annotation")
    return hints["return"]
