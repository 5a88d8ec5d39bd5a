"""The fields of a request in JSON; with files as a form, whose parts are named by their field or pointed at with `attach://`.

Sources: core.telegram.org/bots/api#making-requests, core.telegram.org/bots/api#sending-files.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from telegram import InputFile, InputMedia, InputMediaDocument, InputMediaPhoto, MessageEntity

_ENCODE = msgspec.json.Encoder().encode
_AS_THEY_ARE = (str, dict, list)
_KINDS: dict[str, Callable[..., InputMedia]] = {"photo": InputMediaPhoto, "document": InputMediaDocument}


def files(fields: Mapping[str, Any]) -> bool:
    """Does the request carry any?"""
    return "media" in fields or bytes in map(type, fields.values())


def encoded(fields: Mapping[str, Any]) -> bytes:
    """The body of a request without files. Numbers and truth values are texts, as they are in a form."""
    fields = {
        name: value if type(value) in _AS_THEY_ARE else _ENCODE(value).decode()
        for name, value in fields.items()
        if value is not None
    }
    try:
        return _ENCODE(fields)
    except UnicodeEncodeError:  # half a surrogate pair
        return json.dumps(fields).encode()


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
