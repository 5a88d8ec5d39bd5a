"""Runs as Discord's Markdown: what could be a mark is escaped, so that nothing in the text of a run has an effect.

U+200B stands between looks that would run together. Source: Discord's "Markdown Text 101" and "Reference: Message Formatting".
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import quote

from msgspec import structs

from bot.message import Run, Style
from bot.message.plain import blocks, clean, cleaned, lined, linkable, spelled
from bot.message.split import split
from bot.message.text import joined

Piece: TypeAlias = tuple[str, list[str]]
"""Markdown, and the ids of what it mentions: `7` for a user, `#7` for a channel, `&7` for a role."""
GAP = "\u200b"
_LONGEST_ADDRESS = 512
_FARTHEST = 8_640_000_000_000
_CODE, _SPOILER, _STRIKE, _UNDERLINE = map(int, (Style.CODE, Style.SPOILER, Style.STRIKE, Style.UNDERLINE))
_ORDER = (
    (_SPOILER, "||"),
    (_STRIKE, "~~"),
    (_UNDERLINE, "__"),
    (int(Style.BOLD), "**"),
    (int(Style.ITALIC), "*"),
)
_RARE = ~int(Style.BOLD | Style.ITALIC | Style.CODE)
"""Looks that need more care than markers around the text."""
_MARKERS = [[marker for flag, marker in _ORDER if style & flag and not style & _CODE] for style in range(64)]
"""By style; always nested in this order, none around code."""
_MARKUP = re.compile(
    r"https?://[^\s<>*~|\\`\[\]@\u200b]*[\w/=&%-]"  # no escapes inside; <address> has no preview
    r"|^[^\S\n]*\d*[-+#>.]"  # headings, quotes and lists begin a line
    r"|[\\*_~|`<\[\](@]|:(?=[\w+/-])",
    re.MULTILINE,
)
"""An address, or what ends with the character to be escaped."""
_TAME = r"[^\\*_~|`<\[\](@:\n]*+"
_SIMPLE = re.compile(rf"[^\S\n]*\d*([-+#>.]?){_TAME}(?::(?![\w+/-]){_TAME})*+").fullmatch
"""One line in which nothing of the above can be but what begins it, as `1.` does: told in a quarter of the time."""
_OURS = re.compile(r"discord:([#&]?[0-9]+)")
_EMOJI = re.compile(r"(?:a:)?\w{2,32}:\d{15,20}", re.ASCII)
_CORE = re.compile(r"\A(\s*\n)?(.*\S)", re.DOTALL)
_LANGUAGE = re.compile(r"[a-z0-9_+\-.#]+", re.IGNORECASE)
_SHAPES = {"time": "t", "date": "D", "both": "f", "relative": "R"}


def pieces(runs: list[Run], limit: int) -> list[Piece]:
    """Runs (as `flatten` gives them) in Markdown of at most `limit` characters each; what shows nothing is left out."""
    whole = _usual(runs)
    if whole is None:
        runs = joined(lined([own(run) for run in cleaned(runs)]))
        whole = markdown(runs), _mentioned(runs)
    if len(whole[0]) <= limit:
        return [whole] if whole[0].strip() else []
    cut = split(runs, limit, lambda piece: len(markdown(piece)))
    return [(text, _mentioned(piece)) for piece in cut if (text := markdown(piece)).strip()]


def _usual(runs: list[Run]) -> Piece | None:
    """Words and mentions, bold, italic or code: nearly all that is said, in one go. None when there is more among it."""
    out: list[str] = []
    mentioned: list[str] = []
    look = 0
    for run in runs:
        text, style = run.text, run.style
        if run.block or run.href is not None or run.emoji is not None or run.when is not None:
            return None
        if (style and (style & _RARE or text.strip() != text)) or not (text.isprintable() or clean(text) == text):
            return None
        if run.mention is not None:
            if (pointed := _pointed(run.mention)) is None:
                return None
            mentioned.append(pointed)
            text = _mention(pointed)
        elif style & _CODE:
            text = _code(text)
            if out and out[-1][-1] == "`" and not _MARKERS[look]:
                out.append(GAP)
        else:
            text = escaped(text)
        if style != look:
            _turn(out, _MARKERS[look], _MARKERS[style])
            look = style
        out.append(text)
    if look:
        _turn(out, _MARKERS[look], _MARKERS[0])
    return "".join(out), mentioned


def _mentioned(runs: Sequence[Run]) -> list[str]:
    return [pointed for run in runs if run.mention and (pointed := _pointed(run.mention))]


def markdown(runs: Sequence[Run]) -> str:
    """Discord Markdown that shows these runs (as `own` gives them) and does nothing else."""
    return "".join(_blocks(runs)) if any(run.block for run in runs) else _inline(runs)


def own(run: Run, *, pings: bool = True) -> Run:
    """As this platform can show it: foreign mentions are names, a link it could misread is spelled out.

    Where mentions are not drawn (`pings` is False: titles, footers) everything that stands for one thing is its words.
    """
    plain = run
    if run.atomic and (run.block == "pre" or not pings or not _known(run)):
        plain = structs.replace(run, mention=None, emoji=None, when=None)
    return plain if run.href is None or _masks(run) else spelled(plain)


def escaped(text: str) -> str:
    """A backslash before everything that could begin a look, a mention, an emoji, a heading, a quote or a list."""
    simple = _SIMPLE(text)
    if simple is None:
        return _MARKUP.sub(_unmarked, text)
    at, end = simple.span(1)
    return text if at == end else f"{text[:at]}\\{text[at:]}"


def _blocks(runs: Sequence[Run]) -> Iterator[str]:
    """Quotations line by line, preformatted text between fences; each on lines of its own already."""
    for held in blocks(runs):
        shown = _fenced(held) if held[0].block == "pre" else _inline(held)
        if held[0].block == "quote":
            shown = _CORE.sub(_quoted, shown, count=1)
        yield shown


def _quoted(found: re.Match[str]) -> str:
    """Its lines, without the empty ones at both ends."""
    lines = "\n".join(f"> {line}" for line in found[2].split("\n"))
    return f"{found[1] or ''}{lines}"


def _fenced(runs: Sequence[Run]) -> str:
    text = "".join(run.text for run in runs)
    lang = runs[0].lang or ""
    core = text.strip("\n")
    if not core.strip():
        return text
    before, _, after = text.partition(core)
    held = re.sub("`(?=`)", f"`{GAP}", core)
    return f"{before}```{lang if _LANGUAGE.fullmatch(lang) else ''}\n{held}\n```{after}"


def _inline(runs: Sequence[Run]) -> str:
    out: list[str] = []
    stack = _MARKERS[0]
    for run in _loosened(runs):
        want = _MARKERS[run.style & 63]
        if want is not stack:
            _turn(out, stack, want)
            stack = want
        piece = _piece(run)
        if piece[0] == "`" and out and out[-1][-1] == "`":
            out.append(GAP)
        out.append(piece)
    if stack:
        _turn(out, stack, _MARKERS[0])
    return "".join(out)


def _turn(out: list[str], stack: list[str], want: list[str]) -> None:
    """Close the markers that are open and not wanted, then open those that are wanted and not open."""
    keep = len(stack)
    while stack[:keep] != want[:keep]:
        keep -= 1
    _close(out, stack[keep:])
    if stack[keep:] and want[keep:]:
        out.append(GAP)  # or **a***b* runs together
    out += want[keep:]


def _close(out: list[str], markers: Sequence[str]) -> None:
    """Inside ~~ and || a backslash does not hide a mark: the end of the text may not touch the closing one."""
    if markers and markers[0] in ("||", "~~"):
        out.append(GAP)
    out += reversed(markers)


def _loosened(runs: Sequence[Run]) -> Iterator[Run]:
    """White space outside of styled runs and links: markers may not touch it."""
    for run in runs:
        if not (run.style or run.href) or run.style & _CODE or run.atomic or (core := run.text.strip()) == run.text:
            yield run
            continue
        before, _, after = run.text.partition(core) if core else (run.text, "", "")
        for text, one in ((before, Run(before)), (core, structs.replace(run, text=core)), (after, Run(after))):
            if text:
                yield one


def _piece(run: Run) -> str:
    if run.mention:
        return _mention(run.mention.partition(":")[2])
    if run.emoji:
        one = run.emoji["discord"]
        return f"<{one}>" if one.startswith("a:") else f"<:{one}>"
    if run.when is not None:
        return f"<t:{run.when // 1_000_000}:{_SHAPES[run.shape]}>"
    if run.style & _CODE:
        return _code(run.text)
    text = escaped(run.text)
    if run.style & _UNDERLINE and "__" in text:  # of an address
        text = re.sub("_(?=_)", f"_{GAP}", text)
    if run.style & (_SPOILER | _STRIKE):
        text = re.sub(r"(?<=[|~])(?=\\[|~])", GAP, text)
    if run.href:
        return f"[{text}](<{_address(run.href)}>)"
    return text


@lru_cache(maxsize=4096)
def _pointed(mention: str) -> str | None:
    """Who or what is mentioned (`Piece`); None where it is nothing of Discord's."""
    found = _OURS.fullmatch(mention)
    return found[1] if found else None


