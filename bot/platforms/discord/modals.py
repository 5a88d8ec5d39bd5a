"""Questions: modals, the button that opens one, and what was answered. Pure.

Source: discord.com/developers/docs/components/reference (label, text input, selects, file upload, modal limits).
"""

from collections.abc import Callable
from typing import Any, Final

from bot.adapter import Payload, Question
from bot.command import Option
from bot.command.invocation import Raw
from bot.message.plain import cleaned, short
from bot.platforms.discord.markdown import markdown, own
from bot.users import Attachment, Channel, Role, User

MOST_FIELDS: Final = 5
ASK, OPEN = "ask", "open"
"""What the custom_id of an answer begins with (`ask:<question>`, `ask:<question>:<number>`), and of what opens a modal."""
_TITLE = _LABEL = 45
_ABOUT, _CHOICE, _KEY, _LONGEST, _TEXT = 100, 100, 80, 4000, 4000
_LINE = 200  # characters that are asked for in one line
_MOST_CHOICES, _MOST_KEYS, _MOST_FILES = 25, 5, 10
_ROW, _BUTTON, _SELECT, _INPUT, _DISPLAY, _LABELLED, _UPLOAD = 1, 2, 3, 4, 10, 18, 19
_POINTED: Final = {User: 5, Role: 6, Channel: 8}
_YES_NO: Final = (("Yes", True), ("No", False))
_PRIMARY, _PLAIN = 1, 2

Say = Callable[[str], str]
"""A fixed text in the reader's language."""


def unaskable(question: Question) -> str | None:
    """Why this cannot be a modal; None when it can."""
    if not 1 <= len(question.fields) <= MOST_FIELDS:
        return f"a form has 1 to {MOST_FIELDS} fields on Discord, not {len(question.fields)}"
    odd = [field.name for field in question.fields if not field.typed and field.type is not Attachment]
    return f"Discord has no field for {', '.join(odd)}" if odd else None


def modal(question: Question, say: Say = str) -> Payload:
    """`data` of the callback that opens it. What is too long for its title stands above its fields, where there is room."""
    runs = cleaned(question.prompt.flat())
    words = "".join(run.text for run in runs)
    fields: list[Payload] = [_field(one, say) for one in question.fields]
    if len(words.strip()) > _TITLE and len(fields) < MOST_FIELDS:
        fields.insert(0, {"type": _DISPLAY, "content": markdown([own(run, pings=False) for run in runs])[:_TEXT]})
    return {"custom_id": f"{ASK}:{question.id}", "title": short(words, _TITLE) or "…", "components": fields}


def keys(question: Question, say: Say = str) -> Payload:
    """A row of buttons: the few things to choose from, or the one that opens the modal."""
    offered = options(question.fields[0]) if len(question.fields) == 1 else []
    made = [_key(say(label), f"{ASK}:{question.id}:{n}") for n, (label, _) in enumerate(offered)]
    if not 1 <= len(made) <= _MOST_KEYS or question.fields[0].many:
        made = [_key(say("Answer"), f"{OPEN}:{question.id}", _PRIMARY)]
    return {"type": _ROW, "components": made}


def with_keys(payloads: list[Payload], row: Payload) -> list[Payload]:
    """The message of a question, with the row under its last piece."""
    *first, last = payloads
    return [*first, {**last, "components": [*last.get("components", []), row]}]


def options(field: Option) -> list[tuple[str, Raw]]:
    """What can be chosen for this field, each with its label; empty where something is to be typed."""
    if field.type is bool and not field.many:
        return list(_YES_NO)
    return [(str(choice), choice) for choice in field.choices[: _MOST_CHOICES + 1]]


def chosen(question: Question, number: str) -> dict[str, Raw] | None:
    """What the button with this number answers; None when there is no such button."""
    field = question.fields[0]
    offered = options(field)
    if len(question.fields) > 1 or not number.isascii() or not number.isdecimal() or int(number) >= len(offered):
        return None
    return {field.name: offered[int(number)][1]}


def answers(question: Question, given: dict[str, Raw]) -> dict[str, Raw]:
    """What was put into the fields of this question: one value where one was asked for. Foreign fields are left out."""
    made: dict[str, Raw] = {}
    for field in question.fields:
        value = given.get(field.name)
        if isinstance(value, list) and not field.many:
            value = value[0] if value else None
        if value is not None:
            made[field.name] = value
    return made


def _field(field: Option, say: Say) -> Payload:
    """A labelled field; what is too long for a label stands under it."""
    about, name = say(field.about), field.name.replace("_", " ")
    fits = 0 < len(about) <= _LABEL
    made: Payload = {"type": _LABELLED, "label": about if fits else short(name, _LABEL) or "…"}
    if about and not fits:
        made["description"] = short(about, _ABOUT)
    return {**made, "component": {"custom_id": field.name, "required": field.required, **_component(field, say)}}


def _component(field: Option, say: Say) -> dict[str, Any]:
    offered = options(field)
    if 1 <= len(offered) <= _MOST_CHOICES:
        listed = [{"label": short(say(label), _CHOICE) or "…", "value": _value(value)} for label, value in offered]
        return {"type": _SELECT, "options": listed, **_span(field, len(listed))}
    if field.type in _POINTED:
        return {"type": _POINTED[field.type], **_span(field, _MOST_CHOICES)}
    if field.type is Attachment:
        return {"type": _UPLOAD, **_span(field, _MOST_FILES)}
    return {"type": _INPUT, **_input(field)}


def _span(field: Option, most: int) -> dict[str, int]:
    """How many may be picked."""
    if not field.many:
        return {"min_values": 1 if field.required else 0, "max_values": 1}
    least = max(field.min_length or 0, 1 if field.required else 0)
    return {"min_values": min(least, most), "max_values": min(field.max_length or most, most)}


def _input(field: Option) -> dict[str, int]:
    if field.type is not str or field.many:
        return {"style": 1, "max_length": _LINE}
    longest = min(field.max_length or _LONGEST, _LONGEST)
    made = {"style": 1 if longest <= _LINE and not field.rest else 2, "max_length": longest}
    return made | ({"min_length": min(field.min_length, longest)} if field.min_length else {})


def _value(value: Raw) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)[:_CHOICE]


def _key(label: str, id_: str, style: int = _PLAIN) -> Payload:
    return {"type": _BUTTON, "label": short(label, _KEY) or "…", "style": style, "custom_id": id_}
