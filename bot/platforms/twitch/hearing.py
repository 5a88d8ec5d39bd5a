"""What is heard in the rooms and in whispers: read, weighed, and handed to the house."""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.adapter import Ingress
from bot.command import Invocation, ReplyHandle
from bot.events import Spoke
from bot.platforms.twitch import happenings, incoming
from bot.platforms.twitch.sending import Sender
from bot.platforms.twitch.standings import Standings, standing_of
from bot.users import Place, User

if TYPE_CHECKING:
    from twitchio import ChatMessage, Whisper
    from twitchio.models.eventsub_ import BaseEvent

    from bot.platforms.twitch.client import Listener

logger = logging.getLogger(__name__)


class Hearing:
    """Implements `bot.platforms.twitch.client.Ear` for one bot, over any number of connections.

    `client` gives the connection that there is just now; `lost` tells who asked what could not be taken up.
    """

    def __init__(
        self,
        bot: str,
        client: "Callable[[], Listener | None]",
        sender: Sender,
        standings: Standings,
        lost: Callable[[Invocation], Awaitable[None]],
    ) -> None:
        self._bot, self._client, self._sender, self._standings, self._lost = bot, client, sender, standings, lost
        self.ingress: Ingress
        self.me: User

    def unreadable(self, kind: str, error: Exception, event: str) -> None:
        """One event of Twitch is left out; the next is not."""
        logger.warning("Twitch sent a %s that cannot be read (%s): skipped.", kind, type(error).__name__)
        self.ingress.heard("twitch", event)

    async def message(self, message: "ChatMessage", event: str) -> None:
        """A chat message, the bot's own ones too. Chatter is dropped here; what cannot be read is left out."""
        try:
            taken = self._typed(message, _now())
        except Exception as error:  # an odd field makes the library and `incoming` raise whatever it is
            self.unreadable("channel.chat.message", error, event)
            return
        try:
            if isinstance(taken, Invocation):
                await self._take(taken)
            elif taken is not None:
                await self.ingress.happened(*taken)
        finally:
            self.ingress.heard("twitch", event)

    async def whisper(self, whisper: "Whisper", event: str) -> None:
        """A whisper to the bot is always for us."""
        try:
            asked = incoming.from_whisper(whisper, self._bot, _now())
        except Exception as error:
            self.unreadable("user.whisper.message", error, event)
            return
        try:
            if self.ingress.wants(asked.text, asked.author, asked.place, addressed=True):
                await self._take(asked)
        finally:
            self.ingress.heard("twitch", event)

    async def happening(self, payload: "BaseEvent", event: str) -> None:
        """An event of one of the rooms."""
        try:
            happened, room = happenings.happening(payload)
            handle = happenings.handle(happened, room, self._bot, _now())
        except Exception as error:
            self.unreadable(str(payload.subscription_type), error, event)
            return
        try:
            await self.ingress.happened(happened, handle)
        finally:
            self.ingress.heard("twitch", event)

    async def _take(self, invocation: Invocation) -> None:
        """Hand it over. What cannot be kept is not delivered again: say so."""
        try:
            await self.ingress.submit(invocation)
        except Exception:
            await self._lost(invocation)
            raise  # the client logs it, without words

    def _typed(self, message: "ChatMessage", received: int) -> Invocation | tuple[Spoke, ReplyHandle] | None:
        """What a chat message is: a command, talk that somebody listens to, or nothing for us.

        A message of a shared chat that was typed in another room is that room's to answer, if we sit there too. Its author
        is here what their badges here say: who moderates that room moderates nothing in this one.
        """
        room, author = message.broadcaster.id, message.chatter.id
        standing = standing_of(message.badges)
        if author == self._bot:
            self._sender.badged(room, trusted=standing.moderates)
            return None
        if message.source_broadcaster is not None and self._sits_in(message.source_broadcaster.id):
            return None
        self._standings.learn(room, author, standing)
        who, place = incoming.user_of(message.chatter), Place("twitch", room)
        if (text := self._command(message, who, place)) is not None:
            return incoming.from_chat(message, text, who, place, self._bot, standing, received)
        return incoming.talk(message, who, place, self._bot, received) if self.ingress.listens(place) else None

    def _command(self, message: "ChatMessage", author: User, place: Place) -> str | None:
        """The line, where it is for us. The words of a cheer or redemption come with that event, if it is heard."""
        event = incoming.paid(message)
        if event and (client := self._client()) and client.told(event, place.channel):
            return None
        text, addressed = incoming.spoken(message, self.me, self.ingress.prefix(place))
        reply = message.reply is not None and message.reply.parent_user.id == self._bot
        return text if self.ingress.wants(text, author, place, addressed=addressed, reply=reply) else None

    def _sits_in(self, room: str) -> bool:
        client = self._client()
        return client is not None and client.sits_in(room)


def _now() -> int:
    return time.time_ns() // 1_000
