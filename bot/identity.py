"""People and their users on platforms: one-time codes that link a user of one platform to a person of another.

A code is 44 random bits, lives ten minutes, works once and only on another platform. It is kept as a keyed digest.
"""

import secrets
from collections.abc import Callable

import sqlalchemy as sa

from bot.errors import UserError
from bot.store import Tx, insert, param, people
from bot.store.schema import link_code, users
from bot.users import User

OnMerge = Callable[[Tx, int, int], None]

LIFETIME = 10 * 60 * 1_000_000
_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # no I, L, O, U, 0, 1: nobody confuses them
_LENGTH = 9

_ISSUE = insert(link_code).values(
    digest=param("digest", sa.LargeBinary),
    person=param("person", sa.BigInteger),
    platform=param("platform"),
    user_key=param("user"),
    created=param("now", sa.BigInteger),
    expires=param("expires", sa.BigInteger),
)
_REVOKE = (
    link_code.update()
    .where(link_code.c.user_key == param("owner"), link_code.c.used.is_(None))
    .values(used=param("now", sa.BigInteger))
)
_FIND = sa.select(link_code.c.person, link_code.c.platform, link_code.c.expires, link_code.c.used).where(
    link_code.c.digest == param("digest", sa.LargeBinary)
)
_USE = (
    link_code.update()
    .where(link_code.c.digest == param("code", sa.LargeBinary), link_code.c.used.is_(None))
    .values(used=param("now", sa.BigInteger))
    .returning(link_code.c.person)
)
_ON_PLATFORM = sa.select(users.c.id).where(
    users.c.person == param("who", sa.BigInteger), users.c.platform == param("where")
)


class Identity:
    """`on_merge`: what each feature does when two people turn out to be one, all in the same transaction."""

    def __init__(self) -> None:
        self.on_merge: list[OnMerge] = []

    def issue(self, tx: Tx, user: User) -> str:
        """A new code for this user; an earlier one is void."""
        code = new_code()
        tx.execute(_REVOKE, owner=user.key, now=tx.now)
        tx.execute(
            _ISSUE,
            digest=code_digest(tx, "link", code),
            person=tx.person(user),
            platform=user.platform,
            user=user.key,
            now=tx.now,
            expires=tx.now + LIFETIME,
        )
        return code

    def redeem(self, tx: Tx, user: User, code: str) -> str:
        """Take a code: `user` becomes the person who asked for it. Returns the platform it was asked for on.

        Raises `UserError` with code unknown_code, used, expired, wrong_platform, already_linked or belongs_to_other; nothing
        has happened then.
        """
        tx.alone()  # what others have just read of these two must not be written after they are one
        digest = code_digest(tx, "link", code)
        person, platform = self._valid(tx, digest, user)
        kept, gone = people.current(tx, person), tx.person(user)
        if kept == gone:
            raise UserError("These two are already one person.", code="already_linked")
        self._must_be_free(tx, kept, user.platform)
        self._must_be_free(tx, gone, platform)
        tx.execute(_USE, code=digest, now=tx.now)
        for merge in self.on_merge:
            merge(tx, kept, gone)
        people.merge(tx, kept, gone)
        return platform

    @staticmethod
    def _valid(tx: Tx, digest: bytes, user: User) -> tuple[int, str]:
        rows = tx.execute(_FIND, digest=digest)
        if not rows:
            raise UserError("I do not know this code. Ask for a new one with link.", code="unknown_code")
        person, platform, expires, used = rows[0]
        if used is not None:
            raise UserError("This code was used already. Ask for a new one with link.", code="used")
        if expires < tx.now:
            raise UserError("This code is older than ten minutes. Ask for a new one with link.", code="expired")
        if platform == user.platform:
            raise UserError("Take this code to another platform: you asked for it on this one.", code="wrong_platform")
        return person, platform

    @staticmethod
    def _must_be_free(tx: Tx, person: int, platform: str) -> None:
        """One user per platform and person: never a silent merge of two accounts of one platform."""
        if tx.execute(_ON_PLATFORM, who=person, where=platform):
            raise UserError(
                "This would join two different accounts on {platform}, so I changed nothing.",
                code="belongs_to_other",
                platform=platform.title(),
            )


def new_code() -> str:
    """Nine characters that are typed without mistakes: 44 random bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def code_digest(tx: Tx, purpose: str, code: str) -> bytes:
    """What is kept of a code, however it was typed; a code for one purpose is none for another."""
    return tx.keys.digest(f"{purpose}:{code.strip().replace('-', '').upper()}".encode())
