"""However much somebody was given: what they gave is read by an index that has nothing else."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.store.postgres.engine import DIALECT
from bot.store.statements import SQLITE, compile_once
from handlers.journey.archetypes import gathering
from tests import servers
from tests.handlers.journey.archetypes.way import MIGRATIONS
from tests.servers import Kind

STREAMER = """
INSERT INTO person(id, created) VALUES (1, 0), (2, 0);
INSERT INTO ledger_account(id, code, person, unbounded, hot, balance, version)
VALUES (1, 'person:1', 1, 0, 0, 5000, 5000), (2, 'person:2', 2, 1, 0, -5000, 5000);
INSERT INTO ledger_transfer(id, key, digest, reason, at)
WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
SELECT i, 'k' || i, '', 'blessing', 0 FROM n;
INSERT INTO ledger_entry(transfer, account, amount, version, balance) SELECT id, 1, 1, id, id FROM ledger_transfer;
INSERT INTO ledger_entry(transfer, account, amount, version, balance) SELECT id, 2, -1, id, -id FROM ledger_transfer
"""
"""Account 1, to whom account 2 has given often."""


def plan(where: Path | str) -> str:
    """How the database finds what a person gave."""
    if isinstance(where, Path):
        compiled = compile_once(gathering._GIVEN, SQLITE)
        with closing(sqlite3.connect(where)) as lite:
            return str(lite.execute(f"EXPLAIN QUERY PLAN {compiled.sql}", compiled.fixed | {"who": 1}).fetchall())
    compiled = compile_once(gathering._GIVEN, DIALECT)
    with psycopg.connect(where) as connection:
        connection.execute("ANALYZE")
        values: dict[str, Any] = compiled.fixed | {"who": 1}
        return str(connection.execute(f"EXPLAIN {compiled.sql}".encode(), values).fetchall())


@pytest.mark.parametrize("kind", servers.KINDS)
def test_what_was_given_is_read_by_its_own_index(kind: Kind, tmp_path: Path) -> None:
    with servers.lent(tmp_path, MIGRATIONS, kind) as where:
        for statement in STREAMER.split(";"):
            servers.sql(where, statement)
        assert "ledger_entry_given" in plan(where)
        assert "ledger_entry_version" not in plan(where)
