"""Bad input, of people and of plugins: one kind sentence for who asked, the cause in the log, and the rest keeps running."""

import asyncio
import logging
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from bot.app import App
from bot.command import Invocation
from bot.events import Cheered, Followed, Redeemed
from bot.plugins import RefusedError
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World
from bot.testing import world
from bot.testing.template import prepare
from bot.users import User
from config.settings import Settings
from tests.bot.conftest import Kernel

FAULT = re.compile(r"Something went wrong on my side\. It is noted as ([0-9a-f]{8})\.")
TROUBLE = "tests.bot.trouble"


async def started(data: Path, platform: str = "twitch") -> Kernel:
    """The owner of the room runs the bot."""
    operators = [World().human("ada").on(platform).key]
    app = App(Settings(data=data, plugins=["tests.bot.plugin", TROUBLE], operators=operators)).load()
    offline = Offline(platform, World())
    prepare(app)
    await app.start([offline])
    return Kernel(data, app, offline)


@pytest.fixture
async def kernel(tmp_path: Path) -> AsyncIterator[Kernel]:
    one = await started(tmp_path / "data")
    yield one
    await one.app.stop()


@pytest.fixture
async def discord(tmp_path: Path) -> AsyncIterator[Kernel]:
    one = await started(tmp_path / "data", "discord")
    yield one
    await one.app.stop()


def by_hand(kernel: Kernel, user: str = "ada", **fields: Any) -> Invocation:
    """What no client of the platform would send."""
    return structs.replace(kernel.line("", user, direct=False), **fields)


async def happened(kernel: Kernel, event: Cheered | Followed | Redeemed) -> list[str]:
    kernel.platform.sent.clear()
    await kernel.app.intake.happened(event, kernel.platform.handle("bob", direct=False))
    await kernel.app.intake.quiet()
    return [shown(payload) for payload in kernel.platform.sent]


def redeemed(kernel: Kernel, text: str, user: str = "cleo") -> Redeemed:
    place, who = kernel.platform.place("ada", direct=False), kernel.platform.user(user)
    return Redeemed(
        id="twitch:r", place=place, at=1, user=who, reward="gift", reward_id="g", redemption="r", cost=1, text=text
    )


def cheered(kernel: Kernel, bits: int, user: User | None) -> Cheered:
    return Cheered(
        id="twitch:c", place=kernel.platform.place("ada", direct=False), at=1, user=user, bits=bits, text="x"
    )


