"""What is set for a server counts at once, is kept, and moves with the server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from bot.command import CommandSpec, compile_commands, group
from bot.context import Context
from bot.errors import UserError
from bot.servers import ANNOUNCEMENTS, CHANNEL, LANGUAGE, MOST_CHANNELS, OFF, PREFIX, Servers, check_prefix
from bot.users import Place
from tests.bot.conftest import Kernel
from tests.bot.plugin import note, slow

HERE = Place("discord", "10", "channel", "1")
THERE = Place("discord", "11", "channel", "1")
ELSEWHERE = Place("discord", "20", "channel", "2")
ALONE = Place("discord", "30", "direct")
GROUP = Place("telegram", "-5", "group")


def specs() -> dict[str, CommandSpec]:
    made, problems = compile_commands(
        [note, group("little", "Little things.", slow), group("settings", "Settings.", slow)]
    )
    assert problems == []
    return {spec.path: spec for spec in made}


async def change(kernel: Kernel, servers: Servers, place: Place, key: str, value: str | None) -> None:
    """As a command in that place does."""
    invocation = structs.replace(kernel.line("!x"), place=place)
    ctx = Context(invocation, specs()["note"], kernel.app.intake._house)
    await servers.change(ctx, key, value)


async def again(kernel: Kernel) -> Servers:
    """As another process reads them."""
    servers = Servers({"discord": "!", "telegram": "/", "twitch": "!"})
    await servers.load(kernel.app.store)
    return servers


async def test_settings_count_at_once_and_after_a_restart(kernel: Kernel) -> None:
    servers = await again(kernel)
    assert (servers.prefix(HERE), servers.language(HERE), servers.announcements(HERE)) == ("!", None, None)
    for key, value in ((PREFIX, "??"), (LANGUAGE, "de"), (ANNOUNCEMENTS, "11")):
        await change(kernel, servers, HERE, key, value)
    for one in (servers, await again(kernel)):
        assert (one.prefix(THERE), one.language(THERE), one.announcements(THERE)) == ("??", "de", "11")
        assert (one.prefix(ELSEWHERE), one.language(ELSEWHERE), one.prefix(GROUP)) == ("!", None, "/")
    await change(kernel, servers, HERE, PREFIX, None)
    assert servers.prefix(HERE) == (await again(kernel)).prefix(HERE) == "!"


async def test_what_is_switched_off_and_where(kernel: Kernel) -> None:
    servers, known = await again(kernel), specs()
    await change(kernel, servers, HERE, OFF + "little", "")
    assert not servers.allowed(known["little slow"], HERE)
    assert servers.allowed(known["note"], HERE)
    assert servers.allowed(known["little slow"], ELSEWHERE)
    assert servers.allowed(known["little slow"], ALONE)
    await change(kernel, servers, HERE, OFF + "little", None)
    assert servers.allowed(known["little slow"], HERE)
    await change(kernel, servers, HERE, CHANNEL + "10", "")
    assert servers.allowed(known["note"], HERE)
    assert servers.allowed(known["note"], structs.replace(THERE, thread="10"))
    assert not servers.allowed(known["note"], THERE)
    assert servers.allowed(known["settings slow"], THERE)  # the way back


async def test_channels_are_not_without_end(kernel: Kernel) -> None:
    servers = await again(kernel)
    for number in range(MOST_CHANNELS):
        await change(kernel, servers, HERE, f"{CHANNEL}{number}", "")
    with pytest.raises(UserError, match="At most 100"):
        await change(kernel, servers, HERE, CHANNEL + "one more", "")


async def test_a_group_that_becomes_another_keeps_its_settings(kernel: Kernel) -> None:
    servers = await again(kernel)
    for key, value in ((LANGUAGE, "de"), (ANNOUNCEMENTS, "-5"), (CHANNEL + "-5", ""), (OFF + "note", "")):
        await change(kernel, servers, GROUP, key, value)
    await servers.moved(kernel.app.store, "telegram", "-5", "-1005")
    after = Place("telegram", "-1005", "group")
    for one in (servers, await again(kernel)):
        assert (one.language(after), one.announcements(after)) == ("de", "-1005")
        assert (one.of(after).channels, one.of(after).off) == ({"-1005"}, {"note"})
        assert one.of(GROUP).off == set()
    await servers.moved(kernel.app.store, "telegram", "nobody", "nowhere")
    assert servers.language(after) == "de"


@pytest.mark.parametrize(
    ("prefix", "platform", "taken"),
    [
        ("?", "discord", True),
        ("!!", "twitch", True),
        (".", "discord", True),
        ("✦", "twitch", True),
        (".", "twitch", False),
        ("/", "discord", False),
        ("/", "twitch", False),
        ("@", "discord", False),
        ("<", "discord", False),
        ("", "discord", False),
        ("!!!!", "discord", False),
        ("a", "discord", False),
        ("!a", "discord", False),
        ("1", "twitch", False),
        ("! ", "twitch", False),
        ("\u200b", "discord", False),
        ("!\u202e", "discord", False),
        ("\n", "discord", False),
        ("\ud800", "discord", False),
    ],
)
def test_prefixes(prefix: str, platform: str, taken: bool) -> None:
    if taken:
        check_prefix(prefix, platform)
    else:
        with pytest.raises(UserError):
            check_prefix(prefix, platform)


@given(st.text(max_size=5))
def test_a_prefix_that_is_taken_is_seen_and_ends_before_the_word(prefix: str) -> None:
    try:
        check_prefix(prefix, "twitch")
    except UserError:
        return
    assert prefix.isprintable()
    assert not any(sign.isalnum() or sign.isspace() for sign in prefix)
