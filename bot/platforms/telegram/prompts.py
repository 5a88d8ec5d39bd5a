"""Questions: a keyboard where there is something to choose from, else a reply that the client is asked to write. Pure."""

from collections.abc import Callable

from bot.adapter import Payload, Question
from bot.command import Option, Raw, ReplyHandle
from bot.message import Message, Run
from bot.message.plain import short
from bot.platforms.telegram.render import payloads

MARK = "ask"
"""What the data of an answer's button begins with: `ask:<question>:<number>`."""

_YES_NO = (("Yes", True), ("No", False))
_BUTTONS, _PER_ROW, _LABEL, _PLACEHOLDER = 100, 2, 64, 64

Say = Callable[[str], str]
"""A fixed text in the reader's language."""


def answers(field: Option, say: Say = str) -> list[tuple[str, Raw]]:
    """What can be chosen for this field, each with its label; empty where something is to be typed."""
    if field.many or len(field.choices) > _BUTTONS:
        return []
    if field.type is bool:
        return [(say(label), value) for label, value in _YES_NO]
    return [(say(str(choice)), choice) for choice in field.choices]


def asked(question: Question, handle: ReplyHandle, say: Say = str) -> list[Payload]:
    """The requests that ask for the first field of a question; the answer to it brings the next one."""
    calls = payloads(_named(question.prompt, handle), handle)
    field = question.fields[0]
    calls[-1]["reply_markup"] = _keyboard(question.id, field, say) or {
        "force_reply": True,
        "selective": True,
        "input_field_placeholder": short(say(field.about), _PLACEHOLDER) or "…",
    }
    return calls


def _named(prompt: Message, handle: ReplyHandle) -> Message:
    """Who is asked is named where the question replies to a message of ours: the client opens a reply for them alone."""
    if handle.direct or handle.private or prompt.private or not (handle.token or handle.message is None):
        return prompt
    return prompt.replaced(runs=[Run(handle.to.name, mention=handle.to.key), Run(": "), *prompt.runs])


def _keyboard(question: str, field: Option, say: Say) -> Payload | None:
    labels = [short(label, _LABEL) or "…" for label, _ in answers(field, say)]
    keys = [{"text": label, "callback_data": f"{MARK}:{question}:{at}"} for at, label in enumerate(labels)]
    rows = [keys[at : at + _PER_ROW] for at in range(0, len(keys), _PER_ROW)]
    return {"inline_keyboard": rows} if rows else None
