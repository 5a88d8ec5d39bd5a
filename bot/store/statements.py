"""Statements: SQLAlchemy Core, compiled once, run on the driver's own cursor.

A raw cursor skips SQLAlchemy's conversions: what needs one is refused when it is compiled, not got wrong when it runs.
"""

from functools import lru_cache
from typing import Any, TypeAlias

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import visitors
from sqlalchemy.sql.expression import SelectBase, UpdateBase
from sqlalchemy.types import NullType, TypeEngine

Statement: TypeAlias = SelectBase | UpdateBase

SQLITE: Dialect = sqlite.dialect(paramstyle="named")
PLAIN = (sa.Integer, sa.BigInteger, sa.SmallInteger, sa.Text, sa.String, sa.LargeBinary)
CACHE = 4096


class Compiled(Struct, frozen=True):
    """SQL for one driver, the values that are part of the statement, and the names of those still to be given."""

    sql: str
    fixed: dict[str, object]
    names: frozenset[str]


@lru_cache(CACHE)
def compile_once(statement: Statement, dialect: Dialect) -> Compiled:
    """Shared by every database of a process. Raises `TypeError` for SQL text, `in_()`, and types that convert values in Python."""
    if not isinstance(statement, SelectBase | UpdateBase):
        raise TypeError("tx.execute takes a SELECT, INSERT, UPDATE or DELETE of SQLAlchemy Core")
    if any(isinstance(part, sa.TextClause) for part in visitors.iterate(statement)):
        raise TypeError("SQL text is not taken: write the statement with SQLAlchemy Core")
    compiled = statement.compile(dialect=dialect)
    if "POSTCOMPILE" in compiled.string:
        raise TypeError("in_() is expanded at every execution: use a join or one statement per value")
    binds = compiled.bind_names
    for bind, name in binds.items():
        _plain(bind.type, name)
    for column in getattr(statement, "exported_columns", ()):
        if not isinstance(column.type, NullType):
            _plain(column.type, str(column))
    fixed = {name: bind.effective_value for bind, name in binds.items() if not bind.required}
    return Compiled(compiled.string, fixed, frozenset(binds.values()) - fixed.keys())


def _plain(kind: TypeEngine[Any], name: str) -> None:
    if type(kind) not in PLAIN:
        raise TypeError(f"{name} is {kind!r}: a statement takes and gives integers, text and bytes only")


class Statements(dict[Statement, Compiled]):
    """The compiled statements of one database; safe to share between threads."""

    def __init__(self, dialect: Dialect = SQLITE) -> None:
        self._dialect = dialect

    def __missing__(self, statement: Statement) -> Compiled:
        if len(self) >= CACHE:  # statements that are not constants must not fill the memory
            self.clear()
        found = self[statement] = compile_once(statement, self._dialect)
        return found