# --- what a handler gives ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line", ["wrong str", "wrong dict", "wrong options", "wrong data", "wrong place", "leak", "bell words around it"]
)
async def test_what_cannot_be_shown_is_a_fault_that_is_over(
    kernel: Kernel, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    acceptance, said = await kernel.submit(kernel.line(f"!{line}"))
    assert (acceptance, len(said)) == ("accepted", 1)
    assert kernel.platform.handles[-1].private
    found = FAULT.fullmatch(said[0])
    assert found
    errors = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert [one for one in errors if found[1] in one.getMessage() and one.exc_info]
    state = await kernel.app.state()
    assert state["accepted"] == state["finished"] == state["delivered"] == 1
    assert await kernel.say("!note fine") == "kept as number 1"


async def test_the_log_says_who_gave_what_is_no_message(kernel: Kernel, caplog: pytest.LogCaptureFixture) -> None:
    await kernel.say("!wrong str")
    assert re.search(r"wrong \(\S*trouble\.py:\d+\) gave a str, not a Message or None", caplog.text)


async def test_middleware_may_raise_or_say_nothing(kernel: Kernel) -> None:
    assert FAULT.fullmatch(await kernel.say("!bell raised around it"))
    assert await kernel.say("!bell nothing around it") == ""
    assert await kernel.say("!bell") == "ding"


async def test_progress_stays_between_nothing_and_everything(discord: Kernel) -> None:
    await discord.submit(discord.line("!skewed"))
    bars = [shown(payload) for payload in [*discord.platform.sent, *(one for _, one in discord.platform.edited)]]
    assert all(bar.count("▰") + bar.count("▱") == 10 for bar in bars if "Baking" in bar)
    assert "Baking ▰▰▰▰▰▰▰▰▰▰ 4/4" in bars


async def test_an_empty_stream_says_something_and_a_torn_one_why(discord: Kernel) -> None:
    assert await discord.say("!empty") != ""
    assert (await discord.say("!torn")).endswith("The story is lost.")


# --- options and suggestions ---------------------------------------------------------------------------------------------


async def test_what_was_typed_is_not_echoed_at_length(kernel: Kernel) -> None:
    answer = await kernel.say("!pet " + "x" * 10_000)
    assert answer.startswith(f"I know no {'x' * 64}. Did you mean")


@pytest.mark.parametrize(
    "line", ["!note " + "word " * 1_000, '!note "' + '"' * 900, "!pet name=Rex " * 50, "!bell [" * 99]
)
async def test_a_flood_of_options_is_one_answer(kernel: Kernel, line: str) -> None:
    acceptance, said = await kernel.submit(kernel.line(line))
    assert (acceptance, len(said)) == ("accepted", 1)
    assert not FAULT.fullmatch(said[0])


@pytest.mark.parametrize("typed", ["", "x" * 10_000, "\0\u202e@everyone", '"', "{typed}"])
async def test_suggestions_for_hostile_text(discord: Kernel, typed: str) -> None:
    asked = by_hand(discord, kind="suggest", path="pet", options={"dog": typed}, focus="dog")
    assert await discord.app.intake.suggest(asked) == ["Rex", "Bello"]


async def test_suggestions_that_are_none_are_left_out(discord: Kernel) -> None:
    asked = by_hand(discord, kind="suggest", path="pet", options={"dog": "mixed"}, focus="dog")
    assert await discord.app.intake.suggest(asked) == ["ok", "x" * 500]
    assert await discord.app.intake.suggest(structs.replace(asked, options={"dog": "wrong"})) == []
    assert await discord.app.intake.suggest(structs.replace(asked, focus="cat")) == []
    assert await discord.app.intake.suggest(structs.replace(asked, path="nowhere")) == []


async def test_suggestions_are_for_who_may_use_the_command(discord: Kernel) -> None:
    asked = by_hand(discord, kind="suggest", path="secretly", options={"dog": ""}, focus="dog")
    assert await discord.app.intake.suggest(asked) == ["Rex", "Bello"]
    cleo = structs.replace(asked, author=discord.platform.user("cleo"))
    assert await discord.app.intake.suggest(cleo) == []
    discord.app.servers._homes[asked.place.home] = server = structs.replace(discord.app.servers.of(asked.place))
    asked = structs.replace(asked, path="pet")
    assert await discord.app.intake.suggest(asked) == ["Rex", "Bello"]
    server.off = {"pet"}
    assert await discord.app.intake.suggest(asked) == []


async def test_an_inline_answer_is_in_the_language_of_who_asks(kernel: Kernel) -> None:
    answer = await kernel.app.intake.inline(structs.replace(kernel.line("!done"), locale="de"))
    assert answer is not None
    assert answer.plain == "Fertig."


# --- presses and forms ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("button", ["", "x", ":0", "a:b:c", "x" * 5_000, "\0", "'; DROP TABLE button; --", "../b"])
async def test_forged_buttons(discord: Kernel, button: str) -> None:
    assert await discord.submit(by_hand(discord, kind="press", button=button)) == (
        "refused",
        ["These buttons are no longer open."],
    )


async def test_a_button_gives_nobody_a_right(discord: Kernel) -> None:
    """Open to anyone, it calls a command that is gone, and one that is for moderators; another is somebody else's."""
    await discord.submit(discord.line("!choose", direct=False))
    gone, rule, twice = (one["custom_id"] for one in discord.platform.sent[-1]["components"][0]["components"])
    said = [
        (await discord.submit(by_hand(discord, "cleo", kind="press", button=button, chosen=["#0", "forged"])))[1]
        for button in (gone, rule, f"{rule}:7", twice)
    ]
    assert said == [
        ["I have no command nowhere at all here."],
        ["That is for moderators."],
        ["That is for moderators."],
        ["These buttons are somebody else's."],
    ]


async def asked(kernel: Kernel, line: str) -> str:
    """The id of the question that this line leads to."""
    await kernel.app.intake.submit(kernel.line(line))
    await kernel.app.intake.quiet()
    return kernel.platform.asked[-1].id


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": "Ada", "age": "3", "more": "x"}, "Ada, 3"),
        ({"age": "3"}, "name is missing.\nWho?"),
        ({}, "name is missing.\nWho?"),
        ({"name": ["a", "b"], "age": {"x": 1}}, "name must be text.\nWho?"),
        ({"name": "Ada", "age": "9" * 4_000}, "age must be a whole number of at most 18 digits.\nWho?"),
    ],
)
async def test_forged_forms(discord: Kernel, options: dict[str, Any], said: str) -> None:
    question = await asked(discord, "!form")
    assert (await discord.submit(by_hand(discord, kind="answer", question=question, options=options)))[1] == [said]


