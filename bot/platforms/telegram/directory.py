"""Whom an `@name` means: the people seen since the start, in memory only and bounded."""

from collections import OrderedDict
from functools import lru_cache
from typing import TypeVar

from bot.platforms.names import shown
from bot.platforms.telegram import wire
from bot.users import Channel, Place, User

PLATFORM = "telegram"
_Value = TypeVar("_Value")


@lru_cache(maxsize=4096)
def user(account: wire.User) -> User:
    """Somebody as Telegram shows them; the same for an account that has not changed."""
    handle = account.username or ""
    return User(PLATFORM, str(account.id), shown(account.full_name, handle, str(account.id)), handle)


class Directory:
    """`handle` to `User`. The Bot API cannot look up a name, so it knows only whom it has seen.

    What is seen again as it was is not learnt again, until an eighth of `keep` others have been seen or something has changed.
    """

    def __init__(self, keep: int = 10_000) -> None:
        self._people: OrderedDict[str, User] = OrderedDict()
        self._ids: OrderedDict[str, User] = OrderedDict()
        self._titles: OrderedDict[str, str] = OrderedDict()
        self._fresh: set[wire.User | wire.Chat] = set()
        self._keep = keep

    def learn(self, account: wire.User) -> User:
        """Remember the newest bearer of this name. Bots are nobody to bless."""
        one = user(account)
        if not account.is_bot:
            self._put(self._ids, one.id, one)
            if one.handle:
                self._put(self._people, one.handle.casefold(), one)
        self._seen(account)
        return one

    def learn_from(self, update: wire.Update) -> None:
        """Everybody that an update shows, and what its chat is called."""
        message = update.message
        people, chat = (_within(message), message.chat) if message else _shown(update)
        for account in people:
            if account not in self._fresh:
                self.learn(account)
        if chat and chat not in self._fresh:
            if chat.title:
                self._put(self._titles, str(chat.id), chat.title)
            self._seen(chat)

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

    def _seen(self, one: wire.User | wire.Chat) -> None:
        if len(self._fresh) >= self._keep // 8:
            self._fresh.clear()
        self._fresh.add(one)

    def _put(self, where: "OrderedDict[str, _Value]", key: str, value: _Value) -> None:
        if where.get(key, value) != value:  # whoever was known here may come back
            self._fresh.clear()
        where[key] = value
        where.move_to_end(key)
        if len(where) > self._keep:
            where.popitem(last=False)


def _shown(update: wire.Update) -> tuple[list[wire.User], wire.Chat | None]:
    """Whom an update that is no message shows, whoever did what it tells first, and in which chat."""
    if query := update.callback_query:
        return [query.sender], query.message.chat if query.message else None
    if step := update.chat_member:
        return [step.sender], step.chat
    if reaction := update.message_reaction:
        return [reaction.user] if reaction.user else [], reaction.chat
    return [update.inline_query.sender] if update.inline_query else [], None


def _within(message: wire.Message) -> list[wire.User]:
    found, replied = [message.sender] if message.sender else [], message.reply_to_message
    if replied and replied.sender:
        found.append(replied.sender)
    found += message.new_chat_members
    for entity in message.entities or message.caption_entities:
        if entity.user:
            found.append(entity.user)
    return found
