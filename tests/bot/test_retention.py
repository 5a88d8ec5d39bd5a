"""Retention removes what is due and nothing else, and nothing keeps it from the rest."""

import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import retention
from bot.identity import new_code
from bot.retention import DAY
from bot.security.keyring import Keyring
from bot.store import Store, Tx, param
from bot.store.schema import inbox, insert, link_code, notice, outbox
from config.settings import RetentionSettings

KEPT = RetentionSettings(days=30, notices=90)
_time = param("at", sa.BigInteger)
ENDED = insert(inbox).values(id=param("id"), state=param("state"), attempts=1, accepted=_time, ended=_time)
SENT = insert(outbox).values(
    key=param("id"), state=param("state"), attempts=1, piece=0, reason="", created=_time, settled=_time
)
CODE = insert(link_code).values(
    digest=param("digest", sa.LargeBinary),
    person=1,
    platform="twitch",
    user_key="twitch:1",
    created=_time,
    expires=_time,
)
TOLD = insert(notice).values(person=1, topic=param("id"), body=param("body", sa.LargeBinary), at=_time)
COUNTS = {
    "inbox": sa.select(inbox.c.id).order_by(inbox.c.id),
    "outbox": sa.select(outbox.c.key).order_by(outbox.c.key),
    "notices": sa.select(notice.c.topic).order_by(notice.c.topic),
}
CODES = sa.select(sa.func.count()).select_from(link_code)


@pytest.fixture
def packages() -> tuple[str, ...]:
    return ()


def fill(tx: Tx, now: int) -> None:
    """Each kind: some that are due, some that are not yet, some that have not ended."""
    for name, days in (("old", 31), ("new", 29)):
        at = now - days * DAY
        for state in ("done", "expired"):
            tx.execute(ENDED, id=f"{name} {state}", state=state, at=at)
        for state in ("sent", "dead"):
            tx.execute(SENT, id=f"{name} {state}", state=state, at=at)
        tx.execute(CODE, digest=new_code().encode(), at=at)
        tx.execute(TOLD, id=name, body=b"", at=at - 60 * DAY)
    tx.execute(ENDED, id="waiting", state="accepted", at=now - 99 * DAY)
    tx.execute(SENT, id="waiting", state="pending", at=now - 99 * DAY)


def left(tx: Tx) -> dict[str, object]:
    return {name: [one for (one,) in tx.execute(statement)] for name, statement in COUNTS.items()} | {
        "codes": tx.execute(CODES)[0][0]
    }


def many(tx: Tx, now: int) -> None:
    for number in range(1500):
        tx.execute(SENT, id=f"old {number}", state="sent", at=now - 31 * DAY)


async def test_what_is_due_is_removed_and_nothing_else(database: Path | str, tmp_path: Path) -> None:
    now, asked = time.time_ns() // 1000, []

    async def flows(before: int) -> int:
        asked.append(before)
        return 1

    store = await Store.open(database, Keyring.open(tmp_path))
    try:
        await store.write(fill, now)
        assert await retention.sweep(store, KEPT, [], flows) == 2 + 2 + 1 + 1 + 1
        assert await store.read(left) == {
            "inbox": ["new done", "new expired", "waiting"],
            "outbox": ["new dead", "new sent", "waiting"],
            "notices": ["new"],
            "codes": 1,
        }
        assert abs(asked[0] - (now - 30 * DAY)) < 60_000_000
        assert await retention.sweep(store, KEPT, [], flows) == 1
    finally:
        await store.close()


async def test_features_are_asked_until_nothing_is_left_and_one_that_fails_stops_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mine, asked = [1000, 1000, 7], []

    def broken(tx: Tx, before: int) -> int:
        raise LookupError(before)

    def feature(tx: Tx, before: int) -> int:
        asked.append(tx.now - before)
        return mine.pop(0) if mine else 0

    async def flows(before: int) -> int:
        return 0

    store = await Store.open(tmp_path / "soulfra.db", Keyring.open(tmp_path))
    try:
        await store.write(many, time.time_ns() // 1000)
        assert await retention.sweep(store, KEPT, [broken, feature], flows) == 1500 + 2007
        assert len(asked) == 4
        assert min(asked) >= 30 * DAY
        assert [one.message.split(".")[-1] for one in caplog.records] == ["broken removes nothing more"]
    finally:
        await store.close()