async def test_a_form_is_answered_by_who_was_asked(discord: Kernel) -> None:
    question = await asked(discord, "!form")
    options = {"name": "x", "age": "1"}
    forged = by_hand(discord, "cleo", kind="answer", question=question, options=options)
    assert await discord.submit(forged) == ("refused", ["That question is for somebody else."])
    assert (await discord.submit(structs.replace(forged, id="b", question="")))[1] == ["That question is over."]
    assert (await discord.submit(by_hand(discord, kind="answer", question=question, options=options)))[1] == ["x, 1"]


async def test_two_questions_at_once_are_a_fault_that_takes_no_line_afterwards(kernel: Kernel) -> None:
    await kernel.submit(kernel.line("!both"))
    async with asyncio.timeout(2):
        while not FAULT.fullmatch(shown(kernel.platform.sent[-1])):
            await asyncio.sleep(0.002)
    await kernel.app.intake.quiet()
    ada = kernel.platform.user("ada")
    assert not kernel.app.intake.wants("hello", ada, kernel.platform.place("ada", direct=False))
    await asked(kernel, "!twice")
    await kernel.submit(kernel.line("a"))
    assert await kernel.say("b") == "a and b"


# --- events --------------------------------------------------------------------------------------------------------------


async def test_who_stays_unknown_has_the_rights_of_nobody(kernel: Kernel) -> None:
    """The room of a channel on Twitch has the id of its owner, who may run the bot."""
    owner = kernel.platform.user("ada")
    assert kernel.platform.place("ada", direct=False).channel == owner.id
    assert await happened(kernel, cheered(kernel, 100, None)) == ["That is for moderators."]
    assert await happened(kernel, structs.replace(cheered(kernel, 100, owner), id="twitch:c2")) == ["ada rules"]


@pytest.mark.parametrize("text", ["!bless @bob 1000", "!gift 5", "5 who=@ada", "\0", "9" * 400])
async def test_the_text_of_a_redemption_is_no_command(kernel: Kernel, text: str) -> None:
    (said,) = await happened(kernel, redeemed(kernel, text))
    assert re.match(r"That is more than I can use|amount must be a whole number", said)
    assert kernel.platform.settled == [("twitch:r", False)]


async def test_points_that_were_spent_on_what_is_switched_off_come_back(kernel: Kernel) -> None:
    event = redeemed(kernel, "5")
    kernel.app.servers._homes[event.place.home] = structs.replace(kernel.app.servers.of(event.place), off={"gift"})
    assert await happened(kernel, event) == []
    assert kernel.platform.settled == [("twitch:r", False)]


async def test_a_subscriber_that_fails_tells_the_log_and_nobody_else(
    kernel: Kernel, caplog: pytest.LogCaptureFixture
) -> None:
    place = kernel.platform.place("ada", direct=False)
    event = Followed(id="twitch:f", place=place, at=1, user=kernel.platform.user("bob"))
    assert await happened(kernel, event) == []
    assert "on stumble of twitch:f/on stumble failed" in caplog.text
    assert (await kernel.app.state())["finished"] == 1


async def test_an_event_may_ask(kernel: Kernel) -> None:
    assert await happened(kernel, cheered(kernel, 7, kernel.platform.user("bob"))) == ["What?"]
    assert await kernel.say("gold", "bob", direct=False) == "it is gold"


# --- plugins -------------------------------------------------------------------------------------------------------------

HALF = """
from fastapi import APIRouter
from bot import Context, Message, command


class Thing:
    pass


class Fresh:
    pass


@command
async def half(ctx: Context) -> Message:
    '''Half.'''
    return Message("half")


async def around(ctx, call_next):
    return await call_next(ctx)


def setup(app):
    app.provide(Thing())
    app.provide_each(Fresh, lambda ctx: Fresh())
    app.use(around)
    app.on_merge(lambda tx, kept, gone: None)
    app.on_moved(around)
    app.on_listen(half, lambda place: True)
    app.report("half", lambda tx: 1)
    app.mount("/half", APIRouter())
    app.migrations("tests.bot.migrations")
    app.add(half)
    raise ValueError("half way")
"""
MENU = """
from bot import Context, Message, User, command


@command(menu="Poke")
async def {name}(ctx: Context, who: User) -> Message:
    '''Poke.

    Args:
        who: Whom.
    '''
    return Message("poked")


def setup(app):
    app.add({name})
"""


