"""Presses and inline queries that wait for their answers."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

import msgspec

from bot.sandbox.telegram import fields as f
from bot.sandbox.telegram.errors import bad
from bot.sandbox.telegram.files import Files
from bot.sandbox.telegram.rooms import Rooms
from bot.sandbox.telegram.texts import accepted

_QUERY_SECONDS, _INLINE_SECONDS = 60.0, 10.0
_ALERT, _RESULTS, _ID_BYTES = 200, 50, 64
_START = re.compile("[A-Za-z0-9_-]{1,64}")
_STALE = "query is too old and response timeout expired or query ID is invalid"


@dataclass(slots=True)
class Asked:
    """An inline query; `shown` is what its author saw."""

    at: float
    shown: asyncio.Future[dict[str, Any]] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Queries:
    """The methods that answer queries. `inline` holds those that are open."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self.inline: dict[str, Asked] = {}
        self.methods = {
            "answerCallbackQuery": (f.AnswerQuery, self._press),
            "answerInlineQuery": (f.AnswerInline, self._inline),
        }

    async def _press(self, fields: f.AnswerQuery, _files: Files) -> bool:
        query = self._rooms.queries.get(fields.callback_query_id)
        if query is None or self._rooms.world.now() - query.at > _QUERY_SECONDS:
            raise bad(_STALE)
        if len(fields.text) > _ALERT:
            raise bad("MESSAGE_TOO_LONG")
        del self._rooms.queries[fields.callback_query_id]
        return True

    async def _inline(self, fields: f.AnswerInline, _files: Files) -> bool:
        asked = self.inline.get(fields.inline_query_id)
        if asked is None or self._rooms.world.now() - asked.at > _INLINE_SECONDS:
            raise bad(_STALE)
        if len(fields.results) > _RESULTS:
            raise bad("RESULTS_TOO_MUCH")
        results = [self._article(one) for one in fields.results]
        if len({one["id"] for one in results}) < len(results):
            raise bad("RESULT_ID_DUPLICATE")
        if fields.button is not None:
            _check_button(fields.button)
        del self.inline[fields.inline_query_id]
        if not asked.shown.done():
            asked.shown.set_result({"results": results, "button": msgspec.to_builtins(fields.button)})
        return True

    def _article(self, one: f.Article) -> dict[str, Any]:
        if not 1 <= len(one.id.encode()) <= _ID_BYTES:
            raise bad("RESULT_ID_INVALID")
        if not one.title.strip():
            raise bad("ARTICLE_TITLE_EMPTY")
        content = one.input_message_content
        text, entities = accepted(content.message_text, content.entities, self._rooms.accounts)
        shown = msgspec.to_builtins(one)
        return {**shown, "input_message_content": {"message_text": text, "entities": entities}}


def _check_button(button: f.InlineOpener) -> None:
    if not button.text.strip():
        raise bad("button text must be non-empty")
    if not _START.fullmatch(button.start_parameter):
        raise bad("START_PARAM_INVALID")
