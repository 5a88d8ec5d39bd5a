"""One life of the connection to Twitch: log in, listen, and end when nothing is heard any more."""

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

from msgspec import Raw

from bot.events import Event
from bot.platforms.twitch.account import Account
from bot.platforms.twitch.feeds import FEEDS, Feed
from bot.platforms.twitch.incoming import user_of
from bot.platforms.twitch.library import (
    Client,
    HTTPException,
    InvalidTokenException,
    Route,
    describe,
    eventsub,
)
from bot.platforms.twitch.limits import LONGEST
from bot.platforms.twitch.sending import Session
from bot.platforms.twitch.socket import Socket
from bot.platforms.twitch.tokens import Pair
from bot.platforms.twitch.wire import Metadata
from bot.users import User

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from twitchio.authentication import ValidateTokenPayload
    from twitchio.eventsub import SubscriptionPayload
    from twitchio.eventsub.websockets import WebsocketClosed
    from twitchio.models.eventsub_ import SubscriptionRevoked
    from twitchio.payloads import EventErrorPayload, TokenRefreshedPayload

logger = logging.getLogger(__name__)
_AT_ONCE = 100  # users in one request
_HERS = "it takes a token of {login} (twitch.tokens) with the scope {scope}"
_LACKS = "the token of {login} lacks the scope {scope}"


class Ear(Protocol):
    """Who is told what happens."""

    async def told(self, about: Metadata, payload: Raw) -> None:
        """A notification of Twitch, the bot's own lines too. Never raises."""

    def failed(self, error: Exception) -> None:
        """A handler of ours failed."""


class Keeper(Protocol):
    """Who keeps the account: its tokens, and what it is connected to."""

    def refreshed(self, login: str, pair: Pair) -> None:
        """These tokens are new and the old ones void; `login` is "" for the bot's own."""

    def wanted(self) -> set[type[Event]]:
        """The types of events to listen to."""

    def online(self, client: "Listener") -> None:
        """Logged in: answers can be sent. Events may come from now on."""

    def ready(self) -> None:
        """Listening to everything there is to hear."""

    def gone(self) -> None:
        """Nothing more is heard, and nothing more can be sent."""


