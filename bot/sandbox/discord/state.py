"""What the emulated Discord knows: its servers and channels, messages, interactions, commands and files."""

from collections import OrderedDict
from dataclasses import dataclass, field

from bot.sandbox.discord import components, messages, objects
from bot.sandbox.discord.endpoint import Endpoint
from bot.sandbox.discord.errors import ApiError, Json, bad
from bot.sandbox.discord.objects import EPHEMERAL, Snowflakes
from bot.sandbox.world import Channel, Human, World

BOT = "soulfra"
_NONCES = 1_000
_UNKNOWN = "application/octet-stream"
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "txt": "text/plain"}


@dataclass(slots=True)
class Asked:
    """An interaction and how it was answered. `kind` is the type of the first callback, `cause` what opened a modal."""

    id: str
    token: str
    type: int
    human: Human
    channel: str
    at: float
    message: str | None = None
    kind: int | None = None
    original: str | None = None
    filled: bool = False
    data: Json = field(default_factory=dict)
    cause: "Asked | None" = None


def role_id(guild: str, number: int) -> str:
    """The id of a server's role."""
    return str(int(guild) + number + 1)


@dataclass(slots=True)
class State:
    """Everything in memory. Ids are snowflakes of wall time."""

    world: World
    token: str = "sandbox"  # noqa: S105  (of the emulator only)
    port: int = 0
    new_id: Snowflakes = field(default_factory=Snowflakes)
    bot: Json = field(init=False)
    application_id: str = field(init=False)
    directs: dict[str, Json] = field(default_factory=dict)
    messages: dict[str, Json] = field(default_factory=dict)
    readers: dict[str, str] = field(default_factory=dict)
    commands: dict[str | None, list[Json]] = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    nonces: "OrderedDict[tuple[str, str], str]" = field(default_factory=OrderedDict)
    closed_dms: set[str] = field(default_factory=set)
    absent: set[str] = field(default_factory=set)
    held: dict[str, set[str]] = field(default_factory=lambda: {"moderators": {"bob"}, "Keeper": {"cleo"}})
    threads: dict[str, Json] = field(default_factory=dict)
    groups: dict[str, Json] = field(default_factory=dict)
    reacted: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    endpoint: Endpoint = field(default_factory=Endpoint)

    def __post_init__(self) -> None:
        self.application_id = self.new_id()
        self.bot = objects.user(self.application_id, BOT, bot=True)
        everybody = [self.user(human) for human in self.world.people.values()]
        self.groups["friends"] = objects.group(self.new_id(), "friends", everybody)

    # people and places

    @property
    def rooms(self) -> list[Channel]:
        """The channels of servers."""
        return self.world.channels["discord"]

    def user(self, human: Human) -> Json:
        """The user object of somebody."""
        return objects.user(human.ids["discord"], human.name)

    def find_user(self, id_: str) -> Json | None:
        """Who has this id, the bot too."""
        if id_ == self.bot["id"]:
            return self.bot
        human = self.world.by_id("discord", id_)
        return self.user(human) if human else None

    def member(self, id_: str, guild: str) -> Json:
        """Somebody's member object, without `user`."""
        human = self.world.by_id("discord", id_)
        names = list(self.held)
        roles = [role_id(guild, n) for n, name in enumerate(names) if human and human.name in self.held[name]]
        return objects.member(roles, self.world.now())

    def full_member(self, id_: str, guild: str) -> Json:
        """Somebody's member object with `user`. Raises 10007 for who is none."""
        human = self.world.by_id("discord", id_)
        if id_ != self.bot["id"] and (human is None or human.name in self.absent):
            raise ApiError(404, 10007, "Unknown Member")
        return {**self.member(id_, guild), "user": self.find_user(id_)}

    def present(self) -> list[Human]:
        """The members of servers who have not left."""
        return [human for human in self.world.people.values() if human.name not in self.absent]

    def roles(self, guild: str) -> list[Json]:
        """The roles of a server: everybody's, and those that `held` names."""
        made = [objects.role(guild, "@everyone", objects.EVERYONE, 0)]
        for n, name in enumerate(self.held):
            bits = objects.MODERATOR if name == "moderators" else objects.EVERYONE
            made.append(objects.role(role_id(guild, n), name, bits, n + 1))
        return made

    def guilds(self) -> list[Json]:
        """Every server with its channels and members."""
        made = []
        for id_ in dict.fromkeys(room.server for room in self.rooms if room.server):
            rooms = [objects.room(room, n) for n, room in enumerate(r for r in self.rooms if r.server == id_)]
            people = [self.bot, *(self.user(human) for human in self.present())]
            members = [{**self.member(one["id"], id_), "user": one} for one in people]
            owner = next(human for human in self.world.people.values() if human.role == "owner")
            roles = self.roles(id_)
            one = objects.guild(id_, BOT, owner.ids["discord"], roles, rooms, members, at=self.world.now())
            made.append({**one, "threads": [t for t in self.threads.values() if t["guild_id"] == id_]})
        return made

    def guild(self, id_: str) -> Json:
        """A server. Raises 10004 for an unknown one."""
        found = next((one for one in self.guilds() if one["id"] == id_), None)
        if found is None:
            raise ApiError(404, 10004, "Unknown Guild")
        return found

    def chunk(self, guild: str, nonce: str | None, query: str = "") -> Json:
        """GUILD_MEMBERS_CHUNK: all members at once whose name begins so."""
        members = [member for one in self.guilds() if one["id"] == guild for member in one["members"]]
        members = [one for one in members if one["user"]["username"].startswith(query)]
        return {
            "guild_id": guild,
            "members": members,
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [],
            "nonce": nonce,
        }

    def room(self, id_: str) -> Channel | None:
        """A channel of a server."""
        return next((room for room in self.rooms if room.id == id_), None)

    def channel(self, id_: str) -> Json:
        """A channel object. Raises 10003 for an unknown one."""
        if room := self.room(id_):
            return objects.room(room)
        for channel in (*self.directs.values(), *self.threads.values(), *self.groups.values()):
            if channel["id"] == id_:
                return channel
        raise ApiError(404, 10003, "Unknown Channel")

    def server(self, channel: str) -> str | None:
        """The server of a channel or thread; None for a direct one."""
        room = self.room(self.threads[channel]["parent_id"] if channel in self.threads else channel)
        return room.server if room else None

    def place(self, which: str | None) -> Json:
        """A channel, thread or group by name or id, the first channel when none is named. Raises `SandboxError`."""
        for one in (*self.threads.values(), *self.groups.values()):
            if which is not None and which in (one["id"], one["name"]):
                return one
        return objects.room(self.world.channel("discord", which))

    def direct(self, human: Human) -> Json:
        """The channel of somebody and the bot, made when first asked for."""
        if human.name not in self.directs:
            self.directs[human.name] = objects.direct(self.new_id(), self.user(human))
        return self.directs[human.name]

    def alone(self, channel: str) -> str | None:
        """Whose direct channel this is."""
        return next((name for name, one in self.directs.items() if one["id"] == channel), None)

    # messages

    def build(self, channel: str, author: Json, data: Json, files: Json, **more: object) -> Json:
        """A message of a body that has been validated, kept."""
        described = {str(one.get("id")): one for one in data.get("attachments") or []}
        message: Json = {
            "id": self.new_id(), "channel_id": channel, "author": author, "content": data.get("content") or "",
            "timestamp": objects.iso(self.world.now()), "edited_timestamp": None, "tts": False,
            "mention_everyone": False, "mentions": messages.mentioned(data, self.find_user),
            "mention_roles": self._roles_named(channel, data),
            "embeds": messages.described(data.get("embeds") or []), "pinned": False, "type": 0, "flags": data.get("flags") or 0,
            "components": components.numbered(data.get("components") or []),
            "attachments": [
                self.attach(channel, name, blob, described.get(n, {}).get("description"), *kind)
                for n, (name, blob, *kind) in files.items()
            ],
        }  # fmt: skip
        if "nonce" in data:
            message["nonce"] = data["nonce"]
        message |= self._reference(channel, data.get("message_reference"))
        message |= more
        self.messages[message["id"]] = message
        return message

    def _roles_named(self, channel: str, data: Json) -> list[str]:
        """The roles that a message notifies."""
        server = self.server(channel)
        known = {one["id"] for one in self.roles(server)} if server else set()
        return [id_ for id_ in messages.named_roles(data) if id_ in known]

    def _reference(self, channel: str, reference: Json | None) -> Json:
        """discord.py sends these ids as numbers; Discord takes both."""
        if not reference:
            return {}
        id_ = str(reference["message_id"])
        if (known := self.messages.get(id_)) is None or known["channel_id"] != channel:
            if reference.get("fail_if_not_exists", True):
                raise bad("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
            return {}
        there = {"type": 0, "message_id": id_, "channel_id": channel}
        if server := self.server(channel):
            there["guild_id"] = server
        plain = {name: value for name, value in known.items() if name != "referenced_message"}
        return {"type": 19, "message_reference": there, "referenced_message": plain}

    def attach(
        self, channel: str, name: str, blob: bytes, description: str | None = None, kind: str | None = None
    ) -> Json:
        """Keep a file; its attachment object."""
        id_ = self.new_id()
        if kind is None or kind == _UNKNOWN:
            kind = _TYPES.get(name.rpartition(".")[2], _UNKNOWN)
        self.files[id_] = (blob, kind)
        url = f"http://127.0.0.1:{self.port}/attachments/{channel}/{id_}/{name}"
        made = {"id": id_, "filename": name, "size": len(blob), "url": url, "proxy_url": url, "content_type": kind}
        return {**made, "description": description} if description else made

    def edit(self, message: Json, data: Json, files: Json) -> Json:
        """Change what the body names."""
        for key, empty in (("content", ""), ("embeds", []), ("components", [])):
            if key in data:
                message[key] = data[key] or empty
        message["embeds"] = messages.described(message["embeds"])
        message["components"] = components.numbered(message["components"])
        message["flags"] |= (data.get("flags") or 0) & objects.COMPONENTS_V2
        if "attachments" in data or files:
            described = {str(one["id"]): one for one in data.get("attachments") or []}
            message["attachments"] = [one for one in message["attachments"] if one["id"] in described] + [
                self.attach(message["channel_id"], name, blob, described.get(n, {}).get("description"), *kind)
                for n, (name, blob, *kind) in files.items()
            ]
        message["mentions"] = messages.mentioned({**data, "content": message["content"]}, self.find_user)
        message["edited_timestamp"] = objects.iso(self.world.now())
        return message

    def message(self, id_: str) -> Json:
        """A message. Raises 10008 for an unknown one."""
        if id_ not in self.messages:
            raise ApiError(404, 10008, "Unknown Message")
        return self.messages[id_]

    def reader(self, message: Json) -> str | None:
        """The only one who sees it: of an ephemeral message or in a direct channel."""
        if message["flags"] & EPHEMERAL:
            return self.readers.get(message["id"])
        return self.alone(message["channel_id"])

    def repeated(self, channel: str, data: Json) -> Json | None:
        """The message that this nonce made before, when the nonce is enforced."""
        key = (channel, str(data.get("nonce", "")))
        return self.messages.get(self.nonces.get(key, "")) if data.get("enforce_nonce") else None

    def remember(self, channel: str, message: Json) -> None:
        """Keep the nonce of a message."""
        if "nonce" in message:
            self.nonces[channel, str(message["nonce"])] = message["id"]
        while len(self.nonces) > _NONCES:
            self.nonces.popitem(last=False)

    def seen(self, message: Json) -> Json:
        """A message as the gateway tells it."""
        server = self.server(message["channel_id"])
        if server is None:
            return message
        mentions = [{**one, "member": self.member(one["id"], server)} for one in message["mentions"]]
        more = {"guild_id": server, "member": self.member(message["author"]["id"], server), "mentions": mentions}
        return {**message, **more}
