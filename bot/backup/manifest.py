"""The manifest of a backup: what belongs to it, and of what it is one. It is put last: without it there is no backup."""

import hashlib
import hmac
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from bot.errors import SoulfraError
from bot.security.keyring import Keyring
from bot.store.events import Head

FORMAT: Final = 1
NAME: Final = "manifest.json"
_CHUNK = 1 << 20


class BackupError(SoulfraError):
    """A backup that cannot be made, or must not be restored. Nothing was changed.

    `code`: "backup" (cannot be made), "backup_target" (where it lies cannot be reached), "backup_missing",
    "backup_incomplete", "backup_corrupted", "backup_version", "backup_kind" (of another database), "backup_key" (of another
    installation), "backup_stale", "audit" (it would not be sound), "not_empty" (it would replace what was not given up).
    """

    def __init__(self, text: str, code: str = "backup") -> None:
        super().__init__(text)
        self.code = code


class Part(Struct, frozen=True):
    """A file of the backup."""

    name: str
    sha256: str
    size: int


class Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    """`made` is in microseconds since the epoch; `key` is the id of the key that its sealed rows need, never the key.

    `kind` is "sqlite" or "postgresql"; `head` is that of the chain of events.
    """

    format: int
    name: str
    soulfra: str
    made: int
    kind: str
    revisions: list[str]
    key: str
    head: Head
    files: list[Part]


class _Format(Struct):
    format: int


class _Envelope(Struct, forbid_unknown_fields=True):
    """`sha256` shows damage to anybody; `seal` needs the key to be made, so nobody else makes a backup that is taken."""

    sha256: str
    seal: str
    manifest: msgspec.Raw


def pack(manifest: Manifest, keys: Keyring) -> bytes:
    """The file."""
    body = msgspec.json.encode(manifest)
    return msgspec.json.encode(_Envelope(hashlib.sha256(body).hexdigest(), _seal(body, keys), msgspec.Raw(body)))


def unpack(data: bytes, name: str, kind: str, keys: Keyring) -> Manifest:
    """What is in it, for a database of this kind and with these keys. Raises `BackupError` when it is not to be trusted."""
    body, seal = _opened(data, name)
    try:
        found = msgspec.json.decode(body, type=_Format).format
        if found != FORMAT:
            raise BackupError(f"{name} has format {found}, this version reads format {FORMAT}", "backup_version")
        manifest = msgspec.json.decode(body, type=Manifest)
    except msgspec.DecodeError as error:
        raise BackupError(f"{name}: {NAME} cannot be read: {error}", "backup_corrupted") from error
    if manifest.key != keys.id.hex():
        told = f"its sealed rows need the key {manifest.key}, the master key here is {keys.id.hex()}"
        raise BackupError(f"{name} is of another installation: {told}", "backup_key")
    if not hmac.compare_digest(seal, _seal(body, keys)) or manifest.name != name:
        raise BackupError(f"{name}: {NAME} was not written by this installation", "backup_corrupted")
    if manifest.kind != kind:
        raise BackupError(f"{name} is of a {manifest.kind} database, the settings name {kind}", "backup_kind")
    return manifest


def part(path: Path) -> Part:
    """What a manifest says of this file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return Part(path.name, digest.hexdigest(), path.stat().st_size)


def _opened(data: bytes, name: str) -> tuple[bytes, str]:
    try:
        envelope = msgspec.json.decode(data, type=_Envelope)
    except msgspec.DecodeError as error:
        raise BackupError(f"{name}: {NAME} cannot be read: {error}", "backup_corrupted") from error
    body = bytes(envelope.manifest)
    if hashlib.sha256(body).hexdigest() != envelope.sha256:
        raise BackupError(f"{name}: {NAME} is damaged", "backup_corrupted")
    return body, envelope.seal


def _seal(body: bytes, keys: Keyring) -> str:
    return keys.digest(b"backup:" + body).hex()
