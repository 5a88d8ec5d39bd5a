"""Suggestions as Discord takes them. Pure.

Source: discord.com/developers/docs/interactions/receiving-and-responding (autocomplete).
"""

from collections.abc import Sequence

from bot.adapter import Payload
from bot.command import CommandSpec
from bot.message.plain import short

_MOST, _LONGEST, _SAFE = 25, 100, 2**53


def suggestions(found: Sequence[str | int], spec: CommandSpec | None, focus: str | None) -> list[Payload]:
    """The first of these that fit the option, each once. What is too long to be sent back whole is left out."""
    option = next((one for one in spec.options if one.name == focus), None) if spec else None
    if option is None:
        return []
    fitting = [one for one in dict.fromkeys(found) if _fits(one, number=option.number)]
    return [
        {"name": short(str(one), _LONGEST) or str(one), "value": one if option.number else str(one)}
        for one in fitting[:_MOST]
    ]


def _fits(value: str | int, *, number: bool) -> bool:
    if number:
        return not isinstance(value, str | bool) and abs(value) <= _SAFE
    return bool(str(value).strip()) and len(str(value)) <= _LONGEST
