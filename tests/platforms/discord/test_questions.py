"""Questions: modals, Answer buttons, and what people may do to them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.adapter import Question, RetryAfter, Sent
from bot.command import Invocation, Option, ReplyHandle
from bot.message import Message, t
from bot.platforms.discord import modals
from bot.users import Attachment, Channel, Role, Said, User
from tests.platforms.discord.support import Stage, until
from tests.sandbox.discord import conformance

CALLBACK = "POST /interactions/{id}/{token}/callback"
FORM = (
    Option("name", str, "What are you called?", max_length=30),
    Option("story", str, "Tell of yourself, as long as you like, in your very own words.", default="", min_length=3),
    Option("sure", bool, "Sure?"),
    Option("friends", User, "Who is with you?", many=True, default=None),
    Option("picture", Attachment, "A picture.", default=None),
)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Stage() as one:
        yield one
        if conformance.description():
            assert conformance.violations(one.world.record.since(0)) == []


def question(*fields: Option, prompt: str = "Who are you?") -> Question:
    return Question("q1", Message(t("{prompt}", prompt=prompt)), fields, "cancel")


async def asked(stage: Stage, one: Question, *, typed: bool = False) -> ReplyHandle:
    """ada asks for something, and is asked."""
    stage.ears.questions[one.id] = one
    verb = stage.discord.say("ada", "!bless") if typed else stage.discord.slash("ada", "bless", {"to": "bob"})
    await stage.dealt((await verb).event)
    handle = stage.ears.submitted[-1].reply
    stage.outcomes.append(await stage.platform.prompt(handle, one))
    return handle


def answers(stage: Stage) -> list[Invocation]:
    return [one for one in stage.ears.submitted if one.kind == "answer"]


def told(stage: Stage) -> str:
    wire = stage.out("/callback")[-1]
    assert wire.payload["data"]["flags"] == 64
    return str(wire.payload["data"]["content"])


async def test_a_form_is_one_modal(stage: Stage) -> None:
    await asked(stage, question(*FORM))
    (wire,) = stage.out("/callback")
    assert (wire.payload["type"], wire.payload["data"]["title"]) == (9, "Who are you?")
    inner = [one["component"] for one in wire.payload["data"]["components"]]
    assert [(one["type"], one["required"]) for one in inner] == [
        (4, True),
        (4, False),
        (3, True),
        (5, False),
        (19, False),
    ]
    given = {"What are you called?": "Ada", "sure": "Yes", "friends": ["bob", "cleo"], "picture": ("a.png", b"\x89PNG")}
    await stage.dealt((await stage.discord.submit("ada", given)).event)
    (answer,) = answers(stage)
    options: Any = answer.options
    bob, cleo = (stage.world.human(name).on("discord") for name in ("bob", "cleo"))
    assert (answer.question, options["name"], options["sure"], options["friends"]) == ("q1", "Ada", "yes", [bob, cleo])
    assert (options["picture"].name, await stage.platform.fetch(options["picture"])) == ("a.png", b"\x89PNG")
    assert "story" not in options
    assert isinstance(await stage.platform.send(answer.reply, {"content": "Thanks"}, "a"), Sent)
    assert stage.out("/callback")[-1].payload["type"] == 4


async def test_choices_channels_and_roles(stage: Stage) -> None:
    fields = (
        Option("n", int, "How many?", choices=(1, 2)),
        Option("room", Channel, "Where?"),
        Option("role", Role, "As?"),
    )
    await asked(stage, question(*fields, prompt="A question that is far too long to be the title of any modal at all"))
    shown = stage.out("/callback")[0].payload["data"]["components"][0]
    assert shown == {"type": 10, "content": "A question that is far too long to be the title of any modal at all"}
    await stage.dealt((await stage.discord.submit("ada", {"n": "2", "room": "lounge", "role": "Keeper"})).event)
    options: Any = answers(stage)[0].options
    assert (options["n"], options["room"].name, options["role"].name) == ("2", "lounge", "Keeper")


async def test_after_a_line_an_answer_button_opens_it(stage: Stage) -> None:
    handle = await asked(stage, question(FORM[0]), typed=True)
    message = stage.outcomes[-1].message
    assert stage.out("/messages")[0].payload["message_reference"]["message_id"] == handle.message
    for _ in range(2):
        await stage.dealt((await stage.discord.press("ada", message, "Answer")).event)
    assert [one.payload["type"] for one in stage.out("/callback")] == [9, 9]
    await stage.dealt((await stage.discord.submit("ada", {"name": "Ada"})).event)
    assert answers(stage)[0].options == {"name": "Ada"}
    assert answers(stage)[0].reply.message == message


@pytest.mark.parametrize("field", [Option("sure", bool, "Sure?"), Option("n", int, "How many?", choices=(1, 2, 3))])
async def test_few_choices_are_buttons_after_a_line(stage: Stage, field: Option) -> None:
    await asked(stage, question(field), typed=True)
    label, value = modals.options(field)[1]
    await stage.dealt((await stage.discord.press("ada", stage.outcomes[-1].message, label)).event)
    assert answers(stage)[0].options == {field.name: value}


async def test_a_deferred_interaction_gets_the_button() -> None:
    async with Stage(defer_after=0.0) as stage:
        given = await stage.discord.slash("ada", "whisper", {})
        await stage.dealt(given.event)
        await until(lambda: stage.out("/callback"))
        stage.ears.questions["q1"] = question(FORM[0])
        handle = stage.ears.submitted[0].reply
        assert isinstance(await stage.platform.prompt(handle, question(FORM[0])), Sent)
        (filled,) = [one for one in stage.out("/@original") if one.name.startswith("PATCH")]
        assert filled.answer["components"][0]["components"][0]["custom_id"] == "open:q1"


async def test_a_modal_stops_the_deferral() -> None:
    async with Stage(defer_after=0.05) as stage:
        await asked(stage, question(FORM[0]))
        await stage.dealt((await stage.discord.say("ada", "!bless")).event)
        await asyncio.sleep(0.1)
        assert [one.payload["type"] for one in stage.out("/callback")] == [9]


async def test_who_lets_it_wait_is_told_by_a_follow_up(stage: Stage) -> None:
    handle = await asked(stage, question(FORM[0]))
    sent = await stage.platform.send(handle, {"content": "I waited.", "flags": 64}, "later")
    assert isinstance(sent, Sent)
    assert stage.out("/{token}")[0].about["private_to"] == "ada"


async def test_another_question_after_a_modal_comes_as_a_button(stage: Stage) -> None:
    await asked(stage, question(FORM[0]))
    await stage.dealt((await stage.discord.submit("ada", {"name": "Ada"})).event)
    again = answers(stage)[0].reply
    assert isinstance(await stage.platform.prompt(again, question(FORM[0], prompt="And really?")), Sent)
    assert [one.payload["type"] for one in stage.out("/callback")] == [9, 4]


async def test_a_modal_sent_twice_is_told_so(stage: Stage) -> None:
    await asked(stage, question(FORM[0]))
    await stage.dealt((await stage.discord.submit("ada", {"name": "Ada"})).event)
    stage.ears.questions.clear()
    await stage.dealt((await stage.discord.submit("ada", {"name": "Eve"})).event)
    assert len(answers(stage)) == 1
    assert "no longer open" in told(stage)


@pytest.mark.parametrize(
    "id_", ["open:gone", "ask:gone:0", "ask:q1:7", "ask:q1:-1", "ask:q1:²", "ask:q1:", "ask::", "open:"]
)
async def test_forged_and_dead_buttons_are_told_kindly(stage: Stage, id_: str) -> None:
    await asked(stage, question(Option("sure", bool, "Sure?")), typed=True)
    message = stage.discord._state.messages[stage.outcomes[-1].message]
    message["components"][0]["components"][0]["custom_id"] = id_
    await stage.dealt((await stage.discord.press("ada", message["id"], id_)).event)
    assert answers(stage) == []
    assert "no longer open" in told(stage)


async def test_a_forged_modal_answers_nothing_else(stage: Stage) -> None:
    """Foreign fields are left out; a modal that is no question of ours is none."""
    await asked(stage, question(FORM[0]))
    (asked_,) = [one for one in stage.discord._state.asked.values() if one.kind == 9]
    asked_.data["components"][0]["component"]["custom_id"] = "admin"
    await stage.dealt((await stage.discord.submit("ada", {"admin": "yes"})).event)
    assert answers(stage)[0].options == {}
    asked_.data["custom_id"] = "other:q1"
    await stage.dealt((await stage.discord.submit("ada", {"admin": "yes"})).event)
    assert len(answers(stage)) == 1
    assert "no longer open" in told(stage)


async def test_strangers_are_passed_on_as_themselves(stage: Stage) -> None:
    """Whose question it is, the house knows."""
    await asked(stage, question(Option("sure", bool, "Sure?")), typed=True)
    await stage.dealt((await stage.discord.press("bob", stage.outcomes[-1].message, "Yes")).event)
    assert answers(stage)[0].author.name == "bob"


async def test_what_cannot_be_asked_is_refused(stage: Stage) -> None:
    handle = await asked(stage, question(*(Option(f"f{n}", str, "x") for n in range(6))))
    assert "1 to 5 fields" in stage.outcomes[-1].reason
    assert "no field for about" in (await stage.platform.prompt(handle, question(Option("about", Said, "x")))).reason  # type: ignore[union-attr]
    stage.discord.fail(CALLBACK, 429, retry_after=7.5)
    assert await stage.platform.prompt(handle, question(FORM[0])) == RetryAfter(7.5)


async def test_questions_are_in_the_readers_language(stage: Stage) -> None:
    one = question(Option("sure", bool, "Yes"))
    handle = ReplyHandle("discord", "1", "311000000000000001", stage.world.human("ada").on("discord"), language="de")
    assert isinstance(await stage.platform.prompt(handle, one), Sent)
    (row,) = stage.out("/messages")[0].payload["components"]
    assert [key["label"] for key in row["components"]] == ["Ja", "No"]
