"""What every renderer does to runs before it gives them the look of its platform."""

import re
from collections.abc import Iterable

from msgspec import structs

from bot.message.text import Run, flatten

_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_HARMFUL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff]")
_HALF = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Without what shows nothing but does something: control characters, and marks that turn the direction of the line.

    Half a surrogate pair, which no platform can take, becomes U+FFFD.
    """
    if text.isprintable():
        return text
    text = _LINE_END.sub("\n", text)
    return _HALF.sub("\ufffd", _HARMFUL.sub("", text))


def cleaned(runs: Iterable[Run]) -> list[Run]:
    """The runs with clean texts. Styles are plain numbers then, many times faster to test than flags."""
    return flatten(Run(clean(run.text), int(run.style), run.href, run.mention) for run in runs)


def linkable(href: str | None) -> bool:
    """Is it an address for people? Anything else is shown, never hidden behind a text."""
    return href is not None and href.startswith(("https://", "http://"))


def spelled(run: Run) -> Run:
    """A link as `text (address)`: for where a link cannot carry a text."""
    if run.href is None or run.href == run.text:
        return structs.replace(run, href=None)
    return structs.replace(run, text=f"{run.text} ({clean(run.href)})", href=None)


def owner(run: Run, platform: str) -> str | None:
    """The id of the mentioned user when this platform knows them."""
    found, _, number = (run.mention or "").partition(":")
    return number if number and found == platform else None


def short(label: str, longest: int) -> str:
    """A label in one line of at most `longest` characters."""
    line = " ".join(clean(label).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
