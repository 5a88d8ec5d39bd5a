"""Lines as the gateway gives them: odd ones, half ones, and what is known only from what it has told before."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.command import Invocation
from bot.events import Spoke
from bot.message import Message
from bot.users import Channel, Place, Role, Said, Standing, User
from tests.platforms.discord.support import Stage

LOUNGE, GUILD, KEEPER = "311000000000000001", "411000000000000001", "411000000000000003"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Stage() as one:
        yield one


async def given(stage: Stage, *, who: str = "ada", private: bool = False, **changes: Any) -> str:
    """A command as it comes, with these fields of it changed (None: left out). Its id."""
    line = await stage.discord.say(who, "!bless", private=private)
    await stage.dealt(line.event)
    stage.ears.submitted.clear()
    event = {**line.payload, "id": str(int(line.event) + 1), **changes}
    event = {name: value for name, value in event.items() if name not in changes or value is not None}
    await stage.discord.gateway.dispatch("MESSAGE_CREATE", event, None if private else GUILD)
    await stage.dealt(event["id"])
    return str(event["id"])


async def read(stage: Stage, **changes: Any) -> Invocation:
    await given(stage, **changes)
    (invocation,) = stage.ears.submitted
    return invocation


ADA = {"id": "211000000000000001", "username": "ada", "global_name": "Ada", "discriminator": "0", "avatar": None}


async def test_programs_are_not_answered(stage: Stage) -> None:
    await given(stage, author={**ADA, "bot": True})
    await given(stage, webhook_id="5", member=None)
    assert stage.ears.submitted == []


async def test_a_kind_that_nobody_knows_is_read_by_its_words(stage: Stage) -> None:
    invocation = await read(stage, type=999, flags=1 << 30, content="!bless <@!7>", sticker_items=[{}], poll=5)
    assert (invocation.text, invocation.mentions) == ("!bless <@7>", [])


async def test_whoever_is_no_member_is_nobody_special(stage: Stage) -> None:
    invocation = await read(stage, member=None)
    assert (invocation.standing, invocation.place.kind) == (Standing(), "channel")


async def test_a_server_that_is_not_known_is_asked_about(stage: Stage) -> None:
    invocation = await read(stage, guild_id="499000000000000009", mention_roles=[KEEPER], content="!bless <#1>")
    assert invocation.standing is None
    assert invocation.place == Place("discord", LOUNGE, "channel", "499000000000000009")
    assert invocation.mentions == []


async def test_alone_or_in_a_group(stage: Stage) -> None:
    for type_, kind in ((None, "direct"), (1, "direct"), (3, "group"), (77, "direct")):
        invocation = await read(stage, private=True, channel_type=type_)
        assert (invocation.place.kind, invocation.place.server, invocation.standing) == (kind, None, Standing())
        assert invocation.reply.direct == (kind == "direct")


async def test_a_thread_that_is_not_known_is_a_room(stage: Stage) -> None:
    invocation = await read(stage, channel_id="311000000000009999", channel_type=11)
    assert invocation.place == Place("discord", "311000000000009999", "channel", GUILD)


async def test_who_may_only_read_moderates_nothing(stage: Stage) -> None:
    line = await stage.discord.say("bob", "!bless")
    for year, level in (("2100", "member"), ("2020", "moderator")):
        member = {**line.payload["member"], "communication_disabled_until": f"{year}-01-01T00:00:00+00:00"}
        standing = (await read(stage, who="bob", member=member)).standing
        assert standing is not None
        assert (standing.level, "moderators" in standing.roles) == (level, True)


async def test_roles_that_are_gone_are_left_out(stage: Stage) -> None:
    standing = (await read(stage, who="cleo", member={"roles": ["1", KEEPER]})).standing
    assert standing == Standing("member", [KEEPER, "keeper"])


async def test_people_are_named_as_the_server_calls_them(stage: Stage) -> None:
    bob = {**ADA, "id": "7", "username": "bob", "member": {"nick": "Lord Bob", "roles": []}}
    invocation = await read(
        stage,
        author=ADA,
        member={"nick": "\u202eLady Ada", "roles": []},
        mentions=[bob, {**ADA, "id": "8", "global_name": None}],
    )
    assert invocation.author == User("discord", ADA["id"] or "", "Lady Ada", "ada")
    assert invocation.mentions == [User("discord", "7", "Lord Bob", "bob"), User("discord", "8", "ada", "ada")]


async def test_rooms_and_roles_that_are_pointed_at(stage: Stage) -> None:
    content = f"!bless <#{LOUNGE}> <#311000000000009999> <#{LOUNGE}> <@&{KEEPER}>"
    invocation = await read(stage, content=content, mention_roles=[KEEPER, "411000000000009999"])
    assert invocation.mentions == [
        Channel("discord", LOUNGE, "lounge", GUILD),
        Role("discord", KEEPER, "Keeper"),
    ]


async def test_what_is_replied_to(stage: Stage) -> None:
    stage.ears.answer = stage.reply(Message("Said"))
    await stage.dealt((await stage.discord.say("ada", "!bless")).event)
    stage.ears.answer = None
    line = await stage.discord.say("bob", "!bless", reply_to=stage.outcomes[0].message)
    await stage.dealt(line.event)
    assert stage.ears.wanted[-1]["reply"] is True
    other = {"id": "5", "author": {**ADA, "bot": None}, "content": "x"}
    assert (await read(stage, referenced_message={**other, "author": ADA})).about == Said(
        "5", User("discord", ADA["id"] or "", "Ada", "ada"), "x"
    )
    assert stage.ears.wanted[-1]["reply"] is False
    assert (await read(stage, message_reference={"message_id": "5"})).about is None


HALVES: list[dict[str, Any]] = [
    {"content": 5},
    {"author": {"id": "1"}},
    {"author": None},
    {"channel_id": "../x"},
    {"guild_id": "x"},
    {"author": {**ADA, "id": "1/2"}},
    {"mentions": [{**ADA, "id": "@me"}]},
    {"member": {"roles": ["x"]}},
    {"attachments": [{"id": "1"}]},
]


async def test_what_can_be_read_by_half_is_left_out(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    for changes in HALVES:
        await given(stage, **changes)
        assert stage.ears.submitted == []
    told = [one.getMessage() for one in caplog.records if "skipped" in one.getMessage()]
    assert len(told) == len(HALVES)
    assert all("MESSAGE_CREATE that cannot be read" in one for one in told)


async def test_talk_has_names_where_discord_writes_ids(stage: Stage) -> None:
    stage.ears.listening = True
    bob, gone = {**ADA, "id": "211000000000000777", "member": {"nick": "Bobby", "roles": []}}, "999999999999999999"
    points = [f"<@{bob['id']}>", f"<@!{bob['id']}>", f"<@{gone}>", f"<#{LOUNGE}>", f"<#{gone}>", f"<@&{KEEPER}>"]
    us = f"<@{stage.discord.application_id}>"
    id_ = await given(stage, content=" ".join(["hey", *points, f"<@&{gone}>", us, "@everyone"]), mentions=[bob])
    ((event, handle),) = stage.ears.events
    assert isinstance(event, Spoke)
    assert event.text == (
        "hey @Bobby @Bobby @deleted-user #lounge #deleted-channel @Keeper @deleted-role @soulfra @\u200beveryone"
    )
    assert (event.message, handle.message) == (id_, id_)
    assert event.at == ((int(id_) >> 22) + 1_420_070_400_000) * 1000
