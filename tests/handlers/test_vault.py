"""The vault on a real store: what is kept can be read by its owner, and by nobody who has the file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import User, UserError
from bot.security.keyring import Keyring, SealError
from bot.store import Store, Tx, param, people
from bot.store.schema import event
from handlers.vault import records, tables
from tests import servers

ADA, BOB = User("discord", "1", "Ada", "ada"), User("twitch", "2", "Bob", "bob")
MIGRATIONS = ["handlers.vault.migrations"]
CANARY, NAME = "canary-in-the-coal-mine", "where-the-treasure-is"


class Clock:
    """Microseconds that move by one second each time."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        self.now += 1_000_000
        return self.now


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    with servers.lent(tmp_path / "db", MIGRATIONS, "sqlite") as where:
        opened = await Store.open(where, Keyring.open(tmp_path / "keys"), MIGRATIONS, clock=Clock())
        yield opened
        await opened.close()


def merged(tx: Tx, kept: User, gone: User) -> None:
    """As identity does it."""
    to, leaving = tx.person(kept), tx.person(gone)
    records.merge(tx, to, leaving)
    people.merge(tx, to, leaving)


def on_disk(tmp_path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in (tmp_path / "db").iterdir())


async def contents(store: Store, owner: User) -> dict[str, str]:
    names = await store.read(records.names, owner)
    return {name: await store.read(records.get, owner, name) for name in names}


async def test_kept_and_read_back(store: Store) -> None:
    assert await store.write(records.put, ADA, "Poem", "roses — 🌹\nviolets") is False
    assert await store.read(records.get, ADA, "pOEM") == "roses — 🌹\nviolets"
    assert await store.read(records.names, ADA) == ["Poem"]


async def test_new_words_replace_the_old_ones(store: Store) -> None:
    await store.write(records.put, ADA, "x", "one")
    assert await store.write(records.put, ADA, "X", "two") is True
    assert await contents(store, ADA) == {"X": "two"}


async def test_everybody_has_a_vault_of_their_own(store: Store) -> None:
    await store.write(records.put, ADA, "x", "of Ada")
    await store.write(records.put, BOB, "x", "of Bob")
    assert (await contents(store, ADA), await contents(store, BOB)) == ({"x": "of Ada"}, {"x": "of Bob"})


@pytest.mark.parametrize("who", [ADA, BOB])
async def test_what_is_not_there(store: Store, who: User) -> None:
    await store.write(records.put, ADA, "x", "one")
    with pytest.raises(UserError, match="no keepsake called y"):
        await store.read(records.get, who, "y")
    with pytest.raises(UserError, match="no keepsake called y"):
        await store.write(records.forget, who, "y")


async def test_a_stranger_reads_nothing(store: Store) -> None:
    assert await store.read(records.names, User("telegram", "9", "Eve")) == []


async def test_forgotten_is_gone(store: Store) -> None:
    await store.write(records.put, ADA, "x", "one")
    await store.write(records.forget, ADA, "X")
    assert await contents(store, ADA) == {}
    assert await store.read(lambda tx: tx.execute(sa.select(tables.record.c.id))) == []


async def test_no_word_and_no_name_is_on_the_disk(store: Store, tmp_path: Path) -> None:
    await store.write(records.put, ADA, NAME, CANARY)
    assert await store.read(records.get, ADA, NAME) == CANARY
    await store.write(records.put, ADA, NAME, CANARY + "!")
    found = on_disk(tmp_path)
    assert b"vault_record" in found
    assert CANARY.encode() not in found
    assert NAME.encode() not in found
    await store.write(records.forget, ADA, NAME)
    await store.close()
    assert CANARY.encode() not in on_disk(tmp_path)


async def test_nor_are_the_bytes_of_an_erased_record(store: Store, tmp_path: Path) -> None:
    await store.write(records.put, ADA, NAME, CANARY)
    sealed = (await store.read(lambda tx: tx.execute(sa.select(tables.record.c.words))))[0][0]
    await store.write(records.forget, ADA, NAME)
    await store.close()
    assert sealed not in (tmp_path / "db" / "soulfra.db").read_bytes()


async def test_another_master_key_opens_nothing(store: Store, tmp_path: Path) -> None:
    await store.write(records.put, ADA, NAME, CANARY)
    await store.close()
    other = await Store.open(
        tmp_path / "db" / "soulfra.db", Keyring.open(tmp_path / "other"), ["handlers.vault.migrations"]
    )
    with pytest.raises(SealError):
        await other.read(records.get, ADA, NAME)
    await other.close()


COPY_WORDS = (
    sa.update(tables.record)
    .where(
        tables.record.c.version == param("into", sa.BigInteger), tables.record.c.person == param("whose", sa.BigInteger)
    )
    .values(words=param("words", sa.LargeBinary))
)
COPY_KEY = (
    sa.update(tables.key)
    .where(tables.key.c.person == param("whose", sa.BigInteger))
    .values(wrapped=param("wrapped", sa.LargeBinary), key_id=param("key_id"))
)
RENUMBER = sa.update(tables.record).values(version=tables.record.c.version + 1)
WORDS = sa.select(tables.record.c.words).where(
    tables.record.c.person == param("whose", sa.BigInteger), tables.record.c.version == param("version", sa.BigInteger)
)


