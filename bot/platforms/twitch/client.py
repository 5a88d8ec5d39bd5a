"""One life of the connection to Twitch: log in, listen, and end when nothing is heard any more."""

import logging
import traceback
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from bot.platforms.twitch.incoming import user_of
from bot.platforms.twitch.library import (
    Client,
    HTTPException,
    InvalidTokenException,
    describe,
    eventsub,
)
from bot.platforms.twitch.socket import Socket
from bot.users import User

if TYPE_CHECKING:
    from twitchio import ChatMessage, Whisper
    from twitchio.eventsub import SubscriptionPayload
    from twitchio.eventsub.websockets import WebsocketClosed
    from twitchio.models.eventsub_ import SubscriptionRevoked
    from twitchio.payloads import EventErrorPayload, TokenRefreshedPayload

logger = logging.getLogger(__name__)
_AT_ONCE = 100  # users in one request


class Pair(Struct, frozen=True):
    """An access token and the token that refreshes it."""

    access: str
    refresh: str

    def __repr__(self) -> str:
        return "Pair(…)"


class Account(Struct, frozen=True):
    """Whom to log in as, and the rooms to sit in, by login."""

    client_id: str
    client_secret: str
    bot_id: str
    rooms: list[str]

    def __repr__(self) -> str:
        return f"Account({self.bot_id})"


class Ear(Protocol):
    """Who is told what happens."""

    async def message(self, message: "ChatMessage") -> None:
        """A chat message, the bot's own ones too."""

    async def whisper(self, whisper: "Whisper") -> None:
        """A whisper to the bot."""

    def unreadable(self, kind: str, error: Exception, event: str) -> None:
        """An event of this type is left out; `event` is the id of its message."""

    async def refreshed(self, pair: Pair) -> None:
        """The bot's tokens are new; the old ones are void."""

    def online(self, client: "Listener") -> None:
        """Logged in: answers can be sent. Events may come from now on."""

    def ready(self) -> None:
        """Listening to everything there is to hear."""

    def gone(self) -> None:
        """Nothing more is heard, and nothing more can be sent."""


class Listener(Client):
    """A twitchio client that does not reconnect: when its last socket is gone, `start` returns.

    A dropped socket may hide a void token or a subscription that is not given again; beginning anew finds out.
    """

    def __init__(self, account: Account, pairs: Sequence[Pair], ear: Ear) -> None:
        super().__init__(client_id=account.client_id, client_secret=account.client_secret, bot_id=account.bot_id)
        self._account, self._pairs, self._ear = account, pairs, ear

    @property
    def me(self) -> User:
        """The bot itself."""
        if self.user is None:
            raise RuntimeError("not logged in")
        return user_of(self.user)

    @property
    def authorised(self) -> bool:
        """False when the bot's tokens were void and are gone; twitchio would silently use another one."""
        return self._account.bot_id in self.tokens

    async def close(self, **options: bool) -> None:
        """Let go of every connection. Requests on a closed client open a new one: nobody makes any, and it is closed too."""
        self._ear.gone()
        await super().close(**options)
        await self.http.close()

    # -- twitchio calls these

    async def setup_hook(self) -> None:
        """Log in, open the socket, listen. Raises `HTTPException` and what aiohttp raises."""
        await self._authorise()
        bot = self._account.bot_id
        socket = Socket(self, bot, self._ear.unreadable)
        await socket.connect(fail_once=True)
        self._socket = str(socket.session_id)
        self._websockets[bot] = {self._socket: socket}
        self._ear.online(self)
        await self._listen("whispers", eventsub.WhisperReceivedSubscription(user_id=bot))
        for id_, login in (await self._rooms()).items():
            wanted = eventsub.ChatMessageSubscription(broadcaster_user_id=id_, user_id=bot)
            await self._listen(f"the chat of {login}", wanted)

    async def event_ready(self) -> None:
        self._ear.ready()

    async def event_message(self, payload: "ChatMessage") -> None:
        await self._ear.message(payload)

    async def event_message_whisper(self, payload: "Whisper") -> None:
        await self._ear.whisper(payload)

    async def event_token_refreshed(self, payload: "TokenRefreshedPayload") -> None:
        if payload.user_id == self._account.bot_id:
            await self._ear.refreshed(Pair(payload.token, payload.refresh_token))

    async def event_subscription_revoked(self, payload: "SubscriptionRevoked") -> None:
        logger.warning("Twitch has ended %s: %s", payload.type, payload.status.value)

    async def event_websocket_closed(self, payload: "WebsocketClosed") -> None:
        del payload
        if not self.websocket_subscriptions():
            await self.close()

    async def event_error(self, payload: "EventErrorPayload") -> None:
        """A handler of ours failed. What errors say may hold secrets or words of people: only their type and frames."""
        frames = "".join(traceback.format_tb(payload.error.__traceback__))
        logger.error("Twitch: an event was lost: %s\n%s", type(payload.error).__name__, frames)

    # -- steps of logging in

    async def _authorise(self) -> None:
        """Use the first tokens that Twitch takes. Raises `InvalidTokenException` when there are none."""
        refused: Exception | None = None
        for pair in self._pairs:
            try:
                found = await self.add_token(pair.access, pair.refresh)
            except InvalidTokenException as error:
                refused = error
                continue
            if found.user_id == self._account.bot_id:
                return
            refused = RuntimeError(f"the access token belongs to {found.login}, not to twitch.bot_id")
        raise refused or RuntimeError("no tokens")

    async def _rooms(self) -> dict[str, str]:
        """The rooms by id. A login that nobody has is told of."""
        logins = [login.lower() for login in self._account.rooms]
        found: dict[str, str] = {}
        for start in range(0, len(logins), _AT_ONCE):
            users = await self.fetch_users(logins=logins[start : start + _AT_ONCE])
            found |= {user.id: str(user.name) for user in users}
        for login in set(logins) - set(found.values()):
            logger.warning("Twitch has no channel %s", login)
        return found

    # The socket is named: without it twitchio opens one of its own when ours is gone, which would outlive us.
    async def _listen(self, what: str, wanted: "SubscriptionPayload") -> None:
        try:
            await self.subscribe_websocket(wanted, as_bot=True, socket_id=self._socket)
        except HTTPException as error:
            if error.status not in (400, 403, 429):
                raise
            logger.warning("Twitch does not let the bot hear %s: %s", what, describe(error))
