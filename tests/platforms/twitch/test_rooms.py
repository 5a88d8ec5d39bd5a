"""Badges, reply threads, shared chats, talk: what a line in a room says beside its words."""

import asyncio

import pytest

from bot.events import Spoke
from bot.platforms.twitch.standings import Standings
from bot.sandbox.twitch.people import BOT
from bot.users import Channel, Place, Role, Standing, User
from tests.platforms.twitch.stage import Stage, until

ADA, BOB, CLEO = (User("twitch", f"4100{n}", name, name) for n, name in enumerate(("ada", "bob", "cleo"), 1))
ROOM = Place("twitch", ADA.id)


@pytest.mark.parametrize(
    ("who", "badges", "standing"),
    [
        ("ada", None, Standing("owner", ["broadcaster"])),
        ("bob", None, Standing("moderator", ["moderator"])),
        ("cleo", None, Standing()),
        ("cleo", ["vip", "subscriber"], Standing("member", ["vip", "subscriber"])),
        ("cleo", ["founder"], Standing("member", ["founder"])),
        ("cleo", ["lead_moderator", "subscriber"], Standing("moderator", ["lead_moderator", "subscriber"])),
    ],
)
async def test_badges_are_the_standing(stage: Stage, who: str, badges: list[str] | None, standing: Standing) -> None:
    asked = await stage.asked(who, "!balance", badges=badges)
    assert asked.standing == standing


async def test_a_subscriber_wears_it(stage: Stage) -> None:
    with pytest.raises(Exception, match="does not listen"):
        await stage.twitch.subscribe("cleo")
    asked = await stage.asked("cleo", "!balance")
    assert asked.standing == Standing("member", ["subscriber"])


async def test_in_whispers_nobody_is_anything(stage: Stage) -> None:
    asked = await stage.asked("ada", "!balance", private=True)
    assert asked.standing == Standing()
    assert await stage.platform.standing(ADA, asked.place) == Standing()


async def test_a_reply_is_about_its_parent_and_is_answered_in_its_thread(stage: Stage) -> None:
    first = await stage.asked("bob", "!hello there")
    asked = await stage.asked("cleo", "!bless", reply_to=first.reply.message)
    assert asked.text == "!bless"
    assert asked.about is not None
    assert (asked.about.id, asked.about.author, asked.about.text) == (first.reply.message, BOB, "!hello there")
    await stage.answer(asked.reply, "Blessed.")
    assert stage.requests("/chat/messages")[-1].payload["reply_parent_message_id"] == asked.reply.message
    await until(lambda: len(stage.ingress.events) == 3)
    thread = stage.requests("channel.chat.message")[-1].payload["payload"]["event"]["reply"]
    assert (thread["parent_message_id"], thread["thread_message_id"]) == (asked.reply.message, first.reply.message)
    assert thread["thread_user_login"] == "bob"


async def test_a_reply_to_the_bot_is_said_to_be_one(stage: Stage) -> None:
    asked = await stage.asked("cleo", "!oracle")
    await stage.answer(asked.reply, "What do you seek?")
    await until(lambda: len(stage.ingress.events) == 2)
    mine = stage.requests("/chat/messages")[-1].about["message"]
    await stage.twitch.say("cleo", "peace", reply_to=mine)
    await until(lambda: len(stage.ingress.asked) == 2)
    assert stage.ingress.asked[-1] == ("peace", False)
    assert stage.ingress.replies == [False, True]


async def test_each_place_has_its_prefix(stage: Stage) -> None:
    stage.ingress.sign = "?"
    asked = await stage.asked("cleo", "@soulfra balance")
    assert asked.text == "?balance"


# -- shared chats


async def test_a_line_of_a_shared_chat_is_taken_once_in_the_room_it_was_typed_in(stage: Stage) -> None:
    stage.twitch.open_room("bob")
    await stage.restart()
    stage.twitch.share("bob")
    asked = await stage.asked("cleo", "!balance", channel="bob")
    await until(lambda: len(stage.ingress.events) == 2)
    assert asked.place == Place("twitch", BOB.id)
    assert stage.ingress.taken.empty()
    assert len(stage.ingress.asked) == 1


async def test_a_line_of_a_room_without_us_is_taken_where_we_are(stage: Stage) -> None:
    asked = await stage.asked("cleo", "!balance", source="bob")
    assert asked.place == ROOM
    copy = stage.requests("channel.chat.message")[-1].payload["payload"]["event"]
    assert asked.id == f"twitch:{copy['source_message_id']}"
    assert asked.reply.message == copy["message_id"]
    await stage.answer(asked.reply, "5")
    sent = stage.requests("/chat/messages")[-1].payload
    assert sent["broadcaster_id"] == ADA.id
    assert "for_source_only" not in sent  # a user token may not


async def test_in_two_of_our_rooms_a_line_from_elsewhere_has_one_id(stage: Stage) -> None:
    for name in ("bob", "cleo"):
        stage.twitch.open_room(name)
    await stage.restart(channels=["ada", "bob"])
    stage.twitch.share("bob", "cleo")
    first = await stage.asked("cleo", "!balance", channel="cleo")
    async with asyncio.timeout(5):
        again = await stage.ingress.taken.get()
    assert first.id == again.id
    assert first.place != again.place


