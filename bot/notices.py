"""What people are told of without having asked, and how each of them wants to be told: where, when, of what."""

import re
from typing import Final

import sqlalchemy as sa

from bot.context import Context
from bot.errors import UserError
from bot.message import Text
from bot.store import Tx, insert, notices, param
from bot.store.notices import NOWHERE, Shelf, Wishes
from bot.store.quiet import DAY, LONGEST
from bot.store.schema import notice_setting as setting
from bot.users import User

LAST: Final = "last"
"""Instead of a platform: the one that was used last."""
_TOPIC: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")

_new = insert(setting).values(
    person=param("who", sa.BigInteger),
    platform=param("platform"),
    quiet_from=param("start", sa.Integer),
    quiet_to=param("end", sa.Integer),
    zone=param("zone"),
    off=param("off"),
)


def _put(*names: str) -> sa.sql.dml.ReturningInsert[tuple[int]]:
    """Set these columns alone; the others are what they are, also when two are set at the same time."""
    changed = {name: _new.excluded[name] for name in names}
    return _new.on_conflict_do_update(index_elements=[setting.c.person], set_=changed).returning(setting.c.person)


_PLATFORM = _put("platform")
_QUIET = _put("quiet_from", "quiet_to")
_ZONE = _put("zone")
_left = sa.func.replace(setting.c.off, param("topic"), "", type_=sa.Text)
_OFF = _new.on_conflict_do_update(
    index_elements=[setting.c.person], set_={"off": _left.concat(_new.excluded.off)}
).returning(setting.c.person)
_FOLLOW = (
    sa.update(setting)
    .where(
        setting.c.person == param("gone", sa.BigInteger),
        ~sa.exists(sa.select(sa.literal(1)).where(setting.alias().c.person == param("kept", sa.BigInteger))),
    )
    .values(person=param("kept", sa.BigInteger))
)
_DROP = sa.delete(setting).where(setting.c.person == param("gone", sa.BigInteger))


class Notices:
    """`topics` are what people can say that they do not want to hear of, each with a few words on what it is."""

    def __init__(self) -> None:
        self.topics: dict[str, Text] = {}

    async def wishes(self, ctx: Context) -> tuple[Wishes, list[User]]:
        """What the author has set, and all their users."""
        return await ctx.read(_wishes, ctx.author)

    async def inbox(self, ctx: Context, page: int, size: int) -> Shelf:
        """A page of what the author was sent, which counts as read from now on."""
        return await ctx.write(show, ctx.author, page, size)

    async def prefer(self, ctx: Context, platform: str) -> None:
        """Tell the author there, or on the platform that they used last (`LAST`).

        Raises `UserError` where they have never been.
        """
        where = "" if platform == LAST else platform
        if where and where not in {user.platform for user in (await self.wishes(ctx))[1]}:
            raise UserError(
                "I do not know you on {platform} yet: link your account there first.",
                code="not_there",
                platform=platform.title(),
            )
        await ctx.write(prefer, ctx.author, where)

    async def hush(self, ctx: Context, start: int, end: int, zone: str | None = None) -> None:
        """Tell the author nothing between these minutes of the day, in this zone or the one they named before.

        Raises `UserError` for hours without an end, and when they are too long to be quiet every day.
        """
        if start == end:
            raise UserError("Quiet hours end at another time than they begin.", code="no_hours")
        if (end - start) % DAY > LONGEST:
            raise UserError(
                "Quiet hours are {most} hours at most. With notify off I keep still about a topic altogether.",
                code="long_hours",
                most=LONGEST // 60,
            )
        await ctx.write(hush, ctx.author, start, end, zone)

    async def speak(self, ctx: Context) -> None:
        """There are no quiet hours any more."""
        await ctx.write(hush, ctx.author, None, None, None)

    async def want(self, ctx: Context, topic: str, *, wanted: bool) -> None:
        """Tell the author of this topic, or do not. Raises `UserError` for one that there is not."""
        if topic not in self.topics:
            raise UserError(
                "There is no topic {topic}. There are: {topics}.",
                code="unknown_topic",
                topic=topic[:32],
                topics=", ".join(sorted(self.topics)) or "-",
            )
        await ctx.write(want, ctx.author, topic, wanted)


def check_topic(topics: dict[str, Text], name: str) -> None:
    """Raises `ValueError` for a name that cannot be typed, or that there is."""
    if not _TOPIC.fullmatch(name) or name in topics:
        raise ValueError(f"no new topic: {name!r} (lower case, digits and hyphens, each name once)")


def prefer(tx: Tx, user: User, platform: str) -> None:
    """Keep where somebody wants to be told; "" is where they were last."""
    _change(tx, _PLATFORM, user, platform=platform)


def hush(tx: Tx, user: User, start: int | None, end: int | None, zone: str | None) -> None:
    """Keep their quiet hours, and their zone when one is named."""
    _change(tx, _QUIET, user, start=start, end=end, zone=zone or NOWHERE)
    if zone is not None:
        _change(tx, _ZONE, user, zone=zone)


def want(tx: Tx, user: User, topic: str, wanted: bool) -> None:
    """Keep whether they want this topic. Each that they do not stands between commas of its own."""
    framed = f",{topic},"
    _change(tx, _OFF, user, topic=framed, off="" if wanted else framed)


def merge(tx: Tx, kept: int, gone: int) -> None:
    """Two people turned out to be one: what the one who stays has set counts, else what the other has.

    Notices need nothing: each knows its person, who knows whom they are now.
    """
    tx.execute(_FOLLOW, kept=kept, gone=gone)
    tx.execute(_DROP, gone=gone)


def show(tx: Tx, user: User, page: int, size: int) -> Shelf:
    """A page of what somebody was sent: `bot.store.notices.show`."""
    return notices.show(tx, user, page, size)


def _change(tx: Tx, statement: sa.sql.dml.ReturningInsert[tuple[int]], user: User, **values: object) -> None:
    usual: dict[str, object] = {"platform": "", "start": None, "end": None, "zone": NOWHERE, "off": ""}
    tx.execute(statement, who=tx.person(user), **usual | values)


def _wishes(tx: Tx, user: User) -> tuple[Wishes, list[User]]:
    person = tx.person(user)
    return notices.wishes_of(tx, person), notices.reached(tx, person)
