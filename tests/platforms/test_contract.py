"""The same promises on all three platforms, through the real client libraries and the emulators."""

import logging
import re

import pytest

from tests.house import House, said, words

pytestmark = pytest.mark.asyncio(loop_scope="module")
PLATFORMS = ("discord", "twitch", "telegram")
every = pytest.mark.parametrize("platform", PLATFORMS)


@every
async def test_a_command_is_answered_where_it_was_asked(house: House, platform: str) -> None:
    happened = await house.do(platform, "ada", "ping")
    assert "Awake" in said(happened)
    assert happened.replies[0].about.get("private_to") is None


@every
async def test_blessings_move_once_though_the_event_comes_twice(house: House, platform: str) -> None:
    before = await house.balance(platform, "ada"), await house.balance(platform, "bob")
    first = await house.do(platform, "ada", "bless @bob 5 thank you", event_id=f"bless-{platform}")
    again = await house.do(platform, "ada", "bless @bob 5 thank you", event_id=f"bless-{platform}")
    assert "5" in said(first)
    assert "thank you" in said(first)
    assert again.replies == []
    assert await house.balance(platform, "ada") == before[0] - 5
    assert await house.balance(platform, "bob") == before[1] + 5
    assert await house.ledger_sum() == 0


async def test_a_slash_command_moves_blessings_once(house: House) -> None:
    before = await house.balance("discord", "ada")
    options = {"to": "bob", "amount": 5}
    first = await house.sandbox.slash("ada", "bless", options, event_id="slash-bless")
    again = await house.sandbox.slash("ada", "bless", options, event_id="slash-bless")
    assert "5" in said(first)
    assert again.replies == []
    assert await house.balance("discord", "ada") == before - 5


@pytest.mark.parametrize("platform", ["discord", "twitch"])
async def test_the_bot_takes_no_blessings(house: House, platform: str) -> None:
    before = await house.balance(platform, "ada")
    assert "for people" in said(await house.do(platform, "ada", "bless @soulfra 5", private=True))
    assert await house.balance(platform, "ada") == before


@every
async def test_a_private_answer_is_never_shown_to_others(house: House, platform: str) -> None:
    happened = await house.do(platform, "ada", "balance")
    balance = str(await house.balance(platform, "ada"))
    public = [words(wire) for wire in happened.replies if wire.about.get("private_to") is None]
    assert not any(re.search(rf"\b{balance}\b", text) for text in public)


@every
async def test_an_unknown_command_is_silence_in_a_shared_room_and_answered_in_private(
    house: House, platform: str
) -> None:
    assert (await house.do(platform, "ada", "frobnicate now")).replies == []
    assert "no command" in said(await house.do(platform, "ada", "frobnicate now", private=True))


@every
async def test_chatter_is_neither_answered_nor_kept(house: House, platform: str) -> None:
    before = (await house.app.state())["accepted"]
    assert (await house.sandbox.say(platform, "cleo", "good morning everybody")).replies == []
    assert (await house.app.state())["accepted"] == before


@every
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("bless", "to"),
        ("bless @bob 0", "between 1 and 1000"),
        ("bless @bob 1001", "between 1 and 1000"),
        ("bless @nobodyatall 5", "nobodyatall"),
        ("bless @ada 5", "yourself"),
        ("bless @bob 1000", "✦"),
        ("bless @bob amount:many", "number"),
        ("balance and more words", "nothing more"),
        ("top here and more words", "more than I can use"),
    ],
)
async def test_bad_input_gets_one_clear_sentence_and_no_effect(
    house: House, platform: str, line: str, expected: str
) -> None:
    before = await house.balance(platform, "ada")
    answer = said(await house.do(platform, "ada", line, private=True))
    assert expected in answer.replace("\\", "")
    assert "Traceback" not in answer
    assert await house.balance(platform, "ada") == before


@every
async def test_a_text_that_no_platform_would_carry_is_refused_kindly(house: House, platform: str) -> None:
    limit = {"discord": 2000, "twitch": 500, "telegram": 4096}[platform]
    line = "bless @bob 1 " + "x" * (limit - 20)
    answer = said(await house.do(platform, "ada", line[: limit - 60], private=True))
    assert "note" in answer


@every
async def test_control_and_bidi_characters_do_not_come_back(house: House, platform: str) -> None:
    answer = said(await house.do(platform, "ada", "bless @bob 1 \u202egnp\u202c\u0007 thanks"))
    assert "thanks" in answer
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u0007]", answer)


@every
async def test_marks_in_words_of_people_stay_words(house: House, platform: str) -> None:
    happened = await house.do(platform, "ada", "bless @bob 1 **bold** @everyone <@1> `x`")
    shown = happened.replies[0]
    if platform == "discord":
        assert "**bold**" not in words(shown)
        assert shown.payload["allowed_mentions"]["parse"] == []
    else:
        assert "**bold** @everyone" in words(shown)


@every
async def test_secrets_typed_where_others_read_are_refused_before_anything_is_kept(house: House, platform: str) -> None:
    before = (await house.app.state())["accepted"]
    answer = said(await house.do(platform, "ada", "vault put dawn the canary sings"))
    assert "canary" not in answer
    assert answer
    assert (await house.app.state())["accepted"] == before


@every
async def test_the_vault_keeps_and_returns_in_private(
    house: House, platform: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await house.do(platform, "ada", "vault put dawn the canary sings", private=True)
    got = await house.do(platform, "ada", "vault get dawn", private=True)
    assert "the canary sings" in said(got)
    assert all(wire.about.get("private_to") == "ada" for wire in got.replies)
    ours = [record for record in caplog.records if record.name.startswith(("bot", "handlers", "economy", "mirrors"))]
    assert not any("canary" in record.getMessage() for record in ours)
    await house.do(platform, "ada", "vault forget dawn", private=True)


@pytest.mark.parametrize("platform", ["discord", "telegram"])
async def test_a_button_is_one_effect_however_often_it_is_pressed(house: House, platform: str) -> None:
    asked = await house.do(platform, "cleo", "mirror spawn echo", private=True)
    message = next(wire.about["message"] for wire in asked.replies if wire.about.get("message"))
    before = (await house.app.state())["accepted"]
    assert said(await house.sandbox.press(platform, "cleo", str(message), "I agree"))
    await house.sandbox.press(platform, "cleo", str(message), "I agree")
    assert (await house.app.state())["accepted"] == before + 1


async def test_a_numbered_choice_stands_for_buttons_on_twitch(house: House) -> None:
    asked = await house.do("twitch", "cleo", "mirror spawn echo", private=True)
    assert "!1" in said(asked)
    before = (await house.app.state())["accepted"]
    assert said(await house.sandbox.say("twitch", "cleo", "!1", private=True))
    assert (await house.app.state())["accepted"] == before + 1


async def test_linked_users_have_one_balance(house: House) -> None:
    code = re.search(r"link (\w{9})", said(await house.sandbox.slash("ada", "link", {})))
    assert code is not None
    total = sum([await house.balance(platform, "ada") for platform in PLATFORMS])
    assert "Linked" in said(await house.do("twitch", "ada", f"link {code[1]}", private=True))
    again = re.search(r"link (\w{9})", said(await house.do("discord", "ada", "link", private=True)))
    assert again is not None
    assert "Linked" in said(await house.do("telegram", "ada", f"link {again[1]}", private=True))
    assert {await house.balance(platform, "ada") for platform in PLATFORMS} == {total}
    assert await house.ledger_sum() == 0
