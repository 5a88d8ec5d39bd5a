"""Backups of PostgreSQL, with a real server and its own programs."""

from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from bot.backup.make import complete
from bot.backup.targets import Folder
from bot.store.events import seal_due
from tests import servers
from tests.backup.conftest import Home, furnish, installation
from tests.backup.test_backups import refused


@pytest.fixture
async def home(tmp_path: Path, postgres: servers.Server) -> AsyncIterator[Home]:
    """In a database that is renamed and dropped as it goes, with programs of the server's version."""
    where = servers.empty()
    one = installation(tmp_path / "data", where, pg_bin=servers.programs())
    await furnish(one)
    yield one
    for rest in databases(one):
        servers.sql(postgres.url, f"DROP DATABASE {make_url(where).database}{rest} WITH (FORCE)")


def databases(home: Home) -> set[str]:
    """What follows its name in those that are made of it; "" is itself."""
    name = make_url(str(home.where)).database or ""
    names = {str(found) for (found,) in servers.sql(servers.server().url, "SELECT datname FROM pg_database")}
    return {found.removeprefix(name) for found in names if found == name or found.startswith(f"{name}_")}


async def test_a_restore_brings_everything_back_and_keeps_what_was_there(home: Home) -> None:
    name = await home.back_up()
    await home.says("three")
    told = await refused(home.backups.restore(str(home.target)), "not_empty")
    assert "--replace" in told
    assert (await home.value(), databases(home)) == ("three", {""})
    with psycopg.connect(str(home.where)):
        await refused(home.backups.restore(str(home.target), over=True), "in_use")
    assert (await home.value(), databases(home)) == ("three", {""})
    assert (await home.backups.drill(str(home.target))).manifest.name == name
    await home.backups.restore(str(home.target), over=True)
    assert await home.value() == "two"
    (kept,) = databases(home) - {""}
    assert kept.startswith("_before_")
    await home.says("and-on")
    await home.back_up()
    for blob in (home.data / "blobs").rglob("*"):
        if blob.is_file():
            blob.unlink()
    servers.sql(servers.server().url, f'DROP DATABASE "{make_url(str(home.where)).database}"')
    servers.sql(servers.server().url, f'CREATE DATABASE "{make_url(str(home.where)).database}"')
    await home.backups.restore(str(home.target))
    assert await home.value() == "and-on"
    assert databases(home) == {"", kept}
    assert len([blob for blob in (home.data / "blobs").rglob("*") if blob.is_file()]) == 2


async def test_what_is_not_sound_changes_nothing(home: Home) -> None:
    name = await home.back_up()
    await home.says("three")
    home.audits["always"] = lambda tx: 1
    await refused(home.backups.restore(str(home.target), over=True), "backup_corrupted")
    async with home.opened() as store:
        await refused(home.backups.make(store), "audit")
    home.audits.clear()
    dump = home.target / name / "soulfra.dump"
    data = bytearray(dump.read_bytes())
    data[len(data) // 2] ^= 1
    dump.write_bytes(data)
    await refused(home.backups.restore(str(home.target), over=True), "backup_corrupted")
    assert (await home.value(), databases(home)) == ("three", {""})
    assert complete(Folder(home.target).names("")) == [name]


async def test_events_without_a_number_get_theirs_on_another_server(home: Home) -> None:
    """Their transactions had numbers there that may lie in the future here."""
    servers.sql(home.where, "INSERT INTO event (at, kind, body, txid) VALUES (1, 'late', '{}', '9223372036854775807')")
    await home.back_up()
    await home.backups.restore(str(home.target), over=True)
    async with home.opened() as store:
        await seal_due(store)
    assert servers.sql(home.where, "SELECT kind FROM event WHERE seq = 3") == [("late",)]


@pytest.mark.parametrize("version", ["pg_dump (PostgreSQL) 9.6.1", ""])
async def test_programs_that_are_too_old_or_not_there_are_told(home: Home, tmp_path: Path, version: str) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    if version:
        (programs / "pg_dump").write_text(f"#!/bin/sh\necho '{version}'\n")
        (programs / "pg_dump").chmod(0o755)
    home.settings = installation(home.data, home.where, pg_bin=programs).settings
    async with home.opened() as store:
        told = await refused(home.backups.make(store), "backup")
    assert ("is version 9" if version else f"pg_dump is not in {programs}") in told
    assert "pg_bin" in told
