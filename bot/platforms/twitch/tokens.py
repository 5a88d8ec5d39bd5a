"""The tokens of the bot and of broadcasters: those of the settings, and the newer ones that refreshing gave."""

import asyncio
import hashlib
import logging
from collections.abc import Mapping

import msgspec
from msgspec import Struct

from bot.adapter import Ingress

logger = logging.getLogger(__name__)
_KEY = "twitch.tokens"
_AGAIN = 2.0  # seconds
_UNKNOWN = "unknown"  # where only a refresh token is given; Twitch refuses it, and it is refreshed


class Pair(Struct, frozen=True):
    """An access token and the token that refreshes it."""

    access: str
    refresh: str

    def __repr__(self) -> str:
        return "Pair(…)"


class _Kept(Struct, frozen=True):
    """`origin` tells which token of the settings these descend from: a new sign-in is not overruled by what was kept."""

    access: str
    refresh: str
    origin: str = ""


def refreshable(refresh: str) -> Pair:
    """A pair of which only the refresh token is known."""
    return Pair(_UNKNOWN, refresh)


class Purse:
    """Pairs by login; the bot's own are under "". Refreshing voids what was before, so new ones are kept over restarts."""

    def __init__(self, given: Mapping[str, Pair]) -> None:
        self._given = dict(given)
        self._newer: dict[str, list[Pair]] = {}
        self._unkept: dict[str, Pair] = {}

    @property
    def broadcasters(self) -> list[str]:
        """The logins besides the bot's own."""
        return [login for login in self._given if login]

    def pairs(self, login: str = "") -> list[Pair]:
        """What to try, in this order."""
        return self._newer.get(login) or [self._given[login]]

    async def recall(self, ingress: Ingress) -> None:
        """Read what was kept. What descends from the settings' own token comes before it, anything else after it."""
        for login, given in self._given.items():
            if text := await ingress.recall(_key(login)):
                kept = msgspec.json.decode(text, type=_Kept)
                pair = Pair(kept.access, kept.refresh)
                self._newer[login] = [pair, given] if kept.origin in ("", _origin(given)) else [given, pair]

    def refreshed(self, login: str, pair: Pair) -> None:
        """Use these from now on; `keep` is to be called."""
        if given := self._given.get(login):
            self._newer[login] = [pair, given]
            self._unkept[login] = pair

    async def keep(self, ingress: Ingress) -> None:
        """Keep what is new over restarts. While the store takes nothing, it is tried again and again."""
        told = False
        while self._unkept:
            login, pair = next(iter(self._unkept.items()))
            try:
                await ingress.keep(_key(login), self._written(login, pair))
            except Exception as error:  # what it says may hold the tokens
                if not told:
                    logger.warning("Twitch: new tokens are not kept yet (%s): still trying", type(error).__name__)
                told = True
                await asyncio.sleep(_AGAIN)
                continue
            if self._unkept[login] is pair:  # else there are newer ones by now
                del self._unkept[login]

    def _written(self, login: str, pair: Pair) -> str:
        kept = _Kept(pair.access, pair.refresh, _origin(self._given[login]))
        return msgspec.json.encode(kept).decode()


def _key(login: str) -> str:
    return f"{_KEY}:{login}" if login else _KEY


def _origin(pair: Pair) -> str:
    return hashlib.sha256(pair.refresh.encode()).hexdigest()[:16]