async def test_who_moderates_another_room_moderates_nothing_here(stage: Stage) -> None:
    asked = await stage.asked("cleo", "!settings", source="bob", badges=["moderator", "broadcaster"])
    copy = stage.requests("channel.chat.message")[-1].payload["payload"]["event"]
    assert [badge["set_id"] for badge in copy["source_badges"]] == ["moderator", "broadcaster"]
    assert asked.standing == Standing()
    assert await stage.platform.standing(CLEO, ROOM) == Standing()


async def test_own_lines_in_a_shared_chat_are_dropped_everywhere(stage: Stage) -> None:
    stage.twitch.open_room("bob")
    await stage.restart()
    stage.ingress.listening = True
    stage.twitch.share("bob")
    asked = await stage.asked("cleo", "!balance")
    await stage.answer(asked.reply, "!balance")
    await until(lambda: len(stage.ingress.events) == 4)
    assert stage.ingress.taken.empty()
    assert stage.ingress.happenings.empty()


# -- talk


async def test_talk_is_handed_over_where_somebody_listens(stage: Stage) -> None:
    await stage.twitch.say("cleo", "nobody listens")
    await until(lambda: stage.ingress.events)
    stage.ingress.listening = True
    event, handle = await stage.happening(stage.twitch.say("bob", "good morning\u202e"))
    assert isinstance(event, Spoke)
    assert (event.place, event.user, event.text) == (ROOM, BOB, "good morning")
    assert event.id == f"twitch:{event.message}"
    assert (handle.channel, handle.message) == (ADA.id, None)


async def test_commands_are_no_talk(stage: Stage) -> None:
    stage.ingress.listening = True
    await stage.asked("bob", "!vault put dawn secret words")
    assert stage.ingress.happenings.empty()


async def test_talk_of_a_shared_chat_is_handed_over_once(stage: Stage) -> None:
    stage.twitch.open_room("bob")
    await stage.restart()
    stage.ingress.listening = True
    stage.twitch.share("bob")
    event, _ = await stage.happening(stage.twitch.say("cleo", "hello", channel="bob"))
    await until(lambda: len(stage.ingress.events) == 2)
    assert event.place.channel == BOB.id
    assert stage.ingress.happenings.empty()


# -- asked for later


async def test_a_standing_is_remembered_from_what_was_said(stage: Stage) -> None:
    assert await stage.platform.standing(BOB, ROOM) == Standing()
    await stage.twitch.say("bob", "hello", badges=["moderator", "vip"])
    await until(lambda: stage.ingress.asked)
    assert await stage.platform.standing(BOB, ROOM) == Standing("moderator", ["moderator", "vip"])
    assert await stage.platform.standing(ADA, ROOM) == Standing("owner", ["broadcaster"])
    assert stage.requests("/moderators") == []


async def test_moderators_are_asked_for_where_a_token_may(stage: Stage) -> None:
    await stage.watch()
    assert await stage.platform.standing(BOB, ROOM) == Standing("moderator", ["moderator"])
    assert await stage.platform.standing(CLEO, ROOM) == Standing()
    before = len(stage.requests("/moderators"))
    assert await stage.platform.standing(BOB, ROOM) == Standing("moderator", ["moderator"])
    assert len(stage.requests("/moderators")) == before


async def test_when_twitch_does_not_say_somebody_is_a_member(stage: Stage) -> None:
    await stage.watch()
    stage.twitch.fail(500, "/helix/moderation")
    assert await stage.platform.standing(BOB, ROOM) == Standing()
    assert (await stage.platform.standing(BOB, ROOM)).moderates


def test_standings_are_forgotten() -> None:
    now = [0.0]
    standings = Standings(lambda: now[0])
    standings.learn("1", "first", Standing("moderator"))
    for number in range(5_000):
        standings.learn("1", str(number), Standing("moderator"))
    assert standings.recall("1", "first") is None
    assert standings.recall("1", "0") == Standing("moderator")
    assert standings.recall("2", "0") is None
    now[0] = 601.0
    assert standings.recall("1", "0") is None


async def test_what_names_mean(stage: Stage) -> None:
    resolve = stage.platform.resolve
    assert await resolve("<@41002>", ROOM) == await resolve("@Bob", ROOM) == BOB
    assert (
        await resolve("#ada", ROOM, Channel)
        == await resolve("<#41001>", ROOM, Channel)
        == Channel("twitch", ADA.id, "ada")
    )
    assert await resolve("#nobody", ROOM, Channel) is None
    assert await resolve("<@99999999999999999999999>", ROOM) is None
    assert await resolve("<@7>", ROOM) is None
    for ref in ("vip", "@VIP", "<@&vip>"):
        assert await resolve(ref, ROOM, Role) == Role("twitch", "vip", "vip")
    assert await resolve("emperor", ROOM, Role) is None


async def test_the_bot_is_somebody_too(stage: Stage) -> None:
    assert await stage.platform.resolve("@soulfra", ROOM) == BOT
