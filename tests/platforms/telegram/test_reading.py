"""What holds for whatever people and changed clients send: nothing is misread, nothing breaks."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.adapter import Question
from bot.command import Option, ReplyHandle
from bot.message import Message
from bot.platforms.telegram import wire
from bot.platforms.telegram.edits import edited
from bot.platforms.telegram.events import data_of
from bot.platforms.telegram.happenings import Steps
from bot.platforms.telegram.limits import PAYLOAD
from bot.platforms.telegram.links import address, target
from bot.platforms.telegram.parts import cut, with_ids
from bot.platforms.telegram.prompts import answers, asked
from bot.users import User

ADA = User("telegram", "5101", "Ada", "ada")
HANDLE = ReplyHandle("telegram", "7", "5101", ADA, direct=True)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(st.one_of(WORDS, st.from_regex(r"[a-z_]{1,9}-?[A-Za-z0-9_-]{0,60}", fullmatch=True)))
def test_every_payload_is_a_command_a_button_or_nothing(payload: str) -> None:
    found = target(payload, {"vault_put": "vault put", "a": "a"})
    assert (found is None) == (PAYLOAD.fullmatch(payload) is None) == (address("SoulfraBot", payload) is None)
    if found is not None:
        assert (found.path is None) != (found.button is None)
        name, dash, rest = payload.partition("-")
        assert found.button == payload if name not in ("vault_put", "a") else found.text == (rest if dash else "")


@given(st.one_of(WORDS, st.from_regex(r"(ask:)?[A-Za-z0-9_-]{1,20}(:[0-9]{1,4})?", fullmatch=True)))
def test_data_is_a_button_or_a_question_or_nothing(text: str) -> None:
    found = data_of(wire.CallbackQuery("1", wire.User(5101, is_bot=False, first_name="Ada"), data=text))
    if found is not None:
        assert (found.button is None) != (found.question is None)
        assert text.startswith(found.button or "ask:")
        assert text.isascii()


@given(WORDS, st.text(st.sampled_from("Zoë👍 x"), min_size=1, max_size=6), WORDS)
def test_names_become_ids_and_the_words_around_them_stay(before: str, name: str, after: str) -> None:
    at, length = len(before.encode("utf-16-le")) // 2, len(name.encode("utf-16-le")) // 2
    entity = wire.MessageEntity("text_mention", at, length, wire.User(77, is_bot=False, first_name="Zoë"))
    assert cut(before + name + after, entity) == name
    assert with_ids(before + name + after, [entity]) == f"{before}<@77>{after}"


@given(st.lists(st.text(min_size=1, max_size=100), max_size=120), st.sampled_from([str, bool]), WORDS)
def test_every_question_is_one_that_telegram_takes(choices: list[str], kind: type, about: str) -> None:
    field = Option("which", kind, about, choices=tuple(choices))
    calls = asked(Question("q" * 11, Message("Which?"), (field,), "cancel"), HANDLE)
    markup = calls[-1]["reply_markup"]
    rows = markup.get("inline_keyboard")
    if rows is None:
        assert 1 <= len(markup["input_field_placeholder"]) <= 64
        return
    keys = [key for row in rows for key in row]
    assert len(keys) == len(answers(field)) <= 100
    assert all(key["text"].strip() and len(key["callback_data"].encode()) <= 64 for key in keys)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=20))
def test_a_step_that_is_told_again_has_the_same_number(times: list[int]) -> None:
    steps, start = Steps(), int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    for at in sorted(times):
        first = steps.number("ada joined", start + at)
        assert steps.number("ada joined", start + at) == first
        assert 0 <= start + at - first <= 10


def test_an_album_takes_nobodys_place() -> None:
    assert edited({"method": "sendMediaGroup", "chat_id": 1, "media": []}, "7") is None
