"""Keyboards under messages, and replies that the client is asked to write."""

import re
from typing import Any

import msgspec

from bot.sandbox.telegram import fields as f
from bot.sandbox.telegram.errors import bad

_BUTTONS, _BUTTON_BYTES, _PLACEHOLDER = 100, 64, 64


def keyboard(markup: f.Markup | None, *, editing: bool = False) -> dict[str, Any] | None:
    """The inline keyboard of a message; a forced reply is checked and is no part of the message."""
    if markup is None:
        return None
    if markup.inline_keyboard is None:
        _check_force(markup, editing=editing)
        return None
    buttons = [one for row in markup.inline_keyboard for one in row]
    if len(buttons) > _BUTTONS:
        raise bad("REPLY_MARKUP_TOO_LONG")
    for one in buttons:
        _check_button(one)
    return {"inline_keyboard": msgspec.to_builtins(markup.inline_keyboard)} if buttons else None


def _check_force(markup: f.Markup, *, editing: bool) -> None:
    if editing:
        raise bad("inline keyboard expected")
    if not markup.force_reply:
        raise bad("object expected as reply markup")
    if markup.input_field_placeholder is not None and not 1 <= len(markup.input_field_placeholder) <= _PLACEHOLDER:
        raise bad("REPLY_MARKUP_PLACEHOLDER_INVALID")


def _check_button(one: f.InlineButton) -> None:
    if not one.text.strip():
        raise bad("inline keyboard button text must be non-empty")
    if (one.callback_data is None) == (one.url is None):
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if one.callback_data is not None and not 1 <= len(one.callback_data.encode()) <= _BUTTON_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    if one.url is not None and not re.match(r"(https?|tg)://.", one.url):
        raise bad("BUTTON_URL_INVALID")
