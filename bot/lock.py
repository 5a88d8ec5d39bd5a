"""One process for one data folder: two would answer everything twice."""

import fcntl
import os
from pathlib import Path

from bot.errors import SoulfraError


class InUseError(SoulfraError):
    """Another process works on this data folder."""

    code = "in_use"


class Lock:
    """Holds a data folder until `release`; the system lets go of it when the process ends, however it ends."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    @classmethod
    def take(cls, data: Path) -> "Lock":
        """Raises `InUseError` when somebody else holds it."""
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(handle, 20, 0).decode().strip()
            os.close(handle)
            raise InUseError(f"{data} is in use by process {holder or 'unknown'}: stop that one first") from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        return cls(handle)

    def release(self) -> None:
        """Let others work on it."""
        os.close(self._handle)
