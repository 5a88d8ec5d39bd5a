"""The archive: the same for the same codex, refused when it was changed, and equal when it comes back."""

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from bot import User, UserError
from bot.store import Tx
from bot.store.events import events_after
from bot.store.schema import event
from handlers.journey.codex import importing, pages, tables
from handlers.journey.codex.exports import archive
from tests import servers
from tests.handlers.journey.codex.shelf import ADA, BOB, MIGRATIONS, Shelf, draft, link

PATIENT = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def filled(shelf: Shelf) -> None:
    """Two books of one person, a forgotten page and a corrected one."""
    for n in range(14):
        shelf.seal(ADA, draft(f"answer {n} — ü 🌊", ("tide", "void")[n % 2]))
    shelf.seal(BOB, draft("of Bob"))
    shelf.write(link, ADA, BOB)
    shelf.seal(ADA, draft("of both"))
    person = shelf.person(ADA)
    shelf.write(pages.forget, person, 3)
    shelf.write(pages.correct, person, 5, "dawn")


def exported(shelf: Shelf, user: User = ADA) -> bytes:
    def made(tx: Tx, person: int) -> bytes:
        return archive.make(pages.volumes(tx, person), tx.keys.public, tx.keys.sign)

    return shelf.read(made, shelf.person(user))


@pytest.fixture
def whole(shelf: Shelf) -> bytes:
    filled(shelf)
    return exported(shelf)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("archive")
    with servers.lent(folder / "db", MIGRATIONS, "sqlite") as where:
        shelf = Shelf(where, folder / "keys")
        filled(shelf)
        data = exported(shelf)
        shelf.close()
    return data


def another(tmp_path: Path, keys: Path) -> Any:
    return servers.lent(tmp_path / "again", MIGRATIONS), keys


@pytest.mark.parametrize("own", [True, False])
def test_it_comes_back_equal(own: bool, whole: bytes, shelf: Shelf, tmp_path: Path) -> None:
    with servers.lent(tmp_path / "again", MIGRATIONS, "sqlite") as where:
        other = Shelf(where, tmp_path / ("keys" if own else "others"))
        done = other.write(importing.restore, ADA, archive.read(whole))
        assert done == importing.Imported(16, own)
        there, here = other.shelf(ADA), shelf.shelf(ADA)
        strip = {"id": 0, "book": 0}
        assert [structs.replace(one, **strip) for one in there] == [structs.replace(one, **strip) for one in here]
        assert other.read(pages.verify, other.person(ADA)) is None
        assert len(other.read(pages.facts, other.person(ADA))) == (16 if own else 0)
        told = Counter(one.kind for one in other.read(events_after, 0))
        ours = {"page.restored": 16, "page.forgotten": 1, "page.corrected": 1}
        assert told == {"codex.imported": 2} | (ours if own else {})
        made = other.seal(ADA, draft("the next one"))
        assert (made.number, made.leaf) == ((17, 3) if own else (17, 1))
        assert other.read(pages.verify, other.person(ADA)) is None
        other.close()


def test_what_comes_back_is_exported_the_same(whole: bytes, shelf: Shelf, tmp_path: Path) -> None:
    with servers.lent(tmp_path / "again", MIGRATIONS, "sqlite") as where:
        other = Shelf(where, tmp_path / "keys")
        other.write(importing.restore, ADA, archive.read(whole))
        assert exported(other) == whole == exported(shelf)
        other.close()


def test_what_is_there_already_changes_nothing(whole: bytes, shelf: Shelf) -> None:
    shelf.write(pages.forget, shelf.person(ADA), 7)
    before, told = shelf.shelf(ADA), shelf.read(events)
    assert shelf.write(importing.restore, BOB, archive.read(whole)).pages == 0
    assert (shelf.shelf(ADA), shelf.read(events)) == (before, told)


def test_a_codex_of_somebody_else_is_not_taken(whole: bytes, shelf: Shelf) -> None:
    eve = User("telegram", "9", "Eve")
    with pytest.raises(UserError, match="somebody else"):
        shelf.write(importing.restore, eve, archive.read(whole))
    assert shelf.shelf(eve) == []


def test_one_that_has_gone_on_is_not_overwritten(shelf: Shelf, tmp_path: Path) -> None:
    shelf.seal(ADA)
    early = exported(shelf)
    with servers.lent(tmp_path / "again", MIGRATIONS, "sqlite") as where:
        other = Shelf(where, tmp_path / "keys")
        other.write(importing.restore, ADA, archive.read(early))
        other.seal(ADA, draft("another second page"))
        shelf.seal(ADA, draft("a second page"))
        with pytest.raises(UserError, match="in another way"):
            other.write(importing.restore, ADA, archive.read(exported(shelf)))
        assert other.write(importing.restore, ADA, archive.read(early)).pages == 0
        other.close()


