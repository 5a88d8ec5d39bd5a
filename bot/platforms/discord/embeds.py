"""A card as embeds. What one embed cannot hold goes on in the next; nothing is cut off.

Source: "Message: Embed Limits" of Discord's documentation. Titles, labels and footers do not draw mentions: they show names.
"""

from collections.abc import Iterator, Sequence

from bot.adapter import Payload
from bot.message import Card, Image, Run, Text, b, flatten
from bot.message.plain import cleaned, filename, linkable, short
from bot.message.split import split
from bot.message.text import joined
from bot.platforms.discord.markdown import GAP, escaped, markdown, own, pieces

TITLE, DESCRIPTION, LABEL, VALUE, FOOTER = 256, 4096, 256, 1024, 2048
FIELDS = 25
MOST = 6000
"""Characters in an embed, and in all embeds of a message."""
ALT = 1024
THUMBNAIL = "card-thumbnail"


def embeds(card: Card) -> list[Payload]:
    """The embeds of a card, in order. Its thumbnail is on the first, by address or as `attachment://`."""
    out: list[Payload] = [{}]
    held = 0
    for part in _parts(card):
        weighs = size(part)
        if held + weighs > MOST or not _fits(out[-1], part):
            out.append({})
            held = 0
        held += weighs
        if "fields" in part:
            out[-1].setdefault("fields", []).extend(part["fields"])
        else:
            out[-1].update(part)
    if card.thumbnail and (address := thumbnail_address(card.thumbnail)):
        out[0]["thumbnail"] = {"url": address}
    colour = {} if card.colour is None else {"color": card.colour}
    return [one | colour for one in out if one]


def thumbnail_address(image: Image) -> str | None:
    """Where an embed finds a thumbnail; None when there is nothing to see."""
    if image.data:
        return f"attachment://{thumbnail_name(image)}"
    return image.url if linkable(image.url) else None


def thumbnail_name(image: Image) -> str:
    """The name that a thumbnail is uploaded under: one that Discord does not change."""
    ending = filename(image.name).rpartition(".")[2]
    return f"{THUMBNAIL}.{ending if ending.isascii() and ending.isalnum() else 'png'}"


def picture(image: Image) -> Payload:
    """A picture that is elsewhere, with its words below."""
    alt = escaped(short(image.alt, ALT))
    return {**({"description": alt} if alt else {}), "image": {"url": image.url}}


def size(embed: Payload) -> int:
    """How many characters it counts for."""
    fields = sum(len(one["name"]) + len(one["value"]) for one in embed.get("fields", ()))
    footer = len(embed["footer"]["text"]) if "footer" in embed else 0
    return len(embed.get("title", "")) + len(embed.get("description", "")) + footer + fields


def _parts(card: Card) -> Iterator[Payload]:
    """What fills the embeds, in order, each within its own limit."""
    title, more = _headed(card.title, TITLE)
    if title:
        yield {"title": title}
    for piece in _cut([*more, *flatten(card.runs)], DESCRIPTION):
        yield {"description": piece}
    for field in card.fields:
        label, rest = _headed(field.label, LABEL)
        for n, value in enumerate(_cut([*rest, *flatten([field.value])], VALUE) or [GAP]):
            yield {"fields": [{"name": GAP if n else label or GAP, "value": value, "inline": field.inline}]}
    if card.footer:
        for foot in split(cleaned(flatten([card.footer])), FOOTER, _length):
            if text := _words(foot).strip():
                yield {"footer": {"text": text}}


def _fits(embed: Payload, part: Payload) -> bool:
    """Parts come in the order in which an embed shows them: title, description, 25 fields, footer."""
    if "fields" not in part and not part.keys().isdisjoint(embed):
        return False
    return len(embed.get("fields", ())) < FIELDS


def _headed(value: Run | Text, limit: int) -> tuple[str, list[Run]]:
    """A line for a title or label, and in bold what it cannot hold."""
    runs = [own(run, pings=False) for run in cleaned(flatten([value]))]
    line = joined([Run(" ".join(run.text.split("\n")), run.style, run.href) for run in runs])
    text = markdown(line)
    if len(text) <= limit:
        return text.strip(), []
    first, *rest = split(line, limit, lambda piece: len(markdown(piece)))
    more = flatten(b(run) for piece in rest for run in piece)
    return markdown(first).strip(), [*more, Run("\n")]


def _cut(runs: Sequence[Run], limit: int) -> list[str]:
    return [text for text, _ in pieces(joined(runs), limit)]


def _words(runs: Sequence[Run]) -> str:
    return "".join(run.text for run in runs)


def _length(runs: list[Run]) -> int:
    return len(_words(runs))
