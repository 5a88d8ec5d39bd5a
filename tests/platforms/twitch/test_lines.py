"""Announcements, questions, and what Twitch has not."""

from typing import Any

import pytest
from msgspec import structs

from bot.adapter import Question, Refused, RetryAfter, Sent, Unknown
from bot.command import CommandSpec, Option
from bot.context import Context
from bot.errors import UserError
from bot.message import Message
from bot.platforms.twitch.limits import UNLIKE
from bot.platforms.twitch.questions import NEXT
from bot.sandbox.twitch.people import BOT
from bot.users import Attachment
from tests.platforms.twitch.stage import Stage, until

ANNOUNCE = "/chat/announcements"


async def _asked(stage: Stage, *, moderates: bool) -> Any:
    stage.twitch.people.bot_moderates = moderates
    return await stage.asked("ada", "!reveal")


async def _announce(stage: Stage, asked: Any, text: str) -> Any:
    [outcome] = await stage.answer(asked.reply, text, announce=True)
    return outcome


async def test_a_moderator_announces(stage: Stage) -> None:
    asked = await _asked(stage, moderates=True)
    assert await _announce(stage, asked, "The seventh sigil is open.") == Sent("")
    [request] = stage.requests(ANNOUNCE)
    assert request.status == 204
    assert request.payload["message"] == "The seventh sigil is open."
    assert (request.payload["broadcaster_id"], request.payload["moderator_id"]) == ("41001", BOT.id)
    assert stage.shown == []


async def test_who_may_not_announce_says_it(stage: Stage) -> None:
    asked = await _asked(stage, moderates=False)
    assert isinstance(await _announce(stage, asked, "It is open."), Sent)
    assert stage.shown == ["It is open."]
    assert stage.requests("/chat/messages")[0].payload["reply_parent_message_id"] == asked.reply.message


async def test_without_the_scope_it_is_not_tried(stage: Stage) -> None:
    access, refresh = stage.twitch.oauth.grant(BOT, ("user:read:chat", "user:write:chat", "user:read:whispers"))
    await stage.restart(access_token=access, refresh_token=refresh)
    asked = await _asked(stage, moderates=True)
    assert isinstance(await _announce(stage, asked, "It is open."), Sent)
    assert stage.requests(ANNOUNCE) == []
    assert stage.shown == ["It is open."]


@pytest.mark.parametrize(("status", "outcome"), [(429, RetryAfter), (500, Unknown)])
async def test_an_announcement_that_may_be_there_is_not_said_again(stage: Stage, status: int, outcome: type) -> None:
    asked = await _asked(stage, moderates=True)
    stage.twitch.fail(status, f"/helix{ANNOUNCE}")
    assert isinstance(await _announce(stage, asked, "It is open."), outcome)
    assert stage.shown == []


async def test_the_same_announcement_again_differs(stage: Stage) -> None:
    asked = await _asked(stage, moderates=True)
    for _ in range(3):
        assert isinstance(await _announce(stage, asked, "Again."), Sent)
    said = [wire.payload["message"] for wire in stage.requests(ANNOUNCE)]
    assert len(set(said)) == 3
    assert {line.rstrip(UNLIKE) for line in said} == {"Again."}


async def test_what_is_private_is_never_announced(stage: Stage) -> None:
    asked = await _asked(stage, moderates=True)
    await stage.answer(asked.reply, "secret words", private=True, announce=True)
    assert stage.requests(ANNOUNCE) == []
    assert not [line for line in stage.shown if "secret" in line]


# -- questions


def _question(field: Option | None = None, **how: bool) -> Question:
    return Question("q1", Message("Which element?", **how), (field,) if field else (), "cancel")


