"""What a declaration says beside the signature: aliases, menus, triggers, subscribers."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.command import CommandSpec, Trigger, command, compile_commands, group, is_path, on
from bot.events import Cheered, Event, Followed, Raided, Reacted, Redeemed
from bot.message import Message
from bot.users import Place, Said, User

PLACE = Place("twitch", "1")


class Ledger:
    """A service."""


class Guarding:
    def enter(self, ctx: object) -> None: ...

    def settle(self, ctx: object, succeeded: bool) -> None: ...


GUARD = Guarding()


def compiled(*items: Any) -> list[CommandSpec]:
    specs, problems = compile_commands(items)
    assert problems == []
    return specs


def whats(function: Any) -> list[str]:
    specs, problems = compile_commands([function])
    assert specs == []
    assert {problem.where for problem in problems} == {f"{__file__}:{function.__code__.co_firstlineno}"}
    return [problem.what for problem in problems]


async def plain(ctx: object) -> Message:
    """Do something."""
    return Message()


async def about_somebody(ctx: object, who: User, amount: int = 1) -> Message:
    """Do something.

    Args:
        who: Whom.
        amount: How much.
    """
    return Message()


async def about_a_message(ctx: object, language: str | None, said: Said) -> Message:
    """Do something.

    Args:
        language: In which.
        said: What.
    """
    return Message()


async def needy(ctx: object, who: User, amount: int) -> Message:
    """Do something.

    Args:
        who: Whom.
        amount: How much.
    """
    return Message()


async def two_messages(ctx: object, one: Said, two: Said | None) -> Message:
    """Do something.

    Args:
        one: This.
        two: That.
    """
    return Message()


def test_everything_that_is_declared_is_in_the_spec() -> None:
    triggers = [on.redemption("Bless"), on.cheer(100)]
    [spec] = compiled(
        command(
            GUARD, name="p", private=True, aliases=["q", "vault q"], hidden=True, ask_missing=True, inline=True,
            platforms=["twitch"], triggers=triggers,
        )(plain)
    )  # fmt: skip
    assert (spec.path, spec.guards, spec.private, spec.aliases) == ("p", (GUARD,), True, ("q", "vault q"))
    assert (spec.hidden, spec.ask_missing, spec.inline) == (True, True, True)
    assert (spec.platforms, spec.triggers, spec.subscriber) == (("twitch",), tuple(triggers), False)


def test_one_text_is_one_alias() -> None:
    [spec] = compiled(command(aliases="quick", platforms="twitch")(plain))
    assert (spec.aliases, spec.platforms) == (("quick",), ("twitch",))


@pytest.mark.parametrize("function", [about_somebody, about_a_message])
def test_menus(function: Callable[..., Any]) -> None:
    assert compiled(command(menu="Do it")(function))[0].menu == "Do it"


def test_a_menu_asks_for_the_rest_when_the_command_does() -> None:
    assert compiled(command(menu="Do it", ask_missing=True)(needy))[0].menu == "Do it"


NO_MENU = "is in a menu: its first option must be a User that must be given, or one option a Said"


@pytest.mark.parametrize(
    ("function", "settings", "wanted"),
    [
        (plain, {"menu": "Do it"}, [NO_MENU]),
        (needy, {"menu": "Do it"}, ["is in a menu, which cannot give 'amount'"]),
        (about_somebody, {"menu": "x" * 33}, ["its menu label has 33 characters; 32 is the most"]),
        (two_messages, {}, ["has more than one Said: a command is about one message"]),
        (plain, {"aliases": ["Big"]}, ["the alias 'Big' is not one to three lower-case words"]),
        (plain, {"aliases": ["a b c d"]}, ["the alias 'a b c d' is not one to three lower-case words"]),
        (plain, {"aliases": [""]}, ["the alias '' is not one to three lower-case words"]),
        (plain, {"platforms": [""]}, ["the platform '' is not a name"]),
        (plain, {"triggers": [Raided]}, [f"the trigger {Raided!r} is no Trigger, such as `on.redemption(…)`"]),
        (plain, {"triggers": [Trigger(Event)]}, [f"{Event!r} is no type of event"]),
        (plain, {"triggers": [Trigger(Raided, {"who": "x"})]}, ["Raided has no field 'who'"]),
        (needy, {"triggers": [Trigger(Followed)]}, ["Followed brings no text, and <who> <amount> must be given"]),
    ],
)
def test_problems(function: Callable[..., Any], settings: dict[str, Any], wanted: list[str]) -> None:
    assert whats(command(**settings)(function)) == wanted


def test_a_command_may_need_what_the_text_of_its_event_brings() -> None:
    assert len(compiled(command(triggers=[on.redemption("Bless"), on.cheer(1)])(needy))) == 1


def test_what_a_trigger_matches() -> None:
    redeemed = Redeemed(id="1", place=PLACE, at=0, reward="BLESS", reward_id="r", redemption="x", cost=5)
    cheered = Cheered(id="1", place=PLACE, at=0, bits=100)
    assert on.redemption("Bless").matches(redeemed)
    assert not on.redemption("Curse").matches(redeemed)
    assert on.cheer(100).matches(cheered)
    assert not on.cheer(101).matches(cheered)
    assert not on.cheer(1).matches(redeemed)


def test_a_subscriber() -> None:
    @on(Raided, GUARD)
    async def welcome(ctx: object, event: Raided, *, ledger: Ledger) -> Message | None:
        """Say hello."""
        return None

    [spec] = compiled(welcome)
    assert (spec.path, spec.about, spec.options, spec.services) == ("on welcome", "Say hello.", (), {"ledger": Ledger})
    assert (spec.guards, spec.subscriber, spec.triggers) == ((GUARD,), True, (Trigger(Raided),))


def test_a_subscriber_to_some_events_of_a_kind() -> None:
    @on(Reacted, emoji="⭐", added=True)
    async def starred(ctx: object, event: Event) -> Message | None:
        """Count it."""
        return None

    [spec] = compiled(starred)
    star = Reacted(id="1", place=PLACE, at=0, message="5", emoji="⭐")
    gone = Reacted(id="1", place=PLACE, at=0, message="5", emoji="⭐", added=False)
    assert [spec.triggers[0].matches(one) for one in (star, gone)] == [True, False]


def test_problems_of_subscribers() -> None:
    @on(Raided, who="x")
    async def odd(ctx: object, event: Followed, more: int) -> Message | None:
        return None

    @on(int)  # type: ignore[type-var]
    async def no_event(ctx: object, event: int) -> Message | None:
        """Try."""
        return None

    @on(Raided)
    async def other(ctx: object, event: Followed) -> Message | None:
        """Try."""
        return None

    assert whats(odd) == [
        "has no docstring: its first line describes the command",
        "a subscriber takes ctx and the event, then services after `*`; it has no options",
        "Raided has no field 'who'",
    ]
    assert whats(no_event) == [f"{int!r} is no type of event"]
    assert whats(other) == ["'event' must have the type Raided"]
    _, problems = compile_commands([group("vault", "Yours.", other)])
    assert "is a subscriber, which stands in no group" in [problem.what for problem in problems]


def test_two_subscribers_of_one_name_are_a_problem() -> None:
    @on(Raided)
    async def welcome(ctx: object, event: Raided) -> Message | None:
        """One."""
        return None

    _, [problem] = compile_commands([welcome, welcome_too()])
    assert "there is another command 'on welcome'" in problem.what


def welcome_too() -> Callable[..., Any]:
    @on(Followed)
    async def welcome(ctx: object, event: Followed) -> Message | None:
        """Two."""
        return None

    return welcome


@pytest.mark.parametrize(
    ("path", "is_one"), [("segne", True), ("tresor schlüssel", True), ("a b c", True), ("a  b", False), (5, False)]
)
def test_paths_in_any_language(path: object, is_one: bool) -> None:
    assert is_path(path) is is_one
