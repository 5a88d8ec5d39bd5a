"""The revisions make what the tables say, on both databases, and carry what is there along."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.store import metadata
from bot.store.migrations import configuration, engine_for
from economy.audit import audit
from tests.economy import books
from tests.economy.books import Books
from tests.features import ADA, MIGRATIONS
from tests.servers import Kind, empty, sql

OURS = ("ledger_", "mirror", "own_words", "whisper")
APPEND_ONLY = ("ledger_entry", "ledger_transfer", "mirror_consent")
HELD = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}
NAMES = {"sqlite": ("{}_no_update", "{}_no_delete"), "postgresql": ("{}_rows", "{}_all")}

# Ada has given Bob 30; then Bob, who had an account under another person too, was linked. Written by the first revision.
PAST = """
INSERT INTO person (id, created, merged_into) VALUES (1, 1, NULL), (2, 1, NULL), (3, 1, 2);
INSERT INTO ledger_account (id, code, person, unbounded, hot, balance, version) VALUES
  (1, 'sys:mint', NULL, 1, 1, 0, 0), (2, 'person:1', 1, 0, 0, 70, 2), (3, 'person:2', 2, 0, 0, 230, 3),
  (4, 'person:3', 3, 0, 0, 0, 2);
INSERT INTO ledger_transfer (id, key, digest, reason, at) VALUES
  (1, 'welcome:1', '', 'welcome', 1), (2, 'welcome:2', '', 'welcome', 1), (3, 'welcome:3', '', 'welcome', 1),
  (4, 'k', '', 'blessing', 2), (5, 'merge:3', '', 'merge', 3);
INSERT INTO ledger_entry (transfer, account, amount, version, balance) VALUES
  (1, 1, -100, NULL, NULL), (1, 2, 100, 1, 100), (2, 1, -100, NULL, NULL), (2, 3, 100, 1, 100),
  (3, 1, -100, NULL, NULL), (3, 4, 100, 1, 100), (4, 2, -30, 2, 70), (4, 3, 30, 2, 130),
  (5, 4, -100, 2, 0), (5, 3, 100, 3, 230)
"""


@pytest.fixture
def packages() -> tuple[str, ...]:
    return MIGRATIONS


def compared(_object: object, name: str, kind: str, _reflected: bool, _other: object) -> bool:
    return kind != "table" or name.startswith(OURS)


@pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")
def test_the_schema_is_what_the_tables_say(database: Path | str) -> None:
    engine = engine_for(database)
    with engine.connect() as connection:
        options = {"compare_type": True, "include_object": compared}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
    engine.dispose()


def test_append_only_tables_are_held(database: Path | str, kind: Kind) -> None:
    held = {name for (name,) in sql(database, HELD[kind])}
    assert held >= {name.format(table) for table in APPEND_ONLY for name in NAMES[kind]}


def test_what_was_given_before_there_were_levels_counts(kind: Kind, tmp_path: Path) -> None:
    where = tmp_path / "old.db" if kind == "sqlite" else empty()
    engine = engine_for(where)
    with engine.begin() as connection:
        config = configuration(MIGRATIONS)
        config.attributes["connection"] = connection
        command.upgrade(config, "economy_0001")
        command.upgrade(config, "bot@head")
        for statement in PAST.split(";\n"):
            connection.exec_driver_sql(statement)
        for table in ("person", "ledger_transfer", "ledger_entry", "ledger_account") if kind == "postgresql" else ():
            connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 100)")
    engine.dispose()
    ledger = Books(where, tmp_path)
    assert ledger.write(audit) == {}
    assert ledger.sql("SELECT received, tipped, moved FROM ledger_account ORDER BY id") == [
        (0, 0, None),
        (0, 0, None),
        (30, 30, None),
        (0, 0, 3),
    ]
    assert ledger.write(books.reward, "k2", ADA, 5)
    with pytest.raises(Exception, match="append-only"):
        ledger.sql("UPDATE ledger_entry SET amount = 1")
    ledger.close()
