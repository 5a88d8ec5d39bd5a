"""Buttons and selects: stored command calls behind random ids."""

import secrets
from typing import TYPE_CHECKING, TypeVar

import msgspec
import sqlalchemy as sa
from msgspec import Struct, structs

from bot.command.invocation import ReplyHandle
from bot.message import Button, Message, Scalar, Select
from bot.store.schema import button, insert, param

if TYPE_CHECKING:
    from bot.store.tx import Tx

KEEP = insert(button).values(
    id=param("id"),
    path=param("path"),
    options=param("options", sa.LargeBinary),
    addressee=param("addressee"),
    once=param("once", sa.Integer),
    platform=param("platform"),
    channel=param("channel"),
    number=param("number", sa.Integer),
    created=param("now", sa.BigInteger),
    expires=param("expires", sa.BigInteger),
    option=param("option"),
    most=param("most", sa.Integer),
    private=param("private", sa.Integer),
)
PRESS = sa.select(
    button.c.path,
    button.c.options,
    button.c.addressee,
    button.c.once,
    button.c.used,
    button.c.expires,
    button.c.option,
    button.c.most,
    button.c.private,
).where(button.c.id == param("id"))
CLAIM = (
    sa.update(button)
    .where(button.c.id == param("pressed"), sa.or_(button.c.used.is_(None), button.c.once == 0))
    .values(used=param("now", sa.BigInteger))
    .returning(button.c.id)
)
RELEASE = sa.update(button).where(button.c.id == param("pressed")).values(used=None)
OPEN = (
    sa.select(
        button.c.id,
        button.c.platform,
        button.c.channel,
        button.c.addressee,
        button.c.number,
        button.c.option,
        button.c.options,
    )
    .where(button.c.platform == param("on"), button.c.expires > param("now", sa.BigInteger), button.c.used.is_(None))
    .order_by(button.c.created, button.c.number)
)
NEXT_PLATFORM = sa.select(sa.func.coalesce(sa.func.min(button.c.platform), "")).where(
    button.c.platform > param("after")
)
OLD = (
    sa.delete(button)
    .where(
        button.c.id.in_(
            sa.select(button.c.id)
            .where(button.c.platform == param("on"), button.c.expires < param("before", sa.BigInteger))
            .order_by(button.c.expires)
            .limit(param("most", sa.Integer))
        )
    )
    .returning(button.c.id)
)
NUMBERED = "twitch"
"""Where buttons and selects are numbered choices."""
_MOST = 1_000


Call = TypeVar("Call", Button, Select)


class _Picks(Struct):
    """What a select keeps: the call, and the values it offered."""

    options: dict[str, Scalar]
    values: list[str]


_ANYONE = "*"
"""Before the addressee of what anyone may press: it is kept whose numbers it stands among."""
_CALL = msgspec.json.Decoder(dict[str, Scalar]).decode
_PICKS = msgspec.json.Decoder(_Picks).decode


class Kept(Struct, frozen=True):
    """A stored call. `addressee` is the `User.key` of who may press it, "" for anyone; `expires` in microseconds.

    Of a select, `option` is what the picked ones of `values` are given as, `most` of them at once; a button has none.
    `private`: nobody but the addressee sees the message that holds it.
    """

    id: str
    path: str
    options: dict[str, Scalar]
    addressee: str
    once: bool
    used: bool
    expires: int
    option: str | None = None
    values: list[str] = []
    most: int = 0
    private: bool = False


class Choice(Struct, frozen=True):
    """A button that can still be pressed, or one value of a select (`<id>:<index>`), and its number in its message.

    `addressee` is the `User.key` of whom it was shown to.
    """

    id: str
    platform: str
    channel: str
    addressee: str
    number: int


def keep(tx: "Tx", message: Message, handle: ReplyHandle) -> Message:
    """The message with every button and select stored under an id of its own, for who the handle answers."""
    if not (message.buttons or message.selects):
        return message
    private = int(handle.private or handle.direct or message.private)
    buttons = [_kept(tx, one, handle, number, private) for number, one in enumerate(message.buttons, 1)]
    selects, number = [], len(buttons) + 1
    for select in message.selects:
        selects.append(_kept(tx, select, handle, number, private))
        number += len(select.choices)
    return message.replaced(buttons=buttons, selects=selects)


def _kept(tx: "Tx", one: Call, handle: ReplyHandle, number: int, private: int) -> Call:
    if one.id:
        return one
    id_ = secrets.token_urlsafe(12)
    select = one if isinstance(one, Select) else None
    body = _Picks(one.options, [choice.value for choice in select.choices]) if select else one.options
    tx.execute(
        KEEP,
        id=id_,
        path=one.path,
        options=tx.keys.seal(msgspec.json.encode(body), "button", id_),
        addressee=_ANYONE + handle.to.key if one.anyone else handle.to.key,
        once=int(one.once),
        platform=handle.platform,
        channel=handle.channel,
        number=number,
        now=tx.now,
        expires=tx.now + one.seconds * 1_000_000,
        option=select.option if select else None,
        most=select.most if select else 0,
        private=private,
    )
    return structs.replace(one, id=id_)


def press(tx: "Tx", id: str) -> Kept | None:  # noqa: A002
    """The call behind a button or select, also when it is used or expired; None for an id that nobody gave."""
    rows = tx.execute(PRESS, id=id)
    if not rows:
        return None
    path, sealed, addressee, once, used_at, expires, option, most, private = rows[0]
    body = tx.keys.unseal(sealed, "button", id)
    picks = _Picks(_CALL(body), []) if option is None else _PICKS(body)
    return Kept(
        id,
        path,
        picks.options,
        "" if addressee.startswith(_ANYONE) else addressee,
        bool(once),
        used_at is not None,
        expires,
        option,
        picks.values,
        most,
        bool(private),
    )


def claim(tx: "Tx", id: str) -> bool:  # noqa: A002
    """Use it; False when it may be used once only and was."""
    return bool(tx.execute(CLAIM, pressed=id, now=tx.now))


def release(tx: "Tx", id: str) -> None:  # noqa: A002
    """Nothing came of its use: it can be used again."""
    tx.execute(RELEASE, pressed=id)


def forget(tx: "Tx", before: int) -> int:
    """Remove at most 1,000 that could be pressed until before this time (µs); returns how many."""
    count, platform = 0, ""
    while platform := tx.execute(NEXT_PLATFORM, after=platform)[0][0]:
        count += len(tx.execute(OLD, on=platform, before=before, most=_MOST - count))
    return count


def open_choices(tx: "Tx", platform: str) -> list[Choice]:
    """What can still be pressed on a platform, oldest first."""
    found = []
    for id_, where, channel, kept, number, option, sealed in tx.execute(OPEN, on=platform, now=tx.now):
        addressee = kept.removeprefix(_ANYONE)
        if option is None:
            found.append(Choice(id_, where, channel, addressee, number))
            continue
        count = len(_PICKS(tx.keys.unseal(sealed, "button", id_)).values)
        found += [Choice(f"{id_}:{index}", where, channel, addressee, number + index) for index in range(count)]
    return found


def numbered(message: Message) -> list[tuple[int, str]]:
    """What each number means where a kept message is a numbered choice: first its buttons, then what its selects offer."""
    ids = [one.id for one in message.buttons]
    ids += [f"{one.id}:{index}" for one in message.selects for index in range(len(one.choices))]
    return list(enumerate(ids, 1))
