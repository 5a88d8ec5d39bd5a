"""What the readable exports share: how pages are put into chapters, and how they are dated."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

from msgspec import Struct

from bot.message import Text, t
from handlers.journey.codex.leaf import Opened


class Chapter(Struct, frozen=True):
    """Pages under one title."""

    title: Text
    pages: list[Opened]


def chapters(pages: Sequence[Opened]) -> list[Chapter]:
    """The pages of a person, book after book and chapter after chapter; books are counted when there are several."""
    order = list(dict.fromkeys(one.book for one in pages))
    ordered = sorted(pages, key=lambda one: (order.index(one.book), one.leaf))
    groups = groupby(ordered, key=lambda one: (order.index(one.book) + 1, one.chapter))
    return [Chapter(_title(len(order), *place), list(held)) for place, held in groups]


def date(at: int, language: str | None) -> str:
    """The day of a time (µs since the epoch) in UTC, as people write it in a language: `3 March 2026`."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415  (its data need not be read at start)
    from babel.dates import format_date  # noqa: PLC0415

    day = datetime.fromtimestamp(at // 1_000_000, UTC).date()
    try:
        locale = Locale.parse(language or "en_GB", sep="-" if language else "_")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en", "GB")
    return format_date(day, "long", locale)


def _title(books: int, book: int, chapter: int) -> Text:
    if books == 1:
        return t("Chapter {chapter}", chapter=chapter)
    return t("Book {book}, chapter {chapter}", book=book, chapter=chapter)
