"""What a handler is given: who asks, where, and the store, remembered."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from bot.command import CommandSpec, Invocation
from bot.counts import Counts
from bot.store import Memory, Store, Tx
from bot.users import Place, User

T = TypeVar("T")
P = ParamSpec("P")


class Context:
    """One run of one invocation."""

    __slots__ = ("_memory", "_store", "author", "counts", "invocation", "place", "spec")

    def __init__(
        self, invocation: Invocation, spec: CommandSpec, store: Store, counts: Counts, *, resumed: bool = False
    ) -> None:
        self.invocation = invocation
        self.author: User = invocation.author
        self.place: Place = invocation.place
        self.spec = spec
        self.counts = counts
        self._store = store
        self._memory = Memory(store, invocation.id, resumed) if resumed else None

    @property
    def overheard(self) -> bool:
        """True when others could read what was typed."""
        return self.invocation.overheard

    async def write(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(tx, …)` in one transaction, once for this invocation, whatever is redelivered or resumed.

        A second run reads the result of the first. Arguments must not depend on a clock or on chance.
        """
        if self._memory is None:
            self._memory = Memory(self._store, self.invocation.id, False)
        return await self._memory.write(fn, *args, **kwargs)

    async def read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(tx, …)` on one snapshot, in a reader that cannot write. Never decide on it: decide inside `write`."""
        return await self._store.read(fn, *args, **kwargs)

    def ended(self) -> None:
        """Raises `Diverged` when an earlier run carried out writes that this run did not come by."""
        if self._memory is not None:
            self._memory.ended()
