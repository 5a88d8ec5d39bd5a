"""What a model wrote, made harmless: it mentions nobody, links nowhere and starts no command of any bot."""

import re
import unicodedata

_LINK = re.compile(
    r"\[(?P<shown>[^\[\]\n]{0,200})\]\([^()\s]{0,500}\)"
    r"|\b[a-z][a-z0-9+.\-]{1,15}://\S*|\bwww\.\S+|\b(?:discord\.gg|t\.me|bit\.ly|twitch\.tv)/\S*|\b(?:mailto|tg|javascript|data):\S+",
    re.IGNORECASE,
)
_MENTION = re.compile(r"<(?:[@#][!&]?|a?:\w{1,40}:|/[\w \-]{1,40}:)\d{0,25}>|[@＠]+(?=\w)")
_COMMAND = re.compile(r"^[ /!.\\$?＋+\-]+(?=\w)|^[ /!.]+", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")
_CUT = "…"


def harmless(text: str, most: int) -> str:
    """Without mentions, links, command prefixes at the beginning of a line and control characters; longer than `most`
    characters it is cut after a word. What is taken out leaves a space, so that nothing new can come together."""
    plain = "".join(map(_visible, text.replace("\r\n", "\n")))
    plain = _LINK.sub(lambda found: f" {found['shown'] or ''} ", plain)
    plain = _LINK.sub(" ", plain)
    plain = _MENTION.sub(" ", plain)
    lines = (" ".join(line.split()) for line in plain.split("\n"))
    plain = _COMMAND.sub("", "\n".join(lines))
    return _cut(_BLANK_LINES.sub("\n\n", plain).strip(), most)


def _visible(one: str) -> str:
    """Line ends stay; other control and format characters, among them those that turn the direction, go."""
    if one == "\n":
        return one
    if one == "\t":
        return " "
    return "" if unicodedata.category(one) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"} and one != "\u200d" else one


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    short = text[: max(0, most - len(_CUT))]
    head, space, _ = short.rpartition(" ")
    return ((head if space and len(head) > most // 2 else short).rstrip() + _CUT)[:most]
