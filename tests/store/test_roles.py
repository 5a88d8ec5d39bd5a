"""Two roles on a real server: the bot's writes rows and changes no table, the reader's only reads."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import make_url
from typer.testing import CliRunner

from bot.cli import cli
from bot.security.keyring import Keyring
from bot.store import Memory, SchemaError, Store, Tx, kept
from bot.store.events import events_after, seal_due
from bot.store.postgres.roles import grant
from tests import servers
from tests.servers import Server, sql
from tests.store.test_migrations import EARLIER

BOT, READER = f"soulfra_bot_{os.getpid()}", f"soulfra_reader_{os.getpid()}"
NOT_FOR_THE_BOT = [
    "UPDATE ledger_entry SET amount = 1",
    "DELETE FROM ledger_transfer",
    "TRUNCATE ledger_entry",
    "TRUNCATE kept",
    "DELETE FROM event",
    "UPDATE event SET body = '{}'",
    "DELETE FROM mirror_consent",
    "CREATE TABLE mine (x int)",
    "CREATE TEMPORARY TABLE mine (x int)",
    "DROP TABLE kept",
    "ALTER TABLE kept ADD COLUMN mine int",
    "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "UPDATE alembic_version SET version_num = 'bot_9999'",
]
NOT_FOR_THE_READER = [
    *NOT_FOR_THE_BOT,
    "INSERT INTO kept VALUES ('a', '', 1)",
    "UPDATE outbox SET state = 'dead'",
    "DELETE FROM inbox",
    "SELECT nextval('event_id_seq')",
]


@pytest.fixture
def packages() -> tuple[str, ...]:
    return servers.HOUSE


@pytest.fixture
def kind() -> str:
    """The server."""
    return "postgresql"


@pytest.fixture
def roles(postgres: Server, database: str) -> Iterator[dict[str, str]]:
    """Where each of them connects to."""
    for role in (BOT, READER):
        sql(postgres.url, f"DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN PASSWORD 'known'")
    yield {
        role: make_url(database).set(username=role, password="known").render_as_string(False) for role in (BOT, READER)
    }
    for role in (BOT, READER):
        sql(database, f"DROP OWNED BY {role}; DROP ROLE {role}")


async def test_the_bot_runs_as_its_role(database: str, roles: dict[str, str], tmp_path: Path) -> None:
    grant(database, BOT, READER)
    store = await Store.open(roles[BOT], Keyring.open(tmp_path), servers.HOUSE, read_url=roles[READER])
    assert await Memory(store, "i").write(kept_and_told, "a") == "a"
    assert await seal_due(store) == 1
    assert [one.kind for one in await store.read(events_after, 0)] == ["told"]
    assert await store.read(kept.recall, "a") == "1"
    await store.close()


def kept_and_told(tx: Tx, key: str) -> str:
    kept.keep(tx, key, "1")
    tx.emit("told")
    return key


def test_nothing_more_is_allowed(database: str, roles: dict[str, str]) -> None:
    for statement in EARLIER:
        sql(database, statement)
    for _ in range(2):  # again after each upgrade
        grant(database, BOT, READER)
    for role, statements in ((BOT, NOT_FOR_THE_BOT), (READER, NOT_FOR_THE_READER)):
        allowed = []
        for statement in statements:
            with suppress(errors.InsufficientPrivilege):
                sql(roles[role], statement)
                allowed.append(statement)
        assert allowed == [], role
    for role in roles.values():
        assert sql(role, "SELECT balance FROM ledger_account WHERE person = 1") == [(8,)]


def test_what_an_earlier_grant_gave_is_taken_back(database: str, roles: dict[str, str]) -> None:
    sql(database, f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {BOT}, {READER}")
    grant(database, BOT, READER)
    with pytest.raises(errors.InsufficientPrivilege):
        sql(roles[READER], "DELETE FROM kept")


async def test_the_role_of_the_bot_does_not_bring_the_schema_up_to_date(
    roles: dict[str, str], database: str, tmp_path: Path
) -> None:
    grant(database, BOT, READER)
    ((newest,),) = sql(database, "DELETE FROM alembic_version WHERE version_num LIKE 'economy%' RETURNING version_num")
    with pytest.raises(SchemaError, match="permission denied"):
        await Store.open(roles[BOT], Keyring.open(tmp_path), servers.HOUSE)
    sql(database, f"INSERT INTO alembic_version VALUES ('{newest}')")  # noqa: S608  (whoever is lent it next finds it whole)


def test_the_verbs(database: str, roles: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOULFRA_DATABASE__URL", database)
    monkeypatch.setenv("SOULFRA_DATA", str(tmp_path))
    run = CliRunner().invoke
    upgraded = run(cli, ["database", "upgrade"])
    assert upgraded.exit_code == 0, upgraded.output
    granted = run(cli, ["database", "grant", "--application", BOT, "--reader", READER])
    assert granted.exit_code == 0, granted.output
    said = run(cli, ["database", "status"]).output
    assert sql(roles[BOT], "SELECT count(*) FROM dbos.workflow_status") == [(0,)]  # the tables of the flows
    assert "PostgreSQL database" in said
    assert "bot_0006" in said
    assert "in all: " in said
    with pytest.raises(SchemaError, match="no role nobody_here"):
        run(cli, ["database", "grant", "--application", "nobody_here", "--reader", READER], catch_exceptions=False)
    with psycopg.connect(roles[READER]) as connection:
        assert connection.execute("SELECT count(*) FROM person").fetchone() == (0,)


def test_the_verbs_on_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SOULFRA_DATABASE__URL", raising=False)
    monkeypatch.setenv("SOULFRA_DATA", str(tmp_path))
    run = CliRunner().invoke
    assert "not made yet" in run(cli, ["database", "status"]).output
    assert not list(tmp_path.glob("*.db"))
    assert "bot_0006" in run(cli, ["database", "upgrade"]).output
    assert "in all: " in run(cli, ["database", "status"]).output
    assert run(cli, ["database", "grant", "--application", "a", "--reader", "b"]).exit_code != 0
