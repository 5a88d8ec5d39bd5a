"""Blobs in a backup: named by their content, kept once in a target for all backups, listed in `blobs.txt` of each."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from bot.backup.disk import private
from bot.backup.manifest import BackupError
from bot.backup.targets import Target
from bot.store import Tx, param
from bot.store.schema import blob

LIST = "blobs.txt"
FOLDER = "blobs"
_PAGE = 1000
_AFTER = (
    sa.select(blob.c.digest, blob.c.size)
    .where(blob.c.digest > param("after", sa.LargeBinary))
    .order_by(blob.c.digest)
    .limit(_PAGE)
)


def listed(tx: Tx) -> list[str]:
    """The digests of all blobs, in hexadecimal digits."""
    found: list[str] = []
    while rows := tx.execute(_AFTER, after=bytes.fromhex(found[-1]) if found else b""):
        found += [bytes(digest).hex() for digest, _ in rows]
    return found


def write_list(work: Path, digests: list[str], blobs: Path) -> Path:
    """What the backup needs. One that was forgotten since the copy was made is not in it."""
    path = work / LIST
    path.touch(0o600)
    path.write_text("".join(f"{digest}\n" for digest in digests if _file(blobs, digest).exists()))
    return path


def read_list(work: Path) -> list[str]:
    """The digests."""
    return (work / LIST).read_text().split()


def upload(target: Target, work: Path, blobs: Path) -> None:
    """Those that the target does not have. Raises `BackupError` for one that is not what its name says any more."""
    there = target.names(FOLDER)
    for digest in read_list(work):
        if name(digest) not in there:
            if not _is(file := _file(blobs, digest), digest):
                raise BackupError(
                    f"{file} is damaged, or was just forgotten: take it away, or bring it back, and try again"
                )
            target.put(name(digest), file)


def fetch(target: Target, work: Path, blobs: Path | None) -> Iterator[Path]:
    """One after the other, as files of `work/blobs`, each of them what its name says; those that `blobs` has are left out.

    Raises `BackupError` for one that is missing or damaged.
    """
    for digest in read_list(work):
        if blobs is not None and _is(_file(blobs, digest), digest):
            continue
        to = _file(work / FOLDER, digest)
        private(to.parent)
        target.get(name(digest), to)
        if not _is(to, digest):
            raise BackupError(f"the blob {digest} is damaged", "backup_corrupted")
        yield to


def name(digest: str) -> str:
    """Where it lies in a target."""
    return _file(Path(FOLDER), digest).as_posix()


def _file(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest


def _is(path: Path, digest: str) -> bool:
    """A blob is small enough to be read whole."""
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == digest
