"""Statements are refused when they are compiled, not wrong when they run."""

import enum
import importlib
import pkgutil

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.psycopg import dialect as psycopg
from sqlalchemy.sql.expression import SelectBase, UpdateBase

import bot.store
from bot.store import Store, Tx, insert, param, serial
from bot.store.schema import inbox, kept
from bot.store.statements import SQLITE, Statements, compile_once

TABLE = sa.Table(
    "anything",
    sa.MetaData(),
    sa.Column("id", serial, primary_key=True),
    sa.Column("flag", sa.Boolean),
    sa.Column("at", sa.DateTime),
    sa.Column("data", sa.JSON),
    sa.Column("mood", sa.Enum(enum.Enum("Mood", "A B"))),
)
REFUSED = {
    "text": sa.text("COMMIT"),
    "text inside": sa.select(inbox.c.id).where(sa.text("1 = 1")),
    "text as a select": sa.text("SELECT 1 AS a").columns(sa.column("a", sa.Integer)),
    "ddl": sa.schema.DropTable(inbox),
    "in_": sa.select(inbox.c.id).where(inbox.c.id.in_(["a", "b"])),
    "in_ later": sa.select(inbox.c.id).where(inbox.c.id.in_(sa.bindparam("ids", expanding=True))),
    "bool out": sa.select(TABLE.c.flag),
    "truth out": sa.select(inbox.c.id == "a"),
    "datetime out": sa.select(TABLE.c.at),
    "datetime in": sa.select(TABLE.c.id).where(TABLE.c.at == sa.bindparam("at", type_=sa.DateTime)),
    "json in": insert(TABLE).values(data=sa.bindparam("d", type_=sa.JSON)),
    "enum out": sa.select(TABLE.c.mood),
    "untyped": sa.select(inbox.c.id).where(sa.func.lower("x") == sa.bindparam("x")),
}
MODULES = [
    importlib.import_module(f"bot.store.{module.name}")
    for module in pkgutil.iter_modules(bot.store.__path__)
    if module.name != "migrations"
]
CONSTANTS = {
    f"{module.__name__}.{name}": value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, SelectBase | UpdateBase)
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_raw_cursor_would_get_wrong_is_refused(name: str) -> None:
    with pytest.raises(TypeError):
        compile_once(REFUSED[name], SQLITE)


@pytest.mark.parametrize("name", CONSTANTS)
def test_every_statement_compiles_for_both_databases(name: str) -> None:
    lite, postgres = (compile_once(CONSTANTS[name], one) for one in (SQLITE, psycopg()))
    assert lite.names == postgres.names


def test_the_constants_were_found() -> None:
    assert len(CONSTANTS) > 35


def test_fixed_values_are_part_of_the_statement() -> None:
    statement = sa.update(inbox).where(inbox.c.id == param("which")).values(state="done", body=None)
    compiled = compile_once(statement, SQLITE)
    assert compiled.names == {"which"}
    assert compiled.fixed == {"state": "done", "body": None}


def test_statements_that_are_not_constants_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.statements.CACHE", 10)
    statements = Statements()
    for number in range(25):
        assert statements[sa.select(kept.c.key).limit(number)].sql
    assert len(statements) <= 10


async def test_values_must_be_the_ones_asked_for(store: Store) -> None:
    statement = sa.select(kept.c.at).where(kept.c.key == param("key"))

    def run(tx: Tx, values: dict[str, object]) -> list[tuple[int]]:
        return tx.execute(statement, **values)

    assert await store.read(run, {"key": "a"}) == []
    for wrong in ({}, {"key": "a", "other": 1}, {"kye": "a"}):
        with pytest.raises(TypeError, match="asks for"):
            await store.read(run, wrong)
