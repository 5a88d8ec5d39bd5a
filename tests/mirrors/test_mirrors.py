"""`Mirrors` as handlers use it, on a real context."""

import itertools

import pytest

from bot.command import CommandSpec, Invocation, ReplyHandle
from bot.context import Context, House
from bot.dialogue import Dialogue
from bot.lanes import Lanes
from bot.message import Message
from bot.sender import Sender
from bot.users import Place, User
from mirrors.mirrors import Mirrors
from mirrors.words import ConsentMissingError
from tests.features import ADA, BOB, Features
from tests.mirrors.test_model import texts
from tests.mirrors.test_words import say

_numbers = itertools.count(1)


async def _nothing(_ctx: Context) -> Message:
    return Message("")


def context(features: Features, user: User, id_: str = "") -> Context:
    place, reply = Place("discord", "dm", "direct"), ReplyHandle("discord", "bot", "dm", user)
    asked = Invocation(id_ or f"discord:{next(_numbers)}", "command", user, place, reply, 0, 0)
    sender, lanes = Sender({}), Lanes()
    house = House(features.store, sender, Dialogue(features.store, sender, lanes.aside))
    return Context(asked, CommandSpec("mirror reflect", "x", (), _nothing), house)


async def ready(features: Features, mirrors: Mirrors, user: User, n: int = 60) -> None:
    for text in texts(n):
        await features.store.write(say, user, text)
    await mirrors.consent(context(features, user), agree=True)
    await mirrors.spawn(context(features, user), "Echo")


async def test_a_resumed_reflection_is_the_same(features: Features) -> None:
    mirrors = Mirrors(["What do you keep that nobody else would keep?"])
    await ready(features, mirrors, ADA)
    first = await mirrors.reflect(context(features, ADA, "discord:x"), "echo")
    assert first.samples == 60
    assert first.text
    later = Mirrors(["What do you keep that nobody else would keep?"])
    assert await later.reflect(context(features, ADA, "discord:x"), "Echo") == first


async def test_revoking_silences_a_mirror_in_memory(features: Features) -> None:
    mirrors = Mirrors(["What do you keep?"])
    await ready(features, mirrors, ADA)
    await ready(features, mirrors, BOB, 3)
    for user in (ADA, BOB):
        await mirrors.reflect(context(features, user))
    await mirrors.consent(context(features, ADA), agree=False)
    assert list(mirrors._fitted) == [(await mirrors.list(context(features, BOB)))[0].manifest]
    with pytest.raises(ConsentMissingError):
        await mirrors.reflect(context(features, ADA))
    await mirrors.reflect(context(features, BOB))


async def test_at_most_32_models_are_kept(features: Features) -> None:
    mirrors = Mirrors(["What do you keep?"])
    await ready(features, mirrors, ADA, 3)
    for n in range(34):
        await features.store.write(say, ADA, f"one more thing {n}")
        await mirrors.spawn(context(features, ADA), "Echo")
        await mirrors.reflect(context(features, ADA))
    assert len(mirrors._fitted) == 32
    live = (await mirrors.list(context(features, ADA)))[0]
    assert list(mirrors._fitted)[-1] == live.manifest
