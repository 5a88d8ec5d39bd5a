"""What people do besides using the bot's commands: they talk, react, come and go."""

from collections.abc import Sequence
from typing import Any

from bot.sandbox.discord import messages, objects, reactions
from bot.sandbox.discord.delivery import Delivery
from bot.sandbox.discord.errors import ApiError, Json
from bot.sandbox.emulator import Delivered, Upload
from bot.sandbox.world import SandboxError

_FILES = 10


class Talk(Delivery):
    """`say`, `react`, `join`, `leave`."""

    async def say(
        self,
        user: str,
        text: str,
        *,
        channel: str | None = None,
        private: bool = False,
        topic: str | None = None,
        reply_to: str | None = None,
        files: Sequence[Upload | tuple[str, bytes] | tuple[str, bytes, str]] = (),
        event_id: str | None = None,
    ) -> Delivered:
        """Type a line. `@bob` becomes a mention, as in Discord's client; `topic` is a thread, made when it is new."""
        if (again := await self._again(event_id)) is not None:
            return again
        human, where = self._where(user, channel, private=private)
        if topic is not None:
            where = await self._thread(topic, where)
        content = self._written(text, self._state.server(where["id"]))
        given = [one if isinstance(one, Upload) else Upload(*one) for one in files]
        if (not content.strip() and not given) or len(content) > messages.CONTENT:
            raise SandboxError(f"a message has 1 to {messages.CONTENT} characters")
        if len(given) > _FILES:
            raise SandboxError(f"a message has at most {_FILES} files")
        data: Json = {"content": content}
        if reply_to is not None:
            self._seen(user, reply_to)
            data["message_reference"] = {"message_id": reply_to}
        uploads = {str(n): (one.name, one.data, one.type) for n, one in enumerate(given)}
        try:
            message = self._state.build(where["id"], self._state.user(human), data, uploads)
        except ApiError as error:
            raise SandboxError(str(error)) from None
        return await self._deliver("MESSAGE_CREATE", self._state.seen(message), human, event_id)

    async def _thread(self, name: str, where: Json) -> Json:
        """A thread of this room by name."""
        known = next((one for one in self._state.threads.values() if one["name"] == name), None)
        if known is not None:
            return known
        room = self._state.room(where["id"])
        if room is None:
            raise SandboxError("threads are in channels of servers")
        made = objects.thread(self._state.new_id(), name, room, self._state.bot["id"], self.world.now())
        self._state.threads[made["id"]] = made
        await self.gateway.dispatch("THREAD_CREATE", {**made, "newly_created": True}, made["guild_id"])
        return made

    async def react(self, user: str, message: str, emoji: str | None, *, event_id: str | None = None) -> Delivered:
        """Put a reaction on a message; None takes their newest one off."""
        if (again := await self._again(event_id)) is not None:
            return again
        human, shown = self._seen(user, message)
        id_, added = human.ids["discord"], emoji is not None
        try:
            if emoji is None:
                emoji, told = reactions.take(self._state, shown, id_)
            else:
                told = reactions.put(self._state, shown, id_, emoji)
        except ApiError as error:
            raise SandboxError(str(error)) from None
        if not told:
            raise SandboxError(f"{user} has {'done that already' if added else 'no reaction there'}")
        if added and "guild_id" in told:
            told["member"] = self._state.full_member(id_, told["guild_id"])
        what = "reacted" if added else "unreacted"
        name = f"MESSAGE_REACTION_{'ADD' if added else 'REMOVE'}"
        return await self._deliver(name, told, human, event_id, f"{what}:{message}:{id_}:{emoji}")

    async def join(self, user: str, *, channel: str | None = None, event_id: str | None = None) -> Delivered:
        """Become a member of the server (again)."""
        return await self._moved(user, channel, event_id, came=True)

    async def leave(self, user: str, *, channel: str | None = None, event_id: str | None = None) -> Delivered:
        """Leave the server."""
        return await self._moved(user, channel, event_id, came=False)

    async def _moved(self, user: str, channel: str | None, event_id: str | None, *, came: bool) -> Delivered:
        if (again := await self._again(event_id)) is not None:
            return again
        human, server = self.world.human(user), self._state.server(self._state.place(channel)["id"])
        if server is None:
            raise SandboxError("there is nothing to join or leave")
        id_ = human.ids["discord"]
        payload: dict[str, Any] = {"guild_id": server, "user": self._state.user(human)}
        if came:
            self._state.absent.discard(human.name)
            payload |= self._state.full_member(id_, server)
        else:
            self._state.absent.add(human.name)
        name = f"GUILD_MEMBER_{'ADD' if came else 'REMOVE'}"
        return await self._deliver(name, payload, human, event_id, f"{'joined' if came else 'left'}:{server}:{id_}")
