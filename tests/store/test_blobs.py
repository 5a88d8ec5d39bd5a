"""Blobs: one content is one blob at an address that only its holders know, and served as nothing that could act."""

import asyncio
import hashlib
import re
import string
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.message import File, Image, Message, t
from bot.security.keyring import Keyring
from bot.store import Store
from bot.store.blobs import MOST, Blobs, has_files, plain_name
from bot.web.files import files
from bot.web.server import create_app

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
BASE = "https://bot.example"
PICTURES = {
    "image/png": PNG,
    "image/jpeg": b"\xff\xd8\xff\xe0" + bytes(40),
    "image/gif": b"GIF89a" + bytes(40),
    "image/webp": b"RIFF\0\0\0\0WEBP" + bytes(40),
}


@pytest.fixture
def blobs(store: Store, tmp_path: Path) -> Blobs:
    made = Blobs(tmp_path / "blobs", lambda: BASE)
    made.open(store)
    return made


@pytest.fixture
async def http(blobs: Blobs) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(lambda: None, files(blobs))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as client:
        yield client


def kept(folder: Path) -> list[Path]:
    """Every file of the folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_one_content_is_one_blob(blobs: Blobs, tmp_path: Path) -> None:
    first, second = await asyncio.gather(blobs.put(PNG, "image/png", "a.png"), blobs.put(PNG, "image/png", "b.png"))
    assert first.digest == second.digest == hashlib.sha256(PNG).hexdigest()
    assert first.token == second.token
    assert [path.read_bytes() for path in kept(tmp_path / "blobs")] == [PNG]
    assert kept(tmp_path / "blobs")[0].stat().st_mode & 0o077 == 0
    other = await blobs.put(PNG + b"!", "image/png", "a.png")
    assert other.token != first.token


async def test_another_installation_has_another_address(blobs: Blobs, tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "other.db", Keyring.open(tmp_path / "other"))
    other = Blobs(tmp_path / "more", lambda: BASE)
    other.open(store)
    here, there = await blobs.put(PNG, "image/png", "a.png"), await other.put(PNG, "image/png", "a.png")
    await store.close()
    assert (here.digest, here.token) != (there.digest, there.token)
    for one in (here, there):
        assert re.fullmatch(r"[A-Za-z0-9_-]{32}", one.token)
        assert one.digest not in one.path


@given(st.text())
def test_a_name_means_nothing_to_anybody(name: str) -> None:
    plain = plain_name(name)
    assert 1 <= len(plain) <= 64
    assert set(plain) <= set(string.ascii_letters + string.digits + "._-")
    assert plain[0] not in ".-"
    assert plain_name(plain) == plain


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("a\r\nset-cookie: x.png", "a-set-cookie-x.png"),
        ("", "file"),
        ("…", "file"),
        ("x" * 90 + ".png", "x" * 60 + ".png"),
    ],
)
def test_hostile_names(name: str, plain: str) -> None:
    assert plain_name(name) == plain


@pytest.mark.parametrize("type_", PICTURES)
async def test_a_picture_is_shown(blobs: Blobs, http: httpx.AsyncClient, type_: str) -> None:
    one = await blobs.put(PICTURES[type_], "text/html", "p.html")
    answer = await http.get(one.path)
    assert (answer.status_code, answer.content) == (200, PICTURES[type_])
    assert answer.headers["content-type"] == type_
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "private" in answer.headers["cache-control"]
    assert "immutable" in answer.headers["cache-control"]
    assert "content-disposition" not in answer.headers


@pytest.mark.parametrize("claimed", ["text/html", "image/svg+xml", "image/png", "x\r\ny: z", "IMAGE/PNG", ""])
async def test_anything_else_is_a_download(blobs: Blobs, http: httpx.AsyncClient, claimed: str) -> None:
    one = await blobs.put(b"<script>alert(1)</script>", claimed, "page.html")
    answer = await http.get(one.path)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment"


async def test_head_and_what_the_browser_has_already(blobs: Blobs, http: httpx.AsyncClient) -> None:
    one = await blobs.put(PNG, "image/png", "a.png")
    head = await http.head(one.path)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(PNG)))
    again = await http.get(one.path, headers={"if-none-match": head.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await http.get(one.path, headers={"if-none-match": '"other"'})).status_code == 200
    assert (await http.post(one.path)).status_code == 405


async def test_what_is_not_here_is_not_found(blobs: Blobs, http: httpx.AsyncClient) -> None:
    one = await blobs.put(PNG, "image/png", "a.png")
    for path in (f"/b/{one.digest}/a.png", f"/b/{one.token[:-1]}/a.png", "/b/x/..%2F..%2Fmaster.key", "/b//a", "/b"):
        assert (await http.get(path)).status_code == 404


async def test_forgotten_is_gone(blobs: Blobs, http: httpx.AsyncClient, tmp_path: Path) -> None:
    one = await blobs.put(PNG, "image/png", "a.png")
    await blobs.forget(one.digest)
    assert (await http.get(one.path)).status_code == 404
    assert kept(tmp_path / "blobs") == []
    await blobs.forget(one.digest)
    assert (await http.get((await blobs.put(PNG, "image/png", "a.png")).path)).status_code == 200


async def test_what_is_too_large_is_refused(blobs: Blobs, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="20 MB"):
        await blobs.put(bytes(MOST + 1), "application/zip", "a.zip")
    assert not (tmp_path / "blobs").exists()


async def test_a_message_is_given_addresses(blobs: Blobs, http: httpx.AsyncClient) -> None:
    elsewhere = Image("A tree", url="https://example.org/tree.png")
    message = Message(t("look"), images=[Image("A dot", data=PNG), elsewhere], files=[File("a.txt", data=b"words")])
    assert has_files(message)
    addressed = await blobs.addressed(message)
    assert addressed.images[1] == elsewhere
    assert addressed.plain == "look"
    for shown, data in ((addressed.images[0], PNG), (addressed.files[0], b"words")):
        assert shown.url is not None
        assert shown.url.startswith(f"{BASE}/b/")
        assert (await http.get(urlsplit(shown.url).path)).content == data


async def test_without_a_server_or_room_a_message_stays_as_it_is(store: Store, tmp_path: Path) -> None:
    nowhere = Blobs(tmp_path / "blobs", lambda: None)
    nowhere.open(store)
    message = Message(t("look"), images=[Image("A dot", data=PNG)])
    assert await nowhere.addressed(message) == message
    somewhere = Blobs(tmp_path / "blobs", lambda: BASE)
    somewhere.open(store)
    huge = Message(t("look"), images=[Image("A wall", data=bytes(MOST + 1))])
    assert await somewhere.addressed(huge) == huge
    assert kept(tmp_path) == [path for path in kept(tmp_path) if "blobs" not in path.parts]
