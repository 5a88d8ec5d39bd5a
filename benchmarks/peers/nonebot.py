"""NoneBot2 with its Telegram adapter: python -m benchmarks.peers.nonebot on_command|alconna N

In it: an event that is parsed already, `Bot.handle_event`, the matchers (`on_command` splits its arguments, Alconna has typed
ones), `send` as far as the request, and the parsing of Telegram's answer. Alconna's cap of 200 commands is lifted. Not in it: JSON
and models of the event, HTTP.
"""

import nonebot
from nonebot.log import logger

logger.remove()
nonebot.init(driver="~none", _env_file=None, command_start={"/"})

from arclet.alconna import Alconna, Args, MultiVar, config  # noqa: E402
from nonebot import on_command  # noqa: E402
from nonebot.adapters import Message  # noqa: E402
from nonebot.adapters.telegram import Adapter, Bot, Event  # noqa: E402
from nonebot.adapters.telegram.config import BotConfig  # noqa: E402
from nonebot.drivers import Request, Response  # noqa: E402
from nonebot.matcher import Matcher  # noqa: E402
from nonebot.params import CommandArg  # noqa: E402

from benchmarks.peers.kit import TEXT, Sink, Work, by_hand, main, names, reply  # noqa: E402

UPDATE = {
    "update_id": 1,
    "message": {
        "message_id": 1,
        "date": 1760000000,
        "text": TEXT,
        "chat": {"id": 1, "type": "private", "first_name": "mallory"},
        "from": {"id": 1, "is_bot": False, "first_name": "mallory"},
        "entities": [{"type": "bot_command", "offset": 0, "length": len("/bless")}],
    },
}
SENT = b'{"ok":true,"result":{"message_id":2,"date":1760000000,"chat":{"id":1,"type":"private"},"text":"sent"}}'


class Cut(Adapter):
    """Posts into the sink."""

    sink: Sink

    def setup(self) -> None:
        """No webhook, no polling."""

    async def request(self, setup: Request) -> Response:
        self.sink.put(setup.json["text"])
        return Response(200, content=SENT)


def _plain(name: str) -> None:
    matcher = on_command(name)

    @matcher.handle()
    async def bless(matcher: Matcher, rest: Message = CommandArg()) -> None:  # noqa: B008
        await matcher.send(by_hand(rest.extract_plain_text()))


def _typed(name: str) -> None:
    from nonebot_plugin_alconna import Match, on_alconna  # noqa: PLC0415

    matcher = on_alconna(Alconna(f"/{name}", Args["to", str]["amount", int]["note", MultiVar(str)]))

    @matcher.handle()
    async def bless(matcher: Matcher, to: Match[str], amount: Match[int], note: Match[tuple[str, ...]]) -> None:
        await matcher.send(reply(to.result, amount.result, " ".join(note.result)))


def _work(sink: Sink) -> Work:
    driver = nonebot.get_driver()
    driver.register_adapter(Cut)
    adapter = driver._adapters[Cut.get_name()]  # noqa: SLF001
    adapter.sink = sink
    bot = Bot(adapter, "3", config=BotConfig(token="3:token"))  # noqa: S106
    event = Event.parse_event(UPDATE)
    return lambda: bot.handle_event(event)


async def plain(commands: int, sink: Sink) -> Work:
    """`on_command`."""
    work = _work(sink)
    for name in names(commands):
        _plain(name)
    return work


async def alconna(commands: int, sink: Sink) -> Work:
    """`on_alconna`."""
    config.command_max_count = commands + 100
    work = _work(sink)
    nonebot.require("nonebot_plugin_alconna")  # looks which adapters there are
    for name in names(commands):
        _typed(name)
    return work


if __name__ == "__main__":
    main("nonebot2", {"on_command": plain, "alconna": alconna})
