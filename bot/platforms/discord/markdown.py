"""Runs as Discord's Markdown: what could be a mark is escaped, so that nothing in the text of a run has an effect.

U+200B stands between looks that would run together. Source: Discord's "Markdown Text 101" and "Reference: Message Formatting".
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from msgspec import structs

from bot.message import Run, Style
from bot.message.plain import blocks, linkable, owner, spelled

GAP = "\u200b"
_LONGEST_ADDRESS = 512
_FARTHEST = 8_640_000_000_000
_CODE, _SPOILER, _STRIKE = int(Style.CODE), int(Style.SPOILER), int(Style.STRIKE)
_ORDER = (
    (_SPOILER, "||"),
    (_STRIKE, "~~"),
    (int(Style.UNDERLINE), "__"),
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
_EMOJI = re.compile(r"(?:a:)?\w{2,32}:\d{15,20}", re.ASCII)
_CORE = re.compile(r"\A(\s*\n)?(.*\S)", re.DOTALL)
_LANGUAGE = re.compile(r"[a-z0-9_+\-.#]+", re.IGNORECASE)
_SIGILS = {"": "@", "#": "#", "&": "@&"}
_SHAPES = {"time": "t", "date": "D", "both": "f", "relative": "R"}


def markdown(runs: Sequence[Run]) -> str:
    """Discord Markdown that shows these runs (as `own` gives them) and does nothing else."""
    if not any(run.block for run in runs):
        return _inline(runs)
    return "".join(_blocks(runs))


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
    stack: list[str] = []
    for run in _loosened(runs):
        want = [] if run.style & _CODE else _MARKERS[run.style & 63]
        keep = len(stack)
        while stack[:keep] != want[:keep]:
            keep -= 1
        _close(out, stack[keep:])
        if stack[keep:] and want[keep:]:
            out.append(GAP)  # or **a***b* runs together
        piece = _piece(run)
        if piece[0] == "`" and out and out[-1][-1] == "`":
            out.append(GAP)
        out += [*want[keep:], piece]
        stack = want
    _close(out, stack)
    return "".join(out)


def _close(out: list[str], markers: Sequence[str]) -> None:
    """Inside ~~ and || a backslash does not hide a mark: the end of the text may not touch the closing one."""
    if markers and markers[0] in ("||", "~~"):
        out.append(GAP)
    out += reversed(markers)


def _loosened(runs: Sequence[Run]) -> Iterator[Run]:
    """White space outside of styled runs and links: markers may not touch it."""
    for run in runs:
        core = run.text.strip()
        if run.style & _CODE or run.atomic or not (run.style or run.href) or core == run.text:
            yield run
            continue
        before, _, after = run.text.partition(core) if core else (run.text, "", "")
        for text, one in ((before, Run(before)), (core, structs.replace(run, text=core)), (after, Run(after))):
            if text:
                yield one


def _piece(run: Run) -> str:
    if run.mention:
        name = (run.mention.partition(":"))[2]
        sigil = _SIGILS[name[: len(name) - len(name.lstrip("#&"))]]
        return f"<{sigil}{name.lstrip('#&')}>"
    if run.emoji:
        one = run.emoji["discord"]
        return f"<{one}>" if one.startswith("a:") else f"<:{one}>"
    if run.when is not None:
        return f"<t:{run.when // 1_000_000}:{_SHAPES[run.shape]}>"
    if run.style & _CODE:
        return _code(run.text)
    text = escaped(run.text)
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
        return bool(re.fullmatch(r"[#&]?[0-9]+", owner(run, "discord") or ""))
    if run.style & _CODE:
        return False
    if run.emoji:
        return bool(_EMOJI.fullmatch(run.emoji.get("discord", "")))
    return abs(run.when or 0) // 1_000_000 <= _FARTHEST


def _masks(run: Run) -> bool:
    """Can this link carry its text? Brackets, lines and addresses in the text make Discord show it raw."""
    odd = re.search(r"[\[\]\n]|://", run.text) or run.style & _CODE or run.atomic or run.block == "pre"
    return not odd and linkable(run.href) and len(_address(run.href or "")) <= _LONGEST_ADDRESS
