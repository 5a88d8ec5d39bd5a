"""The revisions make what the tables say, on SQLite; on PostgreSQL they can be rendered, triggers and all."""

import importlib
import io

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations

from bot.store import metadata
from tests.features import Features

REVISIONS = {
    "economy.migrations.economy_0001": {"ledger_entry", "ledger_transfer"},
    "mirrors.migrations.mirrors_0001": {"mirror_consent"},
    "handlers.whispers.migrations.whispers_0001": set(),
}
OURS = ("ledger_", "mirror", "own_words", "whisper")


async def test_the_schema_is_what_the_tables_say(features: Features) -> None:
    engine = sa.create_engine(f"sqlite:///{features.path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        changes = [repr(change) for change in compare_metadata(context, metadata)]
    engine.dispose()
    assert [change for change in changes if any(name in change for name in OURS)] == []


@pytest.mark.parametrize(("revision", "append_only"), REVISIONS.items())
def test_postgresql_holds_append_only_tables_too(revision: str, append_only: set[str]) -> None:
    out = io.StringIO()
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": out})
    with Operations.context(context):
        importlib.import_module(revision).upgrade()
    sql = out.getvalue()
    assert {table for table in metadata.tables if f"BEFORE TRUNCATE ON {table} " in sql} == append_only
    assert sql.count("BEFORE UPDATE OR DELETE") == len(append_only)