def test_too_many_pages_are_refused(whole: bytes, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST", 15)
    with pytest.raises(UserError, match="more than 15 pages"):
        shelf.write(importing.restore, ADA, archive.read(whole))


@PATIENT
@given(data=st.data())
def test_altered_anywhere_it_is_refused(kept: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(kept) - 1))
    altered = kept[:at] + bytes([kept[at] ^ 1 << data.draw(st.integers(0, 7))]) + kept[at + 1 :]
    refused(altered)


@PATIENT
@given(start=st.integers(0, 20_000), length=st.integers(1, 500))
def test_a_part_that_is_gone_is_missed(kept: bytes, start: int, length: int) -> None:
    refused(kept[: start % len(kept)] + kept[start % len(kept) + length :])


@pytest.mark.parametrize("field", ["answer", "mood", "at", "salt", "chapter", "hash", "depth"])
def test_an_altered_page_is_named(kept: bytes, field: str) -> None:
    whole = json.loads(kept)
    page = whole["books"][0]["pages"][8]
    page[field] = {"mood": "ember", "at": 5, "chapter": 7, "depth": 1}.get(field, "00" * 32)
    assert "page 9 " in refused(plain(whole))


@pytest.mark.parametrize("change", ["corrected", "opened", "ours", "book", "blank", "key"])
def test_what_no_page_has_hashed_is_signed(kept: bytes, change: str) -> None:
    whole = json.loads(kept)
    if change == "corrected":
        whole["books"][0]["pages"][8]["corrected"] = ["ember", 5]
    elif change == "opened":
        whole["books"][0]["opened"] += 1
    elif change == "ours":
        whole["books"][0]["ours"] = False
    elif change == "book":
        del whole["books"][1]
    elif change == "key":
        whole["key"] = Ed25519PrivateKey.from_private_bytes(b"k" * 32).public_key().public_bytes_raw().hex()
    assert "signature" in refused(plain(whole) + (b" " if change == "blank" else b""))


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"format":"x","books":[],"key":"","signature":""}', b"0" * 20_000_001],
    ids=range(8),
)  # fmt: skip
def test_something_else_is_no_archive(data: bytes) -> None:
    with pytest.raises(UserError) as refusal:
        archive.read(data)
    assert refusal.value.code == "no_archive"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("depth", 10**30),
        ("at", -1),
        ("category", "a\0b"),
        ("themes", ["a,b"]),
        ("mood", "joy"),
        ("salt", "00"),
        ("more", 1),
    ],
)
def test_values_that_no_page_has_are_refused_even_when_they_are_signed(kept: bytes, field: str, value: object) -> None:
    whole = json.loads(kept)
    whole["books"][0]["pages"][0][field] = value
    with pytest.raises(UserError, match="no archive"):
        archive.read(resigned(whole))


def test_one_book_twice_is_refused(kept: bytes) -> None:
    whole = json.loads(kept)
    whole["books"] = [whole["books"][0]] * 2
    with pytest.raises(UserError, match="altered"):
        archive.read(resigned(whole))


def test_another_program_checks_the_signature(kept: bytes) -> None:
    """Written from the description alone."""
    whole = json.loads(kept)
    signature = bytes.fromhex(whole.pop("signature"))
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(whole["key"]))
    key.verify(signature, b"soulfra-codex-archive/1\0" + plain(whole))
    page = whole["books"][0]["pages"][0]
    said = {name: page[name] for name in ("question", "answer", "reading", "seed")}
    assert hashlib.blake2b(plain(said), digest_size=32, key=bytes.fromhex(page["salt"])).hexdigest() == page["words"]


def test_no_key_is_in_it(whole: bytes, shelf: Shelf, tmp_path: Path) -> None:
    master = (tmp_path / "keys" / "master.key").read_bytes()
    person = shelf.person(ADA)
    held = shelf.read(lambda tx: [one.secret(tx, person) for one in pages.books.books(tx, person)])
    assert all(one.hex().encode() not in whole for one in (master, *held))


def events(tx: Tx) -> Any:
    return tx.execute(sa.select(event.c.kind, event.c.body)), tx.execute(
        sa.select(sa.func.count()).select_from(tables.page)
    )


def plain(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def resigned(whole: dict[str, Any]) -> bytes:
    """By somebody who has a key of their own."""
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    whole = {name: value for name, value in whole.items() if name != "signature"}
    whole["key"] = key.public_key().public_bytes_raw().hex()
    return plain(whole | {"signature": key.sign(b"soulfra-codex-archive/1\0" + plain(whole)).hex()})


def refused(data: bytes) -> str:
    with pytest.raises(UserError) as refusal:
        archive.read(data)
    assert refusal.value.code in {"altered", "no_archive"}
    return str(refusal.value)
