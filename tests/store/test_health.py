"""A damaged database file is refused with its own code, in one line, and stays as it is."""

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main
from bot.security.keyring import Keyring
from bot.store import Store, Tx
from bot.store.sqlite import health
from bot.store.sqlite.health import CorruptError
from tests import servers


def middle(data: bytes) -> bytes:
    """Pages of it overwritten, as a disk does that goes bad."""
    return data[:8192] + b"\xa5" * 32_768 + data[8192 + 32_768 :]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda data: data[: len(data) // 2],
    "cut within a page": lambda data: data[:-1000],
    "only its beginning": lambda data: data[:100],
    "overwritten": middle,
    "its beginning overwritten": lambda data: b"\0" * 4096 + data[4096:],
    "something else": lambda data: b"".join(hashlib.sha512(bytes([n])).digest() for n in range(256)),
}


@pytest.fixture
async def path(tmp_path: Path, keys: Keyring) -> Path:
    """Closed, with rows in it."""
    with servers.lent(tmp_path / "data", (), "sqlite") as where:
        assert isinstance(where, Path)
        store = await Store.open(where, keys)
        for n in range(3):
            await store.write(_emit, n)
        await store.close()
        return where


def _emit(tx: Tx, n: int) -> None:
    tx.emit("counted", n=n)


@pytest.mark.parametrize("name", DAMAGE)
async def test_a_damaged_file_is_refused_and_left_as_it_is(path: Path, keys: Keyring, name: str) -> None:
    damaged = DAMAGE[name](path.read_bytes())
    path.write_bytes(damaged)
    with pytest.raises(CorruptError, match=r"soulfra.db is damaged \(.+\). Nothing was changed") as caught:
        await Store.open(path, keys)
    assert (caught.value.code, "\n" in str(caught.value)) == ("corrupt", False)
    assert path.read_bytes() == damaged


async def test_of_a_large_file_what_leads_to_its_pages_is_looked_at(
    path: Path, keys: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "WHOLE", 100)
    store = await Store.open(path, keys)
    await store.close()
    whole = path.read_bytes()
    for damaged in (whole[:-5000], b"\0" * 4096 + whole[4096:]):
        path.write_bytes(damaged)
        with pytest.raises(CorruptError):
            await Store.open(path, keys)


def test_what_an_operator_sees_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "soulfra.db").write_bytes(b"these are words, not a database. " * 100)
    for name, value in {"DATA": str(tmp_path), "PLUGINS": "[]", "DISCOVER": "false"}.items():
        monkeypatch.setenv(f"SOULFRA_{name}", value)
    monkeypatch.setattr(sys, "argv", ["soulfra", "audit"])
    with pytest.raises(SystemExit, match=r"^corrupt: [^\n]+soulfra.db is damaged [^\n]+$"):
        main()


async def test_what_a_crash_left_in_the_wal_is_no_damage(path: Path, keys: Keyring, tmp_path: Path) -> None:
    store = await Store.open(path, keys)
    await store.write(_emit, 3)
    for file in path.parent.glob("soulfra.db*"):
        if not file.name.endswith("-shm"):
            (tmp_path / file.name).write_bytes(file.read_bytes())
    await store.close()
    again = await Store.open(tmp_path / "soulfra.db", keys)
    assert await again.read(lambda tx: tx.readonly)
    await again.close()
