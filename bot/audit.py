"""Audits: numbers that are 0 while all is well, and the chain of events against what was noted of it outside the database.

A chain cannot show by itself that its end is missing. So its head is noted in `data/anchors.log`, one JSON line each:
{"time": microseconds, "seq": 1204, "chain": "…"}. A copy of that file elsewhere shows also what somebody with this machine did.
"""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from bot.errors import SoulfraError
from bot.store import Tx
from bot.store.events import Broken, Head, head, verify

Audit: TypeAlias = Callable[[Tx], int]

ANCHORS: Final = "anchors.log"
_LINE = 512


class AnchorError(SoulfraError):
    """A file of anchors that cannot be read, or was not written by us."""

    code = "anchors"


class Anchor(Struct, frozen=True):
    """One line of the file. `time` is in microseconds since the epoch."""

    time: int
    seq: int
    chain: str


class Findings(Struct, frozen=True):
    """What an audit found: every number by its name, the head of the chain, and where the chain does not hold."""

    numbers: dict[str, int]
    head: Head
    broken: Broken | None

    @property
    def wrong(self) -> list[str]:
        """What is not as it should be, a line each; empty when all is well."""
        lines = [f"{name} is {number}, not 0" for name, number in self.numbers.items() if number]
        return lines if self.broken is None else [*lines, str(self.broken)]


_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(Anchor).decode


def examine(tx: Tx, audits: Mapping[str, Audit], anchors: Iterable[Head] = ()) -> Findings:
    """Everything, in one transaction."""
    return Findings({name: fn(tx) for name, fn in audits.items()}, head(tx), verify(tx, anchors))


class Anchors:
    """The file of anchors of one installation."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def note(self, top: Head, now: int) -> None:
        """Write it down, on the disk when this returns, unless nothing came after the last one."""
        if not top.seq:
            return
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # a verb of the command line may note one too
            if top.seq > _last(descriptor):
                os.write(descriptor, _ENCODE(Anchor(now, top.seq, top.chain)) + b"\n")
                os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def read(self) -> Iterator[Head]:
        """Those that there are now, the oldest first; none without a file. Raises `AnchorError` for what is not ours.

        What is noted from now on is left out: its event is not in the snapshot that this is compared with.
        """
        size = self.path.stat().st_size if self.path.exists() else 0
        return self._read(size) if size else iter(())

    def _read(self, size: int) -> Iterator[Head]:
        seq, number = 0, 0
        with self.path.open("rb") as file:
            while file.tell() < size and (line := file.readline()).endswith(b"\n"):  # a torn end was never anchored
                number += 1
                try:
                    anchor = _DECODE(line)
                except msgspec.DecodeError as error:
                    raise AnchorError(f"{self.path}:{number} is not an anchor: {error}") from error
                if anchor.seq <= seq:
                    raise AnchorError(
                        f"{self.path}:{number} goes back, from {seq} to {anchor.seq}: it was tampered with"
                    )
                seq = anchor.seq
                yield Head(seq, anchor.chain)


def _last(descriptor: int) -> int:
    """The number of the last anchor; the line that a crash tore is taken away."""
    size = os.fstat(descriptor).st_size
    end = os.pread(descriptor, _LINE, max(0, size - _LINE))
    whole, newline, torn = end.rpartition(b"\n")
    if torn:
        os.ftruncate(descriptor, size - len(torn))
    try:
        return _DECODE(whole.rpartition(b"\n")[2]).seq if newline else 0
    except msgspec.DecodeError:
        return 0
