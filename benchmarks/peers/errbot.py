"""Errbot: python -m benchmarks.peers.errbot "botcmd"|"arg_botcmd"|"botcmd, BOT_ASYNC" N

In it: a message that is parsed already, `ErrBot.callback_message`, the command (`botcmd` splits its arguments, `arg_botcmd` has
typed ones), the reply as far as the backend. BOT_ASYNC, a pool of threads, is its default; without it commands run one after
the other, which is faster here. Not in it: a platform's backend, the plugins of the house and their storage.
"""

import threading
from types import SimpleNamespace

from errbot import BotPlugin, arg_botcmd, botcmd
from errbot.backends.base import ONLINE, Message, Person
from errbot.core import ErrBot

from benchmarks.peers.kit import TEXT, Sink, Work, by_hand, main, names, reply

SETTINGS = {
    "BOT_ADMINS_NOTIFICATIONS": (),
    "BOT_ALT_PREFIXES": (),
    "BOT_ALT_PREFIX_CASEINSENSITIVE": False,
    "BOT_ALT_PREFIX_SEPARATORS": (),
    "BOT_ASYNC_POOLSIZE": 10,
    "BOT_PREFIX": "/",
    "BOT_PREFIX_OPTIONAL_ON_CHAT": False,
    "DIVERT_TO_PRIVATE": (),
    "DIVERT_TO_THREAD": (),
    "GROUPCHAT_NICK_PREFIXED": False,
    "MESSAGE_SIZE_LIMIT": None,
    "SUPPRESS_CMD_NOT_FOUND": False,
}


class Somebody(Person):
    """A person who is a name."""

    def __init__(self, name: str) -> None:
        self._name = name

    person = nick = fullname = aclattr = property(lambda self: self._name)
    client = property(lambda _: "")


class Plugins:
    """The plugin manager's part in a command: which plugins hear of it."""

    def __init__(self) -> None:
        self.active: list[BotPlugin] = []

    def get_all_active_plugins(self) -> list[BotPlugin]:
        return self.active


class Cut(ErrBot):
    """Sends into the sink."""

    bot_identifier = Somebody("bot")
    mode = "cut"

    def __init__(self, sink: Sink, *, threads: bool) -> None:
        super().__init__(SimpleNamespace(**SETTINGS, BOT_ASYNC=threads))
        self.sink = sink
        self.sent = threading.Event()
        self.attach_plugin_manager(Plugins())
        self.attach_repo_manager(SimpleNamespace(plugin_dir=""))

    def send_message(self, msg: Message) -> None:
        super().send_message(msg)
        self.sink.put(msg.body)
        self.sent.set()

    def build_reply(self, msg: Message, text: str = "", private: bool = False, threaded: bool = False) -> Message:  # noqa: ARG002
        built = self.build_message(text)
        built.frm, built.to = msg.to, msg.frm
        return built

    def build_identifier(self, text_representation: str) -> Somebody:
        return Somebody(text_representation)

    def connect(self) -> None: ...

    def serve_forever(self) -> None: ...

    def change_presence(self, status: str = ONLINE, message: str = "") -> None: ...

    def prefix_groupchat_reply(self, message: Message, identifier: Person) -> None: ...

    def query_room(self, room: str) -> None: ...

    def rooms(self) -> list[object]:
        return []


def _plain(name: str) -> object:
    @botcmd(name=name)
    def bless(_plugin: BotPlugin, _message: Message, rest: str) -> str:
        return by_hand(rest)

    return bless


def _typed(name: str) -> object:
    @arg_botcmd("note", type=str, nargs="+", name=name)
    @arg_botcmd("amount", type=int)
    @arg_botcmd("to", type=str)
    def bless(_plugin: BotPlugin, _message: Message, to: str, amount: int, note: list[str]) -> str:
        return reply(to, amount, " ".join(note))

    return bless


def _bot(sink: Sink, commands: dict[str, object], *, threads: bool) -> Cut:
    bot = Cut(sink, threads=threads)
    plugin = type("Commands", (BotPlugin,), commands)(bot, "Commands")
    bot.plugin_manager.active.append(plugin)
    bot.inject_commands_from(plugin)
    return bot


def _message(bot: Cut) -> Message:
    return Message(TEXT, frm=Somebody("mallory"), to=bot.bot_identifier)


def _synchronous(sink: Sink, commands: dict[str, object]) -> Work:
    bot = _bot(sink, commands, threads=False)

    async def one() -> None:
        bot.callback_message(_message(bot))

    return one


async def plain(commands: int, sink: Sink) -> Work:
    """`botcmd` in the caller's thread."""
    return _synchronous(sink, {name: _plain(name) for name in names(commands)})


async def typed(commands: int, sink: Sink) -> Work:
    """`arg_botcmd` in the caller's thread."""
    return _synchronous(sink, {name: _typed(name) for name in names(commands)})


async def threads(commands: int, sink: Sink) -> Work:
    """`botcmd` in the pool; the next message comes when the reply is there."""
    bot = _bot(sink, {name: _plain(name) for name in names(commands)}, threads=True)

    async def one() -> None:
        bot.sent.clear()
        bot.callback_message(_message(bot))
        bot.sent.wait()

    return one


if __name__ == "__main__":
    main("errbot", {"botcmd": plain, "arg_botcmd": typed, "botcmd, BOT_ASYNC": threads})
