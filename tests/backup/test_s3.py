"""Backups in a bucket, with the real client against a server that checks what it signs."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.backup.make import complete
from bot.backup.s3 import Bucket
from bot.backup.targets import open_target
from tests.backup.conftest import Home, furnish, installation
from tests.backup.s3 import KEY_ID, REGION, S3, SECRET
from tests.backup.test_backups import refused

WHERE = "s3://vault/the bots/one"


@pytest.fixture
async def s3() -> AsyncIterator[tuple[S3, dict[str, str]]]:
    """The bucket, and the options that lead to it."""
    bucket = S3()
    async with bucket.running() as endpoint:
        options = {"endpoint": endpoint, "region": REGION, "access_key_id": KEY_ID, "secret_access_key": SECRET}
        yield bucket, options


@pytest.fixture
def home(lend: Callable[..., Home], s3: tuple[S3, dict[str, str]]) -> Home:
    return lend(targets=[WHERE], s3=s3[1], keep=2)


async def test_there_and_back(home: Home, s3: tuple[S3, dict[str, str]]) -> None:
    bucket, _ = s3
    await furnish(home)
    names = [await home.back_up() for _ in range(2)]
    sent = [name for name in bucket.requests if name.startswith("PUT") and "/blobs/" in name]
    assert len(sent) == 2, "blobs are sent once"
    assert (await home.backups.drill(WHERE)).manifest.name == names[-1]
    names.append(await home.back_up())
    keys = {key.removeprefix("the bots/one/") for key in bucket.objects}
    assert complete(keys) == names[:0:-1]
    assert {key.partition("/")[0] for key in keys} == {*names[1:], "blobs"}
    await home.says("three")
    await home.backups.restore(WHERE, names[1])
    assert await home.value() == "two"
    assert bucket.refusals == []


async def test_what_is_large_goes_in_parts(s3: tuple[S3, dict[str, str]], tmp_path: Path) -> None:
    bucket, options = s3
    source, back = tmp_path / "large", tmp_path / "back"
    source.write_bytes(bytes(range(256)) * 40_000)
    target = Bucket("s3://vault/deep/er", options)
    await asyncio.to_thread(target.put, "a/large.db", source)
    await asyncio.to_thread(target.get, "a/large.db", back)
    assert back.read_bytes() == source.read_bytes() == bucket.objects["deep/er/a/large.db"]
    assert sum("large.db" in name for name in bucket.requests) > 3
    for prefix in ("", "a"):
        assert await asyncio.to_thread(target.names, prefix) == {"a/large.db"}
    await asyncio.to_thread(target.remove, [])
    await asyncio.to_thread(target.remove, ["a/large.db", "a/never-there"])
    assert (bucket.objects, bucket.uploads, bucket.refusals) == ({}, {}, [])


async def test_a_server_that_is_busy_for_a_moment_is_asked_again(s3: tuple[S3, dict[str, str]], tmp_path: Path) -> None:
    bucket, options = s3
    bucket.broken = 2
    (tmp_path / "file").write_bytes(b"1")
    await asyncio.to_thread(Bucket("s3://vault", options).put, "file", tmp_path / "file")
    assert (bucket.objects, bucket.refusals) == ({"file": b"1"}, ["SlowDown"] * 2)


WRONG = {
    "secret": ({"secret_access_key": "wrong"}, WHERE, "SignatureDoesNotMatch"),
    "key": ({"access_key_id": "nobody"}, WHERE, "InvalidAccessKeyId"),
    "region": ({"region": "us-east-1"}, WHERE, "AuthorizationHeaderMalformed"),
    "bucket": ({}, "s3://nowhere/at-all", "NoSuchBucket"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_what_the_server_refuses_is_told(
    home: Home, s3: tuple[S3, dict[str, str]], name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    bucket, options = s3
    changed, where, code = WRONG[name]
    home.settings = installation(home.data, home.where, targets=[where], s3={**options, **changed}).settings
    async with home.opened() as store:
        told = await refused(home.backups.make(store), "backup_target")
    assert where in told
    assert code in told
    assert SECRET not in told + capfd.readouterr().err
    assert (set(bucket.refusals), bucket.objects) == ({code}, {})


async def test_a_missing_object_and_no_answer_at_all(home: Home, s3: tuple[S3, dict[str, str]]) -> None:
    bucket, options = s3
    await furnish(home)
    name = await home.back_up()
    del bucket.objects[f"the bots/one/{name}/soulfra.db"]
    await refused(home.backups.restore(WHERE), "backup_incomplete")
    wrong = {**options, "bandwidth": "5"}
    home.settings = installation(home.data, home.where, targets=[WHERE], s3=wrong).settings
    await refused(home.backups.drill(WHERE), "backup_target")


async def test_without_the_extra_it_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    monkeypatch.delitem(sys.modules, "bot.backup.s3")
    assert "soulfra[s3]" in await refused(home.backups.restore(WHERE), "backup_target")
    assert open_target(str(home.target), {})
