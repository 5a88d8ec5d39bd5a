"""Telegram: text and entities as the Bot API takes them."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from bot.command import ReplyHandle
from bot.message import Button, Image, Message, Run, b, code, i, link, select, t
from bot.message.split import split
from bot.platforms.telegram.entities import LIMIT, fits, measure, rendered, units, usual
from bot.platforms.telegram.render import _runs, payloads
from bot.users import User

ADA = User("telegram", "11", "Ada", "ada")
GROUP = ReplyHandle("telegram", "1", "-100", ADA, message="5")
CHAT = ReplyHandle("telegram", "1", "11", ADA, direct=True)
WIRE_ADA = {"id": 11, "is_bot": False, "first_name": "Ada"}
NO_PREVIEW = {"is_disabled": True}

RUNS = st.lists(
    st.builds(
        Run,
        st.sampled_from(["a", " ", "\n", "👨‍👩‍👧", "*b*", "<b>", "\u202e", "  x  ", "é", "𝄞"]) | st.text(max_size=5),
        st.integers(0, 7),
        href=st.sampled_from([None, "https://a.example", "javascript:x"]),
        mention=st.sampled_from([None, None, "telegram:7", "discord:8", "telegram:x"]),
    ),
    max_size=8,
)


def cut(text: str, entity: dict[str, Any]) -> str:
    """What an entity covers; fails when it cuts a surrogate pair."""
    wide = text.encode("utf-16-le")
    return wide[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le")


def check(text: str, entities: list[dict[str, Any]], limit: int) -> None:
    """What the server would refuse or change."""
    assert text == text.strip()
    assert text
    assert units(text) <= limit
    assert len(entities) <= 100
    for entity in entities:
        assert entity["length"] > 0
        assert entity["offset"] + entity["length"] <= units(text)
        assert cut(text, entity)
    codes = [(one["offset"], one["offset"] + one["length"]) for one in entities if one["type"] == "code"]
    others = [(one["offset"], one["offset"] + one["length"]) for one in entities if one["type"] != "code"]
    assert not [1 for a, z in codes for c, d in others if a < d and c < z]


@given(RUNS, st.sampled_from([1, 1, 1, 40, 1500]))
def test_what_is_usually_said_is_rendered_as_everything_else_is(runs: list[Run], times: int) -> None:
    said = Message(*runs * times).flat()
    short = usual(said)
    shown = _runs(said)
    pieces = [shown] if fits(shown) else split(shown, LIMIT, measure)
    assert short is None or [short] == [rendered(piece) for piece in pieces]


@given(RUNS)
def test_entities_are_valid_and_say_what_the_runs_say(runs: list[Run]) -> None:
    call = payloads(Message(*runs), GROUP)[0]
    check(call["text"], call["entities"], 4096)
    assert "parse_mode" not in call
    for entity in call["entities"]:
        if entity["type"] == "text_mention":
            assert entity["user"]["id"] == 7
        if entity["type"] == "text_link":
            assert entity["url"] == "https://a.example"


@settings(deadline=None, max_examples=30)
@given(RUNS, st.integers(1, 100))
def test_long_ones_are_split_and_nothing_is_lost(runs: list[Run], times: int) -> None:
    calls = payloads(Message(*runs * times), GROUP)
    for call in calls:
        check(call["text"], call["entities"], 4096)
    said = "".join(run.text for run in _runs(Message(*runs * times).flat()))
    shown = "".join(call["text"] for call in calls)
    assert "".join(shown.split()) == ("".join(said.split()) or "…")


def test_more_than_100_entities_are_more_messages() -> None:
    calls = payloads(Message(*(part for n in range(150) for part in (b(n), " "))), GROUP)
    assert [len(call["entities"]) for call in calls] == [100, 50]
    assert "".join(call["text"] + " " for call in calls) == "".join(f"{n} " for n in range(150))


@pytest.mark.parametrize(
    ("parts", "text", "entities"),
    [
        (["You have ", b(5), "."], "You have 5.", [{"type": "bold", "offset": 9, "length": 1}]),
        (["👍", i("x")], "👍x", [{"type": "italic", "offset": 2, "length": 1}]),
        (
            [b("a"), b(i("b"))],
            "ab",
            [{"type": "bold", "offset": 0, "length": 2}, {"type": "italic", "offset": 1, "length": 1}],
        ),
        (["  ", b(" x "), " "], "x", [{"type": "bold", "offset": 0, "length": 1}]),
        ([code(b("x"))], "x", [{"type": "code", "offset": 0, "length": 1}]),
        (
            [link("here", "https://a.example")],
            "here",
            [{"type": "text_link", "url": "https://a.example", "offset": 0, "length": 4}],
        ),
        ([link("here", "javascript:x")], "here (javascript:x)", []),
        (
            [ADA],
            "Ada",
            [
                {
                    "type": "text_mention",
                    "user": {"id": 11, "is_bot": False, "first_name": "Ada"},
                    "offset": 0,
                    "length": 3,
                }
            ],
        ),
        ([User("discord", "9", "Bob")], "Bob", []),
        (["<b>*_`[x](y)"], "<b>*_`[x](y)", []),
        (["ev\u202eil"], "evil", []),
        ([], "…", []),
    ],
)
def test_golden(parts: list[Any], text: str, entities: list[dict[str, Any]]) -> None:
    assert payloads(Message(*parts), CHAT) == [
        {"method": "sendMessage", "chat_id": 11, "text": text, "entities": entities, "link_preview_options": NO_PREVIEW}
    ]


def test_two_mentions_of_one_user_are_two_entities() -> None:
    entities = payloads(Message(t("{a}{a}", a=ADA)), CHAT)[0]["entities"]
    assert [(one["offset"], one["length"]) for one in entities] == [(0, 3), (3, 3)]


def test_only_the_first_piece_replies_and_all_stay_in_the_thread() -> None:
    first, second = payloads(Message("x " * 3000), structs.replace(GROUP, thread="9"))
    assert first["reply_parameters"] == {"message_id": 5, "allow_sending_without_reply": True}
    assert "reply_parameters" not in second
    assert (first["message_thread_id"], second["message_thread_id"]) == (9, 9)
    assert (first["chat_id"], second["chat_id"]) == (-100, -100)


@pytest.mark.parametrize("handle", [GROUP, structs.replace(GROUP, thread="9")])
def test_private_leaves_the_group(handle: ReplyHandle) -> None:
    for call in [
        *payloads(Message("x " * 3000, private=True, images=[Image("a", b"PNG")]), handle),
        *payloads(Message("x"), structs.replace(handle, private=True)),
    ]:
        assert call["chat_id"] == 11
        assert not {"message_thread_id", "reply_parameters"} & call.keys()


def test_a_handle_without_a_channel_is_a_direct_message() -> None:
    assert payloads(Message("x"), ReplyHandle("telegram", "", "", ADA, direct=True))[0]["chat_id"] == 11


def test_buttons_are_on_the_last_piece() -> None:
    buttons = [Button(label, "p", id=f"b{n}") for n, label in enumerate(["I agree", "Not\nnow", "x" * 99])]
    first, last = payloads(Message("x " * 3000, buttons=buttons), GROUP)
    assert "reply_markup" not in first
    assert last["reply_markup"] == {
        "inline_keyboard": [
            [{"text": "I agree", "callback_data": "b0"}, {"text": "Not now", "callback_data": "b1"}],
            [{"text": "x" * 63 + "…", "callback_data": "b2"}],
        ]
    }


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        (["ember", "tide", "dawn", "grove", "ash"], [3, 2]),
        (["a red one", "a blue one, with stripes", "none"], [1, 1, 1]),
    ],
)
def test_short_choices_stand_beside_each_other(labels: list[str], rows: list[int]) -> None:
    menu = structs.replace(select("Pick one", "p", "what", labels), id="s")
    keyboard = payloads(Message("x", selects=[menu]), CHAT)[0]["reply_markup"]["inline_keyboard"]
    assert [len(row) for row in keyboard] == rows
    assert [key["callback_data"] for row in keyboard for key in row] == [f"s:{at}" for at in range(len(labels))]


@pytest.mark.parametrize("short", [True, False])
def test_no_keyboard_has_more_keys_than_telegram_takes(short: bool) -> None:
    menus = [
        structs.replace(
            select("Pick", "p", "what", [f"{n}" if short else f"choice {n} " * 4 for n in range(25)]), id=f"s{at}"
        )
        for at in range(5)
    ]
    boards = [call["reply_markup"]["inline_keyboard"] for call in payloads(Message("x", selects=menus), CHAT)]
    assert all(sum(map(len, board)) <= 100 for board in boards)
    assert sum(len(row) for board in boards for row in board) == 125


def test_a_photo_carries_the_text() -> None:
    image = Image("A sigil", b"PNG")
    call = payloads(Message("Your ", b("sigil"), images=[image]), CHAT)
    bold = [{"type": "bold", "offset": 5, "length": 5}]
    assert call == [
        {"method": "sendPhoto", "chat_id": 11, "photo": b"PNG", "caption": "Your sigil", "caption_entities": bold}
    ]
    assert payloads(Message(images=[image]), CHAT)[0]["caption"] == "A sigil"
    assert (
        payloads(Message(images=[Image("A", url="https://a.example/s.png")]), CHAT)[0]["photo"]
        == "https://a.example/s.png"
    )


def test_what_no_caption_holds_goes_before_the_photo() -> None:
    buttons = [Button("ok", "p", id="b")]
    text, photo = payloads(Message("x" * 1025, images=[Image("A", b"PNG")], buttons=buttons), CHAT)
    assert (text["text"], photo["method"], "caption" in photo) == ("x" * 1025, "sendPhoto", False)
    assert ("reply_markup" in text, "reply_markup" in photo) == (False, True)
    text, photo = payloads(Message("x" * 4096 + "y" * 1024, images=[Image("A", b"PNG")]), CHAT)
    assert (len(text["text"]), photo["caption"]) == (4096, "y" * 1024)


def test_a_picture_that_cannot_be_shown_is_said() -> None:
    assert payloads(Message("x", images=[Image("A sigil")]), CHAT)[0]["text"] == "x\n[A sigil]"
