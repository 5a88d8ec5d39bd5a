"""Who is called what on Twitch, remembered for a while."""

import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Literal

from bot.platforms.twitch.limits import Clock
from bot.users import User

_LOGIN = re.compile(r"[@#]?([A-Za-z0-9_]{1,25})", re.ASCII)
_ID = re.compile(r"<[@#]([0-9]{1,20})>", re.ASCII)
_FOUND, _MISSING, _KEPT = 600.0, 30.0, 2_000  # seconds, seconds, users
Fetch = Callable[[Literal["ids", "logins"], str], Awaitable[User | None]]


class Directory:
    """Users by login and id. A login may change hands, so nobody is remembered for long."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], tuple[float, User | None]] = OrderedDict()

    async def find(self, ref: str, fetch: Fetch) -> User | None:
        """Whom `@bob`, `bob`, `#bob` or `<@42>` means. Raises what `fetch` raises."""
        asked = _meant(ref)
        if asked is None:
            return None
        until, user = self._known.get(asked, (0.0, None))
        if until > self._clock():
            return user
        user = await fetch(*asked)
        self._keep(asked, user)
        return user

    def _keep(self, asked: tuple[str, str], user: User | None) -> None:
        self._known.pop(asked, None)
        self._known[asked] = self._clock() + (_FOUND if user else _MISSING), user
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)


def _meant(ref: str) -> tuple[Literal["ids", "logins"], str] | None:
    if by_id := _ID.fullmatch(ref):
        return "ids", by_id[1]
    named = _LOGIN.fullmatch(ref)
    return ("logins", named[1].lower()) if named else None
