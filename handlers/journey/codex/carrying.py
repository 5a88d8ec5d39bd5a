"""codex export and import: the codex leaves and comes back, in private."""

import asyncio
from collections.abc import Sequence
from typing import Literal

from bot import Attachment, Context, File, Message, UserError, code, command, limit, t, tn
from bot.languages import Languages
from bot.message import Text
from bot.store import Tx, people
from handlers.journey.codex import importing, pages
from handlers.journey.codex.exports import archive
from handlers.journey.codex.exports.markdown import markdown
from handlers.journey.codex.exports.pdf import pdf
from handlers.journey.codex.leaf import Opened
from handlers.journey.codex.rows import EVERY
from handlers.journey.codex.showing import empty
from handlers.journey.sigil.drawing import draw
from handlers.journey.sigil.raster import PictureError, Pictures

_PRINTED, _DRAWN = 500, 150
"""So many pages, the newest, are printed, and so many of them with their pictures."""
_PRINT_SIZE = 360

Format = Literal["markdown", "pdf", "archive"]


@command(limit("3/minute"), private=True)
async def export(
    ctx: Context,
    format: Format = "markdown",  # noqa: A002  (what people type)
    *,
    languages: Languages,
    pictures: Pictures,
) -> Message:
    """Take your codex along: as text, as a book to print, or as an archive to be imported again.

    Args:
        format: markdown, pdf or archive.
    """
    person = await ctx.read(people.person, ctx.author)
    if format == "archive":
        data = await ctx.read(_archive, person)
        return _file(
            "codex.json",
            data,
            t("Your codex, whole and signed. Bring it back with {line}.", line=code(t("codex import"))),
        )
    held = await ctx.read(pages.shelf, person, _PRINTED if format == "pdf" else EVERY)
    if not held:
        return empty()
    translate = languages.translate(ctx.language)
    if format == "markdown":
        text = await asyncio.to_thread(markdown, held, translate, ctx.language)
        return _file("codex.md", text.encode(), t("Your codex, to read anywhere. Its pictures are in the PDF."))
    sigils = await _sigils(held[-_DRAWN:], pictures)
    whole = t("Your codex, as a book.")
    said = whole if held[0].number == 1 else t("The newest {n} pages of your codex, as a book.", n=len(held))
    return _file("codex.pdf", await asyncio.to_thread(pdf, held, sigils, translate, ctx.language), said)


@command(limit("3/minute"), name="import", private=True, platforms=("discord", "telegram"))
async def import_(ctx: Context, file: Attachment) -> Message:
    """Bring back a codex that was exported as an archive.

    Args:
        file: The archive.
    """
    if file.size > archive.LARGEST:
        raise UserError("This archive is too large.", code="no_archive")
    signed = await asyncio.to_thread(archive.read, await ctx.fetch(file))
    done = await ctx.write(importing.restore, ctx.author, signed)
    if not done.pages:
        return Message(t("All of it is in your codex already."), private=True)
    said = [tn("{n} page is back in your codex.", "{n} pages are back in your codex.", done.pages)]
    if not done.ours:
        said.append(t("\nAnother house has signed them: you can read them, and they count for nothing else."))
    return Message(*said, private=True)


def _archive(tx: Tx, person: int) -> bytes:
    return archive.make(pages.volumes(tx, person), tx.keys.public, tx.keys.sign)


async def _sigils(drawn: Sequence[Opened], pictures: Pictures) -> dict[int, bytes]:
    """PNG by page number; what cannot be drawn is left out."""
    found: dict[int, bytes] = {}
    for one in drawn:
        if not one.forgotten:
            try:
                found[one.number] = await pictures.png(draw(one.seed, one.mood, one.depth), _PRINT_SIZE)
            except PictureError:
                continue
    return found


def _file(name: str, data: bytes, said: Text) -> Message:
    return Message(said, files=[File(name, data, alt=name)], private=True)
