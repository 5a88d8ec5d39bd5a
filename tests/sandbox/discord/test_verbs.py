"""What people can do on the emulated Discord, and what it refuses of the bot for it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.sandbox.discord import DiscordEmulator
from bot.sandbox.emulator import Upload
from bot.sandbox.world import SandboxError, World
from tests.sandbox.discord import conformance
from tests.sandbox.discord.test_emulator import GUILD, ROOM, Bot, button, code, command, option, row

LONG = [{"name": f"{n}{'x' * 98}", "value": "y" * 99} for n in range(9)]
COMMANDS: list[dict[str, Any]] = [
    {
        "type": 1, "name": "show", "description": "Show.", "contexts": [0, 1, 2], "integration_types": [0, 1],
        "options": [
            {"type": 7, "name": "room", "description": "Where."},
            {"type": 8, "name": "role", "description": "Who."},
            {"type": 9, "name": "either", "description": "Who or what."},
            {"type": 11, "name": "file", "description": "What."},
            {"type": 3, "name": "colour", "description": "How.", "autocomplete": True},
            {"type": 4, "name": "size", "description": "How large.", "autocomplete": True},
        ],
    },
    {"type": 1, "name": "rule", "description": "For moderators.", "default_member_permissions": 1 << 13},
    {"type": 1, "name": "own", "description": "For administrators.", "default_member_permissions": 0},
    {"type": 2, "name": "Wave at them"},
    {"type": 3, "name": "Quote this"},
]  # fmt: skip
OPTIONAL: dict[str, Any] = {"required": False, "min_values": 0}
GLAD = {"label": "Glad", "value": "g"}
MODAL: dict[str, Any] = {
    "custom_id": "m1",
    "title": "Who are you?",
    "components": [
        {"type": 10, "content": "Tell us."},
        {"type": 18, "label": "Name", "component": {"type": 4, "custom_id": "name", "style": 1, "max_length": 5}},
        {"type": 18, "label": "Mood", "component": {"type": 3, "custom_id": "mood", **OPTIONAL, "options": [GLAD]}},
        {"type": 18, "label": "File", "component": {"type": 19, "custom_id": "file", **OPTIONAL}},
    ],
}  # fmt: skip


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
        taken = [wire for wire in emulator.world.record.since(0) if wire.status is None or wire.status < 300]
        assert conformance.violations(taken) == []


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        (command(name_localizations={"tlh": "x"}), "0.name_localizations"),
        (command(name_localizations={"de": "Zwei Wörter"}), "0.name_localizations"),
        (command(description_localizations={"de": "x" * 101}), "0.description_localizations"),
        (command(contexts=[3]), "0.contexts"),
        (command(contexts=[]), "0.contexts"),
        (command(integration_types=[0, 0]), "0.integration_types"),
        (command(default_member_permissions="all"), "0.default_member_permissions"),
        (command(options=[option(contexts=[0])]), "0.options.0.contexts"),
        (command(options=[option(autocomplete=True, choices=[{"name": "a", "value": "a"}])]), "0.options.0.autocomplete"),
        (command(options=[option(type=6, autocomplete=True)]), "0.options.0.autocomplete"),
        (command(options=[option(type=7, choices=[{"name": "a", "value": "a"}])]), "0.options.0.choices"),
        (command(options=[option(choices=[{"name": "a", "value": "a"}, {"name": "a", "value": "b"}])]), "0.options.0.choices"),
        ({"type": 2, "name": "x" * 33}, "0.name"),
        ({"type": 3, "name": "Quote", "description": "No."}, "0.description"),
        (command(options=[option(name=f"o{n}", choices=LONG) for n in range(9)]), "0.description"),
    ],
)  # fmt: skip
async def test_registrations_that_are_refused(bot: Bot, wrong: dict[str, Any], where: str) -> None:
    status, answer = await bot.put([wrong])
    assert (status, answer["code"]) == (400, 50035)
    found = answer["errors"]
    for name in where.split("."):
        found = found[name]
    assert found["_errors"][0]["message"]


async def test_more_than_fifteen_menus(bot: Bot) -> None:
    for kind, error in ((2, 30033), (3, 30034)):
        assert code(await bot.put([{"type": kind, "name": f"M {n}"} for n in range(16)])) == (400, error)


@pytest.mark.parametrize(
    "data",
    [
        {"embeds": [{"description": "x" * 4096}, {"description": "x" * 1905}]},
        {"embeds": [{"title": "x" * 257}]},
        {"embeds": [{"fields": [{"name": "a", "value": "b"}] * 26}]},
        {"embeds": [{"fields": [{"name": "a", "value": ""}]}]},
        {"content": "x", "attachments": [{"id": n} for n in range(11)]},
        {"content": "x", "components": [{"type": 10, "content": "text"}]},
        {"content": "x", "components": [row(button("a"), {"type": 3, "custom_id": "s", "options": [GLAD]})]},
        {"content": "x", "components": [row({"type": 3, "custom_id": "s", "options": []})]},
        {"content": "x", "components": [row({"type": 3, "custom_id": "s", "options": [GLAD] * 2})]},
        {"content": "x", "components": [row({"type": 3, "custom_id": "s", "max_values": 2, "options": [GLAD]})]},
        {"content": "x", "components": [row({"type": 5})]},
        {"flags": 1 << 15, "content": "x", "components": [{"type": 10, "content": "text"}]},
        {"flags": 1 << 15, "components": [{"type": 10, "content": "x" * 2001}, {"type": 10, "content": "x" * 2000}]},
        {"flags": 1 << 15, "components": [{"type": 17, "components": [{"type": 17, "components": []}]}]},
        {"flags": 1 << 15, "components": [{"type": 17, "components": []}]},
        {"flags": 1 << 15, "components": [{"type": 9, "components": [{"type": 10, "content": "x"}]}]},
        {"flags": 1 << 15, "components": [{"type": 13, "file": {"url": "https://example.org"}}]},
        {"flags": 1 << 15, "components": [{"type": 10, "content": "x"}] * 41},
    ],
)  # fmt: skip
async def test_messages_that_are_refused(bot: Bot, data: dict[str, Any]) -> None:
    assert code(await bot.send(**data)) == (400, 50035)


async def test_a_layout_stays_one(bot: Bot) -> None:
    text = {"type": 10, "content": "text"}
    plain = (await bot.send(content="x"))[1]["id"]
    path = f"/channels/{ROOM}/messages/{plain}"
    assert code(await bot.ask("PATCH", path, {"flags": 1 << 15, "components": [text]})) == (400, 50035)
    status, made = await bot.ask(
        "PATCH", path, {"flags": 1 << 15, "content": None, "embeds": None, "components": [text]}
    )
    assert (status, made["flags"], made["content"]) == (200, 1 << 15, "")
    assert code(await bot.ask("PATCH", path, {"content": "words"})) == (400, 50035)


async def test_everything_is_resolved_by_name(bot: Bot) -> None:
    given = await bot.asked("ada", "show", room="#lounge", role="Keeper", either="bob", file=("a.txt", b"x"))
    values = {one["name"]: one["value"] for one in given["data"]["options"]}
    resolved = given["data"]["resolved"]
    assert resolved["channels"][values["room"]]["name"] == "lounge"
    assert resolved["roles"][values["role"]]["name"] == "Keeper"
    assert resolved["users"][values["either"]]["username"] == "bob"
    async with bot.session.get(resolved["attachments"][values["file"]]["url"]) as response:
        assert await response.read() == b"x"
    for wrong in ({"room": "cellar"}, {"role": "King"}, {"file": "a.txt"}):
        with pytest.raises(SandboxError):
            await bot.asked("ada", "show", **wrong)


async def test_typing_takes_suggestions_and_nothing_else(bot: Bot) -> None:
    typing = (await bot.emulator.autocomplete("ada", "show", "size", options={"size": "1", "colour": "red"})).payload
    assert typing["data"]["options"][-1] == {"name": "size", "type": 4, "value": "1", "focused": True}
    assert code(await bot.callback(typing, 4, content="x")) == (400, 50035)
    wrong: list[Any] = [
        [{"name": "1", "value": "1"}],
        [{"name": "", "value": 1}],
        [{"name": "x" * 101, "value": 1}],
        [{"name": str(n), "value": n} for n in range(26)],
    ]
    for choices in wrong:
        assert code(await bot.callback(typing, 8, choices=choices)) == (400, 50035)
    assert (await bot.callback(typing, 8, choices=[{"name": "one", "value": 1}]))[0] == 200
    assert code(await bot.callback(typing, 8, choices=[])) == (400, 40060)
    for focus in ("room", "nosuch"):
        with pytest.raises(SandboxError, match="completes no option"):
            await bot.emulator.autocomplete("ada", "show", focus)


async def test_menus_are_of_people_and_messages(bot: Bot) -> None:
    line = await bot.emulator.say("bob", "wise")
    person = (await bot.emulator.menu("ada", "Wave at them", "bob")).payload["data"]
    message = (await bot.emulator.menu("ada", "Quote this", line.event)).payload["data"]
    assert person["resolved"]["users"][person["target_id"]]["username"] == "bob"
    assert message["resolved"]["messages"][line.event]["content"] == "wise"
    for label, target in (("Quote this", "bob"), ("Wave at them", line.event), ("Nothing", "bob"), ("Quote this", "1")):
        with pytest.raises(SandboxError):
            await bot.emulator.menu("ada", label, target)


async def test_commands_are_offered_to_whom_they_are_for(bot: Bot) -> None:
    for name, allowed in (("rule", {"ada", "bob"}), ("own", {"ada"})):
        for user in ("ada", "bob", "cleo"):
            if user in allowed:
                await bot.emulator.slash(user, name, {})
            else:
                with pytest.raises(SandboxError, match="not offered to"):
                    await bot.emulator.slash(user, name, {})


async def test_groups_are_for_what_people_brought(bot: Bot) -> None:
    asked = (await bot.emulator.slash("ada", "show", {}, channel="friends")).payload
    assert (asked["context"], "guild_id" in asked, asked["channel"]["type"]) == (2, False, 3)
    assert (await bot.callback(asked, content="x"))[0] == 200
    assert code(await bot.ask("POST", f"/channels/{asked['channel_id']}/messages", {"content": "x"})) == (403, 50001)
    with pytest.raises(SandboxError, match="not offered in groups"):
        await bot.emulator.slash("bob", "rule", {}, channel="friends")


async def test_a_select_takes_what_it_offers(bot: Bot) -> None:
    options = [{"label": "Red", "value": "r"}, {"label": "Blue", "value": "b"}]
    select = {"type": 3, "custom_id": "s", "options": options, "max_values": 2}
    message = (await bot.send(content="x", components=[row(select), row({"type": 5, "custom_id": "u"})]))[1]["id"]
    assert (await bot.emulator.pick("ada", message, ["Blue", "r"])).payload["data"]["values"] == ["b", "r"]
    users = (await bot.emulator.pick("ada", message, ["bob"], select="u")).payload["data"]
    assert users["resolved"]["users"][users["values"][0]]["username"] == "bob"
    for values, which in (["Green"], "s"), ([], "s"), (["r", "b", "r"], "s"), (["r"], "nosuch"), (["zoe"], "u"):
        with pytest.raises(SandboxError):
            await bot.emulator.pick("ada", message, values, select=which)


async def test_a_modal_is_filled_in(bot: Bot) -> None:
    with pytest.raises(SandboxError, match="no modal open"):
        await bot.emulator.submit("ada", {})
    asked = await bot.asked("ada", "show")
    assert (await bot.callback(asked, 9, **MODAL))[0] == 200
    assert code(await bot.ask("GET", bot.hook(asked, "/messages/@original"))) == (404, 10008)
    assert (await bot.ask("POST", bot.hook(asked), {"content": "meanwhile", "flags": 64}))[0] == 200
    for wrong in ({}, {"name": "too long"}, {"name": "Ada", "mood": "Sad"}, {"name": "Ada", "age": "7"}):
        with pytest.raises(SandboxError):
            await bot.emulator.submit("ada", wrong)
    with pytest.raises(SandboxError, match="no modal open"):
        await bot.emulator.submit("bob", {"name": "Bob"})
    sent = (await bot.emulator.submit("ada", {"Name": "Ada", "mood": "Glad", "file": Upload("a.txt", b"x")})).payload
    text, name, mood, file = sent["data"]["components"]
    assert (text["type"], name["component"]["value"], mood["component"]["values"]) == (10, "Ada", ["g"])
    assert file["component"]["values"][0] in sent["data"]["resolved"]["attachments"]
    assert code(await bot.callback(sent, 9, **MODAL)) == (400, 50035)
    answer = (await bot.callback(sent, content="Thanks"))[1]["resource"]["message"]
    assert answer["interaction_metadata"]["triggering_interaction_metadata"]["id"] == asked["id"]
    again = (await bot.emulator.submit("ada", {"name": "Eve"}, modal="m1")).payload
    assert again["id"] != sent["id"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 46},
        {"custom_id": "x" * 101},
        {"components": []},
        {"components": [MODAL["components"][0]] * 6},
        {"components": [MODAL["components"][1]] * 2},
        {"components": [row(button("a"))]},
        {"components": [{"type": 18, "label": "x" * 46, "component": {"type": 4, "custom_id": "a", "style": 1}}]},
        {
            "components": [
                {"type": 18, "label": "x", "component": {"type": 2, "custom_id": "a", "style": 1, "label": "x"}}
            ]
        },
        {"components": [{"type": 18, "label": "x", "component": {"type": 4, "custom_id": "a", "style": 3}}]},
        {"components": [{"type": 18, "label": "x", "component": {"type": 4, "style": 1}}]},
    ],
)
async def test_modals_that_are_refused(bot: Bot, wrong: dict[str, Any]) -> None:
    assert code(await bot.callback(await bot.asked("ada", "show"), 9, **{**MODAL, **wrong})) == (400, 50035)


async def test_a_command_is_no_message_to_update(bot: Bot) -> None:
    asked = await bot.asked("ada", "show")
    for kind in (6, 7, 8, 10):
        assert code(await bot.callback(asked, kind, content="x")) == (400, 50035)


async def test_files_replies_and_threads(bot: Bot) -> None:
    first = await bot.emulator.say("ada", "first")
    line = await bot.emulator.say("bob", "@Keeper #lounge", reply_to=first.event, files=[("a.png", b"\x89PNG")])
    payload = line.payload
    assert (payload["content"], len(payload["mention_roles"])) == (f"<@&{payload['mention_roles'][0]}> <#{ROOM}>", 1)
    assert payload["referenced_message"]["content"] == "first"
    assert payload["attachments"][0]["content_type"] == "image/png"
    inside = [(await bot.emulator.say("bob", "aside", topic="aside")).payload["channel_id"] for _ in range(2)]
    assert inside[0] == inside[1] != ROOM
    assert (await bot.ask("GET", f"/channels/{inside[0]}"))[1]["parent_id"] == ROOM
    assert (await bot.ask("POST", f"/channels/{inside[0]}/messages", {"content": "x"}))[0] == 200
    wrong: list[dict[str, Any]] = [{"reply_to": "1"}, {"files": [("a", b"")] * 11}, {"topic": "t", "private": True}]
    for more in wrong:
        with pytest.raises(SandboxError):
            await bot.emulator.say("bob", "x", **more)


async def test_reactions(bot: Bot) -> None:
    line = await bot.emulator.say("ada", "hello")
    path = f"/channels/{ROOM}/messages/{line.event}/reactions"
    assert (await bot.ask("PUT", f"{path}/👍/@me"))[0] == 204
    assert code(await bot.ask("PUT", f"{path}/thumb/@me")) == (400, 10014)
    await bot.emulator.react("bob", line.event, "👍")
    shown = (await bot.ask("GET", f"/channels/{ROOM}/messages/{line.event}"))[1]["reactions"]
    assert [(one["count"], one["me"]) for one in shown] == [(2, True)]
    with pytest.raises(SandboxError, match="done that already"):
        await bot.emulator.react("bob", line.event, "👍")
    await bot.emulator.react("bob", line.event, None)
    for emoji in (None, "thumb"):
        with pytest.raises(SandboxError):
            await bot.emulator.react("bob", line.event, emoji)


async def test_people_come_and_go(bot: Bot) -> None:
    cleo = bot.world.human("cleo").ids["discord"]
    path = f"/guilds/{GUILD}/members"
    assert len((await bot.ask("GET", f"{path}/{cleo}"))[1]["roles"]) == 1
    await bot.emulator.leave("cleo")
    assert code(await bot.ask("GET", f"{path}/{cleo}")) == (404, 10007)
    assert (await bot.ask("GET", f"{path}/search?query=cle&limit=5"))[1] == []
    with pytest.raises(SandboxError, match="has left"):
        await bot.emulator.say("cleo", "hello?")
    assert (await bot.emulator.join("cleo")).event == f"joined:{GUILD}:{cleo}"
    assert (await bot.ask("GET", f"{path}/search?query=CLE&limit=5"))[1][0]["user"]["id"] == cleo
    with pytest.raises(SandboxError, match="nothing to join"):
        await bot.emulator.join("cleo", channel="friends")


async def test_what_can_be_asked_of_servers_and_people(bot: Bot) -> None:
    assert (await bot.ask("GET", f"/guilds/{GUILD}"))[1]["owner_id"] == bot.world.human("ada").ids["discord"]
    assert [one["name"] for one in (await bot.ask("GET", f"/guilds/{GUILD}/roles"))[1]] == [
        "@everyone",
        "moderators",
        "Keeper",
    ]
    assert [one["id"] for one in (await bot.ask("GET", f"/guilds/{GUILD}/channels"))[1]] == [ROOM]
    assert (await bot.ask("GET", f"/users/{bot.emulator.application_id}"))[1]["username"] == "soulfra"
    assert code(await bot.ask("GET", "/users/1")) == (404, 10013)
    assert code(await bot.ask("GET", "/guilds/1")) == (404, 10004)
    assert code(await bot.ask("GET", f"/guilds/{GUILD}/members/search?query=")) == (400, 50035)


async def test_an_endpoint_must_answer_and_refuse(bot: Bot) -> None:
    statuses = [200, 200]

    async def post(request: web.Request) -> web.Response:
        return web.json_response({"type": 1}, status=statuses.pop(0))

    app = web.Application()
    app.router.add_post("/", post)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    with pytest.raises(SandboxError, match="not signed"):
        await bot.emulator.post_interactions_to(url)
    statuses[:] = [500]
    with pytest.raises(SandboxError, match="PING"):
        await bot.emulator.post_interactions_to(url)
    statuses[:] = [200, 401, 202]
    await bot.emulator.post_interactions_to(url)
    about = (await bot.ask("GET", "/oauth2/applications/@me"))[1]
    assert (about["verify_key"], about["interactions_endpoint_url"]) == (bot.emulator.public_key, url)
    await bot.asked("ada", "show")
    await bot.emulator.post_interactions_to(None)
    await bot.asked("ada", "show")
    await runner.cleanup()
