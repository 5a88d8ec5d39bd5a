"""The typefaces of the printed codex, and what becomes of characters that they do not have.

FiraGO has Latin, Greek, Cyrillic, Georgian, Arabic, Hebrew, Thai and Devanagari; emoji and signs come from Noto Symbols in one
colour. Both are Python packages of the font files (`pymupdf-fonts`), so that nothing of the system is needed.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final
from unicodedata import bidirectional, category, normalize

if TYPE_CHECKING:
    from fpdf import FPDF

FAMILY: Final = "fira"
SIGNS: Final = ("signs", "symbols")
MISSING: Final = "□"
"""Stands for a character that no typeface here has."""
_FILES: Final = {
    (FAMILY, ""): "figo",
    (FAMILY, "I"): "figit",
    (FAMILY, "B"): "figbo",
    ("signs", ""): "symbol2",
    ("symbols", ""): "symbol1",
}
_STYLES: Final = ("", "I", "B")
_SILENT: Final = re.compile("[\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff\U000e0000-\U000e007f]")
"""Joiners, variants and skin tones: without them each part of an emoji stands for itself."""
_RIGHT: Final = frozenset({"R", "AL"})


def add_fonts(pdf: "FPDF", texts: Iterable[str]) -> None:
    """Make the typefaces known to a document, those for signs only when one of these texts needs them."""
    needed = [name for name in _FILES if name[0] == FAMILY]
    if any(ord(sign) not in _has("figo") for text in texts for sign in text):
        needed += [name for name in _FILES if name[0] in SIGNS]
    with TemporaryDirectory() as folder:
        for family, style in needed:
            name = _FILES[family, style]
            path = Path(folder, f"{name}.ttf")
            path.write_bytes(_font(name))
            pdf.add_font(family, style, path)
    if len(needed) > len(_STYLES):
        pdf.set_fallback_fonts(list(SIGNS), exact_match=False)


def shown(text: str) -> str:
    """A text as it can be printed: line breaks stay, what no typeface has is `MISSING`, what cannot be seen is left out."""
    lines = (_SILENT.sub("", normalize("NFC", line)) for line in text.splitlines())
    return "\n".join("".join(map(_sign, line)) for line in lines).strip("\n")


def right_to_left(text: str) -> bool:
    """Does its first letter with a direction go to the left?"""
    return next((bidirectional(each) for each in text if bidirectional(each) in {"L", *_RIGHT}), "L") in _RIGHT


def in_sight(line: str) -> str:
    """A line that was broken already, in the order in which it is seen (UAX 9). Arabic letters are not joined."""
    if not any(bidirectional(each) in _RIGHT for each in line):
        return line
    from fpdf.bidi import BidiParagraph  # noqa: PLC0415  (only for books that are printed)

    return BidiParagraph(line).get_reordered_string()


def _sign(sign: str) -> str:
    kind = category(sign)
    if sign == "\t" or kind.startswith("Z"):
        return " "
    if kind in {"Cc", "Cf", "Cs"}:
        return ""
    return sign if any(ord(sign) in _has(name) for name in ("figo", "symbol2", "symbol1")) else MISSING


@cache
def _font(name: str) -> bytes:
    from pymupdf_fonts import fontbuffers  # type: ignore[import-untyped]  # noqa: PLC0415

    return bytes(fontbuffers[name]())


@cache
def _has(name: str) -> frozenset[int]:
    from io import BytesIO  # noqa: PLC0415

    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # noqa: PLC0415

    return frozenset(TTFont(BytesIO(_font(name))).getBestCmap())
