"""Interactions as they are read: by HTTP and from the gateway alike, and not at all when a request could not be made of them."""

import json
from typing import Any

import msgspec
import pytest

from bot.platforms.discord import events, wire
from bot.platforms.discord.values import called
from bot.users import Place, Standing, User

CALL: dict[str, Any] = {
    "id": "1", "application_id": "2", "type": 2, "token": "t", "channel_id": "3", "guild_id": "4",
    "channel": {"id": "3", "type": 11, "parent_id": "5"}, "entitlements": [],
    "member": {"user": {"id": "6", "username": "ada", "global_name": "Ada"}, "nick": None, "roles": ["7"], "permissions": "8"},
    "data": {
        "name": "vault", "options": [{"name": "put", "type": 1, "options": [{"name": "name", "type": 3, "value": "x"}]}]
    },
}  # fmt: skip


def test_both_ways_read_the_same() -> None:
    read = wire.read(CALL)
    assert isinstance(read, wire.Called)
    assert wire.posted(json.dumps(CALL).encode()) == read
    assert called(read.data) == ("vault put", {"name": "x"}, None)
    assert events.interaction_place(read) == Place("discord", "5", "channel", "4", thread="3")


def test_half_a_character_is_no_reason_to_refuse() -> None:
    odd = json.loads(json.dumps(CALL).replace('"Ada"', '"A\\ud800da"'))
    read = wire.posted(json.dumps(odd).encode())
    assert isinstance(read, wire.Called)
    handle = events.interaction_handle(read, events.interaction_place(read), private=False)
    assert handle.to == User("discord", "6", "A\ufffdda", "ada")


def test_a_ping_is_nothing_else() -> None:
    assert wire.posted(b'{"id": "1", "type": 1, "token": "t"}') == wire.Ping()
    with pytest.raises(msgspec.ValidationError):
        wire.read({"type": 1})


@pytest.mark.parametrize("name", ["id", "application_id", "channel_id", "guild_id"])
def test_ids_are_numbers(name: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="no number"):
        wire.read({**CALL, name: "../x"})


def test_somebody_must_have_asked() -> None:
    with pytest.raises(msgspec.ValidationError, match="nobody"):
        wire.read({**CALL, "member": {"roles": []}})


def test_alone_with_the_bot() -> None:
    alone = {"user": {"id": "6", "username": "ada"}, "context": 1}
    read = wire.read({**{name: value for name, value in CALL.items() if name not in ("guild_id", "member")}, **alone})
    assert events.interaction_place(read).direct
    assert events.interaction_standing(read, None) == Standing()
