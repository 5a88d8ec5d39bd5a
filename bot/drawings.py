"""Pictures that are drawn when they are sent: a message says what is to be drawn, a feature has registered how."""

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from msgspec import structs

from bot.message import Image, Message, Part, t

Draw: TypeAlias = Callable[[str], Awaitable[bytes]]
"""What stands behind the colon of `Image.draw` -> PNG or JPEG. It computes off the loop, and does the same each time."""

PATIENCE: Final = 20.0
"""Seconds that a picture may take: what its reader is told next waits behind it."""
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")
log = logging.getLogger(__name__)


class Drawings:
    """`ways` are the drawings that there are, by name."""

    def __init__(self) -> None:
        self.ways: dict[str, Draw] = {}

    def check(self, name: str) -> None:
        """Raises `ValueError` for a name that cannot stand before the colon, or that there is."""
        if not _NAME.fullmatch(name) or name in self.ways:
            raise ValueError(f"no new drawing: {name!r} (lower case, digits and hyphens, each name once)")

    async def drawn(self, message: Message) -> Message:
        """The message with its pictures drawn; one that cannot be is a line with the words that stand for it."""
        lost: list[Part] = []
        images = [one for each in message.images if (one := await self._drawn(each, lost)) is not None]
        card = message.card
        if card is not None and card.thumbnail is not None:
            card = structs.replace(card, thumbnail=await self._drawn(card.thumbnail, lost))
        runs = [*message.runs, "\n"] if message.runs and lost else message.runs
        return message.replaced(runs=Message(*runs, *lost).runs, images=images, card=card)

    async def _drawn(self, image: Image, lost: list[Part]) -> Image | None:
        """This picture with its bytes; None, and a line more in `lost`, when that cannot be."""
        if image.draw is None:
            return image
        name, _, what = image.draw.partition(":")
        try:
            async with asyncio.timeout(PATIENCE):
                return structs.replace(image, data=_picture(await self.ways[name](what)), draw=None)
        except Exception as error:  # whatever a plugin raises, its reader is not left without a word
            log.error("fault %s: %r cannot be drawn", secrets.token_hex(4), name, exc_info=error)  # noqa: TRY400
        lost += ["\n"] if lost else []
        lost.append(t("I could not draw this, so here it is in words: {picture}", picture=image.alt))
        return None


def has_drawings(message: Message) -> bool:
    """Does it hold a picture that is still to be drawn?"""
    thumbnail = message.card.thumbnail if message.card else None
    return any(one.draw is not None for one in message.images) or (thumbnail is not None and thumbnail.draw is not None)


def _picture(data: object) -> bytes:
    """Raises `TypeError` for what is none."""
    if not isinstance(data, bytes) or not data:
        raise TypeError(f"a drawing gave {type(data).__name__}, not the bytes of a picture")
    return data
