"""Whatever is wrong with a backup is found before anything changes, and told by a code of its own."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from alembic import command

from bot.backup import BackupError, make
from bot.backup.make import complete, named
from bot.backup.manifest import Manifest, Part, pack, part, unpack
from bot.backup.targets import Folder
from bot.security.keyring import Keyring
from bot.store.migrations import configuration, engine_for, heads
from bot.store.schema import person
from bot.store.store import now
from tests import servers
from tests.backup.conftest import Home, installation
from tests.backup.test_backups import refused


@pytest.fixture
async def backup(home: Home) -> Path:
    """The folder of a backup; what it is of has gone on since."""
    name = await home.back_up()
    await home.says("three")
    return home.target / name


def flip(file: Path, at: int) -> None:
    """One bit of one byte."""
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-4096])


def blob(folder: Path) -> Path:
    return next(file for file in (folder.parent / "blobs").rglob("*") if file.is_file())


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a bit at the beginning": (lambda f: flip(f / "soulfra.db", 0), "backup_corrupted"),
    "a bit in the middle": (lambda f: flip(f / "soulfra.db", 40_000), "backup_corrupted"),
    "a bit at the end": (lambda f: flip(f / "soulfra.db", -1), "backup_corrupted"),
    "a bit in the list of blobs": (lambda f: flip(f / "blobs.txt", 5), "backup_corrupted"),
    "a bit in a blob": (lambda f: flip(blob(f), 9), "backup_corrupted"),
    "a blob is missing": (lambda f: blob(f).unlink(), "backup_incomplete"),
    "cut": (lambda f: cut(f / "soulfra.db"), "backup_corrupted"),
    "empty": (lambda f: (f / "soulfra.db").write_bytes(b""), "backup_corrupted"),
    "the database is missing": (lambda f: (f / "soulfra.db").unlink(), "backup_incomplete"),
    "the list of blobs is missing": (lambda f: (f / "blobs.txt").unlink(), "backup_incomplete"),
    "the manifest is empty": (lambda f: (f / "manifest.json").write_bytes(b""), "backup_corrupted"),
    "files swapped": (lambda f: shutil.copy(f / "blobs.txt", f / "soulfra.db"), "backup_corrupted"),
    "under another name": (lambda f: f.rename(f.with_name(named(now()))), "backup_corrupted"),
}


@pytest.mark.parametrize("name", DAMAGE)
async def test_damage_is_found_and_changes_nothing(home: Home, backup: Path, name: str) -> None:
    damage, code = DAMAGE[name]
    damage(backup)
    for file in (home.data / "blobs").rglob("*"):  # none of them is fetched without need
        if file.is_file():
            file.unlink()
    before = home.files()
    await refused(home.backups.restore(str(home.target)), code)
    assert home.files() == before
    assert not (home.data / "restoring").exists()
    await refused(home.backups.drill(str(home.target)), code)


async def test_a_bit_anywhere_in_a_manifest_is_found(home: Home, backup: Path) -> None:
    whole = (backup / "manifest.json").read_bytes()
    unpack(whole, backup.name, "sqlite", home.keys)
    for at in range(len(whole)):
        for bit in (1, 32):
            data = bytearray(whole)
            data[at] ^= bit
            with pytest.raises(BackupError) as caught:
                unpack(bytes(data), backup.name, "sqlite", home.keys)
            assert caught.value.code == "backup_corrupted"


# --- backups that are what their manifest says, and still must not be taken ------------------------------------------------


def sealed(home: Home, folder: Path, **changed: object) -> None:
    """A manifest that is right about the files as they are now, but for this."""
    old = unpack((folder / "manifest.json").read_bytes(), folder.name, "sqlite", home.keys)
    files: list[Part] = [part(folder / one.name) for one in old.files]
    new = msgspec.convert({**msgspec.to_builtins(old), "files": msgspec.to_builtins(files), **changed}, Manifest)
    (folder / "manifest.json").write_bytes(pack(new, home.keys))


_STRANGERS = sa.select(sa.func.count()).where(person.c.id == 77)
SQL = {
    "an event edited": "UPDATE event SET body = '{}' WHERE seq = 1",
    "an event removed": "DELETE FROM event WHERE seq = 1",
    "the end of the events cut off": "DELETE FROM event WHERE seq = 2",
    "two events swapped": "UPDATE event SET seq = 0 - seq; UPDATE event SET seq = 3 + seq",
    "an event put in": "INSERT INTO event (at, kind, body, seq, chain) VALUES (1, 'k', '{}', 3, '')",
    "a sealed row of something else": "UPDATE kept SET value = (SELECT value FROM kept WHERE key = 'value')",
    "a sealed row is missing": "DELETE FROM kept",
    "a number that is not 0": "INSERT INTO person (id, created) VALUES (77, 1)",
    "a table is missing": "DROP TABLE event",
    "an index that misses a row": "PRAGMA writable_schema=ON; UPDATE sqlite_master SET sql = sql || ' WHERE 0'"
    " WHERE name = 'outbox_state';"
    "INSERT INTO outbox (key, state, attempts, piece, reason, created) VALUES ('k', 's', 1, 1, '', 1)",
    "a reference to nothing": "CREATE TABLE a (b INTEGER REFERENCES person (id)); INSERT INTO a VALUES (5)",
    "a newer schema": "UPDATE alembic_version SET version_num = 'bot_9999'",
}


@pytest.mark.parametrize("name", SQL)
async def test_what_is_not_sound_inside_is_found_and_changes_nothing(home: Home, backup: Path, name: str) -> None:
    home.audits["strangers"] = lambda tx: int(tx.execute(_STRANGERS)[0][0])
    await home.backups.drill(str(home.target))
    with closing(sqlite3.connect(backup / "soulfra.db")) as connection:
        connection.executescript(SQL[name])
        connection.commit()
    sealed(home, backup)
    before = home.files()
    code = "backup_version" if "version" in SQL[name] else "backup_corrupted"
    await refused(home.backups.restore(str(home.target)), code)
    assert home.files() == before
    await refused(home.backups.drill(str(home.target)), code)


async def test_another_format_is_refused(home: Home, backup: Path) -> None:
    sealed(home, backup, format=2)
    assert "format 2" in await refused(home.backups.restore(str(home.target)), "backup_version")


async def test_an_older_schema_is_brought_up_to_date(home: Home, backup: Path) -> None:
    """Whoever goes back to a backup of the last version has the new one's schema."""
    old = servers.sql(home.where, "SELECT value FROM kept WHERE key = 'backup/canary'")[0][0]
    (backup / "soulfra.db").unlink()
    engine, config = engine_for(backup / "soulfra.db"), configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "bot_0004")
    engine.dispose()
    with closing(sqlite3.connect(backup / "soulfra.db")) as lite, lite:
        lite.execute("INSERT INTO kept VALUES ('backup/canary', ?, 1)", [old])
        lite.execute("PRAGMA journal_mode=DELETE")
    sealed(home, backup, head={"seq": 0, "chain": ""}, revisions=["bot_0004"])
    await home.backups.restore(str(home.target))
    assert heads(Path(home.where)) == ["bot_0006"]