def swap_words(tx: Tx, of: User, version: int, to: User, into: int) -> None:
    words = tx.execute(WORDS, whose=tx.person(of), version=version)[0][0]
    tx.execute(COPY_WORDS, whose=tx.person(to), into=into, words=words)


async def test_swapped_rows_are_refused(store: Store) -> None:
    await store.write(records.put, ADA, "x", "one")
    await store.write(records.put, ADA, "y", "two")
    await store.write(swap_words, ADA, 1, ADA, 2)
    assert await store.read(records.get, ADA, "x") == "one"
    with pytest.raises(SealError):
        await store.read(records.get, ADA, "y")


async def test_rows_of_others_are_refused(store: Store) -> None:
    await store.write(records.put, ADA, "x", "one")
    await store.write(records.put, BOB, "x", "two")
    await store.write(swap_words, ADA, 1, BOB, 1)
    with pytest.raises(SealError):
        await store.read(records.get, BOB, "x")


async def test_keys_of_others_are_refused(store: Store) -> None:
    await store.write(records.put, ADA, "x", "one")
    await store.write(records.put, BOB, "x", "two")

    def steal(tx: Tx) -> None:
        key_id, wrapped = tx.execute(tables.KEY, who=tx.person(ADA))[0]
        tx.execute(COPY_KEY, whose=tx.person(BOB), key_id=key_id, wrapped=wrapped)

    await store.write(steal)
    with pytest.raises(SealError):
        await store.read(records.get, BOB, "x")


async def test_an_older_version_cannot_pass_for_a_newer_one(store: Store) -> None:
    await store.write(records.put, ADA, "x", "one")
    old = (await store.read(lambda tx: tx.execute(WORDS, whose=tx.person(ADA), version=1)))[0][0]
    await store.write(records.forget, ADA, "x")
    await store.write(records.put, ADA, "x", "two")
    await store.write(lambda tx: tx.execute(COPY_WORDS, whose=tx.person(ADA), into=2, words=old))
    with pytest.raises(SealError):
        await store.read(records.get, ADA, "x")


async def test_a_changed_version_is_refused(store: Store) -> None:
    await store.write(records.put, ADA, "x", "one")
    await store.write(lambda tx: tx.execute(RENUMBER))
    with pytest.raises(SealError):
        await store.read(records.names, ADA)


async def test_merged_people_have_one_vault(store: Store) -> None:
    await store.write(records.put, ADA, "a", "of Ada")
    await store.write(records.put, BOB, "b", "of Bob")
    await store.write(merged, ADA, BOB)
    both = {"a": "of Ada", "b": "of Bob"}
    assert (await contents(store, ADA), await contents(store, BOB)) == (both, both)
    assert len(await store.read(lambda tx: tx.execute(sa.select(tables.key.c.person)))) == 1


@pytest.mark.parametrize(("kept", "gone", "renamed"), [(ADA, BOB, "x (3)"), (BOB, ADA, "x (2) (2)")])
async def test_the_older_of_two_namesakes_gets_another_name(store: Store, kept: User, gone: User, renamed: str) -> None:
    await store.write(records.put, ADA, "x", "older")
    await store.write(records.put, ADA, "X (2)", "taken")
    await store.write(records.put, BOB, "X", "newer")
    await store.write(merged, kept, gone)
    assert await contents(store, kept) == {"X": "newer", "X (2)": "taken", renamed: "older"}


@pytest.mark.parametrize(("kept", "gone"), [(ADA, BOB), (BOB, ADA)])
async def test_one_of_the_merged_has_no_vault(store: Store, kept: User, gone: User) -> None:
    await store.write(records.put, ADA, "x", "one")
    await store.write(merged, kept, gone)
    assert await contents(store, kept) == {"x": "one"}


async def test_a_full_vault_takes_no_new_name_but_new_words(store: Store) -> None:
    def fill(tx: Tx) -> None:
        for n in range(records.MOST):
            records.put(tx, ADA, f"n{n}", "x")

    await store.write(fill)
    with pytest.raises(UserError, match="100 keepsakes"):
        await store.write(records.put, ADA, "one more", "x")
    assert await store.write(records.put, ADA, "n7", "y") is True
    assert len(await store.read(records.names, ADA)) == 100


async def test_events_and_reprs_tell_no_words(store: Store) -> None:
    await store.write(records.put, ADA, NAME, CANARY)
    await store.write(records.forget, ADA, NAME)
    told = await store.read(lambda tx: tx.execute(sa.select(event.c.kind, event.c.body)))
    assert [kind for kind, _ in told] == ["vault.written", "vault.erased"]
    assert CANARY not in str(told)
    assert NAME not in str(told)
    assert repr(records.Keepsake(NAME, CANARY, 0)) == "Keepsake(…)"


@pytest.mark.parametrize("name", ["cafe\u0301  NOIR", " CAFÉ noir", "ｃafé noir"])
async def test_a_name_is_found_as_people_type_it(store: Store, name: str) -> None:
    await store.write(records.put, ADA, "Café noir", "one")
    assert await store.read(records.get, ADA, name) == "one"
