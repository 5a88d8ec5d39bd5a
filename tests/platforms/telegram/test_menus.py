"""The menus of commands: who is offered what, in which language, and what a menu's name means when it is typed."""

from typing import Any

import pytest

from bot.command import CommandSpec, Option
from bot.message import Message
from bot.platforms.telegram.menus import SCOPES, Menus
from tests.platforms.telegram.conftest import Bench


class Moderators:
    moderators = True

    def enter(self, ctx: Any) -> None: ...

    def settle(self, ctx: Any, succeeded: bool) -> None: ...


async def _handler(_: Any) -> Message:
    return Message("")


def spec(path: str, about: str = "Does it.", *, secret: bool = False, **more: Any) -> CommandSpec:
    return CommandSpec(path, about, (Option("words", str, "Words.", secret=secret),), _handler, source="x.py:1", **more)


SPECS = [
    spec("bless", "Bless somebody."),
    spec("vault put", secret=True),
    spec("ban", "Send away.", guards=(Moderators(),)),
    spec("ghost", hidden=True),
    spec("raided", subscriber=True),
    spec("shoutout", platforms=("twitch",)),
    spec("ping", aliases=("alive", "are you")),
]
WORDS = {
    ("Bless somebody.", ""): {"de": "Segne jemanden.", "pt-BR": "Abençoe."},
    ("bless", "command"): {"de": "segne"},
    ("vault", "command"): {"de": "tresor"},
    ("put", "command"): {"de": "lege ab"},
    ("ban", "command"): {"de": "Bänne!"},
    ("ping", "command"): {"de": "bless"},
}


def names(menu: list[dict[str, str]]) -> list[str]:
    return [one["command"] for one in menu]


async def test_everybody_is_offered_what_they_can_use(bench: Bench) -> None:
    await bench.platform.start(bench.ingress, SPECS)
    assert names(bench.emulator.menu("cleo", private=True)) == ["bless", "vault_put", "ban", "ping"]
    assert names(bench.emulator.menu("cleo")) == ["bless", "ping"]
    assert names(bench.emulator.menu("bob")) == ["bless", "ban", "ping"]


async def test_menus_are_translated_and_their_names_are_understood(bench: Bench) -> None:
    bench.ingress.words = WORDS
    await bench.platform.start(bench.ingress, SPECS)
    german = bench.emulator.menu("cleo", private=True, language="de")
    assert names(german) == ["segne", "tresor_lege_ab", "ban", "ping"]  # what a menu refuses, or means another, stays
    assert german[0]["description"] == "Segne jemanden."
    assert names(bench.emulator.menu("cleo", language="fr")) == ["bless", "ping"]
    for line, text in (
        ("/segne @bob", "/bless @bob"),
        ("/Tresor_lege_ab x", "/vault put x"),
        ("/bless @bob", "/bless @bob"),
        ("/are_you there", "/ping there"),
        ("/shoutout x", "/shoutout x"),
    ):
        assert (await bench.ask(line)).text == text


async def test_commands_come_and_go(bench: Bench) -> None:
    bench.ingress.words = WORDS
    await bench.platform.start(bench.ingress, SPECS)
    sent = len(bench.requests("setMyCommands"))
    await bench.platform.register(SPECS)
    assert (sent, len(bench.requests("setMyCommands"))) == (6, 6)
    bench.ingress.words = {}
    await bench.platform.register(SPECS[1:])
    assert names(bench.emulator.menu("cleo")) == ["ping"]
    assert names(bench.emulator.menu("cleo", language="de")) == ["ping"]  # the German menus are gone
    assert len(bench.requests("deleteMyCommands")) == 3
    assert (await bench.ask("/segne x")).text == "/segne x"


async def test_before_the_start_commands_are_only_noted(bench: Bench) -> None:
    await bench.platform.register(SPECS)
    assert bench.requests("setMyCommands") == []


@pytest.mark.parametrize("scope", SCOPES)
def test_no_menu_holds_more_than_a_hundred(scope: str) -> None:
    menus = Menus([spec(f"c{number}") for number in range(101)], lambda text, context: {})
    assert len(menus.of(scope)) == 100
    assert menus.too_many


def test_what_is_not_called_by_name_here_may_be_called_anything(bench: Bench) -> None:
    for one in (spec("No Menu!", subscriber=True), spec("No Menu!", platforms=("discord",))):
        assert bench.platform.check(one) == []
    assert len(bench.platform.check(spec("No Menu!"))) == 1
