"""However many accounts and entries there are: what people wait for looks rows up by an index, and reads no whole table."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.store import Statement
from bot.store.statements import SQLITE, compile_once
from economy import accounts, holds, merging, operators, posting, statement, support
from tests.servers import lent

MODULES = (accounts, holds, merging, operators, posting, statement, support)
STATEMENTS = {
    f"{module.__name__}.{name}": one
    for module in MODULES
    for name, one in vars(module).items()
    if name.removeprefix("_").replace("_", "").isupper() and isinstance(one, Statement)
}


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    with lent(tmp_path_factory.mktemp("plans"), kind="sqlite") as where:
        assert isinstance(where, Path)
        with closing(sqlite3.connect(where)) as one:
            yield one


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_statement_reads_a_whole_table(name: str, connection: sqlite3.Connection) -> None:
    compiled = compile_once(STATEMENTS[name], SQLITE)
    values = compiled.fixed | dict.fromkeys(compiled.names, 1)
    steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {compiled.sql}", values)]
    assert [step for step in steps if step.startswith("SCAN")] == []


def test_there_are_statements() -> None:
    assert len(STATEMENTS) > 30
