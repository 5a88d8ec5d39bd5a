"""Values, suggestions, menus, selects and standings, through the real client."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapter import Sent
from bot.command import Invocation, ReplyHandle
from bot.errors import UserError
from bot.message import Choice, Message, card
from bot.message import button as keyed
from bot.message import select as listed
from bot.platforms.discord.files import Files
from bot.platforms.discord.suggesting import suggestions
from bot.users import Attachment, Channel, Place, Role, Said, Standing, User
from tests.platforms.discord.support import SHOW, SPECS, Stage, spec, until
from tests.sandbox.discord import conformance

LOUNGE, GUILD = "311000000000000001", "411000000000000001"
HERE = Place("discord", LOUNGE, "channel", GUILD)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Stage() as one:
        yield one
        if conformance.description():
            assert conformance.violations(one.world.record.since(0)) == []


async def shown(stage: Stage, **options: Any) -> Invocation:
    given_ = {"room": "#lounge", "role": "Keeper", **options}
    await stage.dealt((await stage.discord.slash("ada", "show", given_)).event)
    return stage.ears.submitted[-1]


async def test_everything_that_is_resolved_has_a_value(stage: Stage) -> None:
    invocation = await shown(stage, file=("a.txt", b"words"), colour="red")
    options = invocation.options or {}
    assert options["room"] == Channel("discord", LOUNGE, "lounge", GUILD)
    assert isinstance(options["role"], Role)
    assert options["role"].name == "Keeper"
    assert isinstance(options["file"], Attachment)
    assert (options["file"].name, options["file"].size) == ("a.txt", 5)
    assert await stage.platform.fetch(options["file"]) == b"words"
    assert Invocation.from_json(invocation.to_json()) == invocation


async def test_typing_is_completed(stage: Stage) -> None:
    stage.ears.suggestions = ["red", "r" * 101, "", " ", "red", *(f"r{n}" for n in range(30))]
    await stage.dealt(
        (
            await stage.discord.autocomplete(
                "ada", "show", "colour", options={"colour": "r\x00\u202e", "role": "Keeper"}
            )
        ).event
    )
    (asked,) = stage.ears.suggested
    assert (asked.kind, asked.path, asked.focus, asked.options) == ("suggest", "show", "colour", {"colour": "r"})
    (wire,) = stage.out("/callback")
    assert wire.payload["type"] == 8
    assert [one["value"] for one in wire.payload["data"]["choices"]] == ["red", *(f"r{n}" for n in range(24))]
    assert stage.ears.submitted == []


async def test_typing_is_never_answered_with_an_error(stage: Stage) -> None:
    del stage.ears.specs["show"]
    for focus, typed in (("colour", "x"), ("size", "not a number")):
        await stage.dealt((await stage.discord.autocomplete("ada", "show", focus, options={focus: typed})).event)
    assert [one.payload["data"] for one in stage.out("/callback")] == [{"choices": []}] * 2


@given(
    st.lists(st.text(max_size=200) | st.integers() | st.booleans()), st.sampled_from(["colour", "size", "nosuch", None])
)
def test_suggestions_fit_whatever_they_are(found: list[str | int], focus: str | None) -> None:
    made = suggestions(found, SHOW, focus)
    assert len(made) <= 25
    for one in made:
        assert 1 <= len(one["name"]) <= 100
        assert isinstance(one["value"], int if focus == "size" else str)


async def test_the_menu_of_a_person_gives_them(stage: Stage) -> None:
    await stage.dealt((await stage.discord.menu("ada", "Wave at them", "bob")).event)
    (invocation,) = stage.ears.submitted
    assert (invocation.path, invocation.options) == ("wave", {"to": stage.world.human("bob").on("discord")})


async def test_the_menu_of_a_message_is_about_it(stage: Stage) -> None:
    line = await stage.discord.say("bob", "wise words", files=[("a.txt", b"words", "text/plain")])
    await stage.dealt(line.event)
    await stage.dealt((await stage.discord.menu("ada", "Quote this", line.event)).event)
    (invocation,) = stage.ears.submitted
    assert invocation.about == Said(line.event, stage.world.human("bob").on("discord"), "wise words")
    assert [one.name for one in invocation.files] == ["a.txt"]


async def test_a_menu_that_is_gone_is_told_kindly(stage: Stage) -> None:
    await stage.platform.register([])
    stage.discord._state.commands[None] = [{"type": 2, "name": "Old", "id": "1", "integration_types": [0]}]
    await stage.dealt((await stage.discord.menu("ada", "Old", "bob")).event)
    (wire,) = stage.out("/callback")
    assert "has just changed" in wire.payload["data"]["content"]


async def test_a_select_is_a_press_with_what_was_picked(stage: Stage) -> None:
    chosen = replace_id(listed("Which?", "show", "colour", [Choice("r", "Red"), Choice("b", "Blue")], most=2))
    stage.ears.answer = stage.reply(Message("Pick", selects=[chosen]))
    await stage.dealt((await stage.discord.slash("ada", "whisper", {})).event)
    stage.ears.answer = None
    await stage.dealt((await stage.discord.pick("ada", stage.outcomes[0].message, ["Blue", "r"])).event)
    press = stage.ears.submitted[1]
    assert (press.kind, press.button, press.chosen) == ("press", "the-id", ["b", "r"])


def replace_id(one: Any) -> Any:
    return type(one)(**{name: getattr(one, name) for name in one.__struct_fields__} | {"id": "the-id"})


@pytest.mark.parametrize(
    ("user", "level", "role"),
    [("ada", "owner", None), ("bob", "moderator", "moderators"), ("cleo", "member", "keeper")],
)
async def test_standing_comes_with_everything_that_is_asked(
    stage: Stage, user: str, level: str, role: str | None
) -> None:
    await stage.dealt((await stage.discord.slash(user, "wave", {"to": "bob"})).event)
    await stage.dealt((await stage.discord.say(user, "!bless")).event)
    who = stage.world.human(user).on("discord")
    told = [one.standing for one in stage.ears.submitted] + [await stage.platform.standing(who, HERE)]
    for standing in told:
        assert standing is not None
        assert standing.level == level
        assert (role is None) == (not standing.roles)
        assert role is None or role in standing.roles
    assert await stage.platform.standing(who, Place("discord", "1", "direct")) == Standing()


async def test_what_a_line_brings(stage: Stage) -> None:
    stage.ears.answer = stage.reply(Message("Said"))
    await stage.dealt((await stage.discord.say("ada", "!bless")).event)
    ours = stage.outcomes[0].message
    stage.ears.answer = None
    given_ = await stage.discord.say("bob", "!look @cleo #lounge @Keeper", reply_to=ours, files=[("a.png", b"\x89PNG")])
    await stage.dealt(given_.event)
    line = stage.ears.submitted[-1]
    assert [type(one) for one in line.mentions] == [User, Channel, Role]
    assert line.about is not None
    assert (line.about.id, line.about.text) == (ours, "Said")
    assert [(one.name, one.size) for one in line.files] == [("a.png", 4)]
    assert stage.ears.wanted[-1] == {"addressed": False, "files": True, "reply": True}


async def test_threads_belong_to_their_room(stage: Stage) -> None:
    stage.ears.answer = stage.reply(Message("In here"))
    await stage.dealt((await stage.discord.say("ada", "!bless", topic="aside")).event)
    await stage.dealt((await stage.discord.slash("ada", "whisper", {}, channel="aside")).event)
    line, asked = stage.ears.submitted
    thread = line.place.thread
    assert line.place == asked.place == Place("discord", LOUNGE, "channel", GUILD, thread=thread)
    assert stage.out("/messages")[0].about["channel"] == thread
    assert line.place.home == HERE.home


async def test_a_group_of_others_is_no_private_place(stage: Stage) -> None:
    await stage.dealt((await stage.discord.slash("ada", "bless", {"to": "bob"}, channel="friends")).event)
    (invocation,) = stage.ears.submitted
    assert (invocation.place.kind, invocation.reply.direct, invocation.standing) == ("group", False, Standing())


REFERENCES: list[tuple[str, Any, str | None]] = [
    ("@bob", User, "bob"),
    ("BOB", User, "bob"),
    ("@bo", User, None),
    ("@", User, None),
    ("<@{bob}>", User, "bob"),
    ("<@!{bob}>", User, "bob"),
    ("<@1>", User, None),
    ("<@0>", User, None),
    ("<@&{bob}>", User, None),
    ("#lounge", Channel, "lounge"),
    ("<#311000000000000001>", Channel, "lounge"),
    ("<@311000000000000001>", Channel, None),
    ("#cellar", Channel, None),
    ("keeper", Role, "Keeper"),
    ("@Keeper", Role, "Keeper"),
    ("<@&411000000000000003>", Role, "Keeper"),
    ("@everyone", Role, None),
    ("<#{bob}>", Role, None),
]


@pytest.mark.parametrize("gateway", [True, False])
async def test_what_a_text_means(gateway: bool) -> None:
    async with Stage(gateway=gateway) as stage:
        bob = stage.world.human("bob").ids["discord"]
        for ref, kind, name in REFERENCES:
            found = await stage.platform.resolve(ref.format(bob=bob), HERE, kind)
            assert (ref, found and found.name) == (ref, name)
        assert await stage.platform.resolve("#lounge", Place("discord", "1", "direct"), Channel) is None
        keeper = await stage.platform.standing(stage.world.human("cleo").on("discord"), HERE)
        assert "keeper" in keeper.roles


async def test_a_reaction_is_put_on_what_was_said(stage: Stage) -> None:
    line = await stage.discord.say("ada", "!bless")
    await stage.dealt(line.event)
    handle = stage.ears.submitted[0].reply
    assert await stage.platform.react(handle, "👍") == Sent(line.event)
    assert "10014" in str(await stage.platform.react(handle, "thumb"))
    await stage.dealt((await stage.discord.slash("ada", "whisper", {})).event)
    assert "no message" in str(await stage.platform.react(stage.ears.submitted[1].reply, "👍"))


async def test_what_was_sent_is_edited(stage: Stage) -> None:
    handles: list[ReplyHandle] = []
    for verb in (stage.discord.slash("ada", "bless", {"to": "bob"}), stage.discord.say("ada", "!bless")):
        await stage.dealt((await verb).event)
        handles.append(stage.ears.submitted[-1].reply)
    for handle in handles:
        sent = await stage.platform.send(
            handle, stage.platform.render(Message("One", card=card("Card")), handle)[0], "a"
        )
        assert isinstance(sent, Sent)
        assert await stage.platform.edit(handle, sent.message, stage.platform.render(Message("Two"), handle)[0]) == sent
    edits = [one for one in stage.out("") if one.name.startswith("PATCH")]
    assert [one.name.split("/")[1] for one in edits] == ["webhooks", "channels"]
    assert [(one.answer["content"], one.answer["embeds"]) for one in edits] == [("Two", [])] * 2


async def test_the_words_of_others_cannot_be_edited(stage: Stage) -> None:
    line = await stage.discord.say("ada", "!bless")
    await stage.dealt(line.event)
    handle = stage.ears.submitted[0].reply
    assert "50005" in str(await stage.platform.edit(handle, line.event, {"content": "mine"}))
    assert "10008" in str(await stage.platform.edit(handle, "1", {"content": "mine"}))


def pages(number: int) -> Message:
    return Message(f"Page {number}", buttons=[replace_id(keyed("Next", "help"))], update=True)


@pytest.mark.parametrize(("path", "options"), [("bless", {"to": "bob"}), ("whisper", {})])
@pytest.mark.parametrize("late", [False, True])
async def test_a_page_takes_the_place_of_the_one_before(path: str, options: dict[str, str], late: bool) -> None:
    async with Stage(defer_after=0.0 if late else 1.5) as stage:
        stage.ears.answer = stage.reply(pages(1))
        await stage.dealt((await stage.discord.slash("ada", path, options)).event)
        first = stage.outcomes[0].message
        private = path == "whisper"

        async def turn(invocation: Invocation) -> None:
            if late:
                await until(lambda: callbacks(stage, invocation.reply.interaction))
            handle = rehandled(invocation.reply, shown=first, private=private)
            payload = stage.platform.render(pages(2), handle)[0]
            stage.outcomes += [await stage.platform.send(handle, payload, "turn") for _ in range(2)]

        stage.ears.answer = turn
        pressed = (await stage.discord.press("ada", first, "Next")).event
        await stage.dealt(pressed)
        assert stage.outcomes[1:] == [Sent(first)] * 2
        assert stage.discord._state.messages[first]["content"] == "Page 2"
        assert callbacks(stage, pressed) == [6 if late else 7]


def callbacks(stage: Stage, event: str | None) -> list[int]:
    return [one.payload["type"] for one in stage.out("/callback") if one.about["event"] == event]


def rehandled(handle: ReplyHandle, **changes: Any) -> ReplyHandle:
    fields = {name: getattr(handle, name) for name in handle.__struct_fields__}
    return ReplyHandle(**fields | changes)


async def test_private_words_never_take_the_place_of_public_ones(stage: Stage) -> None:
    stage.ears.answer = stage.reply(pages(1))
    await stage.dealt((await stage.discord.slash("ada", "bless", {"to": "bob"})).event)
    first = stage.outcomes[0].message

    async def turn(invocation: Invocation) -> None:
        handle = rehandled(invocation.reply, shown=first, private=True)
        stage.outcomes.append(await stage.platform.send(handle, stage.platform.render(pages(2), handle)[0], "turn"))

    stage.ears.answer = turn
    await stage.dealt((await stage.discord.press("ada", first, "Next")).event)
    assert stage.discord._state.messages[first]["content"] == "Page 1"
    assert stage.out("/callback")[1].about["private_to"] == "ada"


async def test_what_cannot_be_replaced_is_said_anew(stage: Stage) -> None:
    """A layout stays one: words alone cannot take its place. What is gone cannot be replaced either."""
    framed = Message("One", card=card("Card"), buttons=[replace_id(keyed("Next", "help"))])
    stage.ears.answer = stage.reply(framed)
    await stage.dealt((await stage.discord.slash("ada", "bless", {"to": "bob"})).event)
    first = stage.outcomes[0].message
    assert stage.out("/callback")[0].payload["data"]["flags"] == 1 << 15
    for press in range(2):
        if press:
            del stage.discord._state.messages[first]
        stage.ears.answer = None
        given_ = stage.discord.press("ada", first, "Next") if not press else stage.discord.say("ada", "!bless")
        await stage.dealt((await given_).event)
        handle = rehandled(stage.ears.submitted[-1].reply, shown=first)
        sent = await stage.platform.send(handle, stage.platform.render(Message("Two"), handle)[0], f"turn{press}")
        assert isinstance(sent, Sent)
        assert sent.message != first


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/attachments/1",
        "file:///etc/passwd",
        "https://cdn.discordapp.com.evil.example/attachments/1/2/a.txt",
        "https://evil.example@cdn.discordapp.com/attachments/1/2/a.txt",
        "https://cdn.discordapp.com:8443/attachments/1/2/a.txt",
        "https://cdn.discordapp.com/attachments/../api/v10/users",
        "https://cdn.discordapp.com/avatars/1/2.png",
        "http://[bad/attachments/1",
        "",
    ],
)
async def test_files_come_from_discord_alone(address: str) -> None:
    for own in (None, "http://127.0.0.1:1"):
        with pytest.raises(UserError, match="cannot get"):
            await Files(own).fetch(Attachment("discord", address, "a.txt"))


async def test_files_that_are_gone_or_too_large(stage: Stage) -> None:
    file = (await shown(stage, file=("a.txt", b"words"))).options["file"]  # type: ignore[index]
    assert isinstance(file, Attachment)
    with pytest.raises(UserError, match="too large"):
        await stage.platform.fetch(Attachment("discord", file.id, "a.txt", size=21 << 20))
    stage.discord._state.files.update({key: (bytes(21 << 20), "text/plain") for key in stage.discord._state.files})
    with pytest.raises(UserError, match="too large"):
        await stage.platform.fetch(file)
    stage.discord._state.files.clear()
    with pytest.raises(UserError, match="cannot get"):
        await stage.platform.fetch(file)


async def test_commands_come_and_go_while_it_runs(stage: Stage) -> None:
    await stage.platform.register(SPECS)
    await stage.platform.register([*SPECS, spec("late", menu="")])
    await stage.platform.register(SPECS[:1])
    puts = [one for one in stage.out("/commands") if one.name.startswith("PUT")]
    assert [len(one.payload) for one in puts] == [8 - 1, 8, 1]
