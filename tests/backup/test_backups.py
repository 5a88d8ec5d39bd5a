"""A backup holds everything that was acknowledged before it began; a restore brings all of it back, or changes nothing."""

import asyncio
import errno
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import pytest

from bot.audit import Anchors, examine
from bot.backup import BackupError, resume
from bot.backup.make import complete
from bot.backup.swap import pending
from bot.backup.targets import Folder
from bot.lock import InUseError, Lock
from bot.store import Tx
from bot.store.blobs import Blobs
from bot.store.events import head
from tests.backup.conftest import PICTURES, Home, furnish


class Power(BaseException):
    """It went off."""


def off_at(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """The process ends when it renames a file for the so-many-th time."""
    left, rename = [step], Path.replace

    def replace(self: Path, to: Path) -> Path:
        left[0] -= 1
        if left[0] < 0:
            raise Power
        return rename(self, to)

    def rmtree(path: Path, ignore_errors: bool = False) -> None:
        if left[0] < 0:
            raise Power
        remove(path, ignore_errors)

    remove = shutil.rmtree
    monkeypatch.setattr(shutil, "rmtree", rmtree)
    monkeypatch.setattr(Path, "replace", replace)


async def refused(work: object, code: str) -> str:
    with pytest.raises(BackupError) as caught:
        await work  # type: ignore[misc]
    assert caught.value.code == code, caught.value
    return str(caught.value)


async def test_a_restore_brings_everything_back(home: Home) -> None:
    with closing(sqlite3.connect(home.data / "flows.db")) as flows, flows:
        flows.execute("CREATE TABLE step (id INTEGER)")
    name = await home.back_up()
    await home.says("three", "four")
    (home.data / "flows.db").write_bytes(b"later")
    for blob in (home.data / "blobs").rglob("*"):
        if blob.is_file():
            blob.unlink()
    manifest = await home.backups.restore(str(home.target))
    assert manifest.name == name
    assert await home.value() == "two"
    with closing(sqlite3.connect(home.data / "flows.db")) as flows:
        assert flows.execute("SELECT count(*) FROM step").fetchone() == (0,)
    kept = {blob.read_bytes() for blob in (home.data / "blobs").rglob("*") if blob.is_file()}
    assert kept == set(PICTURES)
    before = {file.name.partition(".before-")[0] for file in home.data.glob("*.before-*")}
    assert before == {"soulfra.db", "flows.db", "anchors.log"}
    (old,) = home.data.glob("soulfra.db.before-*")
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT max(seq) FROM event").fetchone() == (4,)


async def test_it_goes_on_with_the_chain_that_was_restored(home: Home) -> None:
    await home.back_up()
    await home.says("three")
    await home.backups.restore(str(home.target))
    await home.says("three-again")
    anchors = Anchors(home.data / "anchors.log")
    async with home.opened() as store:
        found = await store.read(examine, {}, anchors.read())
    assert ([one.seq for one in anchors.read()], found.head.seq, found.wrong) == ([2], 3, [])


async def test_nothing_that_was_acknowledged_before_it_began_is_missing(home: Home) -> None:
    acknowledged, going = [0], True

    def count(tx: Tx, n: int) -> None:
        tx.emit("counted", n=n)

    async with home.opened() as store:

        async def write() -> None:
            while going:
                await store.write(count, acknowledged[0])
                acknowledged[0] += 1

        writers = [asyncio.create_task(write()) for _ in range(8)]
        while acknowledged[0] < 200:
            await asyncio.sleep(0.001)
        for _ in range(3):
            before = acknowledged[0]
            manifest = await home.backups.make(store)
            assert manifest.head.seq >= before + 2
            assert acknowledged[0] > before, "the writers waited for the backup"
        going = False
        await asyncio.gather(*writers)
    await home.backups.restore(str(home.target))
    async with home.opened() as store:
        assert (await store.read(head)) == manifest.head


async def test_what_is_only_in_the_wal_is_in_it(home: Home) -> None:
    async with home.opened() as store:
        await store.write(lambda tx: tx.emit("late"))
        assert (home.data / "soulfra.db-wal").stat().st_size > 0
        manifest = await home.backups.make(store)
    assert manifest.head.seq == 3


async def test_neither_key_nor_words_are_in_it(home: Home) -> None:
    await home.says("a-very-secret-value" * 3)
    await home.back_up()
    stored = b"".join(file.read_bytes() for file in home.target.rglob("*") if file.is_file())
    assert (home.data / "master.key").read_bytes() not in stored
    assert home.keys.id.hex().encode() in stored
    modes = {file.stat().st_mode & 0o077 for file in home.target.rglob("*")}
    assert modes == {0}


async def test_the_newest_are_kept_with_the_blobs_that_they_need(lend: Callable[..., Home]) -> None:
    home = lend(keep=2)
    async with home.opened() as store:
        blobs = Blobs(home.data / "blobs", lambda: None)
        blobs.open(store)
        first, second = [await blobs.put(picture, "image/png", "p.png") for picture in PICTURES]
        names = [(await home.backups.make(store)).name]
        await blobs.forget(first.digest)
        names += [(await home.backups.make(store)).name for _ in range(2)]
        unfinished = home.target / "20200101T000000.000000Z"
        unfinished.mkdir()
        (unfinished / "soulfra.db").touch()
        names += [(await home.backups.make(store)).name]
    there = Folder(home.target).names("")
    assert complete(there) == names[:1:-1]
    assert {name for name in there if name.startswith("blobs/")} == {f"blobs/{second.digest[:2]}/{second.digest}"}
    assert sorted(path.name for path in home.target.iterdir()) == [*names[2:], "blobs"]


async def test_no_blob_goes_while_it_is_not_known_who_needs_it(lend: Callable[..., Home]) -> None:
    home = lend(keep=2)
    await furnish(home)
    names = [await home.back_up() for _ in range(2)]
    (home.target / names[1] / "blobs.txt").write_text("")
    await home.back_up()
    there = Folder(home.target).names("")
    assert len(complete(there)) == 2
    assert len([name for name in there if name.startswith("blobs/")]) == 2


async def test_a_damaged_blob_is_not_backed_up(home: Home) -> None:
    damaged = next(file for file in (home.data / "blobs").rglob("*") if file.is_file())
    damaged.write_bytes(b"other")
    async with home.opened() as store:
        assert damaged.name in await refused(home.backups.make(store), "backup_target")
    damaged.unlink()
    await home.back_up()
    await home.backups.drill(str(home.target))


async def test_a_named_one_is_restored(home: Home) -> None:
    name = await home.back_up()
    await home.says("three")
    await home.back_up()
    assert (await home.backups.restore(str(home.target), name)).name == name
    assert await home.value() == "two"


async def test_a_running_instance_is_not_replaced(home: Home) -> None:
    await home.back_up()
    lock = Lock.take(home.data)
    with pytest.raises(InUseError):
        await home.backups.restore(str(home.target))
    lock.release()


async def test_a_database_that_is_not_sound_is_not_backed_up(home: Home) -> None:
    home.audits["sum of all entries"] = lambda tx: 5
    async with home.opened() as store:
        told = await refused(home.backups.make(store), "audit")
    assert "sum of all entries is 5" in told
    assert not home.target.exists()


async def test_one_target_that_cannot_be_reached_does_not_keep_the_others_from_theirs(home: Home) -> None:
    blocked = home.target.with_name("blocked")
    blocked.touch()
    async with home.opened() as store:
        told = await refused(home.backups.make(store, [f"{blocked}/b", str(home.target)]), "backup_target")
        assert "blocked" in told
        await refused(home.backups.make(store, ["ftp://host/b"]), "backup_target")
    assert len(complete(Folder(home.target).names(""))) == 1


async def test_a_target_that_is_full_is_told_and_keeps_nothing_of_it(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    await home.back_up()
    before, copy = Folder(home.target).names(""), shutil.copyfileobj

    def full(source: BinaryIO, to: BinaryIO, length: int) -> None:
        if source.name.endswith("soulfra.db"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        copy(source, to, length)

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfileobj", full)
        assert "No space left on device" in await refused(home.back_up(), "backup_target")
    assert Folder(home.target).names("") == before
    assert len([one for one in home.target.iterdir() if one.name != "blobs"]) == 1


@pytest.mark.parametrize("step", range(5))
async def test_power_off_in_a_backup_leaves_none_or_a_sound_one(
    home: Home, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    with monkeypatch.context() as patch:
        off_at(patch, step)
        with pytest.raises(Power):
            await home.back_up()
    assert complete(Folder(home.target).names("")) == []
    await refused(home.backups.restore(str(home.target)), "backup_missing")
    name = await home.back_up()
    assert (await home.backups.drill(str(home.target))).manifest.name == name


async def test_power_off_in_a_restore_leaves_the_old_one_or_the_new_one(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At whichever step; and carried out by whoever comes next, interrupted as often as can be."""
    await home.back_up()
    outcomes = []
    for step in range(20):
        await home.says("three", "four")
        old = home.files()
        with monkeypatch.context() as patch:
            off_at(patch, step)
            try:
                await home.backups.restore(str(home.target))
            except Power:
                outcomes.append(step)
        if not pending(home.data) and step in outcomes:
            assert home.files() == old
        for again in range(9):
            with monkeypatch.context() as patch:
                off_at(patch, again)
                try:
                    resume(home.data)
                    break
                except Power:
                    pass
        async with home.opened() as store:
            found = await store.read(examine, {}, Anchors(home.data / "anchors.log").read())
            value = await home.value()
        assert found.wrong == []
        assert (found.head.seq > 2, value) in {(True, "four"), (False, "two")}
        if step not in outcomes:
            assert value == "two"
            return
    pytest.fail("it was never done")
