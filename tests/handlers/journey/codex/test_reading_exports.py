"""Markdown in which nobody's words are markup, and a book that is printed the same each time."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from handlers.journey.codex.exports import fonts
from handlers.journey.codex.exports.looks import chapters, date
from handlers.journey.codex.exports.markdown import escaped, markdown
from handlers.journey.codex.exports.pdf import pdf
from tests.handlers.journey.codex.shelf import opened

READERS = [MarkdownIt("commonmark"), MarkdownIt("gfm-like", {"linkify": False})]
SHOWN = {"paragraph", "text", "inline", "blockquote", "hardbreak", "softbreak", "strong", "heading", "em"}
PIECES = [*"#*_-+=`~[]()<>!|\\&;:/.@ \n\t1a^{}$'\"", "\r", "\u2028", "```", "http://x.y", "<b>", "&lt;", "1. ", "    "]
NASTY = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


def kinds(text: str) -> list[str]:
    """What kinds of things a reader of Markdown sees."""
    seen = []
    for reader in READERS:
        for token in reader.parse(text):
            seen += [token.type, *(child.type for child in token.children or ())]
    return [re.sub("_(open|close)$", "", kind) for kind in seen]


@given(NASTY, NASTY, NASTY)
def test_nobodys_words_are_markup(question: str, answer: str, reading: str) -> None:
    text = markdown([opened(1, answer, question=question, reading=reading)])
    found = kinds(text)
    assert set(found) <= SHOWN
    assert (found.count("heading"), found.count("em")) == (2 * 2 * 3, 0)


@given(NASTY)
def test_a_line_is_shown_as_it_was_written(text: str) -> None:
    line = " ".join(text.split())
    html = READERS[0].render(escaped(line))
    plain = re.sub("<[^>]*>", "", html).strip()
    for code, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        plain = plain.replace(code, sign)
    assert plain == line


@pytest.mark.parametrize("text", ["https://x.y/z", "www.example.com", "a@b.cc", "ftp://x.y"])
def test_nothing_becomes_an_address(text: str) -> None:
    assert not re.search(r"(?<!\\)(://|www\.|@)", escaped(text))


def test_it_reads_well() -> None:
    pages = [opened(1, "By the sea.\nAlways."), opened(2, "", question="", reading="", seed=b"", chapter=2)]
    assert markdown(pages).splitlines() == [
        "# Codex", "", "## Chapter 1", "", "### 1 · 15 November 2023 · tide", "", "**Where are you at home?**", "",
        "> By the sea.\\", "> Always.", "", "It comes back.", "",
        "## Chapter 2", "", "### 2 · 16 November 2023 · tide", "", "*This page was forgotten.*",
    ]  # fmt: skip


def test_several_books_are_told_apart() -> None:
    pages = [opened(1), opened(2, book=9, leaf=1), opened(3, leaf=2)]
    told = [(str(one.title), [page.number for page in one.pages]) for one in chapters(pages)]
    assert told == [("Book 1, chapter 1", [1, 3]), ("Book 2, chapter 1", [2])]


def test_dates_are_written_as_people_do() -> None:
    at = 1_700_000_000_000_000
    assert [date(at, one) for one in (None, "de", "pt-BR", "xx")] == [
        "14 November 2023", "14. November 2023", "14 de novembro de 2023", "14 November 2023",
    ]  # fmt: skip


BOOK = [
    opened(1, "By the sea 🌊 — 漢 \x00\u200b…"),
    opened(2, "שלום עולם\nمرحبا", chapter=2),
    opened(3, "", question="", reading="", seed=b"", chapter=2),
    opened(4, "I walked. " * 150, chapter=2, corrected="ember"),
]
PRINT = """
import hashlib, sys
from handlers.journey.codex.exports.pdf import pdf
from tests.handlers.journey.codex.test_reading_exports import BOOK
print(hashlib.sha256(pdf(BOOK, {})).hexdigest())
"""


def test_a_book_is_printed_the_same_each_time() -> None:
    made = pdf(BOOK, {})
    assert made.startswith(b"%PDF-")
    run = subprocess.run(
        [sys.executable, "-c", PRINT], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[4]
    )
    assert run.stdout.strip() == hashlib.sha256(made).hexdigest()


def test_a_picture_is_in_it() -> None:
    import resvg_py  # noqa: PLC0415

    from handlers.journey.sigil.drawing import draw  # noqa: PLC0415

    png = bytes(resvg_py.svg_to_bytes(svg_string=draw(b"x" * 32, "tide", 0.4), width=120))
    assert b"/DCTDecode" in pdf([opened(1)], {1: png})
    assert b"/DCTDecode" not in pdf([opened(1)], {})


def test_what_no_typeface_has_is_seen_to_be_missing() -> None:
    assert fonts.shown("a漢\u200d🌊\ufe0f\x07b\tc") == f"a{fonts.MISSING}{fonts.shown('🌊')}b c"
    assert fonts.shown("one\r\ntwo\u2028three\n") == "one\ntwo\nthree"


def test_hebrew_goes_to_the_left() -> None:
    assert fonts.right_to_left("12 שלום")
    assert not fonts.right_to_left("a שלום")
    assert fonts.in_sight("שלום") == "םולש"
    assert fonts.in_sight("plain") == "plain"
