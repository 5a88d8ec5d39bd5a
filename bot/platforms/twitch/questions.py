"""Questions as chat lines: what is asked, what may be answered, and how to stop. Pure."""

from collections.abc import Callable

from bot.adapter import Question
from bot.command import Option
from bot.message import Message, Text, t

NEXT = "Answer in your next line. Say {cancel} to stop."
ONE_OF = "Answer in your next line: {choices}. Say {cancel} to stop."
OR = "{some} or {last}"
Translate = Callable[[str], str]


def asked(question: Question, translate: Translate) -> Message:
    """The question with its hint, in the reader's language. One field is asked at a time."""
    prompt = question.prompt
    hint = _hint(question.fields[0], question.cancel, translate) if question.fields else None
    parts = [*prompt.runs, " ", hint] if hint and prompt.runs else [hint] if hint else prompt.runs
    return Message(
        *parts,
        card=prompt.card,
        images=prompt.images,
        files=prompt.files,
        private=prompt.private,
    )


def _hint(field: Option, cancel: str, translate: Translate) -> Text:
    words = _choices(field, translate)
    if not words:
        return t(translate(NEXT), cancel=cancel)
    choices = words[0] if len(words) == 1 else t(translate(OR), some=", ".join(words[:-1]), last=words[-1])
    return t(translate(ONE_OF), choices=choices, cancel=cancel)


def _choices(field: Option, translate: Translate) -> list[str]:
    if field.type is bool:
        return ["yes", "no"]
    return [translate(str(choice)) for choice in field.choices]
