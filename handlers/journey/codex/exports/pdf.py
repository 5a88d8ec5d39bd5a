"""The codex as a book to print, A5: a title page, its chapters, and each page with its sigil. Equal codices give equal bytes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final, cast

from bot.message import Text, t, tn
from bot.message.text import Translate, words
from handlers.journey.codex.exports import fonts
from handlers.journey.codex.exports.looks import Chapter, chapters, date
from handlers.journey.codex.leaf import Opened
from handlers.journey.moods import MOODS, Mood, mood_text

if TYPE_CHECKING:
    from fpdf import FPDF

WIDTH, HEIGHT = 148.0, 210.0
"""A5, in millimetres, as everything here."""
_MARGIN, _TOP, _BOTTOM = 21.0, 20.0, 22.0
_SIGIL, _SIGIL_SMALL = 62.0, 46.0
_PAPER, _NIGHT = (251, 248, 241), (21, 16, 34)
_INK, _FAINT, _GOLD = (43, 36, 51), (140, 130, 145), (201, 166, 92)
_MOOD: Final[dict[Mood, tuple[int, int, int]]] = {
    "ember": (190, 70, 40),
    "tide": (36, 104, 168),
    "dawn": (190, 86, 112),
    "grove": (44, 128, 82),
    "ash": (108, 106, 122),
    "void": (104, 64, 176),
}
"""Darker than on a screen: they stand on paper."""


class Book:
    """One document that is being set. `sigils` are PNG by the number of their page."""

    def __init__(
        self, pages: Sequence[Opened], sigils: Mapping[int, bytes], translate: Translate, language: str | None
    ) -> None:
        self.pdf = _document(pages, language)
        self._sigils, self._translate, self._language = sigils, translate, language
        self._pages = pages

    def title(self) -> None:
        """The cover, dark."""
        pdf = self._sheet(_NIGHT)
        pdf.set_draw_color(*_GOLD)
        for radius, width in ((47, 0.7), (44.5, 0.2), (38, 0.2)):
            pdf.set_line_width(width)
            pdf.circle(WIDTH / 2, 78, radius)
        _star(pdf, WIDTH / 2, 78)
        self._centred(137, self._said(t("Codex")), 34, "", (240, 228, 200))
        first, last = date(self._pages[0].at, self._language), date(self._pages[-1].at, self._language)
        self._centred(154, first if first == last else f"{first} – {last}", 9.5, "", (180, 168, 190))
        count = tn("{n} page", "{n} pages", len(self._pages))
        self._centred(160.5, self._said(count), 9.5, "I", (180, 168, 190))

    def chapter(self, one: Chapter) -> None:
        """A page that opens a chapter: its title, its time, and a mark for each of its pages in the colour of its mood."""
        pdf = self._sheet(_PAPER)
        title = self._said(one.title)
        pdf.start_section(title)
        self._rule(82, 26, _GOLD)
        self._centred(86, title, 21, "", _INK)
        first, last = date(one.pages[0].at, self._language), date(one.pages[-1].at, self._language)
        self._centred(99, first if first == last else f"{first} – {last}", 9.5, "I", _FAINT)
        left = WIDTH / 2 - (len(one.pages) - 1) * 2.6
        for place, page in enumerate(one.pages):
            pdf.set_fill_color(*_MOOD[page.corrected])
            pdf.circle(left + place * 5.2, 112, 1.3, style="F")
        self._rule(121, 26, _GOLD)

    def page(self, one: Opened) -> None:
        """A page of the codex; a long one goes on over several sheets."""
        pdf, colour = self._sheet(_PAPER), _MOOD[one.corrected]
        mood = self._said(mood_text(one.corrected))
        self._centred(_TOP - 7, f"{one.number}  ·  {date(one.at, self._language)}  ·  {mood}", 8.5, "", colour)
        pdf.set_y(_TOP + 3)
        if one.forgotten:
            self._centred(HEIGHT / 2 - 8, self._said(t("This page was forgotten.")), 10.5, "I", _FAINT)
            return
        sigil = self._sigils.get(one.number)
        if sigil is not None:
            self._medallion(sigil, colour, _SIGIL if len(one.answer) < 700 else _SIGIL_SMALL)
        self._set(one.question, 12.5, "B", _INK, "C", 6.2, inset=6)
        pdf.ln(4.5)
        self._set(one.answer, 10.5, "", _INK, "L", 5.6)
        if one.reading:
            pdf.ln(4)
            if pdf.get_y() < HEIGHT - _BOTTOM - 12:
                self._rule(pdf.get_y(), 14, colour)
            pdf.ln(4)
            self._set(one.reading, 10, "I", colour, "L", 5.3, inset=8)

    # --- what they are made of -------------------------------------------------------------------------------------------

    def _sheet(self, paper: tuple[int, int, int]) -> "FPDF":
        self.pdf.set_page_background(cast("tuple[float]", paper))  # what it says it takes has no room for three
        self.pdf.add_page()
        return self.pdf

    def _said(self, text: Text) -> str:
        return fonts.shown(words([text], self._translate))

    def _centred(self, y: float, text: str, size: float, style: str, colour: tuple[int, int, int]) -> None:
        self.pdf.set_font(fonts.FAMILY, style, size)
        self.pdf.set_text_color(*colour)
        self.pdf.set_xy(_MARGIN / 2, y)
        self.pdf.cell(WIDTH - _MARGIN, size * 0.45, fonts.in_sight(text), align="C")

    def _rule(self, y: float, width: float, colour: tuple[int, int, int]) -> None:
        self.pdf.set_draw_color(*colour)
        self.pdf.set_line_width(0.25)
        self.pdf.line((WIDTH - width) / 2, y, (WIDTH + width) / 2, y)

    def _medallion(self, sigil: bytes, colour: tuple[int, int, int], size: float) -> None:
        pdf, left, top = self.pdf, (WIDTH - size) / 2, self.pdf.get_y()
        with pdf.round_clip(left, top, size):
            pdf.image(BytesIO(sigil), left, top, size, size)
        pdf.set_draw_color(*colour)
        pdf.set_line_width(0.35)
        pdf.circle(WIDTH / 2, top + size / 2, size / 2 + 1.2)
        pdf.set_y(top + size + 8)

    def _set(
        self,
        text: str,
        size: float,
        style: str,
        colour: tuple[int, int, int],
        align: str,
        height: float,
        inset: float = 0,
    ) -> None:
        """Paragraphs: broken into lines first, since lines that go to the left are turned round one by one."""
        pdf, width = self.pdf, WIDTH - 2 * _MARGIN - 2 * inset
        pdf.set_font(fonts.FAMILY, style, size)
        pdf.set_text_color(*colour)
        for paragraph in fonts.shown(text).split("\n"):
            side = "R" if align == "L" and fonts.right_to_left(paragraph) else align
            for line in self._lines(paragraph, width):
                pdf.set_x(_MARGIN + inset)
                pdf.cell(width, height, fonts.in_sight(line), align=side, new_x="LMARGIN", new_y="NEXT")

    def _lines(self, paragraph: str, width: float) -> list[str]:
        """Broken as they are set; an empty paragraph is one empty line."""
        broken = self.pdf.multi_cell(width, None, paragraph, dry_run=True, output="LINES")
        return [str(line).strip() for line in cast(list[str], broken)] or [""]


def pdf(
    pages: Sequence[Opened], sigils: Mapping[int, bytes], translate: Translate = str, language: str | None = None
) -> bytes:
    """The book of these pages (one at least), whose pictures are PNG by page number; a page without one is set without.

    Takes about a tenth of a second for the typefaces and a hundredth for each page: not for the loop's own thread.
    """
    book = Book(pages, sigils, translate, language)
    book.title()
    for chapter in chapters(pages):
        book.chapter(chapter)
        for one in chapter.pages:
            book.page(one)
    return bytes(book.pdf.output())


def _document(pages: Sequence[Opened], language: str | None) -> "FPDF":
    from fpdf import FPDF  # noqa: PLC0415  (a heavy library, for those who print)

    class Numbered(FPDF):
        """With the number of the sheet at its foot, but for the cover."""

        def footer(self) -> None:
            if self.page_no() > 1:
                self.set_y(-14)
                self.set_font(fonts.FAMILY, "", 8)
                self.set_text_color(*_FAINT)
                self.cell(0, 4, str(self.page_no()), align="C")

    made = Numbered(unit="mm", format=(WIDTH, HEIGHT))
    made.set_creation_date(datetime.fromtimestamp(pages[-1].at // 1_000_000, UTC))
    made.set_producer("soulfra")
    made.set_title("Codex")
    made.set_lang(language or "en")
    made.set_margins(_MARGIN, _TOP, _MARGIN)
    made.set_auto_page_break(True, _BOTTOM)
    made.set_image_filter("DCTDecode")
    texts = (text for one in pages for text in (one.question, one.answer, one.reading))
    fonts.add_fonts(made, map(fonts.shown, texts))
    return made


def _star(pdf: "FPDF", x: float, y: float) -> None:
    """The six moods around a centre."""
    from math import cos, pi, sin  # noqa: PLC0415

    for place, mood in enumerate(MOODS):
        angle = place * pi / 3 - pi / 2
        pdf.set_draw_color(*_MOOD[mood])
        pdf.set_fill_color(*_MOOD[mood])
        pdf.circle(x + 38 * cos(angle), y + 38 * sin(angle), 2.2, style="F")
    pdf.set_draw_color(*_GOLD)
    pdf.set_line_width(0.3)
    pdf.star(x, y, 12, 36, 12, rotate_degrees=0)
    pdf.star(x, y, 5, 16, 6, rotate_degrees=0)
