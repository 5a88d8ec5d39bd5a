"""Whatever byte of whatever column is changed: it is found, with the page."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store import Tx
from handlers.journey.codex import pages, tables
from handlers.journey.codex.chain import Broken
from tests import servers
from tests.handlers.journey.codex.shelf import ADA, Shelf, draft
from tests.handlers.journey.codex.test_chain import changed

FORGOTTEN, COUNT = 3, 5
COLUMNS = [one.name for one in tables.page.columns if one.name != "id"]
PATIENT = settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("tampering")
    with servers.lent(folder / "db", ("handlers.journey.codex.migrations",), "sqlite") as where:
        shelf = Shelf(where, folder / "keys")
        for n in range(COUNT):
            shelf.seal(ADA, draft(f"answer {n}"))
        shelf.write(pages.forget, shelf.person(ADA), FORGOTTEN)
        yield shelf
        shelf.close()


def put(tx: Tx, table: sa.Table, row: int, column: str, value: object) -> None:
    tx.execute(sa.update(table).where(table.c.id == row).values({column: value}))


def kept(tx: Tx, table: sa.Table, row: int, column: str) -> object:
    return tx.execute(sa.select(table.c[column]).where(table.c.id == row))[0][0]


@pytest.mark.parametrize("column", COLUMNS)
@PATIENT
@given(number=st.integers(1, COUNT), data=st.data())
def test_a_changed_page_is_found(written: Shelf, column: str, number: int, data: st.DataObject) -> None:
    was = written.read(kept, tables.page, number, column)
    value = b"\x00" if was is None else changed(was, data)
    if column == "number" and value in range(1, COUNT + 1):
        value = number + 64
    written.write(put, tables.page, number, column, value)
    found = written.read(pages.verify, written.person(ADA))
    written.write(put, tables.page, number, column, was)
    assert found is not None
    assert found.number == (1 if column == "number" and value < 1 else number)
    assert written.read(pages.verify, written.person(ADA)) is None


@pytest.mark.parametrize("column", ["key", "secret", "mark", "pages"])
@PATIENT
@given(data=st.data())
def test_a_changed_book_is_found(written: Shelf, column: str, data: st.DataObject) -> None:
    was = written.read(kept, tables.book, 1, column)
    written.write(put, tables.book, 1, column, changed(was, data))
    found = written.read(pages.verify, written.person(ADA))
    written.write(put, tables.book, 1, column, was)
    assert found is not None
    assert written.read(pages.verify, written.person(ADA)) is None


def test_words_of_another_page_are_refused(written: Shelf) -> None:
    first, second = (written.read(kept, tables.page, row, "body") for row in (1, 2))
    written.write(put, tables.page, 2, "body", first)
    assert written.read(pages.verify, written.person(ADA)) == Broken(2, "words")
    written.write(put, tables.page, 2, "body", second)


def test_a_page_that_is_gone_is_missed(shelf: Shelf) -> None:
    for _ in range(3):
        shelf.seal(ADA)
    for row in (3, 1):
        shelf.write(lambda tx, row=row: tx.execute(sa.delete(tables.page).where(tables.page.c.id == row)))
        assert shelf.read(pages.verify, shelf.person(ADA)) == Broken(row, "missing")
