"""A restored data folder takes the place of the old one: decided in one moment, carried out in steps that can be repeated.

What takes over lies in `data/restoring`. From the moment in which `ready` is there the restore has happened: whoever comes
next (the restore itself, or the next start after a crash) carries out what is left. Before it, nothing has changed.
"""

import shutil
from pathlib import Path

import msgspec
from msgspec import Struct

from bot.backup.disk import private, sync, whole

FOLDER = "restoring"
_READY = "ready"
_BESIDE = ("", "-wal", "-shm", "-journal")


class _Plan(Struct):
    """`places` are the names in the data folder that change hands; what is there goes to `<name>.before-<stamp>`."""

    stamp: str
    places: list[str]
    coming: list[str]


def begin(data: Path) -> Path:
    """An empty folder to restore into."""
    folder = data / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    private(folder)
    return folder


def decide(data: Path, stamp: str, places: list[str]) -> None:
    """From here on it has happened."""
    folder = data / FOLDER
    sync(folder)
    with whole(folder / _READY) as file:
        file.write(msgspec.json.encode(_Plan(stamp, places, [name for name in places if (folder / name).exists()])))


def pending(data: Path) -> bool:
    """Is there a restore that has happened and is not carried out?"""
    return (data / FOLDER / _READY).exists()


def finish(data: Path) -> None:
    """Carry out what is left of a restore that has happened; else nothing. Only for who holds the data folder's lock."""
    folder = data / FOLDER
    if not pending(data):
        return
    plan = msgspec.json.decode((folder / _READY).read_bytes(), type=_Plan)
    _add(folder / "blobs", data / "blobs")
    for name in plan.places:
        if name not in plan.coming or (folder / name).exists():
            _aside(data, name, plan.stamp)
        if (folder / name).exists():
            (folder / name).replace(data / name)
    sync(data)
    (folder / _READY).unlink()
    sync(folder)
    shutil.rmtree(folder)


def _aside(data: Path, name: str, stamp: str) -> None:
    """With its WAL, which is a part of it."""
    for suffix in _BESIDE:
        old = data / f"{name}{suffix}"
        if old.exists():
            old.replace(data / f"{name}.before-{stamp}{suffix}")


def _add(fresh: Path, blobs: Path) -> None:
    """Blobs are named by their content: none of them is in the way of another."""
    for file in sorted(fresh.rglob("*")):
        if file.is_file():
            private(blobs / file.parent.name)
            file.replace(blobs / file.parent.name / file.name)
