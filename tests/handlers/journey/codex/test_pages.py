"""Pages in a store: sealed, read, corrected, forgotten; their words nowhere but with their author."""

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot import UserError
from bot.security.keyring import Keyring, SealError
from bot.store import Store, Tx, metadata
from bot.store.migrations import engine_for
from bot.store.schema import event
from handlers.journey.codex import chain, pages, tables
from handlers.journey.sigil.drawing import draw
from tests import servers
from tests.handlers.journey.codex.shelf import ADA, BOB, CLEO, HOUR, MIGRATIONS, Shelf, draft, link

MANY = 200
CANARY = "canary-in-the-coal-mine"


@pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")
def test_the_schema_is_what_the_tables_say(database: Path | str) -> None:
    engine = engine_for(database)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        changes = [repr(change) for change in compare_metadata(context, metadata)]
    engine.dispose()
    assert [change for change in changes if "codex_" in change] == []


def test_what_was_sealed_is_read_back(everywhere_shelf: Shelf) -> None:
    shelf = everywhere_shelf
    made = shelf.seal(ADA, draft("the sea — 🌊\nand the wind"))
    one = shelf.read(pages.page, shelf.person(ADA), 1)
    assert (one.question, one.answer, one.reading) == (
        "Where are you at home?", "the sea — 🌊\nand the wind", "What leaves comes back as weather.",
    )  # fmt: skip
    assert (one.mood, one.corrected, one.depth, one.valence, one.themes) == (
        "tide",
        "tide",
        0.725,
        -0.5,
        ("sea", "home"),
    )
    assert (made.number, made.leaf, made.chapter, made.at) == (1, 1, 1, shelf.clock.now)
    assert all(getattr(one, name) == getattr(made, name) for name in type(made).__struct_fields__)
    assert made.svg == chain.digest(draw(made.seed, "tide", 0.725).encode()).hex()
    assert shelf.read(pages.latest, shelf.person(ADA)) == one
    assert shelf.read(pages.verify, shelf.person(ADA)) is None


def test_everybody_has_a_codex_of_their_own(everywhere_shelf: Shelf) -> None:
    everywhere_shelf.seal(ADA, draft("of Ada"))
    everywhere_shelf.seal(BOB, draft("of Bob"))
    assert [one.answer for one in everywhere_shelf.shelf(ADA)] == ["of Ada"]
    assert [one.answer for one in everywhere_shelf.shelf(BOB)] == ["of Bob"]
    assert everywhere_shelf.shelf(CLEO) == []
    assert everywhere_shelf.read(pages.latest, 0) is None


def test_the_same_answer_has_another_picture(shelf: Shelf) -> None:
    one, other = shelf.seal(ADA), shelf.seal(ADA)
    assert one.seed != other.seed
    assert one.svg != other.svg


def test_first_pages_at_once_open_one_book(everywhere_shelf: Shelf) -> None:
    shelf = everywhere_shelf
    person = shelf.person(ADA)

    async def at_once() -> list[pages.Page]:
        return await asyncio.gather(*(shelf.store.write(pages.seal, person, draft(f"{n} at once")) for n in range(6)))

    made = shelf.wait(at_once())
    assert sorted(one.leaf for one in made) == sorted(one.number for one in made) == [1, 2, 3, 4, 5, 6]
    assert len({one.book for one in made}) == 1
    assert shelf.read(pages.verify, person) is None


def test_numbers_go_on_in_the_order_of_time_whatever_the_clock_says(shelf: Shelf) -> None:
    shelf.seal(ADA, draft("first of all"))
    shelf.clock.now -= 5 * HOUR
    shelf.seal(ADA, draft("second of all"))
    assert [(one.number, one.answer) for one in shelf.shelf(ADA)] == [(1, "first of all"), (2, "second of all")]


def test_history_is_leafed_through(shelf: Shelf) -> None:
    for _ in range(5):
        shelf.seal(ADA)
    person = shelf.person(ADA)
    first, count = shelf.read(pages.history, person, 1, 2)
    last, _ = shelf.read(pages.history, person, 3, 2)
    assert ([one.number for one in first], [one.number for one in last], count) == ([5, 4], [1], 5)
    assert shelf.read(pages.history, person, 9, 2) == ([], 5)


def test_a_forgotten_page_keeps_its_place_and_nothing_else(everywhere_shelf: Shelf) -> None:
    shelf = everywhere_shelf
    person = shelf.person(ADA)
    for n in range(4):
        shelf.seal(ADA, draft(f"answer {n}"))
    gone = shelf.write(pages.forget, person, 2)
    assert (gone.forgotten, gone.number) == (True, 2)
    one = shelf.read(pages.page, person, 2)
    assert (one.question, one.answer, one.reading, one.seed, one.mood) == ("", "", "", b"", "tide")
    assert [each.number for each in shelf.read(pages.everything, person)] == [1, 3, 4]
    assert [each.number for each in shelf.shelf(ADA)] == [1, 2, 3, 4]
    assert len(shelf.read(pages.facts, person)) == 4
    assert shelf.read(pages.verify, person) is None
    for fn, more in ((pages.forget, ()), (pages.correct, ("void",))):
        with pytest.raises(UserError, match="Page 2 was forgotten"):
            shelf.write(fn, person, 2, *more)