@pytest.mark.parametrize(
    ("field", "line"),
    [
        (None, "Which element?"),
        (Option("element", str, ""), "Which element? Answer in your next line. Say cancel to stop."),
        (
            Option("element", str, "", choices=("fire", "water", "air")),
            "Which element? Answer in your next line: fire, water or air. Say cancel to stop.",
        ),
        (
            Option("element", int, "", choices=(7,)),
            "Which element? Answer in your next line: 7. Say cancel to stop.",
        ),
        (
            Option("sure", bool, ""),
            "Which element? Answer in your next line: yes or no. Say cancel to stop.",
        ),
    ],
)
async def test_a_question_is_a_line_to_who_asked(stage: Stage, field: Option | None, line: str) -> None:
    asked = await stage.asked("cleo", "!archetype")
    assert isinstance(await stage.platform.prompt(asked.reply, _question(field)), Sent)
    assert stage.shown == [line]
    assert stage.requests("/chat/messages")[0].payload["reply_parent_message_id"] == asked.reply.message


async def test_a_question_in_the_readers_language(stage: Stage) -> None:
    stage.ingress.catalogue = {NEXT: {"de": "Antworte in der nächsten Zeile. Mit {cancel} hörst du auf."}}
    asked = await stage.asked("cleo", "!archetype")
    german = structs.replace(asked.reply, language="de")
    await stage.platform.prompt(german, _question(Option("element", str, "")))
    assert stage.shown == ["Which element? Antworte in der nächsten Zeile. Mit cancel hörst du auf."]


async def test_a_private_question_is_whispered_or_pointed_at(stage: Stage) -> None:
    asked = await stage.asked("cleo", "!unlock")
    question = _question(Option("code", str, ""), private=True)
    assert isinstance(await stage.platform.prompt(asked.reply, question), Sent)
    assert stage.shown == ["@cleo, that is private: whisper me, or ask me on Discord or Telegram."]
    whispered = await stage.asked("cleo", "!unlock", private=True)
    assert isinstance(await stage.platform.prompt(whispered.reply, question), Sent)
    assert "Which element?" in stage.requests("/whispers")[-1].payload["message"]
    assert len(stage.shown) == 1


async def test_a_question_that_cannot_be_asked_says_so(stage: Stage) -> None:
    asked = await stage.asked("cleo", "!archetype")
    stage.twitch.drop_message()
    assert isinstance(await stage.platform.prompt(asked.reply, _question()), Refused)


# -- what there is not


async def test_what_twitch_has_not(stage: Stage) -> None:
    asked = await stage.asked("cleo", "!mirror")
    platform = stage.platform
    assert isinstance(await platform.edit(asked.reply, "1", {"message": "x"}), Refused)
    assert isinstance(await platform.react(asked.reply, "👍"), Refused)
    assert await platform.draft(asked.reply, "x") is False
    assert platform.link("help") is None
    with pytest.raises(UserError, match="no files"):
        await platform.fetch(Attachment("twitch", "1", "a.png"))
    assert (platform.edit_every, platform.forms, platform.links_files) == (0.0, False, True)
    assert stage.shown == []


async def _handler(ctx: Context, picture: Attachment | None = None) -> Message:
    """Look at a picture."""
    return Message("x")


@pytest.mark.parametrize(
    ("required", "platforms", "count"),
    [(True, (), 1), (True, ("discord", "telegram"), 0), (True, ("twitch",), 1), (False, (), 0)],
)
async def test_a_file_that_must_be_given_is_a_problem(
    stage: Stage, required: bool, platforms: tuple[str, ...], count: int
) -> None:
    option = Option("picture", Attachment, "The picture.") if required else Option("picture", Attachment, "", None)
    spec = CommandSpec("look", "Look.", (option,), _handler, source="x.py:1", platforms=platforms)
    found = stage.platform.check(spec)
    assert len(found) == count
    assert all("picture" in str(problem) and "x.py:1" in str(problem) for problem in found)


async def test_an_alias_that_cannot_be_typed_is_a_problem(stage: Stage) -> None:
    spec = CommandSpec("look", "Look.", (), _handler, aliases=("a" * 33,))
    assert len(stage.platform.check(spec)) == 1


async def test_a_public_application_needs_no_secret(stage: Stage) -> None:
    stage.twitch.oauth.public = True
    await stage.restart(client_secret=None)
    asked = await stage.asked("cleo", "!balance")
    stage.twitch.expire_token()
    assert isinstance((await stage.answer(asked.reply, "5"))[0], Sent)
    await until(lambda: stage.ingress.kept)
    await stage.restart(client_secret=None)
    assert await stage.platform.resolve("@bob", asked.place) is not None
