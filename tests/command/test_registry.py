"""Which command a line means."""

import sys

import pytest

from bot.command import CommandSpec, Registry
from bot.errors import DefinitionError
from bot.message import Message


async def handler() -> Message:
    return Message()


def spec(path: str, services: dict[str, type] | None = None) -> CommandSpec:
    return CommandSpec(path, "", (), handler, services or {}, source=f"{path}.py:1")


def registry(*paths: str) -> Registry:
    made = Registry()
    for path in paths:
        made.add(spec(path))
    return made


@pytest.mark.parametrize(
    ("line", "path", "rest"),
    [
        ("bless @bob 5", "bless", "@bob 5"),
        ("BLESS @Bob  5 ", "bless", "@Bob  5 "),
        ("bless", "bless", ""),
        ("bless\n@bob", "bless", "@bob"),
        ("vault put a  b", "vault put", "a  b"),
        ("Vault  Put a", "vault put", "a"),
        ("vault_put a", "vault put", "a"),
        ("vault dusk", "vault", "dusk"),
        ("put down", "put", "down"),
    ],
)
def test_find(line: str, path: str, rest: str) -> None:
    found = registry("bless", "vault", "vault put", "vault get", "put").find(line)
    assert found is not None
    assert (found[0].path, found[1]) == (path, rest)


@pytest.mark.parametrize("line", ["", "  ", "blessed", "vault", "vault dusk", "vault_dusk", "x" * 100_000])
def test_find_nothing(line: str) -> None:
    assert registry("bless", "vault put").find(line) is None


def test_in_order() -> None:
    made = registry("top", "bless", "vault put")
    assert made.names() == [one.path for one in made] == ["top", "bless", "vault put"]
    assert len(made) == 3
    assert "vault put" in made
    bless = made.get("bless")
    assert bless is not None
    assert bless.path == "bless"
    assert made.get("vault") is None


def test_taking_out_leaves_nothing_behind() -> None:
    made = registry("vault put")
    undo = made.add(spec("vault get"))
    undo()
    undo()
    assert made.find("vault get") is made.find("vault_get") is None
    assert made.find("vault put") is not None
    again = made.add(spec("vault get"))
    undo()
    assert made.find("vault get") is not None
    again()
    assert made.names() == ["vault put"]


def test_an_undo_prunes_the_trie() -> None:
    made = Registry()
    made.add(spec("vault key turn"))()
    assert not made._root.words


@pytest.mark.parametrize(
    ("first", "second"), [("bless", "bless"), ("vault put", "vault_put"), ("vault_put", "vault put")]
)
def test_a_path_is_taken_once(first: str, second: str) -> None:
    made = registry(first)
    with pytest.raises(DefinitionError, match=f"{first}.py:1"):
        made.add(spec(second))
    assert made.names() == [first]


@pytest.mark.parametrize(
    ("word", "path"), [("bles", "bless"), ("BLESSS", "bless"), ("vault", "vault put"), ("zzz", None)]
)
def test_suggest(word: str, path: str | None) -> None:
    assert registry("bless", "vault put", "top").suggest(word) == path


def test_check_names_the_service_that_nobody_provides() -> None:
    made = Registry()
    made.add(spec("bless", {"ledger": dict}))
    assert [str(problem) for problem in made.check([])] == [
        "bless.py:1: bless: nobody provides the service 'ledger' of type dict"
    ]
    assert made.check([dict]) == []


def calls_of_a_find(made: Registry, line: str) -> int:
    seen: list[str] = []
    sys.setprofile(lambda _frame, event, _arg: seen.append(event))
    try:
        made.find(line)
    finally:
        sys.setprofile(None)
    return len(seen)


def test_more_commands_are_no_more_work() -> None:
    few, many = registry("vault put"), registry(*(f"command{n} go" for n in range(1_000)), "vault put")
    for line in ("vault put dawn", "vault_put dawn", "nothing"):
        assert calls_of_a_find(few, line) == calls_of_a_find(many, line) > 1
