"""The keyring: what was sealed opens only unchanged, with the same key, for the same context."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.security.keyring import Key, Keyring, SealError

KEY = Key(bytes(range(32)))
TEXT = st.text(max_size=8)


@given(st.binary(max_size=200), st.lists(TEXT, max_size=4))
def test_opens_what_it_sealed(data: bytes, context: list[str]) -> None:
    assert KEY.unseal(KEY.seal(data, *context), *context) == data


def test_refuses_every_flipped_bit() -> None:
    blob = KEY.seal(b"canary", "vault", "7")
    for bit in range(len(blob) * 8):
        changed = bytearray(blob)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SealError):
            KEY.unseal(bytes(changed), "vault", "7")


def test_refuses_every_shortened_blob() -> None:
    blob = KEY.seal(b"canary")
    for length in range(len(blob)):
        with pytest.raises(SealError):
            KEY.unseal(blob[:length])


@given(st.lists(TEXT, max_size=3), st.lists(TEXT, max_size=3))
def test_opens_for_its_own_context_only(sealed: list[str], asked: list[str]) -> None:
    blob = KEY.seal(b"canary", *sealed)
    if sealed == asked:
        assert KEY.unseal(blob, *asked) == b"canary"
    else:
        with pytest.raises(SealError):
            KEY.unseal(blob, *asked)


@pytest.mark.parametrize("asked", [("a", "b|c"), ("a|bc",), ("a|b", "c", ""), ("c", "a|b"), ()])
def test_parts_of_a_context_do_not_run_together(asked: tuple[str, ...]) -> None:
    with pytest.raises(SealError):
        KEY.unseal(KEY.seal(b"canary", "a|b", "c"), *asked)


def test_refuses_another_key() -> None:
    with pytest.raises(SealError, match="another key"):
        Key(bytes(32)).unseal(KEY.seal(b"canary"))


def test_the_same_words_never_look_the_same_twice() -> None:
    assert len({KEY.seal(b"canary") for _ in range(100)}) == 100


def test_format() -> None:
    blob = KEY.seal(b"canary")
    assert blob[:5] == b"\x01" + KEY.id
    assert len(blob) == 1 + 4 + 12 + len(b"canary") + 16


def test_digests_know_equal_data_and_depend_on_the_key() -> None:
    assert KEY.digest(b"a") == Key(bytes(range(32))).digest(b"a")
    assert len({KEY.digest(b"a"), KEY.digest(b"b"), Key(bytes(32)).digest(b"a")}) == 3


def test_a_key_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="32"):
        Key(b"short")


def test_shows_no_secret(tmp_path: Path) -> None:
    ring = Keyring.open(tmp_path)
    secret = (tmp_path / "master.key").read_bytes()
    assert repr(ring) == f"Keyring({ring.id.hex()})"
    assert secret.hex() not in repr(ring)


def test_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    blob = Keyring.open(folder).seal(b"canary", "x")
    assert Keyring.open(folder).unseal(blob, "x") == b"canary"
    assert [path.name for path in folder.iterdir()] == ["master.key"]
    assert stat.S_IMODE((folder / "master.key").stat().st_mode) == 0o600
    assert len((folder / "master.key").read_bytes()) == 32


def test_two_starts_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = {ring.id for ring in pool.map(lambda _: Keyring.open(tmp_path), range(8))}
    assert len(ids) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_refuses_a_file_that_others_can_read(tmp_path: Path, mode: int) -> None:
    Keyring.open(tmp_path)
    (tmp_path / "master.key").chmod(mode)
    with pytest.raises(SettingsError, match=r"master\.key"):
        Keyring.open(tmp_path)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_refuses_a_damaged_file(tmp_path: Path, size: int) -> None:
    path = tmp_path / "master.key"
    path.touch(0o600)
    path.write_bytes(bytes(size))
    with pytest.raises(SettingsError, match=rf"master\.key holds {size} bytes"):
        Keyring.open(tmp_path)
