"""Files in a request: each is a part of a multipart body, named by its field or pointed at with `attach://`.

Source: core.telegram.org/bots/api#sending-files.
"""

from collections.abc import Callable, Mapping
from typing import Any

from telegram import InputFile, InputMedia, InputMediaDocument, InputMediaPhoto, MessageEntity

_KINDS: dict[str, Callable[..., InputMedia]] = {"photo": InputMediaPhoto, "document": InputMediaDocument}


def uploads(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a call as the client library takes them. `bytes` become files; `filename` beside them is their
    name, one line without quotes."""
    data = {name: value for name, value in fields.items() if name != "filename"}
    for name, value in fields.items():
        if isinstance(value, bytes):
            data[name] = InputFile(value, filename=fields.get("filename"))
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
