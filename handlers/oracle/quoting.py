"""What the oracle says without a model: it quotes, and asks back. Nothing is in it but fixed texts and quotations. Pure."""

from collections.abc import Collection, Sequence
from typing import Final

from bot import i, t, when
from bot.message import Text
from bot.message.text import Part
from handlers.oracle.retrieval import Found
from handlers.oracle.wording import excerpt

_QUOTED: Final = 280
"""Characters of one quotation."""
_THEMES: Final = {
    "family": t("What has your family to do with it today?"),
    "friendship": t("Which friend do you think of now?"),
    "love": t("What does love ask of you in this?"),
    "work": t("What would your work look like if this changed?"),
    "body": t("Where in your body do you feel it?"),
    "home": t("Where are you at home in this?"),
    "fear": t("What would be left if the fear went?"),
    "loss": t("What of it is still with you?"),
    "change": t("What has changed since then?"),
    "time": t("What would you do with a day more for it?"),
    "self": t("Who are you in this now?"),
    "nature": t("What would you see if you went outside with it?"),
    "art": t("What would you make of it?"),
    "faith": t("What do you trust in here?"),
    "childhood": t("What would the child you were say to it?"),
    "money": t("What is it worth to you?"),
}
_LATER: Final = t("What is different today?")
_ALONE: Final = t("What would you add to it today?")
_KNOWN: Final = t("Is that what you were looking for?")


def quoted(sources: Sequence[Found], about: Collection[str]) -> list[Part]:
    """The sources in their own words, numbered in this order, which is that of `picked`, and a question back."""
    if not sources:
        return [
            t("I have nothing about that, and I do not invent. Ask me with other words, or answer a whisper first.")
        ]
    numbers = {one.id: place for place, one in enumerate(sources, 1)}
    parts: list[Part] = []
    pages = [one for one in sources if one.page]
    if pages:
        parts.append(_pages(pages, numbers, about))
    parts += [_entry(one, numbers[one.id], about) for one in sources if not one.page]
    return [piece for part in parts for piece in (part, "\n")] + [i(_question(pages, sources))]


def picked(sources: Sequence[Found]) -> list[Found]:
    """What is quoted of the sources: of the best at most two pages, the older first, and behind them one entry."""
    pages = [one for one in sources if one.page][:2]
    entries = [one for one in sources if not one.page][: 1 if pages else 2]
    return [*sorted(pages, key=lambda one: one.at), *entries]


def named(sources: Sequence[Found]) -> Text:
    """Where the numbers come from: "[1] page 12 · [2] entry 3 of this server"."""
    line: Text | None = None
    for place, one in enumerate(sources, 1):
        known = t("[{place}] page {number} of your codex", place=place, number=one.number)
        if not one.page:
            known = t("[{place}] number {number} of what this server knows", place=place, number=one.number)
        line = known if line is None else t("{some} · {one}", some=line, one=known)
    return line or t("")


def _pages(pages: Sequence[Found], numbers: dict[str, int], about: Collection[str]) -> Text:
    first, *later = pages
    day, words, n = when(first.at, "date"), _words(first, about), numbers[first.id]
    if not later:
        return t("On {day} you wrote “{words}” [{n}].", day=day, words=words, n=n)
    last = later[-1]
    return t(
        "On {day} you wrote “{words}” [{n}]; later, on {then}, “{others}” [{m}].",
        day=day,
        words=words,
        n=n,
        then=when(last.at, "date"),
        others=_words(last, about),
        m=numbers[last.id],
    )


def _entry(one: Found, number: int, about: Collection[str]) -> Text:
    words = _words(one, about)
    if not one.title:
        return t("This server keeps: “{words}” [{n}].", words=words, n=number)
    return t("This server keeps, under {title}: “{words}” [{n}].", title=one.title, words=words, n=number)


def _words(one: Found, about: Collection[str]) -> str:
    """What is quoted of a source, without the full stop at its end: the sentence that it stands in goes on, and has its own."""
    words = excerpt(one.text, about, _QUOTED)
    return words if words.endswith("..") else words.rstrip(".。")


def _question(pages: Sequence[Found], sources: Sequence[Found]) -> Text:
    """From a theme that the pages share, else one of them; without a theme from what there is."""
    if not pages:
        return _KNOWN
    shared = [theme for theme in pages[0].themes if all(theme in one.themes for one in pages)]
    known = [theme for theme in [*shared, *(theme for one in sources for theme in one.themes)] if theme in _THEMES]
    if known:
        return _THEMES[known[0]]
    return _LATER if len(pages) > 1 else _ALONE
