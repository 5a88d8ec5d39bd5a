"""What viewers and broadcasters do besides talking: follow, subscribe, cheer, raid, redeem, go live, share a chat."""

from collections.abc import Sequence
from typing import Literal

from bot.sandbox.emulator import Delivered
from bot.sandbox.twitch import happenings
from bot.sandbox.twitch.delivery import Delivery, Event
from bot.sandbox.twitch.happenings import Happening
from bot.sandbox.twitch.oauth import BROADCASTER, OAuth
from bot.sandbox.twitch.people import People
from bot.sandbox.twitch.points import Points, Reward
from bot.sandbox.twitch.wire import chat_event, copied, new_id, reply_of
from bot.sandbox.world import Channel, SandboxError, World
from bot.users import User

Tier = Literal[1, 2, 3]
CHAT = "channel.chat.message"
_LINE = 500  # characters


class Viewers:
    """Verbs of the emulator. `channel` is a room by id or name, the first one when none is named.

    Every verb raises `SandboxError` for what makes no sense, and when the bot does not listen to such events.
    """

    def __init__(self, world: World, people: People, points: Points, oauth: OAuth, delivery: Delivery) -> None:
        self._world, self.people, self.points, self.oauth = world, people, points, oauth
        self._delivery = delivery
        self._streams: dict[str, str] = {}  # the id of the stream of each room that is live

    # -- places and rights

    def open_room(self, user: str) -> User:
        """Somebody else broadcasts too, in a room called like them."""
        owner = self._user(user)
        if self.people.room(owner.id) is None:
            self._world.channels["twitch"].append(Channel("twitch", owner.id, owner.handle))
        return owner

    def authorise(self, user: str, scopes: tuple[str, ...] = BROADCASTER) -> tuple[str, str]:
        """Somebody grants the application rights over their channel; the access and the refresh token."""
        return self.oauth.grant(self._user(user), scopes)

    def confirm_device(self, user_code: str, user: str) -> None:
        """Somebody (or the bot's account, by its login) types the code that a device shows, and agrees."""
        self._answer(user_code, self._user(user))

    def deny_device(self, user_code: str) -> None:
        """Somebody types the code and says no."""
        self._answer(user_code, None)

    def _answer(self, user_code: str, user: User | None) -> None:
        try:
            self.oauth.answer(user_code, user)
        except KeyError:
            raise SandboxError(f"no device shows the code {user_code!r}") from None

    def share(self, *rooms: str) -> None:
        """These rooms and the first one share their chats from now on; without any the sharing ends."""
        ids = {self._room(room).id for room in (None, *rooms)}
        self.people.shared = ids if rooms else set()

    def reward(self, title: str, cost: int, *, ours: bool = True, channel: str | None = None) -> Reward:
        """A new reward; `ours` tells whether our application made it, or the broadcaster by hand."""
        return self.points.make(self._room(channel).id, title, cost, ours=ours)

    # -- events

    async def follow(self, user: str, *, channel: str | None = None, event_id: str | None = None) -> Delivered:
        """Somebody follows the channel."""
        room = self._room(channel)
        return await self._happen(user, event_id, room, happenings.follow(room, self._user(user), self._world.now()))

    async def subscribe(
        self,
        user: str,
        tier: Tier = 1,
        months: int = 1,
        *,
        gift: bool = False,
        text: str = "",
        channel: str | None = None,
        event_id: str | None = None,
    ) -> Delivered:
        """A new subscription; with `months` above one it goes on, and `text` is said with it."""
        room, author = self._room(channel), self._user(user)
        self.people.give(author, room.id, "subscriber")
        if months > 1:
            return await self._happen(user, event_id, room, happenings.resubscribe(room, author, tier, months, text))
        return await self._happen(user, event_id, room, happenings.subscribe(room, author, tier, gift=gift))

    async def gift(
        self,
        user: str | None,
        count: int,
        tier: Tier = 1,
        *,
        channel: str | None = None,
        event_id: str | None = None,
    ) -> Delivered:
        """Somebody gives subscriptions away; None does it anonymously."""
        room, giver = self._room(channel), self._user(user) if user else None
        return await self._happen(user, event_id, room, happenings.gift(room, giver, _many(count), tier))

    async def raid(
        self, user: str, viewers: int, *, channel: str | None = None, event_id: str | None = None
    ) -> Delivered:
        """Another broadcaster sends their viewers here."""
        room, raider = self._room(channel), self._user(user)
        if raider.id == room.id:
            raise SandboxError("nobody raids their own channel")
        return await self._happen(user, event_id, room, happenings.raid(room, raider, _many(viewers)))

    async def cheer(
        self,
        user: str | None,
        bits: int,
        text: str = "",
        *,
        channel: str | None = None,
        event_id: str | None = None,
    ) -> Delivered:
        """Somebody gives bits; None does it anonymously. Who has a name is also heard in chat, with the same words."""
        room, giver = self._room(channel), self._user(user) if user else None
        line = line_of(f"Cheer{_many(bits)} {text}")
        events = [_event(user, room, happenings.cheer(room, giver, bits, line))]
        events += self._chat(room, giver, line, bits=bits) if giver else []
        return await self._delivery.deliver(self._delivery.known(event_id) or events, event_id)

    async def redeem(
        self, user: str, reward: str, text: str = "", *, channel: str | None = None, event_id: str | None = None
    ) -> Delivered:
        """Somebody spends points on a reward, by its title. A text is also shown in chat."""
        if (known := self._delivery.known(event_id)) is not None:
            return await self._delivery.deliver(known, event_id)
        room, author = self._room(channel), self._user(user)
        made = self.points.redeem(room, author, reward, text)
        events = [_event(user, room, happenings.redeemed(made))]
        events += self._chat(room, author, text, reward=made["reward"]["id"]) if text.strip() else []
        return await self._delivery.deliver(events, event_id)

    async def live(self, *, channel: str | None = None, event_id: str | None = None) -> Delivered:
        """The stream begins."""
        room = self._room(channel)
        return await self._happen(None, event_id, room, happenings.live(room, self._stream(room), self._world.now()))

    async def offline(self, *, channel: str | None = None, event_id: str | None = None) -> Delivered:
        """The stream ends."""
        room = self._room(channel)
        return await self._happen(None, event_id, room, happenings.offline(room, self._streams.pop(room.id, new_id())))

    def _stream(self, room: User) -> str:
        return self._streams.setdefault(room.id, new_id())

    async def _happen(self, who: str | None, event_id: str | None, room: User, happening: Happening) -> Delivered:
        events = self._delivery.known(event_id) or [_event(who, room, happening)]
        return await self._delivery.deliver(events, event_id)

    # -- chat

    def _chat(
        self,
        room: User,
        author: User,
        text: str,
        *,
        badges: Sequence[str] | None = None,
        reply_to: str | None = None,
        bits: int = 0,
        reward: str | None = None,
    ) -> list[Event]:
        """A line of chat in its room, and its copies in those that share it."""
        worn = self.people.badges(author, room.id) if badges is None else list(badges)
        reply = None
        if reply_to is not None:
            parent = self.people.message(reply_to)
            if parent is None:
                raise SandboxError(f"there is no message {reply_to!r} to reply to")
            reply, text = reply_of(parent), f"@{parent['chatter_user_login']} {text}"
        find = self.people.by_login
        said = chat_event(room, author, text, worn, find, message_id=new_id(), reply=reply, bits=bits, reward=reward)
        return self._heard_by(said)

    def _heard_by(self, said: dict[str, object]) -> list[Event]:
        """A chat message as every room of its shared chat gets it, its own room first."""
        room, author = str(said["broadcaster_user_id"]), self.people.by_id(str(said["chatter_user_id"]))
        events = [said]
        if author and room in self.people.shared:
            others = filter(None, map(self.people.room, sorted(self.people.shared - {room})))
            events += [copied(said, other, self.people.badges(author, other.id)) for other in others]
        return [self._as_event(one) for one in events]

    def _as_event(self, said: dict[str, object]) -> Event:
        self.people.said(said)
        room = str(said["broadcaster_user_id"])
        about = {"channel": room, "message": said["message_id"]}
        return Event(CHAT, {"broadcaster_user_id": room}, said, about)

    def _user(self, name: str) -> User:
        """Somebody of the world, or the bot's account."""
        found = self.people.by_login(name)
        return found if found is not None else self._world.human(name).on("twitch")

    def _room(self, channel: str | None) -> User:
        id_ = self._world.channel("twitch", channel).id
        room = self.people.room(id_)
        if room is None:
            raise SandboxError(f"nobody broadcasts in channel {id_!r}")
        return room


def _event(who: str | None, room: User, happening: Happening) -> Event:
    kind, match, event = happening
    about = {"channel": room.id, "user": who} if who else {"channel": room.id}
    return Event(kind, match, event, about)


def _many(count: int) -> int:
    if count < 1:
        raise SandboxError("it takes at least one")
    return count


def line_of(text: str) -> str:
    line = " ".join(text.split("\n")).strip()
    if not line:
        raise SandboxError("nothing was typed")
    if len(line) > _LINE:
        raise SandboxError(f"a line on Twitch has at most {_LINE} characters; this one has {len(line)}")
    return line
