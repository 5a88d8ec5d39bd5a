"""What is heard in the rooms and in whispers: read, weighed, and handed to the house."""

import logging
import time
import traceback
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from msgspec import Raw

from bot.adapter import Ingress
from bot.command import Invocation, ReplyHandle
from bot.events import AnyEvent
from bot.platforms.twitch import happenings, incoming, wire
from bot.platforms.twitch.sending import Sender
from bot.platforms.twitch.standings import Standings, standing_of
from bot.users import Place, User

if TYPE_CHECKING:
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

    async def told(self, about: wire.Metadata, payload: Raw) -> None:
        """A notification. Chatter is dropped here; what cannot be read is left out, and the next is not."""
        try:
            taken = self._read(about, wire.event(about.subscription_type, payload))
        except Exception as error:  # an odd field makes `incoming` raise whatever it is
            kind = about.subscription_type
            logger.warning("Twitch sent a %s that cannot be read (%s): skipped.", kind, type(error).__name__)
            taken = None
        try:
            if isinstance(taken, Invocation):
                await self._take(taken)
            elif taken is not None:
                await self.ingress.happened(*taken)
        except Exception as error:
            self.failed(error)
        finally:
            self.ingress.heard("twitch", about.message_id)

    def failed(self, error: Exception) -> None:
        """What errors say may hold secrets or words of people: only their type and frames are logged."""
        frames = "".join(traceback.format_tb(error.__traceback__))
        logger.error("Twitch: an event was lost: %s\n%s", type(error).__name__, frames)

    async def _take(self, invocation: Invocation) -> None:
        """Hand it over. What cannot be kept is not delivered again: say so."""
        try:
            await self.ingress.submit(invocation)
        except Exception:
            await self._lost(invocation)
            raise

    def _read(self, about: wire.Metadata, event: wire.Event) -> Invocation | tuple[AnyEvent, ReplyHandle] | None:
        received = time.time_ns() // 1_000
        if isinstance(event, wire.Line):
            return self._typed(event, received)
        if isinstance(event, wire.Whisper):
            return self._whispered(event, received)
        happened, room = happenings.happening(about, event)
        return happened, happenings.handle(happened, room, self._bot, received)

    def _whispered(self, whisper: wire.Whisper, received: int) -> Invocation | None:
        """A whisper to the bot is always for us."""
        asked = incoming.from_whisper(whisper, self._bot, received)
        return asked if self.ingress.wants(asked.text, asked.author, asked.place, addressed=True) else None

    def _typed(self, line: wire.Line, received: int) -> Invocation | tuple[AnyEvent, ReplyHandle] | None:
        """What a chat message is: a command, talk that somebody listens to, or nothing for us.

        The bot's own ones come back to it. A message of a shared chat that was typed in another room is that room's to
        answer, if we sit there too. Its author is here what their badges here say: who moderates that room moderates
        nothing in this one.
        """
        room, author = line.broadcaster_user_id, line.chatter_user_id
        standing = standing_of(line.badges)
        if author == self._bot:
            self._sender.badged(room, trusted=standing.moderates)
            return None
        if line.source_broadcaster_user_id is not None and self._sits_in(line.source_broadcaster_user_id):
            return None
        self._standings.learn(room, author, standing)
        who, place = incoming.user(author, line.chatter_user_login, line.chatter_user_name), Place("twitch", room)
        if (text := self._command(line, who, place)) is not None:
            return incoming.from_chat(line, text, who, place, self._bot, standing, received)
        return incoming.talk(line, who, place, self._bot, received) if self.ingress.listens(place) else None

    def _command(self, line: wire.Line, author: User, place: Place) -> str | None:
        """The line, where it is for us. The words of a cheer or redemption come with that event, if it is heard."""
        event = incoming.paid(line)
        if event and (client := self._client()) and client.told(event, place.channel):
            return None
        text, addressed = incoming.spoken(line, self.me, self.ingress.prefix(place))
        reply = line.reply is not None and line.reply.parent_user_id == self._bot
        return text if self.ingress.wants(text, author, place, addressed=addressed, reply=reply) else None

    def _sits_in(self, room: str) -> bool:
        client = self._client()
        return client is not None and client.sits_in(room)
