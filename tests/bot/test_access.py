"""Guards: who may, where, how often for everybody together. A refusal is one private sentence and costs nothing."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec import structs

from bot import needs
from bot.access import MANAGE_MESSAGES
from bot.limits import attempts, limit
from bot.users import Place, Standing
from tests.bot.conftest import Kernel, started


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Kernel]:
    """Cleo runs this bot; Ada owns the room, Bob moderates it."""
    one = await started(tmp_path / "house", "discord", operators=["discord:211000000000000003"])
    yield one
    await one.app.stop()


@pytest.mark.parametrize(
    ("user", "said"), [("ada", "swept"), ("bob", "swept"), ("cleo", "swept"), ("dan", "That is for moderators.")]
)
async def test_moderators_as_the_platform_says_and_operators_everywhere(house: Kernel, user: str, said: str) -> None:
    assert await house.say("!talk sweep", user, direct=False) == said
    assert house.platform.handles[-1].private == (user == "dan")


async def test_in_private_nobody_moderates_but_operators(house: Kernel) -> None:
    assert "nothing to moderate" in await house.say("!talk sweep", "ada")
    assert await house.say("!talk sweep", "cleo") == "swept"


async def test_operators_are_those_of_the_settings(house: Kernel) -> None:
    assert await house.say("!talk halt", "cleo", direct=False) == "halted"
    assert await house.say("!talk halt", "ada", direct=False) == "That is for those who run this bot."


async def test_roles_come_with_the_event_or_from_the_platform(house: Kernel) -> None:
    line = house.line("!talk balcony", "bob", direct=False)
    vip = structs.replace(line, standing=Standing("member", ["vip"]))
    assert await house.submit(vip) == ("accepted", ["a view"])
    assert await house.say("!talk balcony", "bob", direct=False) == "That is for VIP, keeper."


async def test_places(house: Kernel) -> None:
    assert await house.say("!talk whisper", "bob") == "psst"
    assert await house.say("!talk whisper", "bob", direct=False) == "That works in private or in groups only."
    line = house.line("!talk whisper", "bob", direct=False)
    assert (await house.submit(structs.replace(line, place=Place("discord", "7", "group"))))[1] == ["psst"]


async def test_what_discord_can_enforce_can_be_read_off() -> None:
    assert (needs.moderator.discord_permissions, needs.operator.discord_permissions) == (MANAGE_MESSAGES, 0)
    assert needs.role("vip").discord_permissions is None
    assert needs.place("dm", "channel").contexts == ("dm", "channel")
    assert (needs.moderator.moderators, needs.operator.operators, needs.moderator.operators) == (True, True, False)


async def test_a_limit_for_all_holds_when_two_come_at_once(house: Kernel) -> None:
    assert await house.say("!talk bell yes", "ada", direct=False) == "Cracked."
    lines = [house.line("!talk bell", user, direct=False) for user in ("ada", "bob", "cleo")]
    await asyncio.gather(*map(house.app.intake.submit, lines))
    house.platform.sent.clear()
    assert "enough for now" in await house.say("!talk bell", "dan", direct=False)
    assert await house.say("!talk bell", "dan") == "ding"


@pytest.mark.parametrize("made", [limit, attempts])
def test_a_limit_is_per_user_place_or_server(made: type) -> None:
    assert [made("1/day", per=per).per for per in ("user", "place", "server")] == ["user", "place", "server"]
    with pytest.raises(ValueError, match="per"):
        made("1/day", per="planet")


def test_needs_that_mean_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        needs.role()
    with pytest.raises(ValueError, match="dm, group, channel"):
        needs.place("moon")  # type: ignore[arg-type]
