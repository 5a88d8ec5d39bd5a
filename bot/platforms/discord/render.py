"""Messages as Discord shows them: escaped Markdown, components, attachments. Pure: imports no client library.

Nothing in the text of a run has an effect: what could be Markdown is escaped, and `allowed_mentions` names the users
that the message itself mentions and nobody else. U+200B stands between looks that would run together.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from msgspec import structs

from bot.adapter import Payload
from bot.command import ReplyHandle
from bot.message import Button, Image, Message, Run, Style
from bot.message.plain import clean, cleaned, linkable, owner, short, spelled
from bot.message.split import split

LIMIT = 2000
EPHEMERAL = 64
_GAP = "\u200b"
_LONGEST_ADDRESS = 512
_LONGEST_ALT = 1024
_PER_ROW, _PER_MESSAGE, _LABEL = 5, 25, 80
_STYLES = {"primary": 1, "plain": 2, "danger": 4}
_CODE = int(Style.CODE)
_MARKERS: tuple[list[str], ...] = ([], ["**"], ["*"], ["**", "*"])  # by style; always nested in this order
_MARKUP = re.compile(
    r"(?P<address>https?://[^\s<>*~|\\`\[\]@\u200b]*[\w/=&%-])"  # no escapes inside; <address> has no preview
    r"|(?P<before>^[^\S\n]*\d*)(?P<list>[-+#>.])"  # headings, quotes and lists begin a line
    r"|[\\*_~|`<\[\](@]|:(?=[\w+/-])",
    re.MULTILINE,
)


def payloads(message: Message, handle: ReplyHandle) -> list[Payload]:
    """The bodies that create these messages, in order. Picture and buttons are on the last.

    `files` holds bytes. What is private carries the flag of ephemeral answers; where there are none, the adapter takes
    it off and sends a direct message.
    """
    pieces = split(_runs(message), LIMIT, lambda runs: len(markdown(runs)))
    bodies = [_body(text, piece) for piece in pieces if (text := markdown(piece)).strip()]
    bodies = bodies or [_body("" if message.image else "…", [])]
    if message.image:
        bodies[-1] |= _picture(message.image)
    for start in range(0, len(message.buttons), _PER_MESSAGE):
        bodies += [_body("…", [])] if start else []
        bodies[-1]["components"] = _rows(message.buttons[start : start + _PER_MESSAGE])
    hidden = {"flags": EPHEMERAL} if handle.private or message.private else {}
    return [body | hidden for body in bodies]


def markdown(runs: Sequence[Run]) -> str:
    """Discord Markdown that shows these runs and does nothing else."""
    out: list[str] = []
    stack: list[str] = []
    for run in _loosened(runs):
        want = [] if run.style & _CODE else _MARKERS[run.style & 3]
        keep = len(stack)
        while stack[:keep] != want[:keep]:
            keep -= 1
        out += reversed(stack[keep:])
        if stack[keep:] and want[keep:]:
            out.append(_GAP)  # or **a***b* runs together
        piece = _piece(run)
        if piece[0] == "`" and out and out[-1][-1] == "`":
            out.append(_GAP)
        out += [*want[keep:], piece]
        stack = want
    return "".join(out + stack[::-1])


def _loosened(runs: Sequence[Run]) -> Iterator[Run]:
    """White space outside of styled runs and links: markers may not touch it."""
    for run in runs:
        core = run.text.strip()
        if run.style & _CODE or run.mention or not (run.style or run.href) or core == run.text:
            yield run
            continue
        before, _, after = run.text.partition(core) if core else (run.text, "", "")
        for text, one in ((before, Run(before)), (core, structs.replace(run, text=core)), (after, Run(after))):
            if text:
                yield one


def _piece(run: Run) -> str:
    if run.mention:
        return f"<@{run.mention}>"
    if run.style & _CODE:
        return _code(run.text)
    if run.href:
        return f"[{_escaped(run.text)}](<{_address(run.href)}>)"
    return _escaped(run.text)


def _escaped(text: str) -> str:
    """A backslash before everything that could begin a look, a mention, an emoji, a heading, a quote or a list."""
    return _MARKUP.sub(_unmarked, text)


def _unmarked(found: re.Match[str]) -> str:
    if found["address"]:
        return f"<{found[0]}>"
    return f"{found['before']}\\{found['list']}" if found["list"] else f"\\{found[0]}"


def _code(text: str) -> str:
    """Inline code: two backticks hold single ones; neighbours among them are kept apart, three would begin a block."""
    if "`" not in text:
        return f"`{text}`"
    return f"`` {re.sub('`(?=`)', f'`{_GAP}', text)} ``"


def _address(href: str) -> str:
    return quote(href, safe="/:?#&=%+,;!$'~@.-_")


def _runs(message: Message) -> list[Run]:
    """As this platform can show them: foreign mentions are names, a link it could misread is spelled out."""
    return [_own(run) for run in cleaned(message.flat())]


def _own(run: Run) -> Run:
    number = owner(run, "discord")
    plain = structs.replace(run, mention=number if number and number.isascii() and number.isdigit() else None)
    return plain if run.href is None or _masks(run) else spelled(plain)


def _masks(run: Run) -> bool:
    """Can this link carry its text? Brackets, lines and addresses in the text make Discord show it raw."""
    odd = re.search(r"[\[\]\n]|://", run.text) or run.style & _CODE or run.mention
    return not odd and linkable(run.href) and len(_address(run.href or "")) <= _LONGEST_ADDRESS


def _body(content: str, piece: Sequence[Run]) -> Payload:
    named = list(dict.fromkeys(run.mention for run in piece if run.mention))
    return {"content": content, "allowed_mentions": {"parse": [], "users": named[:100]}}


def _picture(image: Image) -> Payload:
    alt = clean(image.alt)[:_LONGEST_ALT]
    if image.data:
        return {"files": [{"name": image.name, "data": image.data, "description": alt}]}
    shown = {"image": {"url": image.url}} if image.url else {}
    return {"embeds": [{"description": _escaped(alt), **shown}]}


def _rows(buttons: Sequence[Button]) -> list[Payload]:
    """Rows of five."""
    rows = [buttons[start : start + _PER_ROW] for start in range(0, len(buttons), _PER_ROW)]
    return [{"type": 1, "components": [_key(one) for one in row]} for row in rows]


def _key(one: Button) -> Payload:
    return {"type": 2, "label": short(one.label, _LABEL), "style": _STYLES[one.style], "custom_id": one.id}
