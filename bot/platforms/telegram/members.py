"""Who somebody is in a group, asked of Telegram and remembered for a minute.

Source: core.telegram.org/bots/api#chatmember.
"""

import contextlib
import time
from collections import OrderedDict
from collections.abc import Callable

from telegram.error import TelegramError

from bot.platforms.telegram import wire
from bot.platforms.telegram.client import Client
from bot.platforms.telegram.directory import Directory
from bot.users import Place, Standing, User

_FRESH = 60.0  # seconds
_KEPT = 10_000
_ROOMS = 1_000  # whose administrators have been asked for
_RULING = ("creator", "administrator")


class Members:
    """The members of groups, as far as somebody asked."""

    def __init__(self, client: Client, people: Directory, clock: Callable[[], float] = time.monotonic) -> None:
        self._client, self._people, self._clock = client, people, clock
        self._standings: OrderedDict[tuple[str, str], tuple[float, Standing]] = OrderedDict()
        self._asked: set[str] = set()

    async def standing(self, user: User, place: Place) -> Standing:
        """What Telegram says; a plain member in private, and where it does not say."""
        if place.direct:
            return Standing()
        key = (place.channel, user.id)
        until, known = self._standings.get(key, (0.0, Standing()))
        if until > self._clock():
            return known
        member = await self._member(place.channel, user.id)
        if member is None:
            return Standing()
        self._standings[key] = (self._clock() + _FRESH, standing_of(member))
        self._standings.move_to_end(key)
        if len(self._standings) > _KEPT:
            self._standings.popitem(last=False)
        return self._standings[key][1]

    def forget(self, channel: str, user: str) -> None:
        """Something about them changed."""
        self._standings.pop((channel, user), None)

    async def find(self, ref: str, place: Place) -> User | None:
        """`@bob` among those seen since the start and the group's administrators; `<@42>` among the group's members."""
        if ref.startswith("<@") and ref.endswith(">"):
            return await self._by_id(ref[2:-1], place)
        found = self._people.find(ref)
        if found is None and not place.direct and place.channel not in self._asked:
            await self._learn_administrators(place.channel)
            found = self._people.find(ref)
        return found

    async def _by_id(self, number: str, place: Place) -> User | None:
        if not (number.isascii() and number.isdigit() and len(number) <= 20):
            return None
        if known := self._people.bearer(number):
            return known
        member = None if place.direct else await self._member(place.channel, number)
        if member is None or member.status in ("left", "kicked"):
            return None
        return self._people.learn(member.user)

    async def _member(self, channel: str, number: str) -> wire.ChatMember | None:
        with contextlib.suppress(TelegramError):
            whom = {"chat_id": int(channel), "user_id": int(number)}
            return await self._client.ask("getChatMember", whom, wire.member)
        return None

    async def _learn_administrators(self, channel: str) -> None:
        """Asked once per group and start: names that nobody bears must not cost a request each."""
        with contextlib.suppress(TelegramError):
            for member in await self._client.ask("getChatAdministrators", {"chat_id": int(channel)}, wire.members):
                self._people.learn(member.user)
            if len(self._asked) >= _ROOMS:
                self._asked.clear()
            self._asked.add(channel)


def standing_of(member: wire.ChatMember) -> Standing:
    """Creator and administrators rule; the title that an administrator bears is a role."""
    status = member.status
    if status not in _RULING:
        return Standing()
    title = (member.custom_title or "").casefold()
    roles = ["administrator", *(["creator"] if status == "creator" else []), *([title] if title else [])]
    return Standing("owner" if status == "creator" else "moderator", roles)
