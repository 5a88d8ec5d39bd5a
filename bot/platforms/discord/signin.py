"""Who a Discord token belongs to, and a first message: for `soulfra setup`.

Source: discord.com/developers/docs/resources/application (flags), discord.com/developers/docs/topics/oauth2 (invitation).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord

from bot.platforms.account import Account, AccountError
from bot.platforms.discord.client import point

_SECONDS = 15.0
_PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    add_reactions=True,
)

_NO_CONTENT = (
    "Message Content Intent is off: typed commands (!bless) are not read, slash commands are. Switch it on under Bot in the "
    "developer portal, or set discord.message_content = false."
)


async def verify(token: str, address: str | None = None) -> Account:
    """Log in and look at the application. Raises `AccountError`."""
    async with _logged_in(token, address) as client:
        about = await client.application_info()
        return Account(
            name=str(client.user),
            id=str(about.id),
            invite=discord.utils.oauth_url(about.id, permissions=_PERMISSIONS, scopes=("bot", "applications.commands")),
            missing=list(_missing(about)),
        )


async def greet(token: str, channel: str, text: str, address: str | None = None) -> None:
    """Say some words of the house, which hold no Markdown, in a channel, by its id. Raises `AccountError`."""
    async with _logged_in(token, address) as client:
        if not channel.isdecimal():
            raise AccountError("a channel of Discord is named by its number (Developer Mode, Copy Channel ID)")
        await client.get_partial_messageable(int(channel)).send(text, allowed_mentions=discord.AllowedMentions.none())


def _missing(about: discord.AppInfo) -> list[str]:
    flags = about.flags
    if flags.gateway_message_content or flags.gateway_message_content_limited:
        return []
    return [_NO_CONTENT]


@asynccontextmanager
async def _logged_in(token: str, address: str | None) -> AsyncIterator[discord.Client]:
    point(address)
    client = discord.Client(intents=discord.Intents.none(), max_ratelimit_timeout=30.0)
    try:
        async with asyncio.timeout(_SECONDS), client:
            await client.login(token)
            yield client
    except discord.LoginFailure:
        raise AccountError("Discord refuses this token") from None
    except discord.HTTPException as error:
        raise AccountError(f"Discord answered {error.status}: {error.text}") from None
    except (OSError, aiohttp.ClientError):
        raise AccountError("Discord cannot be reached") from None
