"""What the three emulators record, and what a bot asks of them: material for the tests of the page."""

from typing import Any

import httpx

from bot.sandbox.sandbox import Sandbox
from bot.sandbox.world import World

NUMBERS = {"ledger_sum": 0, "accepted": 12, "finished": 11, "delivered": 10}
LOUNGE, DIRECT, APP = "311000000000000001", "311000000000000777", "911000000000000001"
COMMANDS = [
    {
        "name": "bless",
        "type": 1,
        "description": "Bless somebody.",
        "options": [
            {"name": "to", "type": 6, "description": "Who receives it.", "required": True},
            {"name": "amount", "type": 4, "description": "How many blessings.", "min_value": 1, "max_value": 1000},
            {"name": "note", "type": 3, "description": "A few words.", "max_length": 200},
        ],
    },
    {"name": "balance", "type": 1, "description": "What you have.", "options": []},
    {
        "name": "vault",
        "type": 1,
        "description": "Your encrypted keepsakes.",
        "options": [
            {
                "name": "put",
                "type": 1,
                "description": "Keep something.",
                "options": [
                    {"name": "name", "type": 3, "description": "Its name.", "required": True},
                    {"name": "words", "type": 3, "description": "What to keep.", "required": True},
                ],
            },
            {"name": "list", "type": 1, "description": "What you keep.", "options": []},
        ],
    },
    {
        "name": "whisper",
        "type": 1,
        "description": "A question for you.",
        "options": [
            {
                "name": "category",
                "type": 3,
                "description": "About what.",
                "choices": [{"name": "reflection", "value": "reflection"}],
            }
        ],
    },
]


