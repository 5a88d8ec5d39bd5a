"""Who is called what on Twitch, remembered for a while."""

import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from bot.platforms.twitch.limits import Clock
from bot.users import User

_LOGIN = re.compile(r"@?([A-Za-z0-9_]{1,25})", re.ASCII)
_FOUND, _MISSING, _KEPT = 600.0, 30.0, 2_000  # seconds, seconds, logins
Fetch = Callable[[str], Awaitable[User | None]]


class Directory:
    """Users by login. A login may change hands, so nobody is remembered for long."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, User | None]] = OrderedDict()

    async def find(self, ref: str, fetch: Fetch) -> User | None:
        """Whom `@bob` or `bob` means. Raises what `fetch` raises."""
        named = _LOGIN.fullmatch(ref)
        if named is None:
            return None
        login = named[1].lower()
        until, user = self._known.get(login, (0.0, None))
        if until > self._clock():
            return user
        user = await fetch(login)
        self._keep(login, user)
        return user

    def _keep(self, login: str, user: User | None) -> None:
        self._known.pop(login, None)
        self._known[login] = self._clock() + (_FOUND if user else _MISSING), user
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
