"""What servers know: found by its words on both databases, whatever is asked for, and by nobody elsewhere."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import UserError
from bot.security.keyring import Keyring
from bot.store import Store, Tx, metadata
from bot.store.migrations import engine_for
from handlers.oracle import know
from handlers.oracle.fulltext import query
from handlers.oracle.wording import words
from tests import servers
from tests.features import Clock

HERE, THERE = "telegram:-100", "telegram:100"
MIGRATIONS = ["handlers.oracle.migrations"]
SIGNS = (
    '"',
    "'",
    "*",
    "^",
    ":",
    "(",
    ")",
    "{",
    "}",
    "-",
    "+",
    "!",
    "&",
    "|",
    "<->",
    "\\",
    "%",
    "%s",
    ";",
    "--",
    "\0",
    "🦓",
)
WORDS = (
    "NEAR",
    "AND",
    "OR",
    "NOT",
    "home",
    "words",
    "rowid",
    "knowledge_words",
    "dragon",
    "DROP TABLE knowledge",
    ":query",
)
SYNTAX = st.sampled_from(SIGNS + WORDS)
ASKED = st.lists(SYNTAX | st.text(max_size=12), max_size=12).map(" ".join) | st.text(max_size=200)


@pytest.fixture
def packages() -> list[str]:
    return MIGRATIONS


@pytest.fixture
def everywhere() -> None:
    """These tests choose their databases themselves."""


@pytest_asyncio.fixture
async def store(database: Path | str, tmp_path: Path) -> AsyncIterator[Store]:
    one = await Store.open(database, Keyring.open(tmp_path / "keys"), MIGRATIONS, clock=Clock())
    yield one
    await one.close()


def found(tx: Tx, question: str, home: str = HERE) -> list[int]:
    return [one.number for one in know.find(tx, home, words(question), 5)]


def fill(tx: Tx) -> None:
    know.add(tx, HERE, "The raid begins at eight in the evening, every Friday.", "Raids")
    know.add(tx, HERE, "Dragons are fed by the moderators alone. Do not feed the dragon.")
    know.add(tx, HERE, "Whoever is rude to others goes. The evening belongs to everybody.", "Rules")
    know.add(tx, THERE, "Here dragons are eaten, at eight.")


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("When does the raid begin?", [1]),
        ("dragon", [2]),
        ("Who may feed dragons?", [2]),
        ("What are the rules of the evening?", [3, 1]),
        ("Where is the treasure?", []),
        ("What is the?", []),
        ("", []),
        ("telegram 100 home", []),
    ],
)
async def test_entries_are_found_by_what_they_are_about(store: Store, question: str, numbers: list[int]) -> None:
    await store.write(fill)
    assert await store.read(found, question) == numbers


async def test_each_server_has_its_own(store: Store) -> None:
    await store.write(fill)
    assert await store.read(found, "dragons", THERE) == [1]
    assert await store.read(found, "dragons", "telegram:7") == []
    assert [one.title for one in await store.read(know.everything, HERE)] == ["Raids", "", "Rules"]


async def test_what_is_removed_is_found_no_more_and_its_number_never_comes_again(store: Store) -> None:
    await store.write(fill)
    assert await store.write(know.remove, HERE, 3) == "Rules"
    assert await store.read(found, "rules of the evening") == [1]
    with pytest.raises(UserError, match="by the number 3"):
        await store.write(know.remove, HERE, 3)
    with pytest.raises(UserError):
        await store.write(know.remove, THERE, 2)
    assert await store.write(know.add, HERE, "new rules") == 4


async def test_a_server_that_is_full_takes_no_more_until_one_is_removed(store: Store) -> None:
    def fill_up(tx: Tx) -> None:
        for _ in range(know.MOST):
            know.add(tx, HERE, "x")

    await store.write(fill_up)
    with pytest.raises(UserError, match="500 things"):
        await store.write(know.add, HERE, "one more")
    await store.write(know.add, THERE, "one more")
    await store.write(know.remove, HERE, 7)
    assert await store.write(know.add, HERE, "one more") == 501


async def test_a_server_that_moves_takes_it_along(store: Store) -> None:
    await store.write(fill)
    await store.write(know.moved, "telegram", "-100", "-5")
    assert await store.read(found, "dragons", HERE) == []
    assert await store.read(found, "dragons", "telegram:-5") == [2]
    assert await store.write(know.add, "telegram:-5", "x") == 4
    await store.write(know.moved, "telegram", "-5", "100")
    assert await store.read(found, "dragons", THERE) == [1]


async def test_a_question_is_never_read_as_syntax(store: Store) -> None:
    await store.write(fill)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(ASKED)
    def look(question: str) -> None:
        got = store.begin_read(found, question).result(10)
        assert set(got) <= {1, 2, 3}
        if "dragon" in words(question):
            assert 2 in got

    look()
    assert len(await store.read(know.everything, HERE)) == 3


@given(ASKED)
def test_a_query_consists_of_quoted_words(question: str) -> None:
    for word in words(question):
        assert word.isalnum()
    parts = query(words(question)).split(" OR ")
    assert all(part == "" or (part[0] == part[-1] == '"' and part[1:-1].isalnum()) for part in parts)


async def test_hostile_words_are_kept_and_found(store: Store) -> None:
    hostile = '\'); DROP TABLE knowledge; -- "zebra" % :home \\ 🦓'
    await store.write(know.add, HERE, hostile, '"title" OR')
    assert await store.read(found, "zebra") == [1]
    assert (await store.read(know.everything, HERE))[0].words == hostile


@pytest.mark.filterwarnings("ignore:Did not recognize type")
def test_the_schema_is_what_the_tables_say(database: Path | str) -> None:
    engine = engine_for(database)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        changes = [repr(change) for change in compare_metadata(context, metadata)]
    engine.dispose()
    ours = [one for one in changes if "knowledge" in one or "oracle" in one]
    assert [one for one in ours if "knowledge_words" not in one and "Column('found', TSVECTOR()" not in one] == []


def test_the_index_holds_what_the_rows_say(tmp_path: Path) -> None:
    with servers.lent(tmp_path, MIGRATIONS, "sqlite") as where:
        rows: Callable[..., list[tuple[object, ...]]] = servers.sql
        rows(where, "INSERT INTO knowledge (home, number, title, words, at) VALUES ('a:1', 1, 't', 'one', 0)")
        rows(where, "UPDATE knowledge SET words = 'two', home = 'a:2'")
        rows(where, "INSERT INTO knowledge_words (knowledge_words) VALUES ('integrity-check')")
        assert rows(where, "SELECT rowid FROM knowledge_words WHERE knowledge_words MATCH 'one'") == []
        assert rows(where, "SELECT rowid FROM knowledge_words WHERE knowledge_words MATCH 'two'") == [(1,)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Raids | Every Friday.", ("Raids", "Every Friday.")),
        ("a|b", ("", "a|b")),
        (" | no title", ("", "| no title")),
        ("title | ", ("", "title |")),
        ("t" * 81 + " | long", ("", "t" * 81 + " | long")),
        ("A | b | c", ("A", "b | c")),
    ],
)
def test_a_title_may_come_first(typed: str, expected: tuple[str, str]) -> None:
    assert know.titled(typed) == expected
