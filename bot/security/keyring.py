"""The master key of an installation, and sealing with it: AES-256-GCM, bound to the context it was sealed for.

A sealed blob is `01 | key id (4) | nonce (12) | ciphertext and tag`. The context goes in as additional data, each part
with its length before it, so that no two contexts read the same. Random nonces are safe to 2**32 seals per key
(NIST SP 800-38D).
"""

import os
import secrets
from hashlib import blake2b
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import SettingsError, SoulfraError

FORMAT = b"\x01"
KEY_BYTES = 32
_ID_BYTES = 4
_NONCE_BYTES = 12
_HEAD_BYTES = len(FORMAT) + _ID_BYTES


class SealError(SoulfraError):
    """A blob that this key did not seal for this context, or that was changed since."""

    code = "sealed"


class Key:
    """One secret of 32 bytes: seals for a context, and makes digests that nobody without the key can make.

    What encrypts, what digests and the id are each derived from the secret, so that none tells anything of another.
    """

    __slots__ = ("_cipher", "_mac", "id")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(secret)}")
        self._cipher = AESGCM(_derived(secret, b"soulfra.seal", KEY_BYTES))
        self._mac = _derived(secret, b"soulfra.digest", KEY_BYTES)
        self.id = _derived(secret, b"soulfra.id", _ID_BYTES)

    def seal(self, data: bytes, *context: str) -> bytes:
        """`data`, encrypted for this context: the same parts in the same order open it again."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        head = FORMAT + self.id + nonce
        return head + self._cipher.encrypt(nonce, data, _framed(context))

    def unseal(self, blob: bytes, *context: str) -> bytes:
        """What was sealed. Raises `SealError` for another key, another context or a changed blob."""
        head, body = blob[:_HEAD_BYTES], blob[_HEAD_BYTES:]
        if head != FORMAT + self.id:
            raise SealError("sealed in another format or with another key")
        try:
            return self._cipher.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], _framed(context))
        except (InvalidTag, ValueError):
            raise SealError("changed, or sealed for another purpose") from None

    def digest(self, data: bytes) -> bytes:
        """A keyed digest of 32 bytes (BLAKE2b): equal data is recognised, without keeping the data."""
        return blake2b(data, key=self._mac, digest_size=32).digest()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id.hex()})"


class Keyring(Key):
    """The master key, kept in `master.key` of the data folder, readable by its owner only.

    It also signs for the installation: Ed25519 (RFC 8032), with a key of its own that is derived from it.
    """

    __slots__ = ("_signs",)

    def __init__(self, secret: bytes) -> None:
        super().__init__(secret)
        self._signs = _derived(secret, b"soulfra.sign", KEY_BYTES)

    @classmethod
    def open(cls, folder: Path) -> "Keyring":
        """Read the master key, or make one at the first start.

        Raises `SettingsError` naming the file when others can read it or when it does not hold 32 bytes.
        """
        path = folder / "master.key"
        if not path.exists():
            _create(path)
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise SettingsError(f"{path} can be read by others than its owner: expected mode 600 (chmod 600 {path})")
        secret = path.read_bytes()
        if len(secret) != KEY_BYTES:
            raise SettingsError(f"{path} holds {len(secret)} bytes: expected the {KEY_BYTES} bytes of the master key")
        return cls(secret)

    @property
    def public(self) -> bytes:
        """The 32 bytes with which anybody can check what `sign` made."""
        return Ed25519PrivateKey.from_private_bytes(self._signs).public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """A signature of 64 bytes, always the same for the same data."""
        return Ed25519PrivateKey.from_private_bytes(self._signs).sign(data)


def _create(path: Path) -> None:
    """A new key file that is either whole or not there; when two processes start at once, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(descriptor)
        path.hardlink_to(fresh)
    except FileExistsError:
        return
    finally:
        fresh.unlink()


def _derived(secret: bytes, purpose: bytes, size: int) -> bytes:
    return blake2b(key=secret, person=purpose, digest_size=size).digest()


def _framed(context: tuple[str, ...]) -> bytes:
    """Each part after its length: `a|b`, `c` and `a`, `b|c` differ."""
    framed = b""
    for part in context:
        words = part.encode()
        framed += len(words).to_bytes(4, "big") + words
    return framed
