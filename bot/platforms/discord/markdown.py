"""Runs as Discord's Markdown: what could be a mark is escaped, so that nothing in the text of a run has an effect.

U+200B stands between looks that would run together. Source: Discord's "Markdown Text 101" and "Reference: Message Formatting".
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from msgspec import structs

from bot.message import Run, Style
from bot.message.plain import blocks, cleaned, lined, linkable, spelled
from bot.message.split import split
from bot.message.text import joined

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
_MARKERS = [[marker for flag, marker in _ORDER if style & flag] for style in range(64)]
"""By style; always nested in this order."""
_MARKUP = re.compile(
    r"(?P<address>https?://[^\s<>*~|\\`\[\]@\u200b]*[\w/=&%-])"  # no escapes inside; <address> has no preview
    r"|(?P<before>^[^\S\n]*\d*)(?P<list>[-+#>.])"  # headings, quotes and lists begin a line
    r"|[\\*_~|`<\[\](@]|:(?=[\w+/-])",
    re.MULTILINE,
)
_ODD = re.compile(r"[\\*_~|`<\[\](@:\n]")
_LISTED = re.compile(r"[^\S\n]*\d*[-+#>.]")
"""Text without the first and not beginning with the second holds no markup: told in a quarter of the time."""
_OURS = re.compile(r"discord:[#&]?[0-9]+")
_EMOJI = re.compile(r"(?:a:)?\w{2,32}:\d{15,20}", re.ASCII)
_CORE = re.compile(r"\A(\s*\n)?(.*\S)", re.DOTALL)
_LANGUAGE = re.compile(r"[a-z0-9_+\-.#]+", re.IGNORECASE)
_SIGILS = {"#": "#", "&": "@&"}
_SHAPES = {"time": "t", "date": "D", "both": "f", "relative": "R"}


def pieces(runs: list[Run], limit: int) -> list[tuple[str, list[Run]]]:
    """Runs (as `owned` gives them) in Markdown of at most `limit` characters each, with what each was made of."""
    if not runs:
        return []
    blocked = _blocked(runs)
    if blocked:
        runs = joined(lined(runs))
    text = markdown(runs) if blocked else _inline(runs)
    if len(text) <= limit:
        return [(text, runs)]
    return [(markdown(piece), piece) for piece in split(runs, limit, lambda piece: len(markdown(piece)))]


def markdown(runs: Sequence[Run]) -> str:
    """Discord Markdown that shows these runs (as `own` gives them) and does nothing else."""
    return "".join(_blocks(runs)) if _blocked(runs) else _inline(runs)


def _blocked(runs: Sequence[Run]) -> bool:
    """Is any of it a quotation or preformatted?"""
    for run in runs:  # noqa: SIM110  (half the time of `any`, for every message)
        if run.block:
            return True
    return False


def owned(runs: list[Run]) -> list[Run]:
    """All of these, clean and as this platform can show them; equal neighbours are joined, as they were before."""
    if all(map(_as_it_is, runs)):
        return runs
    return joined(own(run) for run in cleaned(runs))


def _as_it_is(run: Run) -> bool:
    """Neither to be cleaned nor changed by `own`: told at once of nearly everything."""
    return (
        run.href is None
        and run.emoji is None
        and run.when is None
        and type(run.style) is int
        and run.text.isprintable()
        and (run.mention is None or (run.block != "pre" and _OURS.fullmatch(run.mention) is not None))
    )


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
    if _ODD.search(text) is None and _LISTED.match(text) is None:
        return text
    return _MARKUP.sub(_unmarked, text)


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
        want = _MARKERS[0 if run.style & _CODE else run.style & 63]
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
        name = run.mention.partition(":")[2]
        sigil = _SIGILS.get(name[0])
        return f"<{sigil}{name[1:]}>" if sigil else f"<@{name}>"
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


def _unmarked(found: re.Match[str]) -> str:
    if found["address"]:
        return f"<{found[0]}>"
    return f"{found['before']}\\{found['list']}" if found["list"] else f"\\{found[0]}"


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
        return _OURS.fullmatch(run.mention) is not None
    if run.style & _CODE:
        return False
    if run.emoji:
        return bool(_EMOJI.fullmatch(run.emoji.get("discord", "")))
    return abs(run.when or 0) // 1_000_000 <= _FARTHEST


def _masks(run: Run) -> bool:
    """Can this link carry its text? Brackets, lines and addresses in the text make Discord show it raw."""
    odd = re.search(r"[\[\]\n]|://", run.text) or run.style & _CODE or run.atomic or run.block == "pre"
    return not odd and linkable(run.href) and len(_address(run.href or "")) <= _LONGEST_ADDRESS
