"""aiogram 3: python -m benchmarks.peers.aiogram feed_update N

In it: an update that is parsed already, its dispatcher without FSM (a bot need not have it), `Command` filters, the handler,
`message.answer` as far as the form that is posted, and the parsing of Telegram's answer. There are no typed arguments: the
handler splits them. Not in it: JSON and models of the update, HTTP.
"""

from datetime import UTC, datetime

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.filters import Command, CommandObject
from aiogram.methods import TelegramMethod
from aiogram.types import Chat, Message, Update, User

from benchmarks.peers.kit import TEXT, Sink, Work, by_hand, main, names

SENT = '{"ok":true,"result":{"message_id":2,"date":1760000000,"chat":{"id":1,"type":"private"},"text":"sent"}}'


class Cut(AiohttpSession):
    """Posts into the sink."""

    def __init__(self, sink: Sink) -> None:
        super().__init__()
        self.sink = sink

    async def make_request(self, bot: Bot, method: TelegramMethod, timeout: int | None = None) -> object:  # noqa: ARG002, ASYNC109
        self.build_form_data(bot, method)
        self.sink.put(method.text)
        return self.check_response(bot, method, 200, SENT).result


async def bless(message: Message, command: CommandObject) -> None:
    """Answer."""
    await message.answer(by_hand(command.args or ""))


async def feed_update(commands: int, sink: Sink) -> Work:
    """The dispatcher's own entry."""
    bot = Bot("1:token", session=Cut(sink))
    dispatcher = Dispatcher(disable_fsm=True)
    for name in names(commands):
        dispatcher.message.register(bless, Command(name))
    chat, author = Chat(id=1, type="private"), User(id=1, is_bot=False, first_name="mallory")
    message = Message(message_id=1, date=datetime.now(UTC), chat=chat, from_user=author, text=TEXT)
    update = Update(update_id=1, message=message)
    return lambda: dispatcher.feed_update(bot, update)


if __name__ == "__main__":
    main("aiogram", {"feed_update": feed_update})
