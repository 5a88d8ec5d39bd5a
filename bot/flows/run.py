"""What a flow is given: its writes, its steps and its pauses, each of which is not done again after a restart."""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar

import msgspec

from bot.flows.model import encode, named, returned
from bot.store import Memory, Store, Tx
from bot.store.tx import FLOW

T = TypeVar("T")
P = ParamSpec("P")
Body: TypeAlias = Callable[[], Coroutine[Any, Any, bytes]]


class Carrier(Protocol):
    """Who keeps what steps gave."""

    async def step(self, name: str, body: Body, tries: int, pause: float) -> bytes:
        """What `body` gave, now or in an earlier life."""

    async def sleep(self, seconds: float) -> None:
        """Until then, over restarts."""


class Run:
    """One run of a flow. After a restart the flow is run again from its beginning: what was done is read, not done again.

    So its path may depend on its arguments and on what writes, steps and reads gave, not on a clock or on chance.
    """

    def __init__(self, id: str, store: Store, services: Callable[[type[T]], T], carrier: Carrier) -> None:  # noqa: A002
        self.id = id
        self.service = services
        """`run.service(Oven)`: what was provided of this type. Raises `KeyError` when nothing was."""
        self._store, self._carrier = store, carrier
        self._memory = Memory(store, memory_of(id), resumed=True)

    async def write(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(tx, …)` in one transaction, exactly once for this flow; `tx.key` is "flow:<id>/<function>/<n>".

        What `fn` raises is not remembered. Its result comes back as its return annotation says.
        """
        return await self._memory.write(fn, *args, **kwargs)

    async def read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(tx, …)` on one snapshot; after a restart it gives what it gave."""

        async def body() -> bytes:
            return encode(await self._store.read(fn, *args, **kwargs))

        result: T = await self._kept(fn, body, 1, 0)
        return result

    async def step(self, fn: Callable[..., Awaitable[T]], *args: object, tries: int = 1, pause: float = 1.0) -> T:
        """`await fn(…)`, for what is outside of our database; after a restart it gives what it gave.

        One that is cut off is done again, so it must bear that. It is tried so often, with a `pause` (seconds) that
        doubles; what the last try raised is raised then. Its result comes back as its return annotation says.
        """

        async def body() -> bytes:
            return encode(await fn(*args))

        result: T = await self._kept(fn, body, tries, pause)
        return result

    async def _kept(self, fn: Callable[..., object], body: Body, tries: int, pause: float) -> T:
        kind = returned(fn)
        result: T = msgspec.json.decode(await self._carrier.step(named(fn), body, tries, pause), type=kind)
        return result

    async def sleep(self, pause: timedelta) -> None:
        """Wait so long; a restart does not begin it again."""
        await self._carrier.sleep(pause.total_seconds())

    def ended(self) -> None:
        """Raises `Diverged` when an earlier life carried out writes that this one did not come by."""
        self._memory.ended()


def memory_of(id: str) -> str:  # noqa: A002
    """Under what the writes of a flow are remembered."""
    return FLOW + id