async def test_another_key_is_refused(home: Home, backup: Path) -> None:
    (home.data / "master.key").unlink()
    told = await refused(home.backups.restore(str(home.target)), "backup_key")
    assert home.keys.id.hex() in told
    await refused(home.backups.drill(str(home.target)), "backup_key")


async def test_a_backup_that_nobody_with_the_key_made_is_refused(home: Home, backup: Path) -> None:
    """Its sums are right, but whoever keeps the backups cannot make one."""
    forged = Keyring(bytes(32))
    forged.id = home.keys.id
    (backup / "manifest.json").write_bytes(
        pack(unpack((backup / "manifest.json").read_bytes(), backup.name, "sqlite", home.keys), forged)
    )
    assert "not written by" in await refused(home.backups.restore(str(home.target)), "backup_corrupted")


async def test_another_kind_of_database_is_refused(home: Home, backup: Path) -> None:
    other = installation(home.data, "postgresql://nobody@127.0.0.1:1/nothing")
    await refused(other.backups.restore(str(home.target)), "backup_kind")


async def test_what_is_not_there_is_told(home: Home, backup: Path) -> None:
    restore, where = home.backups.restore, str(home.target)
    await refused(restore(f"{where}/nowhere"), "backup_missing")
    await refused(restore(where, named(1)), "backup_missing")
    await refused(restore(where, "../data"), "backup_missing")
    (backup / "manifest.json").unlink()
    await refused(restore(where), "backup_missing")
    await refused(restore(where, backup.name), "backup_incomplete")


async def test_a_backup_that_is_too_old_fails_the_drill(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.settings = installation(home.data, home.where, every="*/15 * * * *").settings
    for minutes, stale in ((14, False), (31, True)):
        async with home.opened() as store:
            with monkeypatch.context() as patch:
                patch.setattr(make, "now", lambda ago=minutes: now() - ago * 60_000_000)
                await home.backups.make(store)
        if stale:
            shutil.rmtree(home.target / complete(Folder(home.target).names(""))[0])
            await refused(home.backups.drill(str(home.target)), "backup_stale")
        else:
            assert (await home.backups.drill(str(home.target))).age > minutes * 60
