"""The fields of a request as a form; files are parts of a multipart body, named by their field or pointed at with `attach://`.

Source: core.telegram.org/bots/api#sending-files.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from telegram import InputFile, InputMedia, InputMediaDocument, InputMediaPhoto, MessageEntity

_ENCODE = msgspec.json.Encoder().encode
_KINDS: dict[str, Callable[..., InputMedia]] = {"photo": InputMediaPhoto, "document": InputMediaDocument}


def files(fields: Mapping[str, Any]) -> bool:
    """Does the request carry any?"""
    return "media" in fields or bytes in map(type, fields.values())


def encoded(fields: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a request without files as a form: texts as they are, everything else in JSON."""
    return {
        name: value if type(value) is str else _ENCODE(value).decode()
        for name, value in fields.items()
        if value is not None
    }


def uploads(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a call as the client library takes them. `bytes` become files; `filename` beside them is their
    name, one line without quotes."""
    data: dict[str, Any] = {}
    for name, value in fields.items():
        if type(value) is bytes:
            data[name] = InputFile(value, filename=fields.get("filename"))
        elif name != "filename":
            data[name] = value
    media = fields.get("media")
    if isinstance(media, dict):
        data["media"] = _attached(media)
    elif isinstance(media, list):
        data["media"] = [_attached(one) for one in media]
    return data


def _attached(one: Mapping[str, Any]) -> InputMedia:
    entities = [MessageEntity.de_json(entity, None) for entity in one.get("caption_entities", ())]
    return _KINDS[one["type"]](
        one["media"], caption=one.get("caption"), caption_entities=entities, filename=one.get("filename")
    )
