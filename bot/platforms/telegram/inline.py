"""Inline mode: what a command shows, offered in any chat to whoever typed it behind the bot's name.

Source: core.telegram.org/bots/api#answerinlinequery.
"""

import asyncio
import logging
from typing import Any

from bot.adapter import Ingress, Payload
from bot.command import Invocation
from bot.message import Message, t
from bot.message.plain import short
from bot.platforms.telegram.calls import Calls
from bot.platforms.telegram.render import payloads

logger = logging.getLogger(__name__)
_SECONDS = 5.0  # that somebody looks at an empty list
_TITLE, _ABOUT, _MOST = 64, 120, 50
_OPEN = t("Open a chat with me")


async def answer_inline(calls: Calls, ingress: Ingress, query: str, asked: Invocation) -> None:
    """Ask the house and show what it says; what fails or takes too long shows nothing. Nothing is cached, by nobody."""
    message = None
    try:
        async with asyncio.timeout(_SECONDS):
            message = await ingress.inline(asked)
    except TimeoutError:
        logger.info("An inline query took too long.")
    except Exception:
        logger.exception("An inline query failed.")
    results = articles(message, asked) if message else []
    fields: dict[str, Any] = {"inline_query_id": query, "results": results, "cache_time": 0, "is_personal": True}
    if not results:
        text = ingress.localizations(str(_OPEN)).get(asked.locale or "", str(_OPEN))
        fields["button"] = {"text": short(text, _TITLE), "start_parameter": "help"}
    await calls.call("answerInlineQuery", fields)


def articles(message: Message, asked: Invocation) -> list[Payload]:
    """One result for each piece of text. What is for the asker alone is not offered: to choose it is to say it."""
    if message.private:
        return []
    pieces = [call for call in payloads(message, asked.reply) if call["method"] == "sendMessage"]
    return [_article(f"{at}", asked.text, call) for at, call in enumerate(pieces[:_MOST])]


def _article(number: str, line: str, call: Payload) -> Payload:
    content = {
        "message_text": call["text"],
        "entities": call["entities"],
        "link_preview_options": {"is_disabled": True},
    }
    return {
        "type": "article",
        "id": number,
        "title": short(line, _TITLE) or "/",
        "description": short(call["text"], _ABOUT),
        "input_message_content": content,
    }
