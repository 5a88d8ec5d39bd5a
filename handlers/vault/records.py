"""What the vault does in a transaction. Words leave it only for the person who gave them."""

import secrets
from itertools import count

from msgspec import Struct

from bot import User, UserError
from bot.security.keyring import KEY_BYTES, Key
from bot.store import Tx
from handlers.naming import fold
from handlers.vault import tables

MOST = 100


class Keepsake(Struct, frozen=True):
    """One record, opened. `written` is in microseconds since the epoch."""

    name: str
    words: str
    written: int

    def __repr__(self) -> str:
        return "Keepsake(…)"


def put(tx: Tx, owner: User, name: str, words: str) -> bool:
    """Keep words under a name; True when they replace others. Raises `UserError` with code full at the 101st name."""
    vault = _Vault.of(tx, tx.person(owner))
    replaced = vault.erase(name)
    if not replaced and tx.execute(tables.COUNT, who=vault.person)[0][0] >= MOST:
        raise UserError("Your vault holds {most} keepsakes and is full. Forget one first.", code="full", most=MOST)
    vault.write(Keepsake(name, words, tx.now))
    return replaced


def get(tx: Tx, owner: User, name: str) -> str:
    """The words under a name. Raises `UserError` with code unknown when there are none."""
    vault = _Vault.found(tx, tx.person(owner))
    kept = vault and vault.read(name)
    if not kept:
        raise _unknown(name)
    return kept.words


def names(tx: Tx, owner: User) -> list[str]:
    """The names in a vault, in order."""
    vault = _Vault.found(tx, tx.person(owner))
    return sorted((kept.name for kept in vault.all()), key=str.casefold) if vault else []


def forget(tx: Tx, owner: User, name: str) -> None:
    """Erase. Raises `UserError` with code unknown when there is nothing."""
    vault = _Vault.found(tx, tx.person(owner))
    if vault is None or not vault.erase(name):
        raise _unknown(name)


def merge(tx: Tx, kept: int, gone: int) -> None:
    """Two people are one: everything of `gone` is sealed for `kept`; where both used a name, the older gets another."""
    leaving = _Vault.found(tx, gone)
    if leaving is None:
        return
    staying = _Vault.of(tx, kept)
    for one in leaving.all():
        staying.join(one)
    tx.execute(tables.ERASE_ALL, who=gone)
    tx.execute(tables.DROP_KEY, who=gone)


def _unknown(name: str) -> UserError:
    return UserError("You have no keepsake called {name}.", code="unknown", name=name)


class _Vault:
    """One person's records in one transaction, with the key that opens them."""

    def __init__(self, tx: Tx, person: int, key: Key) -> None:
        self.person = person
        self._tx, self._key = tx, key

    @classmethod
    def found(cls, tx: Tx, person: int) -> "_Vault | None":
        """None for somebody who never kept anything."""
        rows = tx.execute(tables.KEY, who=person)
        if not rows:
            return None
        key_id, wrapped = rows[0]
        return cls(tx, person, Key(tx.keys.unseal(wrapped, "dek", str(person), key_id)))

    @classmethod
    def of(cls, tx: Tx, person: int) -> "_Vault":
        """Made at the first use."""
        return cls.found(tx, person) or cls._new(tx, person)

    @classmethod
    def _new(cls, tx: Tx, person: int) -> "_Vault":
        secret = secrets.token_bytes(KEY_BYTES)
        key = Key(secret)
        key_id = key.id.hex()
        wrapped = tx.keys.seal(secret, "dek", str(person), key_id)
        tx.execute(tables.NEW_KEY, who=person, key_id=key_id, wrapped=wrapped, now=tx.now)
        return cls(tx, person, key)

    def read(self, name: str) -> Keepsake | None:
        rows = self._tx.execute(tables.FIND, who=self.person, place=self._slot(name))
        return self._open(*rows[0]) if rows else None

    def all(self) -> list[Keepsake]:
        return [self._open(*row) for row in self._tx.execute(tables.ALL, who=self.person)]

    def write(self, one: Keepsake) -> None:
        """Under a name that is free."""
        version = self._tx.execute(tables.NEXT_VERSION, who=self.person)[0][0]
        self._tx.execute(
            tables.WRITE,
            who=self.person,
            place=self._slot(one.name),
            name=self._key.seal(one.name.encode(), "vault.name", str(self.person), str(version)),
            words=self._key.seal(one.words.encode(), "vault.words", str(self.person), one.name, str(version)),
            version=version,
            written=one.written,
        )
        self._tx.emit("vault.written", person=self.person, version=version)

    def erase(self, name: str) -> bool:
        rows = self._tx.execute(tables.ERASE, who=self.person, place=self._slot(name))
        for (version,) in rows:
            self._tx.emit("vault.erased", person=self.person, version=version)
        return bool(rows)

    def join(self, other: Keepsake) -> None:
        """Take one from another vault: nothing is replaced, the older of two namesakes becomes `name (2)`."""
        mine = self.read(other.name)
        if mine is None:
            self.write(other)
            return
        older, newer = sorted((mine, other), key=lambda one: one.written)
        self.erase(mine.name)
        self.write(newer)
        self.write(Keepsake(self._free(older.name), older.words, older.written))

    def _free(self, name: str) -> str:
        return next(free for n in count(2) if self.read(free := f"{name} ({n})") is None)

    def _open(self, name: bytes, words: bytes, version: int, written: int) -> Keepsake:
        """Raises `SealError` when a row is not what was written here, under this name, as this version."""
        called = self._key.unseal(name, "vault.name", str(self.person), str(version)).decode()
        said = self._key.unseal(words, "vault.words", str(self.person), called, str(version)).decode()
        return Keepsake(called, said, written)

    def _slot(self, name: str) -> bytes:
        return self._key.digest(fold(name).encode())
