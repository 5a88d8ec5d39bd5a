"""What happens besides commands, and interactions that come by HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.adapter import Sent
from bot.errors import SettingsError
from bot.events import Joined, Left, Reacted, Spoke
from bot.message import Message
from bot.platforms.discord.endpoint import PATH, Endpoint
from bot.sandbox.world import SandboxError
from bot.users import Place
from tests.platforms.discord.support import SPECS, Ears, Stage, until
from tests.sandbox.discord import conformance

LOUNGE = Place("discord", "311000000000000001", "channel", "411000000000000001")


@pytest.fixture
async def watching() -> AsyncIterator[Stage]:
    """Somebody wants to hear of everything."""
    stage = Stage(members=True)
    stage.ears.watching = {Joined, Left, Reacted, Spoke}
    async with stage:
        yield stage


async def test_who_joins_is_greeted_in_the_hall(watching: Stage) -> None:
    for verb in (watching.discord.leave, watching.discord.join):
        await watching.dealt((await verb("cleo")).event)
    (left, _), (joined, handle) = watching.ears.events
    assert [type(left), type(joined)] == [Left, Joined]
    assert joined.user == left.user == watching.world.human("cleo").on("discord")
    assert joined.place == left.place == LOUNGE
    sent = await watching.platform.send(handle, watching.platform.render(Message("Welcome"), handle)[0], "k")
    assert isinstance(sent, Sent)
    assert watching.out("/messages")[0].about["channel"] == LOUNGE.channel


async def test_reactions_of_others_are_told(watching: Stage) -> None:
    line = await watching.discord.say("ada", "!bless")
    await watching.dealt(line.event)
    await watching.platform.react(watching.ears.submitted[0].reply, "👍")
    for emoji in ("👍", None):
        await watching.dealt((await watching.discord.react("bob", line.event, emoji)).event)
    told: list[Any] = [event for event, _ in watching.ears.events]
    assert [(one.emoji, one.added, one.message, one.user.name, one.place) for one in told] == [
        ("👍", True, line.event, "bob", LOUNGE),
        ("👍", False, line.event, "bob", LOUNGE),
    ]
    assert told[0].id != told[1].id
    assert watching.ears.events[0][1].message == line.event


async def test_reactions_in_private(watching: Stage) -> None:
    line = await watching.discord.say("ada", "!bless", private=True)
    await watching.dealt((await watching.discord.react("ada", line.event, "👍")).event)
    (event, handle) = watching.ears.events[0]
    assert (event.place.kind, handle.direct) == ("direct", True)


async def test_talk_is_told_where_somebody_listens(watching: Stage) -> None:
    await watching.dealt((await watching.discord.say("bob", "good morning")).event)
    watching.ears.listening = True
    said = await watching.discord.say("bob", "good evening")
    for verb in (watching.discord.say("bob", "!bless"), watching.discord.say("bob", "a secret", private=True)):
        await watching.dealt((await verb).event)
    await watching.dealt(said.event)
    ((event, handle),) = watching.ears.events
    assert isinstance(event, Spoke)
    assert (event.id, event.text, event.message, handle.message) == (
        f"discord:{said.event}",
        "good evening",
        *[said.event] * 2,
    )


async def test_what_nobody_watches_is_not_asked_for() -> None:
    async with Stage(members=True) as stage:
        identify = next(d for op, d in stage.discord.gateway.log if op == 2)
        assert not identify["intents"] & (1 << 1 | 1 << 10 | 1 << 13)
        stage.ears.watching = {Reacted, Joined}
        await stage.platform.register(SPECS)
        await until(lambda: len([op for op, _ in stage.discord.gateway.log if op == 2]) == 2)
        again = [d for op, d in stage.discord.gateway.log if op == 2][1]
        assert again["intents"] & (1 << 1 | 1 << 10 | 1 << 13) == 1 << 1 | 1 << 10 | 1 << 13
        await until(lambda: stage.discord.gateway.online)
        await stage.dealt((await stage.discord.slash("ada", "whisper", {})).event)


async def test_members_take_the_setting() -> None:
    stage = Stage()
    stage.ears.watching = {Joined}
    async with stage:
        assert not next(d for op, d in stage.discord.gateway.log if op == 2)["intents"] & 1 << 1


# interactions by HTTP


class Web:
    """A server that hands posts to the platform's webhook, as the bot's own does."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def __aenter__(self) -> str:
        app = web.Application()
        app.router.add_post(PATH, self._post)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}{PATH}"

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _post(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        status, body = await self.stage.platform.webhooks[PATH](headers, await request.read())
        return web.Response(status=status, body=body)


async def test_without_a_gateway_everything_comes_by_http() -> None:
    stage = Stage(gateway=False)
    stage.settings["public_key"] = stage.discord.public_key
    async with stage, Web(stage) as url:
        await stage.discord.post_interactions_to(url)
        assert not stage.discord.gateway.log
        stage.ears.answer = stage.reply(Message("Blessed."))
        given_ = await stage.discord.slash("bob", "bless", {"to": "ada"})
        assert stage.ears.submitted[0].options == {"to": stage.world.human("ada").on("discord")}
        assert stage.ears.submitted[0].standing is None
        await stage.dealt(given_.event)
        assert stage.out("/callback")[0].payload["data"]["content"] == "Blessed."
        standing = await stage.platform.standing(stage.ears.submitted[0].author, stage.ears.submitted[0].place)
        assert (standing.level, "moderators" in standing.roles) == ("moderator", True)
        stage.ears.suggestions = ["red"]
        await stage.dealt((await stage.discord.autocomplete("ada", "show", "colour")).event)
        assert stage.out("/callback")[1].payload["type"] == 8
        if conformance.description():
            assert conformance.violations(stage.world.record.since(0)) == []


async def test_posted_twice_it_is_known() -> None:
    stage = Stage(gateway=False)
    stage.settings["public_key"] = stage.discord.public_key
    async with stage, Web(stage) as url:
        await stage.discord.post_interactions_to(url)
        for _ in range(2):
            await stage.discord.slash("bob", "whisper", {}, event_id="one")
        assert len(stage.ears.submitted) == 1


async def test_before_it_is_connected_nobody_takes_it() -> None:
    stage = Stage(gateway=False)
    stage.settings["public_key"] = stage.discord.public_key
    async with stage, Web(stage) as url:
        await stage.discord.post_interactions_to(url)
        await stage.platform.stop()
        with pytest.raises(SandboxError, match="503"):
            await stage.discord.slash("bob", "whisper", {})


def test_without_a_key_there_is_no_endpoint() -> None:
    with pytest.raises(SettingsError, match="public_key"):
        Endpoint("zz", Ears().recall)  # type: ignore[arg-type]


@given(st.binary(max_size=80), st.text(max_size=80), st.text(max_size=130))
def test_nothing_unsigned_comes_in(body: bytes, stamp: str, signature: str) -> None:
    async def never(_: object) -> bool:
        raise AssertionError("it was not signed")

    endpoint = Endpoint(Stage().discord.public_key, never)
    headers = {"x-signature-timestamp": stamp, "x-signature-ed25519": signature}
    assert asyncio.run(endpoint(headers, body))[0] == 401
    assert asyncio.run(endpoint({}, body))[0] == 401


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"\xff", b"7", b'{"type": 2}', json.dumps({"type": 99, "id": "1"}).encode()]
)
async def test_signed_nonsense_harms_nobody(body: bytes) -> None:
    stage = Stage(gateway=False)
    stage.settings["public_key"] = stage.discord.public_key
    async with stage:
        signed = stage.discord._state.endpoint.key.sign(b"1" + body).hex()
        headers = {"x-signature-timestamp": "1", "x-signature-ed25519": signed}
        assert (await stage.platform.webhooks[PATH](headers, body))[0] in (202, 400)
        assert stage.ears.submitted == []
