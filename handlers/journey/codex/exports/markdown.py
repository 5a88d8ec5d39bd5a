"""The codex as one Markdown file, without its pictures: their bytes would be most of the file, and few readers show them. Pure.

Nothing that somebody wrote becomes markup, in CommonMark and in GitHub's: no heading, list, link, address, picture, HTML or code.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.message import t
from bot.message.text import Translate, words
from handlers.journey.codex.exports.looks import chapters, date
from handlers.journey.codex.leaf import Opened
from handlers.journey.moods import mood_text

_ANYWHERE: Final = re.compile(r"[\\`*_{}\[\]<>#|~$&@^]|(?<=\S)[.:](?=\S)")
_AT_FRONT: Final = re.compile(r"^(\d{1,9})(?=[.)])|^(?=[-+=:])")
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def markdown(pages: Sequence[Opened], translate: Translate = str, language: str | None = None) -> str:
    """All of it, chapter by chapter. `language` is that of the dates."""
    lines = [f"# {words([t('Codex')], translate)}", ""]
    for chapter in chapters(pages):
        lines += [f"## {words([chapter.title], translate)}", ""]
        for one in chapter.pages:
            lines += _page(one, translate, language)
    return "\n".join(lines)


def escaped(text: str) -> str:
    """A line of text as Markdown that shows it as it is."""
    plain = _ANYWHERE.sub(lambda found: f"\\{found[0]}", _UNSEEN.sub(" ", text).strip())
    return _AT_FRONT.sub(lambda found: f"{found[0]}\\", plain, count=1)


def _page(one: Opened, translate: Translate, language: str | None) -> list[str]:
    mood = words([mood_text(one.corrected)], translate)
    head = [f"### {one.number} · {date(one.at, language)} · {mood}", ""]
    if one.forgotten:
        return [*head, f"*{words([t('This page was forgotten.')], translate)}*", ""]
    asked = [f"**{line}**" for line in map(escaped, one.question.splitlines()) if line]
    return [
        *head,
        *_broken(asked),
        "",
        *_quoted(one.answer),
        "",
        *_broken(list(map(escaped, one.reading.splitlines()))),
        "",
    ]


def _broken(lines: Sequence[str]) -> list[str]:
    """Lines that stay lines; an empty one ends a paragraph by itself."""
    follows = [*lines[1:], ""]
    return [f"{line}\\" if line and after else line for line, after in zip(lines, follows, strict=False)]


def _quoted(text: str) -> list[str]:
    return [f"> {line}".rstrip() for line in _broken(list(map(escaped, text.splitlines())))]
