"""Which language somebody reads.

A person's own choice comes first, then the server's language where others read along, then what their platform says, then
English.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

import sqlalchemy as sa
from msgspec import structs

from bot.command import Invocation
from bot.context import Context
from bot.errors import UserError
from bot.store import Store, Tx, insert, param, people
from bot.store.schema import profile, users
from bot.translations import Translations
from bot.users import Place, User

_put = insert(profile).values(person=param("who", sa.BigInteger), language=param("language"))
_PUT = _put.on_conflict_do_update(index_elements=[profile.c.person], set_={"language": _put.excluded["language"]})
_DROP = sa.delete(profile).where(profile.c.person == param("who", sa.BigInteger))
_OF = sa.select(profile.c.language).where(profile.c.person == param("who", sa.BigInteger))
_ALL = sa.select(users.c.platform, users.c.id, profile.c.language).where(users.c.person == profile.c.person)


class Languages(Translations):
    """Translations, and who chose which. `of_place` is the language of a server; None where none is set."""

    def __init__(self) -> None:
        super().__init__()
        self.of_place: Callable[[Place], str | None] = lambda _place: None
        self._chosen: dict[str, str] = {}

    def choose(self, invocation: Invocation) -> str | None:
        """The language of the answer to this; None is English."""
        own = self._chosen.get(invocation.author.key) if self._chosen else None
        if own is None and not (invocation.place.direct or invocation.reply.private):
            own = self.of_place(invocation.place)
        return self.match(own or invocation.locale)

    def chosen(self, user: User) -> str | None:
        """What somebody chose for themselves."""
        return self._chosen.get(user.key)

    async def load(self, store: Store) -> None:
        """Read what people chose; once, at start."""
        self._chosen = await store.read(_everybody)

    async def prefer(self, ctx: Context, language: str | None) -> None:
        """The author reads this language from now on, on all their platforms; None leaves it to server and platform.

        Raises `UserError` for a language that there is not.
        """
        if language is not None and language not in self.codes:
            raise unknown(language, self.codes)
        self._know(await ctx.write(prefer, ctx.author, language), language)
        self.again(ctx)

    def again(self, ctx: Context) -> None:
        """Choose once more: the answer is in the language that was set by it."""
        ctx.handle = structs.replace(ctx.handle, language=self.choose(ctx.invocation))

    async def follow(self, ctx: Context) -> None:
        """The author is one person with somebody since a moment ago: what one of both chose is the choice of both."""
        keys, language = await ctx.read(_of_person, ctx.author)
        self._know(keys, language)

    def _know(self, keys: list[str], language: str | None) -> None:
        for key in keys:
            if language is None:
                self._chosen.pop(key, None)
            else:
                self._chosen[key] = language


@lru_cache(maxsize=256)
def called(language: str) -> str:
    """What a language is called by those who speak it: `Deutsch`."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415  (its data need not be read at start)

    try:
        name = Locale.parse(language, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError):
        name = None
    return name[:1].upper() + name[1:] if name else language


def unknown(language: str, codes: Iterable[str]) -> UserError:
    """What to say to somebody who asks for a language that there is not."""
    return UserError(
        "I do not speak {language}. I speak {languages}.",
        code="unknown_language",
        language=language[:32],
        languages=", ".join(codes),
    )


def prefer(tx: Tx, user: User, language: str | None) -> list[str]:
    """Keep what a person chose. Returns the keys of all their users."""
    person = tx.person(user)
    if language is None:
        tx.execute(_DROP, who=person)
    else:
        tx.execute(_PUT, who=person, language=language)
    return [one.key for one in people.users_of(tx, person)]


def merge(tx: Tx, kept: int, gone: int) -> None:
    """Two people turned out to be one: the one who stays keeps their choice, else takes the other's."""
    found = tx.execute(_OF, who=gone)
    tx.execute(_DROP, who=gone)
    if found and not tx.execute(_OF, who=kept):
        tx.execute(_PUT, who=kept, language=found[0][0])


def _everybody(tx: Tx) -> dict[str, str]:
    return {f"{platform}:{id_}": language for platform, id_, language in tx.execute(_ALL)}


def _of_person(tx: Tx, user: User) -> tuple[list[str], str | None]:
    person = tx.person(user)
    found = tx.execute(_OF, who=person)
    return [one.key for one in people.users_of(tx, person)], found[0][0] if found else None