class Listener(Client):
    """A twitchio client that does not reconnect: when a socket is gone that heard something, `start` returns.

    A dropped socket may hide a void token or a subscription that is not given again; beginning anew finds out.
    It uses no app token: every request is made with a user's token, so a public application will do.
    `pairs` are the bot's tokens, the ones to try first in front; `others` those of broadcasters by login. `session` is
    closed with it.
    """

    def __init__(
        self,
        account: Account,
        pairs: Sequence[Pair],
        others: Mapping[str, Sequence[Pair]],
        keeper: Keeper,
        ear: Ear,
        session: Session,
    ) -> None:
        super().__init__(
            client_id=account.client_id,
            client_secret=account.client_secret,
            bot_id=account.bot_id,
            fetch_client_user=False,
            session=cast("ClientSession", session),
        )
        self._session = session
        self._account, self._pairs, self._others = account, pairs, others
        self._keeper, self._ear = keeper, ear
        self._scopes: dict[str, frozenset[str]] = {}  # by user id
        self._logins: dict[str, str] = {}  # of whom there are tokens, by user id
        self._rooms: dict[str, str] = {}  # logins by id
        self._opened: set[str] = set()  # user ids that have, or had, a socket
        self._hears: set[tuple[str, str]] = set()  # kind and room
        self._ended = False

    async def live(self) -> None:
        """Log in and listen until nothing is heard any more. Raises `HTTPException` and what aiohttp raises.

        twitchio asks for a token in place of an app token. It must not be missing, and it is never used alone.
        """
        await self.start(token=self._pairs[0].access, with_adapter=False, load_tokens=False, save_tokens=False)

    @property
    def authorised(self) -> bool:
        """False when the bot's tokens were void and are gone; twitchio would silently use another one."""
        return self._account.bot_id in self.http._tokens  # noqa: SLF001  (`tokens` is a copy, made for each request)

    def allows(self, user: str, scope: str) -> bool:
        """Is there a token of this user (id) with this scope?"""
        return user in self.tokens and scope in self._scopes.get(user, ())

    def sits_in(self, room: str) -> bool:
        """Is the chat of this room (id) heard?"""
        return ("channel.chat.message", room) in self._hears

    def told(self, event: type[Event], room: str) -> bool:
        """Are events of this type heard of in this room (id)?"""
        return any((feed.kind, room) in self._hears for feed in FEEDS if feed.event is event)

    async def close(self, **options: bool) -> None:
        """Let go of every connection."""
        self._ended = True
        self._keeper.gone()
        await super().close(**options)
        await self.http.close()  # logging in may have gone on meanwhile, and begun to look after a token
        await self._session.close()

    async def watch(self, wanted: Collection[type[Event]]) -> None:
        """Listen to these types of events in every room; what is heard already stays as it is."""
        for room, login in self._rooms.items():
            await self._watch_in(room, login, wanted)

    async def say(self, line: dict[str, str]) -> Any:  # noqa: ANN401  (of the wire)
        """Post a line of chat as the bot; the answer, as JSON was decoded.

        Raises `ValueError` for a line that is too long, else `HTTPException` and what aiohttp raises.
        """
        if len(line["message"]) > LONGEST:
            raise ValueError(f"a line of chat has {LONGEST} characters at most")
        return await self.http.request_json(Route("POST", "chat/messages", json=line, token_for=self._account.bot_id))

    async def settle(self, room: str, reward: str, redemption: str, status: str) -> None:
        """Change a redemption to FULFILLED or CANCELED. Raises `HTTPException` and what aiohttp raises."""
        await self.http.patch_custom_reward_redemption(
            broadcaster_id=room,
            token_for=room,
            reward_id=reward,
            id=redemption,
            status="FULFILLED" if status == "FULFILLED" else "CANCELED",
        )

    # -- twitchio calls these

    async def setup_hook(self) -> None:
        """Log in, open the socket, listen. Raises `HTTPException` and what aiohttp raises."""
        bot = self._account.bot_id
        await self._authorise()
        for login, pairs in self._others.items():
            await self._authorise_broadcaster(login, pairs)
        [me] = await self.fetch_users(ids=[bot], token_for=bot)
        await self._socket(bot)
        self.me: User = user_of(me)
        """The bot itself."""
        self._keeper.online(self)
        await self._listen("whispers", eventsub.WhisperReceivedSubscription(user_id=bot), bot)
        self._rooms = await self._find_rooms()
        for room, login in self._rooms.items():
            chat = eventsub.ChatMessageSubscription(broadcaster_user_id=room, user_id=bot)
            if await self._listen(f"the chat of {login}", chat, bot):
                self._hears.add(("channel.chat.message", room))
        await self.watch(self._keeper.wanted())

    async def event_ready(self) -> None:
        self._keeper.ready()

    async def event_token_refreshed(self, payload: "TokenRefreshedPayload") -> None:
        user = payload.user_id
        login = "" if user == self._account.bot_id else self._logins.get(user)
        if login is not None:
            self._keeper.refreshed(login, Pair(payload.token, payload.refresh_token))

    async def event_subscription_revoked(self, payload: "SubscriptionRevoked") -> None:
        logger.warning("Twitch has ended %s: %s", payload.type, payload.status.value)

    async def event_websocket_closed(self, payload: "WebsocketClosed") -> None:
        socket = payload.socket
        user = socket.user if isinstance(socket, Socket) else self._account.bot_id
        if self._websockets.get(user):  # it has moved
            return
        if socket.subscription_count or user == self._account.bot_id:
            await self.close()
        else:
            self._opened.discard(user)

    async def event_error(self, payload: "EventErrorPayload") -> None:
        self._ear.failed(payload.error)

    # -- steps of logging in

    async def _authorise(self) -> None:
        """Use the first of the bot's tokens that Twitch takes. Raises `InvalidTokenException` when there are none."""
        refused: Exception | None = None
        for pair in self._pairs:
            try:
                found = await self.add_token(pair.access, pair.refresh)
            except InvalidTokenException as error:
                refused = error
                continue
            if found.user_id == self._account.bot_id:
                self._granted(found)
                return
            refused = RuntimeError(f"the access token belongs to {found.login}, not to twitch.bot_id")
        raise refused or RuntimeError("no tokens")

    async def _authorise_broadcaster(self, login: str, pairs: Sequence[Pair]) -> None:
        """Use the first of these tokens that Twitch takes; without any the rest goes on."""
        for pair in pairs:
            try:
                found = await self.add_token(pair.access, pair.refresh)
            except InvalidTokenException:
                continue
            if found.login == login:
                self._granted(found)
                return
            if found.user_id and found.user_id != self._account.bot_id:
                await self.remove_token(found.user_id)
            logger.warning("Twitch: the token in twitch.tokens of %s belongs to %s", login, found.login)
            return
        logger.warning("Twitch refuses the token of %s; a new one is needed in twitch.tokens", login)

    def _granted(self, found: "ValidateTokenPayload") -> None:
        user = str(found.user_id)
        self._scopes[user], self._logins[user] = frozenset(found.scopes or ()), str(found.login)

    async def _find_rooms(self) -> dict[str, str]:
        """The rooms by id. A login that nobody has is told of."""
        logins = [login.lower() for login in self._account.rooms]
        found: dict[str, str] = {}
        for start in range(0, len(logins), _AT_ONCE):
            some = logins[start : start + _AT_ONCE]
            users = await self.fetch_users(logins=some, token_for=self._account.bot_id)
            found |= {user.id: str(user.name) for user in users}
        for login in set(logins) - set(found.values()):
            logger.warning("Twitch has no channel %s", login)
        return found

    async def _watch_in(self, room: str, login: str, wanted: Collection[type[Event]]) -> None:
        """The events of one room, with the broadcaster's token where there is one. What is lacking is told once."""
        holder = room if room in self.tokens else self._account.bot_id
        lacking: dict[str, list[str]] = {}
        for feed in FEEDS:
            if feed.event not in wanted or (feed.kind, room) in self._hears:
                continue
            if why := self._lacks(feed, room, login, holder):
                lacking.setdefault(why, []).append(feed.what)
            elif await self._listen(f"{feed.what} of {login}", feed.make(room, holder), holder):
                self._hears.add((feed.kind, room))
        for why, what in lacking.items():
            logger.warning("Twitch does not tell the bot of %s of %s: %s", ", ".join(what), login, why)

    def _lacks(self, feed: Feed, room: str, login: str, holder: str) -> str:
        if feed.owner and holder != room:
            return _HERS.format(login=login, scope=feed.scopes[0])
        scope = feed.lacks(self._scopes.get(holder, frozenset()))
        return _LACKS.format(login=self._logins.get(holder, holder), scope=scope) if scope else ""

    async def _socket(self, user: str) -> str:
        """The session of this user's socket: Twitch takes no subscriptions of two users on one.

        Each is opened once: when it is gone, everything begins anew, and what was opened then would outlive us.
        """
        if sockets := self._websockets.get(user):
            return next(iter(sockets))
        if self._ended or user in self._opened:
            raise ConnectionError("a socket was lost")
        self._opened.add(user)
        socket = Socket(self, user, self._ear.told)
        await socket.connect(fail_once=True)
        self._websockets[user] = {str(socket.session_id): socket}
        if self._ended:
            await socket.close()
            raise ConnectionError("a socket was lost")
        return str(socket.session_id)

    async def _listen(self, what: str, wanted: "SubscriptionPayload", user: str) -> bool:
        """Subscribe with this user's token. False when Twitch does not want it; the log says why."""
        try:
            await self.subscribe_websocket(wanted, token_for=user, as_bot=False, socket_id=await self._socket(user))
        except HTTPException as error:
            if error.status not in (400, 403, 429):
                raise
            logger.warning("Twitch does not let the bot hear %s: %s", what, describe(error))
            return False
        return True
