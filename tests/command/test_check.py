"""What is wrong with commands together."""

import pytest

from bot.command import CommandSpec, check_commands, check_services, command, compile_commands, group
from bot.message import Message


async def handler() -> Message:
    return Message()


class Ledger:
    """A service."""


class Vault(Ledger):
    """Another."""


def spec(path: str, about: str = "", line: int = 1, **services: type) -> CommandSpec:
    groups = {path.rpartition(" ")[0]: about} if about else {}
    return CommandSpec(path, "", (), handler, services, source=f"a.py:{line}", groups=groups)


def alias(path: str, alias: str, line: int = 9) -> CommandSpec:
    return CommandSpec(path, "", (), handler, source=f"a.py:{line}", aliases=(alias,))


@pytest.mark.parametrize(
    ("specs", "problems"),
    [
        ([spec("bless"), spec("top")], []),
        ([spec("vault put", "Yours."), spec("vault get", "Yours.")], []),
        ([spec("bless"), spec("bless", line=2)], ["a.py:2: bless: there is another command 'bless' at a.py:1"]),
        ([spec("a b"), spec("a_b", line=2)], ["a.py:2: a_b: there is another command 'a b' at a.py:1"]),
        ([spec("a b"), spec("a", line=2)], ["a.py:2: a: there is a group of the same name at a.py:1"]),
        ([spec("a"), spec("a b", line=2)], ["a.py:1: a: there is a group of the same name at a.py:2"]),
        ([spec("a b", "x"), spec("a c", "y", 2)], ["a.py:2: a c: its group 'a' is described otherwise at a.py:1"]),
        (
            [spec("a b c", "x"), spec("a b d", "y", 2)],
            ["a.py:2: a b d: its group 'a b' is described otherwise at a.py:1"],
        ),
        ([spec("a b c"), spec("a b", line=2)], ["a.py:2: a b: there is a group of the same name at a.py:1"]),
        ([alias("a", "b"), spec("b", line=2)], ["a.py:2: b: there is another command 'b' at a.py:9"]),
        ([spec("b"), alias("a", "b")], ["a.py:9: a: its alias 'b': there is another command 'b' at a.py:1"]),
        (
            [alias("a", "x y"), alias("b", "x_y", 3)],
            ["a.py:3: b: its alias 'x_y': there is another command 'x y' at a.py:9"],
        ),
        ([spec("g a"), alias("b", "g")], ["a.py:9: b: there is a group of the same name at a.py:1"]),
        ([alias("a", "a")], []),
        ([spec("a", ledger=Ledger)], []),
        ([spec("a", v=Vault)], ["a.py:1: a: nobody provides the service 'v' of type Vault"]),
    ],
)
def test_check_commands(specs: list[CommandSpec], problems: list[str]) -> None:
    assert [str(problem) for problem in check_commands(specs, [Ledger])] == problems


def test_a_service_is_found_by_its_very_type() -> None:
    assert len(check_services([spec("a", ledger=Ledger)], [Vault])) == 1


def test_compiling_reports_duplicates_with_both_places() -> None:
    @command(name="same")
    async def first(ctx: object) -> Message:
        """One."""
        return Message()

    @command
    async def same(ctx: object) -> Message:
        """Two."""
        return Message()

    _, [problem] = compile_commands([group("vault", "Yours.", first), group("vault", "Yours.", same)])
    assert problem.where == f"{__file__}:{same.__code__.co_firstlineno}"
    assert problem.what == f"there is another command 'vault same' at {__file__}:{first.__code__.co_firstlineno}"
