"""python-telegram-bot: python -m benchmarks.peers.telegram process_update N

In it: an update that is parsed already, `Application.process_update`, `CommandHandler`s, the handler, `reply_text` as far as the
request, and the parsing of Telegram's answer. There are no typed arguments: the handler takes `context.args`. Not in it: JSON and
objects of the update, the update queue, HTTP.
"""

from datetime import UTC, datetime

from telegram import Chat, Message, MessageEntity, Update, User
from telegram.ext import Application, CommandHandler, ContextTypes
from telegram.request import BaseRequest, RequestData

from benchmarks.peers.kit import TEXT, Sink, Work, main, names, reply

ME = b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"bot","username":"bot"}}'
SENT = b'{"ok":true,"result":{"message_id":2,"date":1760000000,"chat":{"id":1,"type":"private"},"text":"sent"}}'


class Cut(BaseRequest):
    """Posts into the sink."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, **_timeouts: object
    ) -> tuple[int, bytes]:
        del method
        if url.endswith("getMe") or request_data is None:
            return 200, ME
        self.sink.put(request_data.parameters["text"])
        return 200, SENT


async def bless(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer."""
    user, amount, *note = context.args or []
    await update.message.reply_text(reply(user, int(amount), " ".join(note)))


async def process_update(commands: int, sink: Sink) -> Work:
    """The application's own entry."""
    application = Application.builder().token("1:token").request(Cut(sink)).get_updates_request(Cut(sink)).build()
    for name in names(commands):
        application.add_handler(CommandHandler(name, bless))
    await application.initialize()
    entity = MessageEntity(MessageEntity.BOT_COMMAND, 0, len("/bless"))
    author, chat = User(1, "mallory", is_bot=False), Chat(1, "private")
    message = Message(1, datetime.now(UTC), chat, from_user=author, text=TEXT, entities=[entity])
    message.set_bot(application.bot)
    update = Update(1, message=message)
    return lambda: application.process_update(update)


if __name__ == "__main__":
    main("python-telegram-bot", {"process_update": process_update})
