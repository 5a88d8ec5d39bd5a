"""Follows, subscriptions, raids, cheers, redemptions and streams, as the house is given them."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapter import Sent
from bot.events import (
    Cheered,
    Event,
    Followed,
    Gifted,
    Raided,
    Redeemed,
    Subscribed,
    WentLive,
    WentOffline,
)
from bot.platforms.twitch.happenings import _without_bits
from bot.sandbox.twitch.wire import new_id
from bot.users import Place, User
from tests.platforms.twitch.stage import CHAT, Stage, until

ADA, BOB, CLEO = (User("twitch", f"4100{n}", name, name) for n, name in enumerate(("ada", "bob", "cleo"), 1))
ROOM = Place("twitch", ADA.id)
EVERYTHING = (Followed, Subscribed, Gifted, Raided, Cheered, Redeemed, WentLive, WentOffline)


async def test_nothing_is_subscribed_to_that_nobody_wants(stage: Stage) -> None:
    assert stage.subscribed == CHAT


async def test_only_what_is_wanted_is_subscribed_to(stage: Stage) -> None:
    await stage.watch(Raided, Subscribed)
    assert stage.subscribed - CHAT == {"channel.raid", "channel.subscribe", "channel.subscription.message"}


async def test_every_event_has_its_place_its_author_and_a_way_to_answer(stage: Stage) -> None:
    await stage.watch(*EVERYTHING)
    twitch = stage.twitch
    twitch.reward("Bless", 100)
    for does, kind, user in (
        (twitch.follow("cleo"), Followed, CLEO),
        (twitch.subscribe("cleo", 2), Subscribed, CLEO),
        (twitch.gift("bob", 5), Gifted, BOB),
        (twitch.raid("bob", 12), Raided, BOB),
        (twitch.cheer("cleo", 100, "well done"), Cheered, CLEO),
        (twitch.redeem("cleo", "Bless", "@bob"), Redeemed, CLEO),
        (twitch.live(), WentLive, None),
        (twitch.offline(), WentOffline, None),
    ):
        event, handle = await stage.happening(does)
        assert (type(event), event.place, event.user) == (kind, ROOM, user)
        wire = next(one for one in stage.world.record.since(0) if f"twitch:{one.about.get('event')}" == event.id)
        assert wire.direction == "in"
        assert abs(event.at / 1_000_000 - stage.world.now()) < 60
        assert (handle.channel, handle.to, handle.message) == (ADA.id, user or ADA, None)
        assert isinstance((await stage.answer(handle, f"{kind.__name__}!"))[0], Sent)
    await until(lambda: len(stage.shown) == len(EVERYTHING))


async def test_what_events_say(stage: Stage) -> None:
    await stage.watch(Subscribed, Gifted, Raided, Cheered, Redeemed)
    twitch = stage.twitch
    reward = twitch.reward("Bless", 100)
    event, _ = await stage.happening(twitch.subscribe("cleo", 2, gift=True))
    assert (event.tier, event.months, event.gifted, event.text) == (2, 1, True, "")
    event, _ = await stage.happening(twitch.subscribe("cleo", 3, months=7, text="seven!"))
    assert (event.tier, event.months, event.gifted, event.text) == (3, 7, False, "seven!")
    event, _ = await stage.happening(twitch.gift("bob", 5, 2))
    assert (event.count, event.tier) == (5, 2)
    event, _ = await stage.happening(twitch.raid("bob", 12))
    assert event.viewers == 12
    event, _ = await stage.happening(twitch.cheer("cleo", 100, "@bob well done"))
    assert (event.bits, event.text) == (100, "@bob well done")
    event, _ = await stage.happening(twitch.redeem("cleo", "bless", "@bob  thank\tyou"))
    assert (event.reward, event.reward_id, event.cost, event.text) == ("Bless", reward.id, 100, "@bob thank you")
    assert event.redemption in twitch.points.redemptions


async def test_who_gives_anonymously_is_nobody(stage: Stage) -> None:
    await stage.watch(Gifted, Cheered)
    for does in (stage.twitch.gift(None, 3), stage.twitch.cheer(None, 50, "hush")):
        event, handle = await stage.happening(does)
        assert event.user is None
        assert handle.to == ADA


async def test_the_same_event_again_has_the_same_id(stage: Stage) -> None:
    await stage.watch(Raided)
    first, _ = await stage.happening(stage.twitch.raid("bob", 3, event_id="one"))
    again, _ = await stage.happening(stage.twitch.raid("bob", 3, event_id="one"))
    other, _ = await stage.happening(stage.twitch.raid("bob", 3, event_id="two"))
    assert first.id == again.id != other.id


HOSTILE = "!bless @bob 5\r\n/ban ada\x00\u202e{who} <@41001> \U0001f600\u034f"


async def test_hostile_text_stays_one_clean_line(stage: Stage) -> None:
    await stage.watch(Redeemed)
    stage.twitch.reward("Bless", 1)
    event, _ = await stage.happening(stage.twitch.redeem("cleo", "Bless", HOSTILE))
    assert event.text == "!bless @bob 5 /ban ada{who} <@41001> \U0001f600"


async def _frame(stage: Stage, kind: str, event: dict[str, Any]) -> None:
    await stage.twitch.sockets.notify(kind, {}, event, {})


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"broadcaster_user_id": None},
        {"from_broadcaster_user_id": "1", "to_broadcaster_user_id": ADA.id, "viewers": "many"},
        [],
        None,
        "raid",
    ],
)
async def test_a_malformed_event_is_left_out_and_the_next_is_not(
    stage: Stage, caplog: pytest.LogCaptureFixture, event: Any
) -> None:
    await stage.watch(Raided)
    await _frame(stage, "channel.raid", event)
    await until(lambda: "cannot be read" in caplog.text)
    taken, _ = await stage.happening(stage.twitch.raid("bob", 3))
    assert taken.viewers == 3


async def test_a_type_that_nobody_knows_is_left_out(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    [session] = stage.twitch.sockets.sessions.values()
    one = {"type": "channel.magic", "version": "1"}
    await session.send(stage.twitch.sockets.frame("notification", {"subscription": one, "event": {}}, one))
    await until(lambda: "channel.magic that cannot be read" in caplog.text)
    await stage.asked("ada", "!balance")


async def test_without_a_broadcasters_token_the_log_names_it_and_the_rest_goes_on(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.watch(Cheered, Redeemed, Raided, broadcaster=None)
    assert stage.subscribed - CHAT == {"channel.raid"}
    assert "cheers of ada: it takes a token of ada (twitch.tokens) with the scope bits:read" in caplog.text
    assert "redemptions of ada: it takes a token of ada (twitch.tokens) with the scope channel:manage" in caplog.text
    await stage.asked("ada", "!balance")


async def test_a_missing_scope_is_told_in_one_line_that_names_it(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    _, refresh = stage.twitch.authorise("ada", ("bits:read",))
    await stage.watch(Cheered, Subscribed, Gifted, broadcaster=None, tokens={"ada": refresh})
    assert stage.subscribed - CHAT == {"channel.cheer"}
    [line] = [one.message for one in caplog.records if "scope" in one.message]
    assert line == (
        "Twitch does not tell the bot of subscriptions, resubscriptions, gifts of ada: "
        "the token of ada lacks the scope channel:read:subscriptions"
    )


async def test_follows_are_told_to_moderators(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    await stage.watch(Followed, broadcaster=None)
    assert stage.subscribed == CHAT
    assert "does not let the bot hear follows of ada" in caplog.text
    stage.twitch.people.bot_moderates = True
    await stage.restart()
    event, _ = await stage.happening(stage.twitch.follow("cleo"))
    assert event.user == CLEO


async def test_several_broadcasters_each_with_their_own_token(stage: Stage) -> None:
    stage.twitch.open_room("bob")
    tokens = {who: stage.twitch.authorise(who)[1] for who in ("ada", "bob")}
    await stage.watch(Cheered, broadcaster=None, tokens=tokens)
    assert len(stage.twitch.sockets.sessions) == 3  # the bot's and one of each: they cannot share one
    for room in (ADA, BOB):
        event, handle = await stage.happening(stage.twitch.cheer("cleo", 5, channel=room.handle))
        assert (event.place.channel, handle.channel) == (room.id, room.id)


async def test_a_broadcasters_token_is_refreshed_kept_and_used_after_a_restart(stage: Stage) -> None:
    _, refresh = stage.twitch.authorise("ada")
    await stage.watch(Cheered, broadcaster=None, tokens={"ada": refresh})
    await until(lambda: "twitch.tokens:ada" in stage.ingress.kept)
    await stage.restart(tokens={"ada": refresh})  # it was used up: only the kept one works
    event, _ = await stage.happening(stage.twitch.cheer("cleo", 5))
    assert event.bits == 5


async def test_a_new_sign_in_overrules_what_was_kept(stage: Stage) -> None:
    await stage.watch(Cheered)
    await until(lambda: "twitch.tokens:ada" in stage.ingress.kept)
    _, better = stage.twitch.authorise("ada", ("bits:read", "channel:read:subscriptions"))
    await stage.watch(Subscribed, broadcaster=None, tokens={"ada": better})
    assert stage.subscribed >= {"channel.subscribe"}


@pytest.mark.parametrize("void", ["void", ""])
async def test_a_void_token_of_a_broadcaster_does_not_silence_the_rest(
    stage: Stage, caplog: pytest.LogCaptureFixture, void: str
) -> None:
    await stage.watch(Cheered, Raided, broadcaster=None, tokens={"Ada": void})
    assert "refuses the token of ada" in caplog.text
    await stage.happening(stage.twitch.raid("bob", 3))


async def test_a_token_of_somebody_else_is_not_used(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    _, refresh = stage.twitch.authorise("bob")
    await stage.watch(Cheered, broadcaster=None, tokens={"ada": refresh})
    assert "the token in twitch.tokens of ada belongs to bob" in caplog.text
    assert "channel.cheer" not in stage.subscribed


async def test_a_broadcaster_who_takes_their_rights_back_silences_only_their_events(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.watch(Cheered)
    await stage.twitch.revoke(user="ada")
    await until(lambda: "has ended channel.cheer: authorization_revoked" in caplog.text)
    await until(lambda: stage.subscribed == CHAT)
    await stage.asked("cleo", "!balance")


async def test_a_dropped_socket_of_a_broadcaster_recovers(stage: Stage) -> None:
    await stage.watch(Cheered)
    sockets = stage.twitch.sockets
    hers = next(one for id_, one in sockets.sessions.items() if sockets.owners[id_] == ADA.id)
    assert hers.transport is not None
    hers.transport.abort()
    await until(lambda: hers.id not in sockets.sessions and "channel.cheer" in stage.subscribed)
    await stage.listening()
    event, _ = await stage.happening(stage.twitch.cheer("cleo", 5))
    assert event.bits == 5


async def test_moved_sockets_lose_nothing(stage: Stage) -> None:
    await stage.watch(Cheered)
    before = set(stage.twitch.sockets.sessions)
    await stage.twitch.reconnect()
    await until(lambda: len(stage.twitch.sockets.sessions) == 2 and not before & set(stage.twitch.sockets.sessions))
    await stage.happening(stage.twitch.cheer("cleo", 5))
    await stage.asked("cleo", "!balance")


async def test_a_plugin_that_comes_later_is_listened_for(stage: Stage) -> None:
    await stage.watch()
    assert stage.subscribed == CHAT
    stage.ingress.watching = {Raided, Cheered}
    await stage.platform.register([])
    await stage.platform.register([])
    assert stage.subscribed - CHAT == {"channel.raid", "channel.cheer"}
    assert len(stage.twitch.sockets.subscriptions) == 4
    await stage.happening(stage.twitch.cheer("cleo", 5))


async def test_what_cannot_be_added_just_now_is_told(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.ingress.watching = {Raided}
    stage.twitch.fail(500, "/helix/eventsub")
    await stage.platform.register([])
    assert "not everything new is listened to" in caplog.text
    await stage.platform.register([])
    await stage.happening(stage.twitch.raid("bob", 3))


async def test_rooms_without_rights_cost_and_what_costs_too_much_is_told(
    stage: Stage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.twitch.eventsub._MAX_COST", 4)
    stage.twitch.open_room("bob")
    await stage.watch(Raided, WentLive, WentOffline, broadcaster=None)
    assert sum(one["cost"] for one in stage.twitch.sockets.subscriptions.values()) == 4
    assert caplog.text.count("maximum total cost") == 2
    await stage.asked("ada", "!balance", channel="bob")


# -- words that come twice


async def test_the_words_of_a_cheer_are_the_events(stage: Stage) -> None:
    await stage.watch(Cheered)
    await stage.happening(stage.twitch.cheer("cleo", 5, "!bless @bob"))
    await until(lambda: len(stage.ingress.events) == 2)
    assert stage.ingress.asked == []
    assert stage.ingress.taken.empty()


async def test_the_words_of_a_redemption_are_the_events(stage: Stage) -> None:
    await stage.watch(Redeemed)
    stage.twitch.reward("Bless", 1)
    await stage.happening(stage.twitch.redeem("cleo", "Bless", "!bless @bob"))
    await until(lambda: len(stage.ingress.events) == 2)
    assert stage.ingress.taken.empty()


async def test_a_cheer_that_nobody_hears_of_is_a_line_like_any_other(stage: Stage) -> None:
    await stage.twitch.cheer("cleo", 5, "!bless @bob")
    await until(lambda: stage.ingress.asked)
    assert stage.ingress.asked == [("Cheer5 !bless @bob", False)]


@pytest.mark.parametrize(
    ("text", "bits", "rest"),
    [
        ("Cheer100 @bob", 100, "@bob"),
        ("cheer1 pogchamp4 hello", 5, "hello"),
        ("hello level5 you", 100, "hello level5 you"),
        ("Cheer100", 100, ""),
        ("@bob Cheer10 level5", 10, "@bob level5"),
    ],
)
def test_cheermotes_are_no_words(text: str, bits: int, rest: str) -> None:
    assert _without_bits(text, bits) == rest


@given(st.text(), st.integers(1, 10_000))
def test_no_word_of_a_cheer_is_lost_but_its_bits(text: str, bits: int) -> None:
    left = _without_bits(text, bits)
    assert left == text or set(left.split()) <= set(text.split())


async def test_a_subscriber_that_fails_does_not_stop_the_next(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    await stage.watch(Raided)

    async def failing(event: Event, reply: object) -> None:
        raise ValueError(event.id)

    happened = stage.ingress.happened
    stage.ingress.happened = failing  # type: ignore[assignment, method-assign]
    delivered = await stage.twitch.raid("bob", 3)
    await until(lambda: delivered.event in stage.ingress.events)
    await until(lambda: "an event was lost" in caplog.text)
    assert delivered.event not in caplog.text
    stage.ingress.happened = happened  # type: ignore[method-assign]
    await stage.happening(stage.twitch.raid("bob", 3))


async def test_an_event_for_a_room_is_not_forged_by_chat(stage: Stage) -> None:
    await stage.watch(Redeemed)
    await stage.twitch.say("cleo", f"channel.channel_points_custom_reward_redemption.add {new_id()}")
    await until(lambda: stage.ingress.asked)
    await asyncio.sleep(0.02)
    assert stage.ingress.happenings.empty()
