"""The emulator as a client without a library sees it: strict, and with Discord's own words."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox.discord import DiscordEmulator
from bot.sandbox.world import SandboxError, Wire, World
from tests.sandbox.discord import conformance

ROOM, GUILD = "311000000000000001", "411000000000000001"
COMMANDS: list[dict[str, Any]] = [
    {
        "type": 1, "name": "bless", "description": "Bless.", "contexts": [0, 1],
        "options": [
            {"type": 6, "name": "to", "description": "Who.", "required": True},
            {"type": 4, "name": "amount", "description": "How many.", "min_value": 1, "max_value": 9},
            {"type": 10, "name": "weight", "description": "How heavy."},
            {"type": 5, "name": "loud", "description": "Loudly?"},
            {"type": 3, "name": "note", "description": "Words.", "max_length": 5, "choices": [{"name": "A", "value": "a"}]},
        ],
    },
    {"type": 1, "name": "room", "description": "Only in servers.", "contexts": [0]},
    {
        "type": 1, "name": "vault", "description": "Vault.",
        "options": [{"type": 1, "name": "put", "description": "Put.", "options": []}],
    },
]  # fmt: skip


class Bot:
    """A bare client."""

    def __init__(self, emulator: DiscordEmulator) -> None:
        self.emulator, self.world = emulator, emulator.world
        self.session = aiohttp.ClientSession()
        self.headers = {"Authorization": f"Bot {emulator.token}"}

    async def ask(self, verb: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        url = f"{self.emulator.address}/api/v10{path}"
        async with self.session.request(verb, url, json=body, headers=self.headers, **more) as response:
            return response.status, json.loads(await response.read() or b"null")

    async def put(self, commands: Any) -> tuple[int, Any]:
        return await self.ask("PUT", f"/applications/{self.emulator.application_id}/commands", commands)

    async def send(self, **body: Any) -> tuple[int, Any]:
        return await self.ask("POST", f"/channels/{ROOM}/messages", body)

    async def callback(self, asked: Any, kind: int = 4, **data: Any) -> tuple[int, Any]:
        path = f"/interactions/{asked['id']}/{asked['token']}/callback"
        return await self.ask("POST", path, {"type": kind, "data": data}, params={"with_response": "1"})

    def hook(self, asked: Any, rest: str = "") -> str:
        return f"/webhooks/{asked['application_id']}/{asked['token']}{rest}"

    async def asked(self, user: str = "ada", command: str = "bless", **options: Any) -> Any:
        given = options or ({"to": "bob"} if command == "bless" else {})
        return (await self.emulator.slash(user, command, given)).payload


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    emulator = DiscordEmulator(World())
    await emulator.start()
    one = Bot(emulator)
    assert (await one.put(COMMANDS))[0] == 200
    yield one
    await one.session.close()
    await emulator.stop()
    if conformance.description():
        refused = [wire for wire in emulator.world.record.since(0) if wire.status is None or wire.status < 300]
        assert conformance.violations(refused) == []


def code(answer: tuple[int, Any]) -> tuple[int, int]:
    return answer[0], answer[1]["code"]


async def test_another_token_is_unauthorized(bot: Bot) -> None:
    bot.headers = {"Authorization": "Bot wrong"}
    assert (await bot.ask("GET", "/users/@me"))[0] == 401
    assert (await bot.put([]))[0] == 401


async def test_unknown_routes_are_404(bot: Bot) -> None:
    assert (await bot.ask("GET", "/nothing/here"))[0] == 404


def command(**other: Any) -> dict[str, Any]:
    return {"type": 1, "name": "fine", "description": "Fine.", **other}


def option(**other: Any) -> dict[str, Any]:
    return {"type": 3, "name": "one", "description": "One.", **other}


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        (command(name="Upper"), "0.name"),
        (command(name="two words"), "0.name"),
        (command(description=""), "0.description"),
        (command(description="x" * 101), "0.description"),
        (command(options=[option(name=f"o{n}") for n in range(26)]), "0.options"),
        (command(options=[option(), option(name="two", required=True)]), "0.options"),
        (command(options=[option(), option()]), "0.options"),
        (command(options=[option(), {"type": 1, "name": "sub", "description": "Sub."}]), "0.options"),
        (
            command(options=[option(choices=[{"name": str(n), "value": str(n)} for n in range(26)])]),
            "0.options.0.choices",
        ),
        *(
            (
                command(options=[option(choices=[{"name": "a", "value": "a", "name_localizations": wrong}])]),
                "0.options.0.choices",
            )
            for wrong in ({"de": ""}, {"de": "x" * 101}, {"tlh": "quv"})
        ),
        (command(options=[option(max_length=6001)]), "0.options.0.max_length"),
        (command(options=[option(min_value=1)]), "0.options.0.min_value"),
        (command(options=[option(type=99)]), "0.options.0.type"),
        (command(options=[option(type=2, options=[option(type=2, name="in")])]), "0.options.0.options"),
        (command(options=[option(type=1, options=[option(type=1, name="in")])]), "0.options.0.options"),
    ],
)
async def test_registration_errors_say_where(bot: Bot, wrong: dict[str, Any], where: str) -> None:
    status, answer = await bot.put([wrong])
    assert (status, answer["code"]) == (400, 50035)
    found = answer["errors"]
    for name in where.split("."):
        found = found[name]
    assert found["_errors"][0]["message"]


async def test_more_than_a_hundred_commands(bot: Bot) -> None:
    assert code(await bot.put([command(name=f"c{n}") for n in range(101)])) == (400, 30032)
    assert code(await bot.put([command(), command()])) == (400, 50035)


async def test_registering_again_keeps_ids(bot: Bot) -> None:
    path = f"/applications/{bot.emulator.application_id}/commands"
    before = (await bot.ask("GET", path))[1]
    after = (await bot.put(COMMANDS))[1]
    assert [one["id"] for one in before] == [one["id"] for one in after]


@pytest.mark.parametrize(
    ("path", "options", "reason"),
    [
        ("nothing", {}, "no command"),
        ("vault", {}, "goes on with one of: put"),
        ("vault take", {}, "no command"),
        ("bless", {}, "to must be given"),
        ("bless", {"to": "bob", "colour": "red"}, "no option colour"),
        ("bless", {"to": "zoe"}, "nobody is called"),
        ("bless", {"to": "bob", "amount": 10}, "between 1 and 9"),
        ("bless", {"to": "bob", "amount": "many"}, "does not fit"),
        ("bless", {"to": "bob", "loud": "perhaps"}, "does not fit"),
        ("bless", {"to": "bob", "note": "abcdef"}, "between None and 5"),
        ("bless", {"to": "bob", "note": "b"}, "one of a"),
    ],
)
async def test_the_client_refuses(bot: Bot, path: str, options: dict[str, Any], reason: str) -> None:
    with pytest.raises(SandboxError, match=reason):
        await bot.emulator.slash("ada", path, options)


async def test_places_people_and_contexts_must_exist(bot: Bot) -> None:
    with pytest.raises(SandboxError, match="nobody is called 'zoe'"):
        await bot.emulator.say("zoe", "hello")
    with pytest.raises(SandboxError, match="no channel"):
        await bot.emulator.say("ada", "hello", channel="cellar")
    with pytest.raises(SandboxError, match="not offered in direct messages"):
        await bot.emulator.slash("ada", "room", {}, private=True)


async def test_options_are_typed_as_registered(bot: Bot) -> None:
    asked = await bot.asked(to="@bob", amount="3", weight="1.5", loud="true", note="a")
    values = {one["name"]: one["value"] for one in asked["data"]["options"]}
    bob = bot.world.human("bob").ids["discord"]
    assert values == {"to": bob, "amount": 3, "weight": 1.5, "loud": True, "note": "a"}
    assert asked["data"]["resolved"]["users"][bob]["username"] == "bob"
    assert bob in asked["data"]["resolved"]["members"]


async def test_permissions_follow_the_world(bot: Bot) -> None:
    bits = {name: int((await bot.asked(name))["member"]["permissions"]) for name in ("ada", "bob", "cleo")}
    manage, administrator = 1 << 13, 1 << 3
    assert [bool(bits[name] & manage) for name in ("ada", "bob", "cleo")] == [True, True, False]
    assert [bool(bits[name] & administrator) for name in ("ada", "bob", "cleo")] == [True, False, False]


async def test_an_interaction_is_answered_once(bot: Bot) -> None:
    asked = await bot.asked()
    status, answer = await bot.callback(asked, content="hello")
    assert (status, answer["resource"]["message"]["content"]) == (200, "hello")
    assert code(await bot.callback(asked, content="again")) == (400, 40060)
    assert code(await bot.callback({**asked, "token": "guess"}, content="hello")) == (404, 10062)


async def test_three_seconds_and_fifteen_minutes(bot: Bot) -> None:
    late, deferred = await bot.asked(), await bot.asked()
    assert (await bot.callback(deferred, 5))[0] == 200
    bot.world.offset += 3.5
    assert code(await bot.callback(late, content="hello")) == (404, 10062)
    assert (await bot.ask("PATCH", bot.hook(deferred, "/messages/@original"), {"content": "hello"}))[0] == 200
    bot.world.offset += 900
    assert code(await bot.ask("POST", bot.hook(deferred), {"content": "late"})) == (401, 50027)
    stranger = {**deferred, "application_id": "1"}
    assert code(await bot.ask("POST", bot.hook(stranger), {"content": "x"})) == (404, 10015)


async def test_the_first_follow_up_fills_a_deferred_answer(bot: Bot) -> None:
    asked = await bot.asked()
    loading = (await bot.callback(asked, 5, flags=64))[1]["interaction"]
    assert loading["response_message_loading"]
    assert loading["response_message_ephemeral"]
    first = (await bot.ask("POST", bot.hook(asked), {"content": "first"}))[1]
    second = (await bot.ask("POST", bot.hook(asked), {"content": "second", "flags": 64}))[1]
    assert first["id"] == loading["response_message_id"] != second["id"]
    assert (await bot.ask("DELETE", bot.hook(asked, f"/messages/{second['id']}")))[0] == 204
    assert code(await bot.ask("GET", bot.hook(asked, f"/messages/{second['id']}"))) == (404, 10008)


def row(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(buttons)}


def button(custom_id: str, **other: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": custom_id, **other}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, 50006),
        ({"content": ""}, 50006),
        ({"content": "x" * 2001}, 50035),
        ({"content": "x", "flags": 64}, 50035),
        ({"content": "x", "nonce": "x" * 26}, 50035),
        ({"content": "x", "components": [row(button("a"), button("a"))]}, 50035),
        ({"content": "x", "components": [row(button("x" * 101))]}, 50035),
        ({"content": "x", "components": [row(button("a", label="x" * 81))]}, 50035),
        ({"content": "x", "components": [row(button("a", label=""))]}, 50035),
        ({"content": "x", "components": [row(button("a", style=5))]}, 50035),
        ({"content": "x", "components": [row(*(button(str(n)) for n in range(6)))]}, 50035),
        ({"content": "x", "components": [row(button(str(n))) for n in range(6)]}, 50035),
        ({"content": "x", "components": [button("a")]}, 50035),
        ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, 50035),
        ({"content": "x", "allowed_mentions": {"parse": ["people"]}}, 50035),
        ({"content": "x", "message_reference": {"message_id": "1"}}, 50035),
    ],
)
async def test_messages_that_are_refused(bot: Bot, body: dict[str, Any], error: int) -> None:
    assert code(await bot.send(**body)) == (400, error)


async def test_unknown_channels_and_messages(bot: Bot) -> None:
    assert code(await bot.ask("POST", "/channels/1/messages", {"content": "x"})) == (404, 10003)
    assert code(await bot.ask("GET", f"/channels/{ROOM}/messages/1")) == (404, 10008)
    line = await bot.emulator.say("ada", "hello")
    assert code(await bot.ask("PATCH", f"/channels/{ROOM}/messages/{line.event}", {"content": "x"})) == (403, 50005)


async def test_a_nonce_is_enforced_when_asked(bot: Bot) -> None:
    once = [(await bot.send(content="x", nonce="n", enforce_nonce=True))[1]["id"] for _ in range(2)]
    twice = [(await bot.send(content="x", nonce="n"))[1]["id"] for _ in range(2)]
    assert once[0] == once[1]
    assert twice[0] != twice[1]


async def test_only_allowed_mentions_notify(bot: Bot) -> None:
    bob = bot.world.human("bob").ids["discord"]
    for allowed, count in (({"parse": []}, 0), ({"parse": ["users"]}, 1), ({"parse": [], "users": [bob]}, 1)):
        message = (await bot.send(content=f"<@{bob}>", allowed_mentions=allowed))[1]
        assert len(message["mentions"]) == count


async def test_files_can_be_fetched(bot: Bot) -> None:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps({"content": "x", "attachments": [{"id": 0, "description": "alt"}]}))
    form.add_field("files[0]", b"\x89PNG", filename="a.png")
    url = f"{bot.emulator.address}/api/v10/channels/{ROOM}/messages"
    async with bot.session.post(url, data=form, headers=bot.headers) as response:
        (attachment,) = json.loads(await response.read())["attachments"]
    assert attachment["description"] == "alt"
    async with bot.session.get(attachment["url"]) as response:
        assert (await response.read(), response.content_type) == (b"\x89PNG", "image/png")


async def test_closed_direct_messages(bot: Bot) -> None:
    bot.emulator.closed_dms.add("cleo")
    human = bot.world.human("cleo")
    channel = (await bot.ask("POST", "/users/@me/channels", {"recipient_id": human.ids["discord"]}))[1]
    assert code(await bot.ask("POST", f"/channels/{channel['id']}/messages", {"content": "x"})) == (403, 50007)
    assert code(await bot.ask("POST", "/users/@me/channels", {"recipient_id": "1"})) == (400, 50035)


async def test_rate_limits(bot: Bot) -> None:
    bot.emulator.front.limits["POST /channels/{channel}/messages"] = (2, 60.0)
    assert [(await bot.send(content="x"))[0] for _ in range(3)] == [200, 200, 429]
    bot.emulator.front.limit_everything(60.0)
    status, answer = await bot.ask("GET", "/users/@me")
    assert (status, answer["global"]) == (429, True)
    assert (await bot.callback(await bot.asked(), content="exempt"))[0] == 200


async def test_faults(bot: Bot) -> None:
    bot.emulator.fail("POST /channels/{channel}/messages", 503, after=True)
    bot.emulator.fail("POST /channels/{channel}/messages", 500)
    assert [(await bot.send(content=text))[0] for text in ("done", "lost", "fine")] == [503, 500, 200]
    texts = [wire.payload["content"] for wire in bot.world.record.since(0) if "message" in wire.about]
    assert texts == ["done", "fine"]


async def test_buttons_are_pressed_by_those_who_see_them(bot: Bot) -> None:
    asked = await bot.asked("cleo")
    shown = await bot.callback(
        asked, content="x", flags=64, components=[row(button("go"), button("no", disabled=True))]
    )
    message = shown[1]["interaction"]["response_message_id"]
    with pytest.raises(SandboxError, match="sees no message"):
        await bot.emulator.press("ada", message, "go")
    with pytest.raises(SandboxError, match="no button"):
        await bot.emulator.press("cleo", message, "stop")
    with pytest.raises(SandboxError, match="cannot be pressed"):
        await bot.emulator.press("cleo", message, "no")
    pressed = (await bot.emulator.press("cleo", message, "Go")).payload
    assert pressed["data"]["custom_id"] == "go"
    assert (await bot.callback(pressed, 7, content="done", components=[]))[1]["resource"]["message"][
        "content"
    ] == "done"
    with pytest.raises(SandboxError, match="no button"):
        await bot.emulator.press("cleo", message, "Go")


async def test_a_deferred_press_may_change_its_message(bot: Bot) -> None:
    message = (await bot.send(content="x", components=[row(button("go"))]))[1]["id"]
    pressed = (await bot.emulator.press("ada", message, "go")).payload
    assert (await bot.callback(pressed, 6))[0] == 200
    assert (await bot.ask("GET", bot.hook(pressed, "/messages/@original")))[1]["id"] == message
    assert (await bot.ask("PATCH", bot.hook(pressed, "/messages/@original"), {"content": "y"}))[1]["content"] == "y"


async def test_the_same_event_is_delivered_again(bot: Bot) -> None:
    first = await bot.emulator.say("ada", "hello @bob and @soulfra", event_id="one")
    again = await bot.emulator.say("ada", "something else", event_id="one")
    bob = bot.world.human("bob").ids["discord"]
    assert first == again
    assert first.payload["content"] == f"hello <@{bob}> and <@{bot.emulator.application_id}>"
    assert len([wire for wire in bot.world.record.since(0) if wire.name == "MESSAGE_CREATE"]) == 2


async def test_the_record_holds_no_token(bot: Bot) -> None:
    asked = await bot.asked()
    await bot.callback(asked, content="x")
    await bot.ask("PATCH", bot.hook(asked, "/messages/@original"), {"content": "y"})
    wires = bot.world.record.since(0)
    assert asked["token"] not in repr(wires)
    assert [wire.name for wire in wires[-2:]] == [
        f"POST /interactions/{asked['id']}/{{token}}/callback",
        f"PATCH /webhooks/{asked['application_id']}/{{token}}/messages/@original",
    ]


async def frames(ws: aiohttp.ClientWebSocketResponse, until: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while not found or found[-1]["t"] != until:
        found.append(await ws.receive_json(timeout=5))
    return found


async def test_a_session_is_resumed_with_what_it_missed(bot: Bot) -> None:
    url, token = bot.emulator.address, bot.emulator.token
    async with bot.session.ws_connect(url) as ws:
        assert (await ws.receive_json())["op"] == 10
        await ws.send_json({"op": 1, "d": None})
        assert (await ws.receive_json())["op"] == 11
        await ws.send_json({"op": 2, "d": {"token": token, "intents": 1 << 9 | 1 << 15}})
        ready, guild = await frames(ws, "GUILD_CREATE")
        assert [one["user"]["username"] for one in guild["d"]["members"]] == ["soulfra"]
        await bot.emulator.gateway.drop()
    await bot.emulator.say("ada", "missed")
    async with bot.session.ws_connect(url) as ws:
        await ws.receive_json()
        await ws.send_json({"op": 6, "d": {"token": token, "session_id": ready["d"]["session_id"], "seq": 2}})
        missed, resumed = await frames(ws, "RESUMED")
        assert (missed["d"]["content"], missed["s"], resumed["s"]) == ("missed", 3, 4)
        await bot.emulator.gateway.forget()
    async with bot.session.ws_connect(url) as ws:
        await ws.receive_json()
        await ws.send_json({"op": 6, "d": {"token": token, "session_id": ready["d"]["session_id"], "seq": 4}})
        assert (await ws.receive_json())["op"] == 9


@pytest.mark.parametrize(
    ("frame", "closed"),
    [
        ({"op": 2, "d": {"token": "wrong", "intents": 0}}, 4004),
        ({"op": 2, "d": {"token": "sandbox", "intents": 1 << 15}}, 4014),
        ({"op": 2, "d": {"token": "sandbox", "intents": 0, "shard": [2, 2]}}, 4010),
        ({"op": 8, "d": {"guild_id": GUILD}}, 4003),
        ({"op": 77, "d": None}, 4001),
        ("gibberish", 4002),
    ],
)
async def test_close_codes(bot: Bot, frame: Any, closed: int) -> None:
    bot.emulator.gateway.allowed = 0
    async with bot.session.ws_connect(bot.emulator.address) as ws:
        await ws.receive_json()
        await ws.send_json(frame)
        await ws.receive()
        assert ws.close_code == closed


async def test_members_come_when_asked_for(bot: Bot) -> None:
    async with bot.session.ws_connect(bot.emulator.address) as ws:
        await ws.receive_json()
        await ws.send_json({"op": 2, "d": {"token": bot.emulator.token, "intents": 1 << 1}})
        guild = (await frames(ws, "GUILD_CREATE"))[-1]
        assert len(guild["d"]["members"]) == 4
        await ws.send_json({"op": 8, "d": {"guild_id": int(GUILD), "nonce": "n"}})
        chunk = (await ws.receive_json())["d"]
        assert (chunk["nonce"], len(chunk["members"])) == ("n", 4)


def test_conformance_finds_what_is_wrong() -> None:
    if conformance.description() is None:
        pytest.skip("no discord-openapi.json: set SOULFRA_SPECS")
    wires = [
        Wire(1, 0.0, "discord", "out", "POST /channels/1/messages", {"content": 5}, status=400),
        Wire(2, 0.0, "discord", "out", "GET /users/@me", None, status=200, answer={"id": "1"}),
        Wire(3, 0.0, "discord", "out", "GET /no/such/path", None, status=404),
        Wire(4, 0.0, "discord", "out", "POST /users/@me/channels", {"recipient_id": 5}, status=400),
    ]
    found = conformance.violations(wires)
    assert {one.split(":")[0] for one in found} == {wire.name for wire in wires[:3]}
