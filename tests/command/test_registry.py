"""Which command a line means."""

import sys
from dataclasses import replace

import pytest

from bot.command import CommandSpec, Registry, Trigger
from bot.errors import DefinitionError
from bot.events import Cheered, Followed, Raided, Redeemed
from bot.message import Message
from bot.users import Place


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


PLACE = Place("twitch", "1")
RAID = Raided(id="1", place=PLACE, at=0, viewers=5)
REDEEMED = Redeemed(id="2", place=PLACE, at=0, reward="bless", reward_id="r", redemption="x", cost=5)


def listener(name: str, *triggers: Trigger) -> CommandSpec:
    return CommandSpec(f"on {name}", "", (), handler, source=f"{name}.py:1", triggers=triggers, subscriber=True)


def test_aliases_and_names_in_other_languages_are_planted_like_paths() -> None:
    made = registry("top")
    undo = made.add(replace(spec("vault put"), aliases=("vp", "vault p")), ["Tresor legen", "vault put"])
    for line in ("vp x", "vault p x", "vault_p x", "tresor legen x", "Tresor_Legen x", "vault put x"):
        found = made.find(line)
        assert found is not None
        assert (found[0].path, found[1]) == ("vault put", "x")
    assert made.names() == ["top", "vault put"]
    assert made.suggest("tresor_legen") == "tresor legen"
    undo()
    undo()
    assert [made.find(line) for line in ("vp", "vault p", "tresor legen", "vault put")] == [None] * 4
    assert set(made._root.words) == {"top"}


@pytest.mark.parametrize(
    ("aliases", "names"), [(("top",), ()), (("vp", "vault get"), ()), ((), ("vp", "vault_get")), (("on raid",), ())]
)
def test_an_alias_that_is_taken_changes_nothing(aliases: tuple[str, ...], names: tuple[str, ...]) -> None:
    made = registry("top", "vault get")
    made.add(listener("raid", Trigger(Raided)))
    with pytest.raises(DefinitionError, match=r"put\.py:1: put: .* is taken: there is another at"):
        made.add(replace(spec("put"), aliases=aliases), names)
    assert made.find("put") is made.find("vp") is None
    assert made.names() == ["top", "vault get"]


def test_hidden_commands_and_subscribers_are_never_suggested() -> None:
    made = Registry()
    made.add(replace(spec("blessing"), hidden=True))
    made.add(listener("bless", Trigger(Raided)))
    assert made.suggest("blessing") is made.suggest("on bless") is None
    assert made.find("blessing") is not None
    assert made.names() == ["blessing"]


def test_only_commands_of_the_platform_are_suggested() -> None:
    made = Registry()
    made.add(replace(spec("bless"), platforms=("twitch",)))
    assert made.suggest("bles", "twitch") == made.suggest("bles") == "bless"
    assert made.suggest("bles", "discord") is None


def test_subscribers_are_found_by_what_happened() -> None:
    made = registry("top")
    first, second = listener("raid", Trigger(Raided)), listener("raid2", Trigger(Raided), Trigger(Redeemed))
    bless = replace(spec("bless"), triggers=(Trigger(Redeemed, {"reward": "Bless"}), Trigger(Cheered, {}, {"bits": 5})))
    undo = made.add(first)
    made.add(second)
    made.add(bless)
    assert made.subscribers(RAID) == [first, second]
    assert made.subscribers(REDEEMED) == [second, bless]
    assert made.subscribers(Followed(id="3", place=PLACE, at=0)) == []
    assert made.watched() == {Raided, Redeemed, Cheered}
    undo()
    assert made.subscribers(RAID) == [second]


def test_subscribers_are_no_typed_commands() -> None:
    made = registry("top")
    undo = made.add(listener("raid", Trigger(Raided)))
    assert [one.path for one in made] == ["top"]
    assert len(made) == 1
    assert "on raid" not in made
    assert made.find("on raid") is None
    assert [one.path for one in made.everything()] == ["top", "on raid"]
    found = made.get("on raid")
    assert found is not None
    assert found.subscriber
    with pytest.raises(DefinitionError, match=r"raid\.py:1"):
        made.add(listener("raid", Trigger(Followed)))
    undo()
    assert made.get("on raid") is None
    assert made.watched() == set()


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
