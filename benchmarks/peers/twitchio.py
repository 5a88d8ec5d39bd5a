"""twitchio: python -m benchmarks.peers.twitchio process_commands N

In it: a chat message that is parsed already, `Bot.process_commands`, typed arguments, the handler, `ctx.send` as far as the
request, and the parsing of Twitch's answer. The user is a `str`: twitchio's own converter for people asks Twitch. Not in it: JSON
and models of the message, the task of an event, HTTP.
"""

from twitchio import ChatMessage
from twitchio.ext import commands as ext
from twitchio.http import HTTPClient, Route

from benchmarks.peers.kit import TEXT, Sink, Work, main, names, reply

EVENT = {
    "broadcaster_user_id": "1",
    "broadcaster_user_login": "house",
    "broadcaster_user_name": "house",
    "source_broadcaster_user_id": None,
    "source_broadcaster_user_login": None,
    "source_broadcaster_user_name": None,
    "chatter_user_id": "2",
    "chatter_user_login": "mallory",
    "chatter_user_name": "mallory",
    "message_id": "m",
    "source_message_id": None,
    "message": {
        "text": TEXT,
        "fragments": [{"type": "text", "text": TEXT, "cheermote": None, "emote": None, "mention": None}],
    },
    "color": "#8A2BE2",
    "badges": [],
    "source_badges": None,
    "message_type": "text",
    "cheer": None,
    "reply": None,
    "channel_points_custom_reward_id": None,
    "channel_points_animation_id": None,
}
SENT = {"data": [{"message_id": "2", "is_sent": True}]}


async def bless(ctx: ext.Context, to: str, amount: int, *, note: str) -> None:
    """Answer."""
    await ctx.send(reply(to, amount, note))


async def process_commands(commands: int, sink: Sink) -> Work:
    """The bot's own entry."""

    async def cut(_client: HTTPClient, route: Route) -> object:
        sink.put(route.json["message"])
        return SENT

    HTTPClient.request = cut
    bot = ext.Bot(client_id="c", client_secret="s", bot_id="3", prefix="/")  # noqa: S106
    for name in names(commands):
        bot.add_command(ext.Command(bless, name=name))
    message = ChatMessage(EVENT, http=bot._http)  # noqa: SLF001
    return lambda: bot.process_commands(message)


if __name__ == "__main__":
    main("twitchio", {"process_commands": process_commands})
