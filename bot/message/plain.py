"""What every renderer does to a message before it gives it the look of its platform."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, TypeVar

from msgspec import structs

from bot.message.looks import b, i, link
from bot.message.message import Card, File, Image
from bot.message.split import whole
from bot.message.text import Run, Style, Text, flatten, joined

Thing = TypeVar("Thing")
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_HARMFUL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff]")
_HALF = re.compile("[\ud800-\udfff]")
_UNNAMED = re.compile(r'[\s"*:<>?|]+')
_LONGEST_NAME = 80


class Between(NamedTuple):
    """What stands between the parts of a card in words: after its title, around its fields as a whole, between them."""

    title: str
    parts: str
    fields: str


def clean(text: str) -> str:
    """Without what shows nothing but does something: control characters, and marks that turn the direction of the line.

    Half a surrogate pair, which no platform can take, becomes U+FFFD.
    """
    if text.isprintable():
        return text
    text = _LINE_END.sub("\n", text)
    return _HALF.sub("\ufffd", _HARMFUL.sub("", text))


def cleaned(runs: Iterable[Run]) -> list[Run]:
    """Runs as `flatten` gives them, with clean texts. Styles are plain numbers then, many times faster to test than flags."""
    held, dirty = [*runs], False
    for at, run in enumerate(held):
        if type(run.style) is not int or not run.text.isprintable():
            held[at], dirty = structs.replace(run, text=clean(run.text), style=int(run.style)), True
    return joined(held) if dirty else held


def linkable(href: str | None) -> bool:
    """Is it an address for people? Anything else is shown, never hidden behind a text."""
    return href is not None and href.startswith(("https://", "http://")) and href.isprintable()


def spelled(run: Run) -> Run:
    """A link as `text (address)`: for where a link cannot carry a text."""
    if run.href is None:
        return run
    if run.href == run.text:
        return structs.replace(run, href=None)
    return structs.replace(run, text=f"{run.text} ({clean(run.href)})", href=None)


def owner(run: Run, platform: str) -> str | None:
    """The id of who or what is mentioned when this platform knows them: `7`, `#7` for a channel, `&7` for a role."""
    found, _, number = (run.mention or "").partition(":")
    return number if number and found == platform else None


def short(label: str, longest: int) -> str:
    """A label in one line of at most `longest` characters."""
    line = label if label.isprintable() and " " not in label else " ".join(clean(label).split())
    if len(line) <= longest:
        return line
    end = next((at for at in range(longest - 1, 0, -1) if whole(line, at)), longest - 1)
    return line[:end] + "…"


def named(label: str | Text, longest: int) -> str:
    """A label for something to press: never empty."""
    return short(str(label), longest) or "…"


def filename(name: str) -> str:
    """A name without folders and without what no file system takes, at most 80 characters, its ending kept."""
    name = _UNNAMED.sub("_", clean(re.split(r"[/\\]", name)[-1])).strip("._")
    stem, dot, ending = name.rpartition(".")
    if len(name) <= _LONGEST_NAME:
        return name or "file"
    return f"{stem[: _LONGEST_NAME - 1 - len(ending)]}.{ending}" if dot and len(ending) <= 9 else name[:_LONGEST_NAME]


def carded(card: Card, between: Between) -> list[Run]:
    """A card in words: bold title and labels, the footer in italics."""
    fields: list[Run | Text] = []
    for each in card.fields:
        fields += [Run(between.fields), b(each.label), Run(": "), each.value]
    title = flatten([b(card.title)])
    said = title + ([Run(between.title)] if title and card.runs else []) + flatten(card.runs)
    for more in (fields[1:], [i(card.footer)] if card.footer else []):
        said += ([Run(between.parts)] if said and more else []) + flatten(more)
    return joined(cleaned(said))


def unseen(images: Iterable[Image], files: Iterable[File]) -> list[Run]:
    """In words what can neither be sent nor linked to by the platform, one run each.

    A picture without data or address is its words in brackets; a file without data is a link, or its words.
    """
    said = [
        Run(f"[{spelled(Run(image.alt or 'image', href=image.url)).text}]")
        for image in images
        if not image.data and not linkable(image.url)
    ]
    for file in files:
        if not file.data:
            words = f"{filename(file.name)}: {file.alt}" if file.alt else filename(file.name)
            if file.url and linkable(file.url):
                said.append(link(words, file.url))
            else:
                said.append(Run(f"[{spelled(Run(words, href=file.url)).text}]"))
    return said


def in_lines(*parts: Sequence[Run], gap: str = "\n") -> list[Run]:
    """These parts one below the other, clean, empty ones left out."""
    held = [one for one in parts if one]
    out = [*held[0]] if held else []
    for one in held[1:]:
        out += [Run(gap), *one]
    return cleaned(joined(out) if len(held) > 1 else out)


def lined(runs: Sequence[Run]) -> list[Run]:
    """With the line ends that set quotations and preformatted text off from what stands around them."""
    for run in runs:
        if run.block:
            break
    else:
        return list(runs)
    out: list[Run] = []
    for _, group in groupby(runs, _block):
        held = list(group)
        if out and not _breaks(out[-1], -1) and not _breaks(held[0], 0):
            out.append(Run("\n"))
        out += held
    return out


def blocks(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Neighbours that stand in one block."""
    for _, group in groupby(runs, _block):
        yield list(group)


def _breaks(run: Run, at: int) -> bool:
    """Is there a line end at this end of it? Inside of code it is none."""
    return run.text[at] == "\n" and not run.style & Style.CODE


def _block(run: Run) -> tuple[str, str | None]:
    return run.block, run.lang


def packed(
    things: Iterable[Thing], most: int, heaviest: int = 0, weight: Callable[[Thing], int] | None = None
) -> list[list[Thing]]:
    """In order in as few lots as it takes: at most `most` in each, together no heavier than `heaviest`."""
    lots: list[list[Thing]] = []
    held = 0
    for thing in things:
        weighs = weight(thing) if weight else 0
        if not lots or len(lots[-1]) >= most or held + weighs > heaviest:
            lots.append([])
            held = 0
        lots[-1].append(thing)
        held += weighs
    return lots
