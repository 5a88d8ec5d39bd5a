"""Who a Telegram token belongs to, and a first message: for `soulfra setup`. Source: core.telegram.org/bots/api#getme."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import User
from telegram.error import InvalidToken, NetworkError, TelegramError

from bot.platforms.account import Account, AccountError
from bot.platforms.telegram.client import Client


async def verify(token: str, address: str | None = None) -> Account:
    """Ask who the bot is. Raises `AccountError`."""
    async with _logged_in(token, address) as client:
        me = client.bot
        return Account(f"@{me.username}", str(me.id), f"https://t.me/{me.username}?startgroup=true", _missing(me))


async def greet(token: str, channel: str, text: str, address: str | None = None) -> None:
    """Say something in a chat, by its id or `@name`. Raises `AccountError`."""
    async with _logged_in(token, address) as client:
        await client.call("sendMessage", {"chat_id": channel, "text": text})


def _missing(me: User) -> list[str]:
    found = []
    if not me.can_join_groups:
        found.append("The bot may not join groups: allow it with /setjoingroups in the chat with @BotFather.")
    if not me.can_read_all_group_messages:
        found.append(
            "Privacy mode is on: in groups the bot reads commands and replies to it, nothing else. That is enough for all but "
            "the relay; /setprivacy in the chat with @BotFather changes it."
        )
    return found


@asynccontextmanager
async def _logged_in(token: str, address: str | None) -> AsyncIterator[Client]:
    try:
        client = Client(token, address)
    except InvalidToken:
        raise AccountError("this is no Telegram token: it reads like 123456:ABC-DEF") from None
    try:
        await client.initialize()
        yield client
    except InvalidToken:
        raise AccountError("Telegram refuses this token") from None
    except NetworkError as error:
        refused = type(error) is not NetworkError and error.message
        raise AccountError(f"Telegram answered: {refused}" if refused else "Telegram cannot be reached") from None
    except TelegramError as error:
        raise AccountError(f"Telegram answered: {error.message}") from None
    finally:
        await client.shutdown()
