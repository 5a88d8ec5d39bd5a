"""Telegram: from the bytes of an answer to getUpdates, or of a posted update, to the request that answers the command.

python -m benchmarks.paths.telegram     prints the table; ends with 1 when a goal is missed

Every request ends where HTTP begins and gets a ready answer. We read updates without the library's objects: what is taken off our
way is what the library does for the same two requests, and nothing of its parsing.
"""

import asyncio
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any, cast

import msgspec
from aiohttp import FormData
from pydantic import SecretStr
from telegram import Bot, MessageEntity, ReplyParameters, Update, User
from telegram.ext import Application, CommandHandler, ContextTypes

from benchmarks import floor_router
from benchmarks.pairs import PAIRS, Ratio, Work, compare, compare_beyond
from benchmarks.paths.house import COMMANDS, House
from benchmarks.router import ALICE
from benchmarks.row import Row, told
from bot.platforms.telegram.budget import Budget
from bot.platforms.telegram.client import AiohttpRequest, Client
from bot.platforms.telegram.directory import Directory
from bot.platforms.telegram.events import Bearings
from bot.platforms.telegram.members import Members
from bot.platforms.telegram.menus import Menus
from bot.platforms.telegram.platform import TelegramPlatform
from bot.platforms.telegram.polling import Poller, Trouble
from bot.platforms.telegram.receiving import Receiver
from bot.platforms.telegram.sender import Sender
from bot.platforms.telegram.webhook import Webhook
from config.settings import TelegramSettings

BEYOND, PEER, POSTED = 6.0, 1.0, 3.0
_LOOPS = 100
_TOKEN, _SECRET, _ADDRESS = "7:token", "secret", "https://bot.example/telegram"
_HEADERS = {"x-telegram-bot-api-secret-token": _SECRET}
_KINDS = ["message", "callback_query", "inline_query"]
_POLLED = {"offset": 1, "timeout": 25, "allowed_updates": _KINDS}

Body = FormData | Mapping[str, str] | bytes | None
Json = dict[str, Any]
_BOT: Json = {"id": 7, "is_bot": True, "first_name": "Soulfra", "username": "SoulfraBot"}
_CHAT: Json = {"id": -1001234567890, "title": "Soulfra Lounge", "username": "soulfralounge", "type": "supergroup"}
_MALLORY: Json = {"id": 1, "is_bot": False, "first_name": "Mallory", "username": "mallory", "language_code": "en"}
_ALICE: Json = {"id": int(ALICE.id), "is_bot": False, "first_name": ALICE.name}
_MENTION: Json = {"type": "text_mention", "offset": 0, "length": len(ALICE.name), "user": _ALICE}
_ASKED: Json = {
    "message_id": 4321,
    "from": _MALLORY,
    "chat": _CHAT,
    "date": 1767225600,
    "text": floor_router.TEXT,
    "entities": [
        {"offset": 0, "length": 6, "type": "bot_command"},
        {"offset": 7, "length": 6, "type": "mention"},
    ],
}
_SENT: Json = {
    "message_id": 4322,
    "from": _BOT,
    "chat": _CHAT,
    "date": 1767225600,
    "reply_to_message": _ASKED,
    "text": floor_router.REPLY,
    "entities": [_MENTION],
}
_ANSWER: Json = {
    "chat_id": _CHAT["id"],
    "text": floor_router.REPLY,
    "entities": [_MENTION],
    "link_preview_options": {"is_disabled": True},
    "reply_parameters": {"message_id": _ASKED["message_id"], "allow_sending_without_reply": True},
}


def _bytes(value: object) -> bytes:
    """As the Bot API writes it: without spaces."""
    return json.dumps(value, separators=(",", ":")).encode()


UPDATE = _bytes({"update_id": 123456789, "message": _ASKED})
_READY = {
    "getUpdates": b'{"ok":true,"result":[' + UPDATE + b"]}",
    "sendMessage": _bytes({"ok": True, "result": _SENT}),
    "getMe": _bytes({"ok": True, "result": _BOT}),
}


_MADE = msgspec.Raw(_bytes({"message_id": _SENT["message_id"]}))


class Wire(AiohttpRequest):
    """Our transport up to where HTTP begins. `last` is the last message that went out: JSON, or a form."""

    last: Body = None

    async def initialize(self) -> None:
        """There is nothing to connect to."""

    async def exchange(self, method: str, url: str, body: Body, seconds: float) -> tuple[int, bytes]:
        """A request that would go out now."""
        del method, seconds
        called = url.rpartition("/")[2]
        if called == "sendMessage":
            Wire.last = body
        return 200, _READY[called]


class Unparsed(Wire):
    """And nothing is done with what comes back."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> Json:
        return {"result": payload}


class Parsed(Wire):
    """And the library parses what comes back."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> Json:
        found: Json = json.loads(payload)
        return found


class Cut(Wire):
    """And ends there: the bytes of the request are made, its answer is not looked at but for the id of the message."""

    async def call(self, url: str, body: bytes, seconds: float) -> msgspec.Raw:
        del url, seconds
        Wire.last = body
        return _MADE


