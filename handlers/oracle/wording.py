"""The words of a question that something can be found by, and pieces of a text that can be quoted. Pure."""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

MOST: Final = 24
"""Words of one question that are looked for."""
_WORD: Final = re.compile(r"[^\W_]+")
_BLANKS: Final = re.compile(r"\s+")
_COMMON = """
    a about again all also am an and any are as at be because been being but by can could did do does doing don for from
    get got had has have having he her here him his how i if in into is it its just know let like me more most my no nor
    not now of off on once only or other our out over own said say she should so some tell than that the their them then
    there these they this those to too up us very was we were what when where which who whom whose why will with would
    write written wrote you your
    aber alle als also am an auch auf aus bei bin bis da das dass dein deine deinen deiner dem den der des dich die dir
    doch du ein eine einem einen einer er es etwas für geschrieben habe haben hat hatte ich ihr im in ist ja kann kein
    keine man mein meine meinen meiner mich mir mit nach nicht noch nur oder ob sage schon sein seine sich sie sind so
    über um und uns unter vom von vor wann war warum was weil wenn wer wie wir wird wo woher zu zum zur
"""
_LEFT_OUT: Final = frozenset(_COMMON.split())
"""English and German words that say nothing of what a question is about."""


def words(text: str) -> list[str]:
    """What a question is about: letters and digits alone, in small letters, each once, the common words left out."""
    plain = unicodedata.normalize("NFKC", text).lower()
    found = dict.fromkeys(
        word for word in _WORD.findall(plain) if word not in _LEFT_OUT and len(word) > plain.isascii()
    )
    return list(found)[:MOST]


def excerpt(text: str, about: Collection[str], most: int) -> str:
    """At most `most` characters of a text, on one line, around the first word it is about; what is cut is shown by "…"."""
    text = _BLANKS.sub(" ", text).strip()
    if len(text) <= most:
        return text
    found = next((one.start() for one in _WORD.finditer(text) if one[0].lower() in about), 0)
    start = 0 if found < most // 2 else _at_word(text, found - most // 3)
    end = start + most - 2
    cut = text[start:end] if end >= len(text) else text[start:end].rpartition(" ")[0] or text[start:end]
    return ("…" if start else "") + cut.strip() + ("…" if start + len(cut) < len(text) else "")


def _at_word(text: str, at: int) -> int:
    """The first beginning of a word from there on."""
    return text.find(" ", at) + 1 or at
