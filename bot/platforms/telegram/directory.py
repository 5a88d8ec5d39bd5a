"""Whom an `@name` means: the people seen since the start, in memory only and bounded."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import TypeVar

from telegram import Message, Update
from telegram import User as Account

from bot.platforms.names import shown
from bot.users import Channel, Place, User

PLATFORM = "telegram"
_Value = TypeVar("_Value")


def user(account: Account) -> User:
    """Somebody as Telegram shows them."""
    handle = account.username or ""
    return User(PLATFORM, str(account.id), shown(account.full_name, handle, str(account.id)), handle)


class Directory:
    """`handle` to `User`. The Bot API cannot look up a name, so it knows only whom it has seen."""

    def __init__(self, keep: int = 10_000) -> None:
        self._people: OrderedDict[str, User] = OrderedDict()
        self._ids: OrderedDict[str, User] = OrderedDict()
        self._titles: OrderedDict[str, str] = OrderedDict()
        self._keep = keep

    def learn(self, account: Account) -> User:
        """Remember the newest bearer of this name. Bots are nobody to bless."""
        one = user(account)
        if not account.is_bot:
            self._put(self._ids, one.id, one)
            if one.handle:
                self._put(self._people, one.handle.casefold(), one)
        return one

    def learn_from(self, update: Update) -> None:
        """Everybody that an update shows, and what its chat is called."""
        for account in _accounts(update):
            self.learn(account)
        chat = update.effective_chat
        if chat and chat.title:
            self._put(self._titles, str(chat.id), chat.title)

    def find(self, handle: str) -> User | None:
        """Who bears this name, however it is written."""
        return self._people.get(handle.removeprefix("@").casefold())

    def bearer(self, number: str) -> User | None:
        """Who has this id."""
        return self._ids.get(number)

    def room(self, ref: str, place: Place) -> Channel | None:
        """The chat itself, by its name or as `<#id>`: others cannot be looked up."""
        title = self._titles.get(place.channel)
        if title is None or (ref.removeprefix("#").casefold() != title.casefold() and ref != f"<#{place.channel}>"):
            return None
        return Channel(PLATFORM, place.channel, shown(title))

    def _put(self, where: "OrderedDict[str, _Value]", key: str, value: _Value) -> None:
        where[key] = value
        where.move_to_end(key)
        if len(where) > self._keep:
            where.popitem(last=False)


def _accounts(update: Update) -> Iterator[Account]:
    if update.effective_user:
        yield update.effective_user
    message = update.message
    if message is not None:
        yield from _within(message)


def _within(message: Message) -> Iterator[Account]:
    if message.reply_to_message and message.reply_to_message.from_user:
        yield message.reply_to_message.from_user
    yield from message.new_chat_members
    yield from (entity.user for entity in (*message.entities, *message.caption_entities) if entity.user)
