"""Messages as Twitch chat lines: plain text of at most 499 characters. Pure: imports no client library.

What the platform cannot show is said in words: a link is `text (address)`, a picture its address or `[what it shows]`,
buttons are a numbered choice. What is private carries `to_user_id` (a whisper): it never is a chat line.
"""

from collections.abc import Iterable, Iterator

from msgspec import structs

from bot.adapter import Payload
from bot.command import ReplyHandle
from bot.message import Button, Image, Message, Run
from bot.message.plain import clean, cleaned, owner, short, spelled
from bot.message.split import split

LIMIT = 499
"""One of Twitch's 500 is kept for the mark that tells a line from the same one a moment ago."""
_LABEL = 80


def payloads(message: Message, handle: ReplyHandle) -> list[Payload]:
    """The chat lines that show this message, in order: `{"message", "reply_parent_message_id"?, "to_user_id"?}`."""
    pieces = split(_words(message), LIMIT, lambda runs: len(line(runs)))
    lines = [text for text in map(line, pieces) if text] or ["…"]
    return [{"message": text, **_where(message, handle)} for text in lines]


def line(runs: Iterable[Run]) -> str:
    """One chat line: white space collapsed, never the beginning of a chat command."""
    text = " ".join("".join(run.text for run in runs).split())
    return f"· {text}" if text.startswith(("/", ".")) else text


def _where(message: Message, handle: ReplyHandle) -> Payload:
    if message.private or handle.private or handle.direct:
        return {"to_user_id": handle.to.id}
    return {"reply_parent_message_id": handle.message} if handle.message else {}


def _words(message: Message) -> list[Run]:
    """Everything the message shows, as words without a look; a line of its own is the best place to cut."""
    said = [_plain(run) for run in cleaned(message.flat())]
    return said + [Run(f"\n{extra}") for extra in _extras(message.image, message.buttons)]


def _plain(run: Run) -> Run:
    """Without style and link; a mention of somebody here is `@name` and stays whole."""
    run = structs.replace(spelled(run), style=0)
    if owner(run, "twitch"):
        return structs.replace(run, text="@" + run.text.lstrip("@"))
    return structs.replace(run, mention=None)


def _extras(image: Image | None, buttons: list[Button]) -> Iterator[str]:
    if image:
        yield clean(image.url or f"[{image.alt}]")
    if buttons:
        yield " · ".join(f"!{number} {short(button.label, _LABEL)}" for number, button in enumerate(buttons, 1))
