"""The builders of styled runs: what commands make their messages of."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from msgspec import structs

from bot.message.text import Part, Run, Shape, Style, Text, part

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHAPES: Mapping[Shape, str] = {"time": "%H:%M UTC", "date": "%Y-%m-%d"}


def _with(style: Style, value: Part) -> Run | Text:
    one = part(value)
    return structs.replace(one, style=one.style | int(style))


def b(value: Part) -> Run | Text:
    """Bold."""
    return _with(Style.BOLD, value)


def i(value: Part) -> Run | Text:
    """Italic."""
    return _with(Style.ITALIC, value)


def u(value: Part) -> Run | Text:
    """Underlined."""
    return _with(Style.UNDERLINE, value)


def s(value: Part) -> Run | Text:
    """Struck through."""
    return _with(Style.STRIKE, value)


def spoiler(value: Part) -> Run | Text:
    """Hidden until somebody wants to see it; in words where a platform hides nothing."""
    return _with(Style.SPOILER, value)


def code(value: Part) -> Run | Text:
    """Inline code, shown as it is."""
    return _with(Style.CODE, value)


def pre(text: str, lang: str | None = None) -> Run:
    """Preformatted text on lines of its own; `lang` colours it (`"python"`) where the platform can."""
    return Run(text, block="pre", lang=lang)


def quote(value: Part) -> Run | Text:
    """A quotation on lines of its own. Neighbours are one quotation."""
    one = part(value)
    return structs.replace(one, block="quote")


def link(value: str, href: str) -> Run:
    """A link; where links cannot carry a text, the address follows in brackets."""
    return Run(value, href=href)


def emoji(fallback: str, **platforms: str) -> Run:
    """A custom emoji: `emoji("😏", discord="smirk:1234", telegram="5368324170671202286", twitch="Kappa")`.

    Discord's is `name:id` (`a:name:id` when it moves), Telegram's the `custom_emoji_id`, Twitch's the name of the emote.
    `fallback` stands for it elsewhere.
    """
    return Run(fallback, emoji=platforms)


def when(moment: datetime | int, style: Shape = "both") -> Run:
    """A moment, in the reader's own time where the platform knows it; else in UTC.

    `moment` has a time zone, or is in microseconds since the epoch. Raises `ValueError` without a time zone and
    `OverflowError` outside of the years 1 to 9999.
    """
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = (moment - _EPOCH) // timedelta(microseconds=1)
    shown = _EPOCH + timedelta(microseconds=moment)
    return Run(f"{shown:{_SHAPES.get(style, '%Y-%m-%d %H:%M UTC')}}", when=moment, shape=style)