@pytest.mark.parametrize("number", [0, 3, -1, 2**40])
def test_a_page_that_is_not_there(shelf: Shelf, number: int) -> None:
    shelf.seal(ADA)
    shelf.seal(ADA)
    person = shelf.person(ADA)
    for fn in (pages.page, pages.forget):
        with pytest.raises(UserError, match="has no page"):
            shelf.write(fn, person, number)
    with pytest.raises(UserError, match="has no page"):
        shelf.write(pages.correct, person, number, "void")


def test_a_corrected_mood_stands_beside_the_sealed_one(everywhere_shelf: Shelf) -> None:
    shelf = everywhere_shelf
    person = shelf.person(ADA)
    shelf.seal(ADA)
    shelf.write(pages.correct, person, 1, "grove")
    shelf.write(pages.correct, person, 1, "dawn")
    one = shelf.read(pages.page, person, 1)
    assert (one.mood, one.corrected) == ("tide", "dawn")
    assert shelf.read(pages.facts, person) == [(one.at, "dawn", "origin", 0.725, -0.5)]
    assert shelf.read(pages.verify, person) is None


def test_everything_can_be_forgotten(shelf: Shelf) -> None:
    person = shelf.person(ADA)
    for _ in range(3):
        shelf.seal(ADA)
    shelf.write(pages.forget, person, 2)
    keys = shelf.read(lambda tx: tx.execute(sa.select(tables.book.c.key)))
    assert shelf.write(pages.forget_all, person) == 2
    assert shelf.read(pages.everything, person) == []
    assert shelf.read(lambda tx: tx.execute(sa.select(tables.book.c.key))) != keys
    shelf.seal(ADA, draft("begun anew"))
    assert [one.answer for one in shelf.shelf(ADA)] == ["", "", "", "begun anew"]
    assert shelf.read(pages.verify, person) is None


def test_merged_people_have_their_books_in_one_order(everywhere_shelf: Shelf) -> None:
    shelf = everywhere_shelf
    for user, words in ((ADA, "one"), (BOB, "two"), (ADA, "three"), (BOB, "four")):
        shelf.seal(user, draft(words))
    shelf.write(link, ADA, BOB)
    made = shelf.seal(ADA, draft("five"))
    both = shelf.shelf(BOB)
    assert [(one.number, one.leaf, one.answer) for one in both] == [
        (1, 1, "one"), (2, 1, "two"), (3, 2, "three"), (4, 2, "four"), (5, 3, "five"),
    ]  # fmt: skip
    assert made.book == both[1].book
    assert shelf.read(pages.verify, shelf.person(ADA)) is None


def test_no_word_is_on_the_disk_or_in_an_event(shelf: Shelf) -> None:
    shelf.seal(ADA, draft(CANARY, question=f"{CANARY}?", reading=f"{CANARY}!"))
    shelf.write(pages.correct, shelf.person(ADA), 1, "void")
    assert CANARY in shelf.shelf(ADA)[0].answer
    sealed = shelf.read(lambda tx: tx.execute(sa.select(tables.page.c.body, tables.page.c.salt, tables.page.c.seed)))[0]
    shelf.write(pages.forget, shelf.person(ADA), 1)
    assert CANARY.encode() not in servers.stored_in(shelf.where)
    told = shelf.read(lambda tx: tx.execute(sa.select(event.c.kind, event.c.body)))
    assert [kind for kind, _ in told] == ["page.sealed", "page.corrected", "page.forgotten"]
    assert CANARY not in str(told)
    shelf.wait(shelf.store.close())
    left = servers.stored_in(shelf.where)
    assert all(part not in left for part in (CANARY.encode(), *sealed))


def test_the_event_of_a_page_tells_what_is_needed_to_replay_it(shelf: Shelf) -> None:
    made = shelf.seal(ADA)
    ((body,),) = shelf.read(lambda tx: tx.execute(sa.select(event.c.body)))
    assert body == (
        f'{{"at":{made.at},"book":{made.book},"category":"origin","chapter":1,"depth":725,"hash":"{made.hash}","mood":"tide","number":1,'
        f'"person":1,"svg":"{made.svg}","valence":-500}}'
    )


def test_reprs_tell_no_words() -> None:
    assert CANARY not in repr(draft(CANARY))


def test_another_master_key_opens_nothing(shelf: Shelf, tmp_path: Path) -> None:
    shelf.seal(ADA)
    person = shelf.person(ADA)
    other = shelf.wait(Store.open(shelf.where, Keyring.open(tmp_path / "other"), MIGRATIONS))
    with pytest.raises(SealError):
        shelf.wait(other.read(pages.page, person, 1))
    assert shelf.wait(other.read(pages.verify, person)) == pages.Broken(1, "words")
    shelf.wait(other.close())


def test_a_page_takes_eight_statements_however_many_there_are(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    person, run, count = shelf.person(ADA), Tx.execute, 0

    def counted(self: Tx, *args: object, **values: object) -> object:
        nonlocal count
        count += 1
        return run(self, *args, **values)

    def many(tx: Tx) -> None:
        for n in range(MANY):
            pages.seal(tx, person, draft(f"answer {n}", ("tide", "void")[n // 20 % 2]))

    monkeypatch.setattr(Tx, "execute", counted)  # the eighth numbers its event
    shelf.write(many)
    assert count <= MANY * 8 + 10
    assert shelf.read(pages.verify, person) is None
    assert shelf.read(pages.history, person)[1] == MANY
