"""The lines that weights are fitted to, as they lie beside this file, all invented. The held ones are not among them.

Many speak of suicide, of self-harm and of violence, as people in danger do: read them when you are well.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

LINES = Path(__file__).parent


class Line(NamedTuple):
    """`label` is a mood, "crisis" or "sad"."""

    author: str
    label: str
    text: str


def lines(language: str) -> Iterator[Line]:
    """Those of `tune`, and those of `learn`, which say first who wrote them. A mood stands before its text."""
    for folder in ("tune", "learn"):
        for kind in ("crisis", "sad", "mood"):
            for row in (LINES / folder / f"{kind}_{language}.tsv").read_text(encoding="utf-8").splitlines():
                author, rest = row.split("\t", 1) if folder == "learn" else (folder, row)
                label, text = rest.split("\t", 1) if kind == "mood" else (kind, rest)
                yield Line(author, label, text)


def digest(language: str) -> str:
    """Of the lines that weights were fitted to."""
    return hashlib.sha256("\n".join("\t".join(one) for one in lines(language)).encode()).hexdigest()
