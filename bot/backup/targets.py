"""Where backups are kept: folders, and buckets of S3 and what speaks like it."""

import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from bot.backup.disk import private, sync, whole
from bot.backup.manifest import BackupError


class Target(Protocol):
    """Files by name (`<backup>/soulfra.db`, `blobs/ab/ab12…`). All raise `BackupError` when it cannot be reached."""

    def put(self, name: str, source: Path) -> None:
        """The whole file under this name, or none of it; it is safe there when this returns."""

    def get(self, name: str, to: Path) -> None:
        """Fetch it. Raises `BackupError` "backup_incomplete" when it is not there."""

    def names(self, prefix: str) -> set[str]:
        """The files whose names begin with `prefix` and a slash; with "", all."""

    def remove(self, names: Iterable[str]) -> None:
        """Take them away; what is not there does no harm."""


def open_target(where: str, s3: Mapping[str, SecretStr]) -> Target:
    """A folder, or s3://bucket/prefix. Raises `BackupError` for anything else, and when the s3 extra is missing."""
    scheme, found, _ = where.partition("://")
    if not found:
        return Folder(Path(where))
    if scheme != "s3":
        raise BackupError(f"{where} is neither a folder nor s3://bucket/prefix", "backup_target")
    try:
        from bot.backup.s3 import Bucket  # noqa: PLC0415  (an extra)
    except ModuleNotFoundError:
        raise BackupError(f"{where} needs the s3 extra: pip install soulfra[s3]", "backup_target") from None
    return Bucket(where, {name: value.get_secret_value() for name, value in s3.items()})


class Folder:
    """A folder of this machine, or one that is mounted; nobody else reads in it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, source: Path) -> None:
        """Copied beside, then renamed."""
        path = self._root / name
        try:
            private(path.parent)
            with whole(path) as fresh, source.open("rb") as file:
                shutil.copyfileobj(file, fresh, 1 << 20)
        except OSError as error:
            with suppress(OSError):  # other files are in it
                path.parent.rmdir()
            raise BackupError(f"{path} cannot be written: {error}", "backup_target") from error

    def get(self, name: str, to: Path) -> None:
        """Copied."""
        try:
            shutil.copyfile(self._root / name, to)
        except FileNotFoundError as error:
            raise BackupError(f"{self._root / name} is missing", "backup_incomplete") from error
        except OSError as error:
            raise BackupError(f"{self._root / name} cannot be read: {error}", "backup_target") from error

    def names(self, prefix: str) -> set[str]:
        """What is half written is not there."""
        files = (self._root / prefix).rglob("*")
        return {file.relative_to(self._root).as_posix() for file in files if file.is_file() and file.suffix != ".part"}

    def remove(self, names: Iterable[str]) -> None:
        """With the folders that become empty."""
        try:
            for name in names:
                path = self._root / name
                path.unlink(missing_ok=True)
                if path.parent != self._root:
                    with suppress(OSError):  # it is not empty
                        path.parent.rmdir()
            if self._root.exists():
                sync(self._root)
        except OSError as error:
            raise BackupError(f"{self._root} cannot be cleared: {error}", "backup_target") from error
