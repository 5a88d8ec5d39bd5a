"""A rendered message in place of one that was sent: which request shows it there. Pure.

Source: core.telegram.org/bots/api#updating-messages. An album cannot be put in the place of one message.
"""

from bot.adapter import Payload

_MEDIA = {"sendPhoto": "photo", "sendDocument": "document"}
_KEPT = ("chat_id", "reply_markup")
_TEXT = (*_KEPT, "text", "entities", "link_preview_options")
_INNER = ("caption", "caption_entities", "filename")


def edited(payload: Payload, message: str) -> Payload | None:
    """The request that shows `payload` in place of this message; None where there is none."""
    where = {"message_id": int(message)}
    method = payload["method"]
    if method == "sendMessage":
        return {"method": "editMessageText", **_only(payload, _TEXT), **where}
    kind = _MEDIA.get(method)
    if kind is None:
        return None
    media = {"type": kind, "media": payload[kind], **_only(payload, _INNER)}
    return {"method": "editMessageMedia", **_only(payload, _KEPT), "media": media, **where}


def captioned(edit: Payload) -> Payload | None:
    """The same text under a picture that stays; None when this is no text."""
    if edit["method"] != "editMessageText":
        return None
    caption = {"caption": edit["text"], "caption_entities": edit.get("entities", [])}
    return {**_only(edit, (*_KEPT, "message_id")), "method": "editMessageCaption", **caption}


def _only(payload: Payload, names: tuple[str, ...]) -> Payload:
    return {name: payload[name] for name in names if name in payload}
