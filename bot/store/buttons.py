"""Buttons: stored command calls behind random ids."""

import secrets
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa
from msgspec import Struct, structs

from bot.command.invocation import ReplyHandle
from bot.message import Button, Message, Scalar
from bot.store.schema import button, insert, param

if TYPE_CHECKING:
    from bot.store.tx import Tx

LIFETIME = 7 * 24 * 3600 * 1_000_000
"""How long a button can be pressed, in microseconds."""

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
)
PRESS = sa.select(
    button.c.path, button.c.options, button.c.addressee, button.c.once, button.c.used, button.c.expires
).where(button.c.id == param("id"))
USED = (
    sa.update(button)
    .where(button.c.id == param("pressed"), button.c.used.is_(None))
    .values(used=param("now", sa.BigInteger))
    .returning(button.c.id)
)
OPEN = (
    sa.select(button.c.id, button.c.platform, button.c.channel, button.c.addressee, button.c.number)
    .where(button.c.platform == param("on"), button.c.expires > param("now", sa.BigInteger), button.c.used.is_(None))
    .order_by(button.c.created, button.c.number)
)

_DECODE = msgspec.json.Decoder(dict[str, Scalar]).decode


class Kept(Struct, frozen=True):
    """A stored call. `addressee` is the `User.key` of who may press it, "" for anyone; `expires` in microseconds."""

    id: str
    path: str
    options: dict[str, Scalar]
    addressee: str
    once: bool
    used: bool
    expires: int


class Choice(Struct, frozen=True):
    """A button that can still be pressed, and its position in its message, counted from 1."""

    id: str
    platform: str
    channel: str
    addressee: str
    number: int


def keep(tx: "Tx", message: Message, handle: ReplyHandle) -> Message:
    """The message with every button stored under an id of its own, to be pressed by who the handle answers."""
    if not message.buttons:
        return message
    buttons = [_kept(tx, one, handle, number) for number, one in enumerate(message.buttons, 1)]
    return Message(*message.runs, private=message.private, image=message.image, buttons=buttons)


def _kept(tx: "Tx", one: Button, handle: ReplyHandle, number: int) -> Button:
    if one.id:
        return one
    id_ = secrets.token_urlsafe(12)
    tx.execute(
        KEEP,
        id=id_,
        path=one.path,
        options=tx.keys.seal(msgspec.json.encode(one.options), "button", id_),
        addressee="" if one.anyone else handle.to.key,
        once=int(one.once),
        platform=handle.platform,
        channel=handle.channel,
        number=number,
        now=tx.now,
        expires=tx.now + LIFETIME,
    )
    return structs.replace(one, id=id_)


def press(tx: "Tx", id: str) -> Kept | None:  # noqa: A002
    """The call behind a button, also when it is used or expired; None for an id that nobody gave."""
    rows = tx.execute(PRESS, id=id)
    if not rows:
        return None
    path, options, addressee, once, used_at, expires = rows[0]
    return Kept(
        id, path, _DECODE(tx.keys.unseal(options, "button", id)), addressee, bool(once), used_at is not None, expires
    )


def used(tx: "Tx", id: str) -> bool:  # noqa: A002
    """Mark it as used; False when it was already."""
    return bool(tx.execute(USED, pressed=id, now=tx.now))


def open_choices(tx: "Tx", platform: str) -> list[Choice]:
    """What can still be pressed on a platform, oldest first."""
    return [Choice(*row) for row in tx.execute(OPEN, on=platform, now=tx.now)]
