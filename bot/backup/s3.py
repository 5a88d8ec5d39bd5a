"""Backups in a bucket of S3, or of what speaks like it (the `s3` extra)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from bot.backup.disk import whole
from bot.backup.manifest import BackupError

_CODE = re.compile(r"<Code>(\w+)</Code>")
_RETRY = timedelta(seconds=30)


class Bucket:
    """`where` is s3://bucket/prefix; what `options` leave out comes from the usual AWS_… variables."""

    def __init__(self, where: str, options: Mapping[str, str]) -> None:
        self._where = where.rstrip("/")
        config: Any = dict(options)
        plain = options.get("endpoint", "").startswith("http://")
        with self._told():
            self._store = S3Store.from_url(
                self._where,
                config=config,
                client_options={"allow_http": plain},
                retry_config={"max_retries": 4, "retry_timeout": _RETRY},
            )

    def put(self, name: str, source: Path) -> None:
        """An object is there as a whole, or not at all."""
        with self._told(name):
            obstore.put(self._store, name, source)

    def get(self, name: str, to: Path) -> None:
        """Streamed."""
        with self._told(name), whole(to) as file:
            for chunk in obstore.get(self._store, name):
                file.write(chunk)

    def names(self, prefix: str) -> set[str]:
        """Listed in pages."""
        with self._told(prefix):
            return {one["path"] for page in obstore.list(self._store, prefix or None) for one in page}

    def remove(self, names: Iterable[str]) -> None:
        """Many in one request."""
        gone = list(names)
        with self._told():
            if gone:
                obstore.delete(self._store, gone)

    @contextmanager
    def _told(self, name: str = "") -> Iterator[None]:
        where = f"{self._where}/{name}".rstrip("/")
        try:
            yield
        except (NotFoundError, FileNotFoundError) as error:
            raise BackupError(f"{where} is missing", "backup_incomplete") from error
        except (BaseError, OSError) as error:
            code = _CODE.search(str(error))
            reason = code[1] if code else str(error).partition("\n")[0]
            raise BackupError(f"{where} cannot be reached: {reason}", "backup_target") from error
