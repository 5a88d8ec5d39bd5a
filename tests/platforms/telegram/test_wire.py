"""What the house reads of the Bot API: its names and types are the Bot API's, and nothing odd in one update reaches another."""

import json
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.telegram import wire
from tests.sandbox.telegram.conformance import description

PLAIN = {int: {"Integer"}, str: {"String"}, bool: {"Boolean", "True"}}
ADA = {"id": 5101, "is_bot": False, "first_name": "Ada"}
LINE = {"message_id": 1, "date": 1, "chat": {"id": 5101, "type": "private"}, "from": ADA, "text": "/ping"}


def read() -> Iterator[type[msgspec.Struct]]:
    """Everything that an update may hold, and what members are."""
    seen: list[Any] = [wire.Update]
    for kind in seen:
        yield kind
        found = {
            one for hint in get_type_hints(kind).values() for one in parts(hint) if hasattr(one, "__struct_fields__")
        }
        seen += [one for one in sorted(found, key=str) if one not in seen]


def parts(hint: Any) -> Iterator[Any]:
    """The types within `X | None` and `tuple[X, ...]`."""
    if get_origin(hint) in (Union, UnionType, tuple):
        for each in get_args(hint):
            yield from parts(each)
    elif hint is not NoneType and hint is not Ellipsis:
        yield hint


def fields(types: dict[str, Any], name: str) -> dict[str, Any]:
    """Those of a type; of one with subtypes each that any of them has, required where all of them have it."""
    subtypes = types[name].get("subtypes")
    if not subtypes:
        return {one["name"]: one for one in types[name].get("fields", [])}
    of = [fields(types, one) for one in subtypes]
    names = {one for each in of for one in each}
    return {
        one: {
            "types": [kind for each in of if one in each for kind in each[one]["types"]],
            "required": all(one in each and each[one]["required"] for each in of),
        }
        for one in names
    }


def described(hint: Any) -> set[str]:
    """What the Bot API may call this type."""
    (kind,) = parts(hint)
    names = PLAIN.get(kind) or {kind.__name__, *(("MaybeInaccessibleMessage",) if kind is wire.Message else ())}
    many = any(get_origin(one) is tuple for one in (hint, *get_args(hint)))
    return {f"Array of {name}" for name in names} if many else names


@pytest.mark.skipif(not description().exists(), reason="SOULFRA_SPECS names no folder with telegram-bot-api.json")
@pytest.mark.parametrize("kind", [*read(), wire.ChatMember], ids=lambda kind: kind.__name__)
def test_names_and_types_are_the_bot_apis(kind: type[msgspec.Struct]) -> None:
    types = json.loads(description().read_text(encoding="utf-8"))["types"]
    known, hints = fields(types, kind.__name__), get_type_hints(kind)
    for field in msgspec.structs.fields(kind):
        told = known[field.encode_name]
        assert set(told["types"]) <= described(hints[field.name]), field.name
        assert field.required == told["required"], field.name


def update(**more: Any) -> bytes:
    return json.dumps({"update_id": 7, **more}).encode()


def test_what_is_not_read_is_left_out() -> None:
    found = wire.update(update(message={**LINE, "sticker": 5}, tea={"hot": [True]}))
    assert isinstance(found, wire.Update)
    assert found.message is not None
    assert (found.message.text, found.message.chat.id) == ("/ping", 5101)


@pytest.mark.parametrize("odd", [{"text": 7}, {"chat": {"id": 5}}, {"from": "ada"}, {"entities": [{}]}, {"date": None}])
def test_an_odd_update_keeps_its_number(odd: dict[str, Any]) -> None:
    found = wire.update(update(message={**LINE, **odd}))
    assert isinstance(found, wire.Unreadable)
    assert found.update_id == 7
    assert "$.message" in found.why


@pytest.mark.parametrize(
    "none", [b"", b"{", b"[]", b"null", b'{"update_id":true}', b'{"update_id":0.5}', b"\xff", b'{"message":{}}']
)
def test_what_is_no_update_is_told(none: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        wire.update(none)


@given(st.lists(st.sampled_from(["a", "é", "👍", "\ud83d", "\udc4d", "\\", '"', "\n"]), max_size=12).map("".join))
def test_halves_of_pairs_keep_everything_in_place(text: str) -> None:
    """Offsets are UTF-16 units: what stands behind a half that nothing can keep stays where it is."""
    found = wire.update(update(message={**LINE, "text": text}))
    assert isinstance(found, wire.Update)
    assert found.message is not None
    said = found.message.text or ""
    joined = text.encode("utf-16-le", "surrogatepass")
    assert len(said.encode("utf-16-le")) == len(joined)
    assert said == json.loads(json.dumps(text)).encode("utf-8", "replace").decode()


def test_one_answer_in_a_list_does_not_spoil_the_others() -> None:
    payload = b'{"ok":true,"result":[' + update(message=LINE) + b',{"x":"\\ud800"},' + update(message=5) + b"]}"
    first, second, third = wire.objects(wire.answer(payload).result)
    assert isinstance(wire.update(first), wire.Update)
    with pytest.raises(ValueError, match="update_id"):
        wire.update(second)
    assert isinstance(wire.update(third), wire.Unreadable)


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (b'{"message_id":5,"text":"x"}', "5"),
        (b'[{"message_id":5},{"message_id":6}]', "5"),
        (b"true", ""),
        (b"[]", ""),
        (b"{}", ""),
    ],
)
def test_what_was_posted(result: bytes, message: str) -> None:
    assert wire.posted(result) == message