def written(folder: Path, monkeypatch: pytest.MonkeyPatch, **modules: str) -> None:
    """Plugins that can be imported."""
    monkeypatch.syspath_prepend(folder)
    for name, source in modules.items():
        (folder / f"{name}.py").write_text(source)
        monkeypatch.delitem(sys.modules, name, raising=False)


def registered(app: App) -> list[object]:
    """Everything that a plugin can add to."""
    tables = (app._services, app._scoped, app._middleware, app._reports, app._migrations, app._listening, app._moving)
    return [len(one) for one in tables] + [len(app.mounts), len(app.identity.on_merge), app.registry.names()]


async def test_a_plugin_that_raises_half_way_leaves_nothing(
    kernel: Kernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, monkeypatch, hostile_half=HALF)
    before = registered(kernel.app)
    for _ in range(2):
        with pytest.raises(RefusedError, match="half way"):
            await kernel.app.load_plugin("hostile_half")
        assert registered(kernel.app) == before
    assert await kernel.say("!bell") == "ding"


async def test_a_setup_that_nobody_would_await_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, monkeypatch, hostile_async="async def setup(app):\n    app.report('x', len)\n")
    app = App(Settings(data=tmp_path, plugins=["hostile_async"])).load()
    assert "must be a plain function" in app.refused["hostile_async"]


async def test_two_of_one_label_in_a_menu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, monkeypatch, hostile_poke=MENU.format(name="poke"), hostile_jab=MENU.format(name="jab"))
    app = App(Settings(data=tmp_path, plugins=["hostile_poke", "hostile_jab"])).load()
    assert (app.plugins, list(app.refused)) == (["hostile_poke"], ["hostile_jab"])
    assert "there is another 'Poke' in the menu" in app.refused["hostile_jab"]


async def test_what_waits_while_its_plugin_goes_is_told(kernel: Kernel) -> None:
    """Behind a question of the same person; the question itself can still be answered."""
    await asked(kernel, "!twice")
    await happened(kernel, redeemed(kernel, "5", "ada"))
    await kernel.app.unload(TROUBLE)
    assert await kernel.say("one") == "Two?"
    assert (await kernel.submit(kernel.line("two")))[1] == ["one and two", "I have no command gift here."]
    assert kernel.platform.settled == [("twitch:r", False)]
    assert "no command" in await kernel.say("!twice")
    await kernel.app.load_plugin(TROUBLE)
    assert await kernel.say("!bell") == "ding"


# --- on the wire ---------------------------------------------------------------------------------------------------------

TALK = [
    "@everyone !note 5",
    "/ban bob",
    ".timeout bob",
    "\u202e/me x",
    "<@&5> `x`\n/ban bob",
    "\x01ACTION x\x01",
    "hello\n!note x",
]


async def test_mirrored_talk_is_never_a_command_and_links_lead_to_no_more_than_lines() -> None:
    async with world("economy", "mirrors", "handlers", "tests.bot.plugin", TROUBLE) as w:
        invited = await w.discord.user("ada").slash("relay invite")
        found = re.search(r"code is `([A-Z0-9]{9})", invited.text)
        assert found
        await w.twitch.user("ada").say(f"!relay join {found[1]}")
        for line in TALK:
            for platform in ("discord", "twitch"):
                await w.on(platform).user("cleo").say(line)
                await w.app.intake.quiet()
        wires = w.sandbox.world.record.since(0)
        spoken = [wire.payload["message"] for wire in wires if wire.name.endswith("/helix/chat/messages")]
        assert len([one for one in spoken if one.startswith("cleo on Discord: ")]) == len(TALK)
        written = [one.payload for one in wires if "cleo** on Twitch" in str(one.payload)]
        assert len(written) == len(TALK)
        assert all(one["allowed_mentions"]["parse"] == [] for one in written)
        assert not [one for one in spoken if "kept as" in one]
        cleo = w.telegram.user("cleo")
        assert (await cleo.start("secretly-Rex")).text == "That is for those who run this bot."
        assert (await cleo.start("x" * 64)).text == "These buttons are no longer open."
        assert "Here is nothing to moderate" in (await cleo.start("rule")).text