class _Clock:
    """Four seconds go by between two answers: as often as a group may be spoken to for long."""

    now = 0.0

    def __call__(self) -> float:
        self.now += 4.0
        return self.now


def _ready(client: Client, **settings: Any) -> tuple[TelegramPlatform, Receiver]:  # noqa: ANN401  (of the settings)
    """Our adapter on this client, as it is when it has started."""
    house, platform = House("telegram"), TelegramPlatform(TelegramSettings(token=SecretStr(_TOKEN), **settings))
    house.platform = platform
    platform._sender = sender = Sender(client, Budget(_Clock()))  # noqa: SLF001  (its clock is not for operators)
    people = Directory()
    bearings = Bearings("7", _BOT["username"], Menus(house.specs, lambda *_: {}).paths)
    return platform, Receiver(house.ingress, sender, people, Members(client, people), bearings)


def polled() -> Work:
    """Our adapter, from an answer to getUpdates."""
    client = Client(_TOKEN, None, Wire)
    _, receiver = _ready(client)
    return Poller(client, receiver.deal, Trouble(), receiver.kinds).poll


def posted() -> Work:
    """Our adapter, from an update that was posted to the bytes that answer it."""
    platform, receiver = _ready(Client(_TOKEN, None, Cut), webhook=_ADDRESS)
    webhook = cast(Webhook, next(iter(platform.webhooks.values())))
    webhook.open(_SECRET, receiver.deal)

    async def one() -> None:
        status, _ = await webhook(_HEADERS, UPDATE)
        assert status == 200

    return one


def bare() -> Work:
    """The library's own share of the requests that we make."""
    bot = Bot(_TOKEN, request=Unparsed(), get_updates_request=Unparsed())

    async def one() -> None:
        await bot._post("getUpdates", _POLLED, read_timeout=30.0)  # noqa: SLF001  (under all of its methods)
        await bot._post("sendMessage", _ANSWER, read_timeout=10.0)  # noqa: SLF001

    return one


async def _bless(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    message, (to, amount, *note) = update.message, context.args or []
    assert message is not None
    name = to.removeprefix("@")
    who = MessageEntity(MessageEntity.TEXT_MENTION, 0, len(name), user=User(_ALICE["id"], name, is_bot=False))
    await context.bot.send_message(
        message.chat.id,
        f"{name} +{int(amount)}: {' '.join(note)}",
        entities=[who],
        disable_web_page_preview=True,
        reply_parameters=ReplyParameters(message.message_id, allow_sending_without_reply=True),
    )


def framework() -> Work:
    """The library's own framework with as many commands."""
    builder = Application.builder().token(_TOKEN).request(Parsed()).get_updates_request(Parsed())
    app = builder.updater(None).job_queue(None).build()
    app.add_handlers([CommandHandler(f"cmd{number}", _bless) for number in range(COMMANDS - 1)])
    app.add_handler(CommandHandler("bless", _bless))
    started = False

    async def one() -> None:
        nonlocal started
        if not started:
            await app.initialize()
            started = True
        for update in await app.bot.get_updates(offset=1, timeout=25, allowed_updates=_KINDS):
            await app.process_update(update)

    return one


def floor() -> Work:
    """FLOOR full, behind the decoded bytes of the update."""
    one = floor_router.build_full(COMMANDS, floor_router.Sink())

    async def both() -> None:
        msgspec.json.decode(UPDATE)
        await one()

    return both


def _checked(work: Work) -> Work:
    """The same work, once it has sent the answer that all of them send."""

    async def once() -> None:
        Wire.last = None
        await work()
        if _told(Wire.last) != _ANSWER:
            sys.exit(f"the answer was {Wire.last!r}")

    asyncio.run(once())
    return work


def _told(body: Body) -> object:
    """What a request says: ours is JSON, that of the library a form. Numbers are texts in both."""
    fields = json.loads(body) if isinstance(body, bytes) else body if isinstance(body, dict) else {}
    return {
        name: json.loads(value) if isinstance(value, str) and name != "text" else value
        for name, value in fields.items()
    }


def _row(what: str, ratio: Ratio, goal: float) -> Row:
    return Row(f"Telegram: {what}", ratio.ratio, str(ratio), goal)


def rows(rounds: int = PAIRS) -> Iterator[Row]:
    """Polling, beside the library's framework, and by webhook."""
    full = floor_router.build_full(COMMANDS, floor_router.Sink())
    beyond = compare_beyond(full, _checked(bare()), _checked(polled()), rounds=rounds, loops=_LOOPS)
    yield _row("polled, less the library's own requests, beside FLOOR full", beyond, BEYOND)
    whole = compare(_checked(framework()), _checked(polled()), rounds=rounds, loops=_LOOPS)
    yield _row("polled, beside the library's Application", whole, PEER)
    ratio = compare(floor(), _checked(posted()), rounds=rounds, loops=_LOOPS)
    yield _row("by webhook, beside msgspec's untyped decode + FLOOR full", ratio, POSTED)


if __name__ == "__main__":
    print("floor_router.py", floor_router.SOURCE_SHA256)
    sys.exit(not told(rows()))
