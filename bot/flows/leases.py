"""Who is alive, as the database knows it: an executor holds a lease and renews it; so does a job while it runs."""

import sqlalchemy as sa

from bot.store import Tx, insert, param
from bot.store.inbox import FORGET
from bot.store.schema import lease, remembered

EXECUTOR, JOB = "executor:", "job:"
_SECOND = 1_000_000

_ours = sa.or_(
    sa.and_(lease.c.name >= EXECUTOR, lease.c.name < "executor;"), sa.and_(lease.c.name >= JOB, lease.c.name < "job;")
)
_put = insert(lease).values(name=param("name"), holder=param("holder"), expires=param("expires", sa.BigInteger))
TAKE = _put.on_conflict_do_update(
    index_elements=[lease.c.name],
    set_={"holder": _put.excluded.holder, "expires": _put.excluded.expires},
    where=lease.c.expires < param("now", sa.BigInteger),
).returning(lease.c.name)
HOLD = _put.on_conflict_do_update(index_elements=[lease.c.name], set_={"expires": _put.excluded.expires})
RENEW = sa.update(lease).where(lease.c.holder == param("whose")).values(expires=param("until", sa.BigInteger))
FREE = sa.delete(lease).where(lease.c.name == param("which"), lease.c.holder == param("whose"))
LEAVE = sa.delete(lease).where(lease.c.holder == param("whose"))
EARLIER = sa.delete(lease).where(lease.c.holder >= param("first"), lease.c.holder < param("last"), _ours)
OVER = sa.delete(lease).where(lease.c.expires < param("before", sa.BigInteger), _ours)
ALIVE = sa.select(lease.c.holder).where(
    lease.c.name >= EXECUTOR, lease.c.name < "executor;", lease.c.expires >= param("now", sa.BigInteger)
)
WROTE = (
    sa.select(remembered.c.invocation)
    .where(remembered.c.invocation >= "flow:", remembered.c.invocation < "flow;")
    .distinct()
    .limit(1000)
)


def begin(tx: Tx, holder: str, life: str, seconds: float) -> None:
    """An executor begins to live. Those of earlier lives of the same data folder are dead: it is locked by this one."""
    tx.execute(EARLIER, first=f"{life}:", last=f"{life};")
    beat(tx, holder, seconds)


def beat(tx: Tx, holder: str, seconds: float) -> list[str]:
    """It lives on, and so do the jobs that it does. Returns who is alive."""
    until = tx.now + int(seconds * _SECOND)
    tx.execute(RENEW, whose=holder, until=until)
    tx.execute(HOLD, name=EXECUTOR + holder, holder=holder, expires=until)
    tx.execute(OVER, before=tx.now - 86_400 * _SECOND)
    return [who for (who,) in tx.execute(ALIVE, now=tx.now)]


def end(tx: Tx, holder: str) -> None:
    """It has ended as it should."""
    tx.execute(LEAVE, whose=holder)


def take_job(tx: Tx, name: str, holder: str, seconds: float) -> bool:
    """May this job be done now? False while it is done already, here or elsewhere."""
    until = tx.now + int(seconds * _SECOND)
    return bool(tx.execute(TAKE, name=JOB + name, holder=holder, expires=until, now=tx.now))


def leave_job(tx: Tx, name: str, holder: str) -> None:
    """It may be done again."""
    tx.execute(FREE, which=JOB + name, whose=holder)


def wrote(tx: Tx) -> list[str]:
    """The flows that have remembered writes."""
    return [which.removeprefix("flow:") for (which,) in tx.execute(WROTE)]


def forget(tx: Tx, ids: list[str]) -> None:
    """These have ended: what they wrote is not remembered any more."""
    for one in ids:
        tx.execute(FORGET, which=f"flow:{one}")
