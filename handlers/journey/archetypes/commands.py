"""archetypes: private, because what it is about is."""

from functools import partial
from typing import Annotated

from annotated_types import Ge

from bot import Context, Message, Pages, User, command, i, limit, t
from bot.command import Handler
from bot.languages import Languages
from bot.message import Part
from bot.store import Tx
from handlers.journey.archetypes.gathering import PagesOf, gather
from handlers.journey.archetypes.showing import emblems, line
from handlers.journey.archetypes.unlocking import Progress, Unlocking
from handlers.journey.sigil.raster import Pictures

_PAGE = 20


def archetypes_of(pages: PagesOf) -> Handler:
    """The command, over the pages that people have."""

    @command(limit("20/minute"), private=True)
    async def archetypes(
        ctx: Context,
        page: Annotated[int, Ge(1)] = 1,
        *,
        unlocking: Unlocking,
        pictures: Pictures,
        languages: Languages,
    ) -> Message:
        """See what you have become on your way, and how far you are with the rest.

        Args:
            page: Which page.
        """
        found = await ctx.read(partial(_progress, unlocking, pages), ctx.author)
        shown = [line(one, unlocking.catalogue, ctx.language) for one in found]
        message = Pages(shown, _PAGE).message("archetypes", page, title=t("Your archetypes"), private=True)
        newest = _newest(found)
        if newest is None:
            return message
        said: list[Part] = ["\n", i(unlocking.catalogue.spoken(newest, ctx.language).text)]
        translate = languages.translate(ctx.language)
        images = await emblems([newest], unlocking.catalogue, pictures, ctx.language, translate)
        return message.replaced(runs=[*message.runs, *Message(*said).runs], images=images)

    return archetypes


def _progress(unlocking: Unlocking, pages: PagesOf, tx: Tx, user: User) -> list[Progress]:
    person = tx.person(user)
    return unlocking.progress(tx, person, gather(tx, person, pages))


def _newest(found: list[Progress]) -> str | None:
    """What was earned last, of those that come at once the last in the list."""
    earned = [(one.earned_at, place, one.id) for place, one in enumerate(found) if one.earned_at is not None]
    return max(earned)[2] if earned else None
