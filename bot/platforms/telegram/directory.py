"""Whom an `@name` means: the people seen since the start, in memory only and bounded."""

from collections import OrderedDict
from collections.abc import Iterator

from telegram import Update
from telegram import User as Account

from bot.platforms.names import shown
from bot.users import User

PLATFORM = "telegram"


def user(account: Account) -> User:
    """Somebody as Telegram shows them."""
    handle = account.username or ""
    return User(PLATFORM, str(account.id), shown(account.full_name, handle, str(account.id)), handle)


class Directory:
    """`handle` to `User`. The Bot API cannot look up a name, so it knows only whom it has seen."""

    def __init__(self, keep: int = 10_000) -> None:
        self._people: OrderedDict[str, User] = OrderedDict()
        self._keep = keep

    def learn(self, account: Account) -> None:
        """Remember the newest bearer of this name. Bots are nobody to bless."""
        if account.is_bot or not account.username:
            return
        handle = account.username.casefold()
        self._people[handle] = user(account)
        self._people.move_to_end(handle)
        if len(self._people) > self._keep:
            self._people.popitem(last=False)

    def learn_from(self, update: Update) -> None:
        """Everybody that an update shows."""
        for account in _accounts(update):
            self.learn(account)

    def find(self, handle: str) -> User | None:
        """Who bears this name, however it is written."""
        return self._people.get(handle.removeprefix("@").casefold())


def _accounts(update: Update) -> Iterator[Account]:
    if update.effective_user:
        yield update.effective_user
    message = update.message
    if message is None:
        return
    if message.reply_to_message and message.reply_to_message.from_user:
        yield message.reply_to_message.from_user
    yield from message.new_chat_members
    yield from (entity.user for entity in message.entities if entity.user)
