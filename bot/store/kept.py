"""A small sealed memory over restarts: registration digests, refreshed tokens."""

import sqlalchemy as sa

from bot.store.schema import insert, kept, param
from bot.store.tx import Tx

RECALL = sa.select(kept.c.value).where(kept.c.key == param("key"))
_keep = insert(kept).values(key=param("key"), value=param("value", sa.LargeBinary), at=param("now", sa.BigInteger))
KEEP = _keep.on_conflict_do_update(
    index_elements=[kept.c.key], set_={"value": _keep.excluded["value"], "at": _keep.excluded["at"]}
)


def recall(tx: Tx, key: str) -> str | None:
    """What was kept under this key."""
    rows = tx.execute(RECALL, key=key)
    return tx.keys.unseal(rows[0][0], "kept", key).decode() if rows else None


def keep(tx: Tx, key: str, value: str) -> None:
    """Keep it, in place of what was there."""
    tx.execute(KEEP, key=key, value=tx.keys.seal(value.encode(), "kept", key), now=tx.now)
