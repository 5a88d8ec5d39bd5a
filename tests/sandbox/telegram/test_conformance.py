"""The validator itself: what it must find."""

from typing import Any

import pytest

from bot.sandbox.world import Wire
from tests.sandbox.telegram.conformance import Conformance, description

pytestmark = pytest.mark.skipif(
    not description().exists(), reason="set SOULFRA_SPECS to the folder that holds telegram-bot-api.json"
)


def wire(name: str, payload: Any, **more: Any) -> Wire:
    return Wire(1, 0.0, "telegram", more.pop("direction", "out"), name, payload, **more)


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        ({"chat_id": "7", "text": "x"}, None),
        ({"chat_id": "7"}, "/text is missing"),
        ({"chat_id": "7", "text": "x", "colour": "red"}, "/colour is unknown"),
        ({"chat_id": "7", "text": "x", "entities": [{"type": "bold", "offset": "0", "length": 1}]}, "is not Integer"),
    ],
)
def test_calls(payload: dict[str, Any], fault: str | None) -> None:
    found = Conformance.load().faults([wire("sendMessage", payload, status=400)])
    assert bool(found) == bool(fault)
    assert fault is None or fault in found[0]


def test_answers_and_updates() -> None:
    check = Conformance.load()
    chat: dict[str, Any] = {"id": 7}
    message = {"message_id": 1, "date": 1, "chat": chat}
    broken = [
        wire("message", {"update_id": 1, "message": message}, direction="in"),
        wire("sendMessage", {"chat_id": "7", "text": "x"}, status=200, answer={"ok": True, "result": message}),
    ]
    assert len(check.faults(broken)) == 2
    chat["type"] = "private"
    assert check.faults(broken) == []
    assert check.faults([wire("sendCoffee", {})]) == ["sendCoffee is no method"]
