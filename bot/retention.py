"""What has ended is kept for a while and then removed, bit by bit: no command waits behind a large transaction."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeAlias

import sqlalchemy as sa

from bot.store import Store, Tx, buttons, inbox, notices, outbox, param
from bot.store.schema import link_code
from config.settings import RetentionSettings

Forget: TypeAlias = Callable[[Tx, int], int]
"""`fn(tx, before)` removes at most 1,000 rows that ended before that time (µs), and returns how many they were."""

DAY: Final = 86_400_000_000
_MOST = 10_000
_PAUSE = 0.02
_CODES = (
    sa.delete(link_code)
    .where(
        link_code.c.digest.in_(
            sa.select(link_code.c.digest).where(link_code.c.expires < param("before", sa.BigInteger)).limit(1_000)
        )
    )
    .returning(link_code.c.person)
)
log = logging.getLogger(__name__)


def codes(tx: Tx, before: int) -> int:
    """Remove at most 1,000 codes that were good until before this time (µs); returns how many."""
    return len(tx.execute(_CODES, before=before))


HOUSE: Final[tuple[Forget, ...]] = (inbox.forget, outbox.forget, buttons.forget, codes)


async def sweep(
    store: Store,
    settings: RetentionSettings,
    retained: Iterable[Forget],
    flows: Callable[[int], Awaitable[int]],
) -> int:
    """Remove all that is due: of the house, of the features (`retained`), and `flows(before)`. Returns how many there were.

    What fails is logged, and keeps nothing else from being removed.
    """
    now = await store.read(lambda tx: tx.now)
    before, total = now - settings.days * DAY, 0
    for fn in (*HOUSE, *retained):
        total += await _all(store, fn, before)
    total += await _all(store, notices.forget, now - settings.notices * DAY)
    return total + await flows(before)


async def _all(store: Store, fn: Forget, before: int) -> int:
    total = 0
    try:
        for _ in range(_MOST):
            if not (count := await store.write(fn, before)):
                break
            total += count
            await asyncio.sleep(_PAUSE)
    except Exception:
        log.exception("%s.%s removes nothing more", fn.__module__, fn.__qualname__)
    return total
