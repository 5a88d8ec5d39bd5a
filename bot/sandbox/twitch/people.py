"""Who is on this Twitch: the people of the world and the bot, their badges, and what was said by whom."""

from collections import OrderedDict

from bot.sandbox.twitch.wire import Json
from bot.sandbox.world import World
from bot.users import User

BOT = User("twitch", "49000", "soulfra", "soulfra")
_KEPT = 500  # messages that can still be replied to


class People:
    """Users by id and login. `bot_moderates` gives the bot a badge; without it the limits of plain users show."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.bot_moderates = False
        self.shared: set[str] = set()  # the rooms (ids) whose chats are one
        self._worn: dict[tuple[str, str], list[str]] = {}  # room and user: badges besides those of their role
        self._said: OrderedDict[str, Json] = OrderedDict()

    @property
    def all(self) -> list[User]:
        """Everybody, the bot last."""
        return [*(human.on("twitch") for human in self._world.people.values()), BOT]

    def by_id(self, id_: str) -> User | None:
        """Who has this id."""
        return next((user for user in self.all if user.id == id_), None)

    def by_login(self, login: str) -> User | None:
        """Who has this login (lower case)."""
        return next((user for user in self.all if user.handle == login), None)

    def room(self, id_: str) -> User | None:
        """The broadcaster of a channel that exists."""
        return self.by_id(id_) if any(room.id == id_ for room in self._world.channels["twitch"]) else None

    def badges(self, user: User, room: str) -> list[str]:
        """Badges of a user in a room: broadcaster, moderator or none, and what they were given."""
        worn = self._worn.get((room, user.id), [])
        if user.id == room:
            return ["broadcaster", *worn]
        human = self._world.by_id("twitch", user.id)
        moderates = human.role == "moderator" if human else user == BOT and self.bot_moderates
        return ["moderator", *worn] if moderates else [*worn]

    def give(self, user: User, room: str, badge: str) -> None:
        """Somebody wears this badge in a room from now on."""
        worn = self._worn.setdefault((room, user.id), [])
        if badge not in worn:
            worn.append(badge)

    def moderates(self, user: str, room: str) -> bool:
        """Does a user (id) own or moderate a room?"""
        found = self.by_id(user)
        return found is not None and not {"broadcaster", "moderator"}.isdisjoint(self.badges(found, room))

    def human(self, id_: str) -> str | None:
        """The name in the world of a user id."""
        found = self._world.by_id("twitch", id_)
        return found.name if found else None

    def said(self, event: Json) -> None:
        """Remember a chat message, so that it can be replied to."""
        self._said[event["message_id"]] = event
        if len(self._said) > _KEPT:
            self._said.popitem(last=False)

    def message(self, id_: str) -> Json | None:
        """A chat message by id."""
        return self._said.get(id_)