def _mention(id_: str) -> str:
    return f"<{id_}>" if id_[0] == "#" else f"<@{id_}>"


def _unmarked(found: re.Match[str]) -> str:
    held = found[0]
    return f"<{held}>" if held.startswith("http") else f"{held[:-1]}\\{held[-1]}"


def _code(text: str) -> str:
    """Inline code: two backticks hold single ones; neighbours among them are kept apart, three would begin a block."""
    if "`" not in text:
        return f"`{text}`"
    return f"`` {re.sub('`(?=`)', f'`{GAP}', text)} ``"


def _address(href: str) -> str:
    return quote(href, safe="/:?#&=%+,;!$'~@.-_")


def _known(run: Run) -> bool:
    """Does it stand for something that Discord can draw here?"""
    if run.mention:
        return _pointed(run.mention) is not None
    if run.style & _CODE:
        return False
    if run.emoji:
        return bool(_EMOJI.fullmatch(run.emoji.get("discord", "")))
    return abs(run.when or 0) // 1_000_000 <= _FARTHEST


def _masks(run: Run) -> bool:
    """Can this link carry its text? Brackets, lines and addresses in the text make Discord show it raw."""
    odd = re.search(r"[\[\]\n]|://", run.text) or run.style & _CODE or run.atomic or run.block == "pre"
    return not odd and linkable(run.href) and len(_address(run.href or "")) <= _LONGEST_ADDRESS