class Wires:
    """Adds what the emulators would record, payloads as the platforms name their fields."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._id = 7_000

    def id(self) -> str:
        self._id += 1
        return str(self._id)

    def register(self) -> None:
        self.world.record.add(
            "discord", "out", f"PUT /applications/{APP}/commands", COMMANDS, status=200, answer=COMMANDS
        )

    # -- Discord
    def discord_user(self, name: str) -> dict[str, object]:
        return {
            "id": self.world.people[name].ids["discord"],
            "username": name,
            "global_name": name.title(),
            "bot": False,
        }

    def discord_says(self, name: str, content: str, *, private: bool = False) -> str:
        message = self.id()
        payload = {
            "id": message,
            "channel_id": DIRECT if private else LOUNGE,
            "author": self.discord_user(name),
            "content": content,
        }
        payload |= {} if private else {"guild_id": "411000000000000001"}
        self.world.record.add(
            "discord", "in", "MESSAGE_CREATE", payload, channel=payload["channel_id"], message=message, event=message
        )
        return message

    def discord_posts(self, content: str, *, channel: str = LOUNGE, reply: str | None = None, **body: object) -> str:
        message = self.id()
        payload = {"content": content, **body} | ({"message_reference": {"message_id": int(reply)}} if reply else {})
        self.world.record.add(
            "discord",
            "out",
            f"POST /channels/{channel}/messages",
            payload,
            status=200,
            answer={"id": message},
            channel=channel,
            message=message,
        )
        return message

    def discord_edits(self, message: str, body: dict[str, object]) -> None:
        path = f"PATCH /channels/{LOUNGE}/messages/{message}"
        self.world.record.add("discord", "out", path, body, status=200, answer={"id": message}, message=message)

    def discord_uses(self, name: str, command: str, options: list[dict[str, object]]) -> str:
        interaction = self.id()
        payload = {
            "id": interaction,
            "token": "{token}",
            "type": 2,
            "guild_id": "411000000000000001",
            "channel_id": LOUNGE,
            "member": {"user": self.discord_user(name)},
            "data": {"name": command, "type": 1, "options": options},
        }
        self.world.record.add("discord", "in", "INTERACTION_CREATE", payload, channel=LOUNGE, event=interaction)
        return interaction

    def discord_answers(self, interaction: str, kind: int, data: dict[str, object] | None = None) -> str:
        message = self.id()
        payload = {"type": kind} | ({"data": data} if data else {})
        self.world.record.add(
            "discord",
            "out",
            f"POST /interactions/{interaction}/{{token}}/callback",
            payload,
            status=200,
            answer={"resource": {"type": kind, "message": {"id": message}}},
            message=message,
            event=interaction,
        )
        return message

    def discord_edits_original(self, interaction: str, body: dict[str, object]) -> None:
        self.world.record.add(
            "discord",
            "out",
            f"PATCH /webhooks/{APP}/{{token}}/messages/@original",
            body,
            status=200,
            answer={},
            event=interaction,
        )

    # -- Twitch
    def twitch_says(self, name: str, text: str, badges: tuple[str, ...] = ()) -> str:
        message, user = f"t-{self.id()}", self.world.people[name].ids["twitch"]
        event = {
            "broadcaster_user_id": "41001",
            "broadcaster_user_login": "ada",
            "broadcaster_user_name": "ada",
            "chatter_user_id": user,
            "chatter_user_login": name,
            "chatter_user_name": name,
            "message_id": message,
            "message": {"text": text, "fragments": []},
            "badges": [{"set_id": b, "id": "1", "info": ""} for b in badges],
            "color": {"ada": "#9146FF", "bob": "#008000", "cleo": ""}[name],
            "reply": None,
        }
        frame = {"metadata": {"message_id": f"m{message}"}, "payload": {"subscription": {}, "event": event}}
        self.world.record.add(
            "twitch", "in", "channel.chat.message", frame, channel="41001", message=message, event=f"m{message}"
        )
        return message

    def twitch_sends(self, text: str, reply: str | None = None) -> None:
        payload = {"broadcaster_id": "41001", "sender_id": "49999", "message": text} | (
            {"reply_parent_message_id": reply} if reply else {}
        )
        answer = {"data": [{"message_id": f"t-{self.id()}", "is_sent": True}]}
        self.world.record.add("twitch", "out", "POST /helix/chat/messages", payload, status=200, answer=answer)

    def twitch_whispers(self, name: str, text: str, answer: str) -> None:
        user = self.world.people[name].ids["twitch"]
        event = {
            "from_user_id": user,
            "from_user_login": name,
            "from_user_name": name,
            "whisper_id": self.id(),
            "whisper": {"text": text},
        }
        self.world.record.add("twitch", "in", "user.whisper.message", {"payload": {"event": event}}, private_to=name)
        payload = {"from_user_id": "49999", "to_user_id": user, "message": answer}
        self.world.record.add("twitch", "out", "POST /helix/whispers", payload, status=204, private_to=name)

    # -- Telegram
    def telegram_says(
        self, name: str, text: str, *, private: bool = False, entities: list[dict[str, object]] | None = None
    ) -> int:
        message, user = int(self.id()), int(self.world.people[name].ids["telegram"])
        chat = (
            {"id": user, "type": "private"}
            if private
            else {"id": -1001000000001, "type": "supergroup", "title": "Soulfra Lounge"}
        )
        body = {
            "message_id": message,
            "date": 0,
            "chat": chat,
            "text": text,
            "from": {"id": user, "is_bot": False, "first_name": name.title(), "username": name},
            "entities": entities or [],
        }
        self.world.record.add(
            "telegram", "in", "message", {"update_id": message, "message": body}, message=str(message)
        )
        return message

    def telegram_sends(self, chat: int, text: str, **parameters: object) -> int:
        message = int(self.id())
        self.world.record.add(
            "telegram",
            "out",
            "sendMessage",
            {"chat_id": str(chat), "text": text, **parameters},
            status=200,
            answer={"ok": True, "result": {"message_id": message}},
            message=str(message),
        )
        return message


class Bot:
    """Requests of a bot, made to the emulators over HTTP."""

    def __init__(self, sandbox: Sandbox, http: httpx.AsyncClient) -> None:
        self._sandbox, self._http = sandbox, http

    async def discord(self, method: str, path: str, body: object) -> Any:
        headers = {"authorization": f"Bot {self._sandbox.discord.token}"}
        url = f"{self._sandbox.discord.address}/api/v10{path}"
        return (await self._http.request(method, url, json=body, headers=headers)).raise_for_status().json()

    async def register(self) -> None:
        await self.discord("PUT", f"/applications/{self._sandbox.discord.application_id}/commands", COMMANDS)

    async def telegram(self, method: str, **parameters: object) -> Any:
        url = f"{self._sandbox.telegram.address}/bot{self._sandbox.telegram.bot_token}/{method}"
        return (await self._http.post(url, json=parameters)).raise_for_status().json()["result"]


def scene(wires: Wires) -> None:
    """An evening on three platforms."""
    wires.register()
    said = wires.discord_says("ada", "!bless @bob 5 thank you")
    wires.discord_posts("**Bob** is blessed with **5** ✦. You keep 95 ✦.", reply=said)
    used = wires.discord_uses("bob", "whisper", [{"name": "category", "type": 3, "value": "reflection"}])
    wires.discord_answers(used, 5)
    wires.discord_edits_original(
        used,
        {
            "content": "🌙 *What did you leave unsaid today?*\nAnswer with `/answer`, it is worth **5** ✦.",
            "components": [
                {
                    "type": 1,
                    "components": [
                        {"type": 2, "style": 1, "label": "Answer", "custom_id": "answer-1"},
                        {"type": 2, "style": 2, "label": "Skip", "custom_id": "skip-1"},
                    ],
                }
            ],
        },
    )
    kept = wires.discord_uses(
        "ada", "vault", [{"name": "put", "type": 1, "options": [{"name": "name", "type": 3, "value": "recipe"}]}]
    )
    wires.discord_answers(kept, 4, {"content": "Sealed `recipe`, version **1**. Only you can open it.", "flags": 64})
    top = wires.discord_says("cleo", "!top")
    wires.discord_posts(
        "",
        reply=top,
        embeds=[
            {
                "title": "Blessings this week",
                "description": "1. **Bob** 15 ✦\n2. **Ada** 95 ✦",
                "color": 0x8B5CF6,
                "fields": [
                    {"name": "You", "value": "3rd · 0 ✦", "inline": True},
                    {"name": "Level", "value": "Seeker", "inline": True},
                ],
                "footer": {"text": "Counted since Monday"},
            }
        ],
    )
    line = wires.twitch_says("ada", "!bless @bob 5 thank you", ("broadcaster",))
    wires.twitch_sends("@bob is blessed with 5 ✦. You keep 90 ✦.", line)
    line = wires.twitch_says("bob", "!balance", ("moderator",))
    wires.twitch_sends("You have 20 ✦.", line)
    wires.twitch_says("cleo", "hello everybody, what a lovely evening this is, is it not?")
    wires.twitch_whispers("ada", "!vault get recipe", "recipe (version 1): two eggs, flour, patience")
    asked = wires.telegram_says(
        "ada",
        "/bless @bob 5",
        entities=[{"type": "bot_command", "offset": 0, "length": 6}, {"type": "mention", "offset": 7, "length": 4}],
    )
    wires.telegram_sends(
        -1001000000001,
        "Bob is blessed with 5 ✦. You keep 85 ✦.",
        entities='[{"type":"bold","offset":0,"length":3},{"type":"bold","offset":20,"length":1}]',
        reply_parameters=f'{{"message_id":{asked}}}',
    )
    wires.telegram_says("bob", "that was kind, thank you 🙏")
    wires.telegram_says(
        "ada", "/mirror spawn", private=True, entities=[{"type": "bot_command", "offset": 0, "length": 7}]
    )
    wires.telegram_sends(
        5101,
        "A mirror learns from your whisper answers, and from nothing else. Do you agree?",
        entities='[{"type":"italic","offset":26,"length":15}]',
        reply_markup='{"inline_keyboard":[[{"text":"I agree","callback_data":"v1:yes"},'
        '{"text":"Not now","callback_data":"v1:no"}]]}',
    )
