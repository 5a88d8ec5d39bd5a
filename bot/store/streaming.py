"""Long reads for exports: SQLAlchemy's asynchronous engine, which holds a page of rows at a time and cannot write."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import URL, Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

PAGE = 1000
Rows = AsyncIterator[tuple[Any, ...]]


@asynccontextmanager
async def stream(where: Path | str, statement: sa.Select[Any], **values: object) -> AsyncIterator[Rows]:
    """The rows of a statement, one after the other, on one snapshot, beside everything that writes.

    `where` is as `Store.open` takes it. Raises `sqlalchemy.exc.SQLAlchemyError` for what the database refuses.
    """
    engine = _sqlite(where) if isinstance(where, Path) else _postgres(where)
    try:
        async with engine.connect() as connection:
            result = await connection.stream(statement.execution_options(yield_per=PAGE), values)
            yield (tuple(row) async for row in result)
            await result.close()
    finally:
        await engine.dispose()


def _sqlite(path: Path) -> AsyncEngine:
    engine = create_async_engine(URL.create("sqlite+aiosqlite", database=str(path)), poolclass=NullPool)

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(dbapi: DBAPIConnection, _record: object) -> None:
        dbapi.isolation_level = None  # the driver's own transactions are no real ones
        cursor = dbapi.cursor()
        cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _postgres(url: str) -> AsyncEngine:
    import psycopg  # noqa: PLC0415  (who uses SQLite does not wait for its driver)

    async def connect() -> psycopg.AsyncConnection[Any]:
        return await psycopg.AsyncConnection.connect(url, options="-c default_transaction_read_only=on")

    return create_async_engine("postgresql+psycopg_async://", async_creator=connect, poolclass=NullPool)
