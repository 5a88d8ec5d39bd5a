"""discord.py: python -m benchmarks.peers.discord "ext.commands"|CommandTree N

In it for `ext.commands`: a message that is parsed already, `Bot.process_commands`, typed arguments, the handler, `ctx.send` as far
as the request, and the parsing of Discord's answer. The user is a `str`, which costs less than a converter.
In it for the tree: the `Interaction` from the decoded payload, the command with its typed options, `send_message` as far as the
request, and the parsing of Discord's answer. Discord takes 100 commands of a bot, and so does the tree: beyond, they are in
groups of 25. Not in either: JSON, the task of an event, HTTP.
"""

import discord
from discord import app_commands
from discord.ext import commands as ext
from discord.webhook.async_ import AsyncWebhookAdapter

from benchmarks.peers.kit import TEXT, Sink, Work, main, names, reply

AT_MOST, IN_GROUP = 100, 25
EPOCH = "2025-10-09T08:53:20+00:00"


def _user(number: int, name: str) -> dict[str, object]:
    return {"id": str(number), "username": name, "discriminator": "0", "global_name": None, "avatar": None}


def _member(user: dict[str, object] | None = None) -> dict[str, object]:
    member: dict[str, object] = {
        "roles": [],
        "joined_at": EPOCH,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": "0",
    }
    return member | {"user": user} if user else member


def _message(number: int, content: str, author: dict[str, object]) -> dict[str, object]:
    empty: dict[str, object] = {key: [] for key in ("mentions", "mention_roles", "attachments", "embeds", "components")}
    return empty | {
        "id": str(number),
        "channel_id": "20",
        "guild_id": "10",
        "author": author,
        "content": content,
        "timestamp": EPOCH,
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "pinned": False,
        "type": 0,
        "flags": 0,
    }


CHANNEL = {
    "id": "20",
    "type": 0,
    "name": "house",
    "position": 0,
    "permission_overwrites": [],
    "nsfw": False,
    "parent_id": None,
}
GUILD = {
    "id": "10",
    "name": "house",
    "owner_id": "1",
    "roles": [{"id": "10", "name": "@everyone", "permissions": "3072", "position": 0, "color": 0, "hoist": False}],
    "channels": [CHANNEL],
    "members": [_member(_user(1, "mallory")), _member(_user(2, "alice")), _member(_user(3, "bot"))],
    "member_count": 3,
}
SENT = _message(31, "sent", _user(3, "bot"))
CALLED_BACK = {
    "interaction": {"id": "40", "type": 2, "response_message_id": "31"},
    "resource": {"type": 4, "message": SENT},
}
OPTIONS = [
    {"type": 6, "name": "to", "value": "2"},
    {"type": 4, "name": "amount", "value": 5},
    {"type": 3, "name": "note", "value": "thank you"},
]


def _interaction(group: str | None) -> dict[str, object]:
    """The payload of `/bless`, in this group."""
    options: list[dict[str, object]] = OPTIONS if group is None else [{"type": 1, "name": "bless", "options": OPTIONS}]
    resolved = {"users": {"2": _user(2, "alice")}, "members": {"2": _member()}}
    return {
        "id": "40",
        "application_id": "3",
        "type": 2,
        "token": "token",
        "version": 1,
        "guild_id": "10",
        "channel_id": "20",
        "channel": CHANNEL,
        "member": _member(_user(1, "mallory")),
        "app_permissions": "3072",
        "locale": "en-US",
        "guild_locale": "en-US",
        "attachment_size_limit": 10485760,
        "authorizing_integration_owners": {"0": "10"},
        "context": 0,
        "data": {"id": "50", "type": 1, "name": group or "bless", "options": options, "resolved": resolved},
    }


async def _bot() -> tuple[ext.Bot, discord.Guild]:
    """A bot that knows one server, as after its login."""
    intents = discord.Intents.default()
    intents.message_content = True
    bot = ext.Bot(command_prefix="/", intents=intents, help_command=None)
    await bot._async_setup_hook()  # noqa: SLF001
    state = bot._connection  # noqa: SLF001
    state.user = discord.ClientUser(state=state, data=_user(3, "bot"))
    guild = discord.Guild(data=GUILD, state=state)
    state._add_guild(guild)  # noqa: SLF001
    return bot, guild


async def text(commands: int, sink: Sink) -> Work:
    """`ext.commands`."""
    bot, guild = await _bot()

    async def cut(_route: object, **request: dict[str, str]) -> object:
        sink.put(request["json"]["content"])
        return SENT

    async def bless(ctx: ext.Context, to: str, amount: int, *, note: str) -> None:
        await ctx.send(reply(to, amount, note))

    bot.http.request = cut
    for name in names(commands):
        bot.add_command(ext.Command(bless, name=name))
    payload = _message(30, TEXT, _user(1, "mallory")) | {"member": _member()}
    message = discord.Message(state=bot._connection, channel=guild.get_channel(20), data=payload)  # noqa: SLF001
    return lambda: bot.process_commands(message)


def _register(tree: app_commands.CommandTree, commands: int) -> str | None:
    """The group of the last command, if there are groups."""

    async def bless(interaction: discord.Interaction, to: discord.Member, amount: int, note: str) -> None:
        await interaction.response.send_message(reply(to.name, amount, note))

    slash = [app_commands.Command(name=name, description="Bless somebody.", callback=bless) for name in names(commands)]
    if commands <= AT_MOST:
        for command in slash:
            tree.add_command(command)
        return None
    for first in range(0, commands, IN_GROUP):
        group = app_commands.Group(name=f"group{first}", description="Commands.")
        for command in slash[first : first + IN_GROUP]:
            group.add_command(command)
        tree.add_command(group)
    return group.name


async def slash(commands: int, sink: Sink) -> Work:
    """`CommandTree`."""
    bot, _guild = await _bot()

    async def cut(_adapter: AsyncWebhookAdapter, _route: object, **request: dict[str, dict[str, str]]) -> object:
        sink.put(request["payload"]["data"]["content"])
        return CALLED_BACK

    AsyncWebhookAdapter.request = cut
    payload = _interaction(_register(bot.tree, commands))

    async def one() -> None:
        await bot.tree._call(discord.Interaction(data=payload, state=bot._connection))  # noqa: SLF001

    return one


if __name__ == "__main__":
    main("discord.py", {"ext.commands": text, "CommandTree": slash})
