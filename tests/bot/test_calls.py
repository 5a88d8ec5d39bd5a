"""What calls a command besides a line, and what stands around it: picks, suggestions, inline answers, middleware, services."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from msgspec import structs

from bot.command import Invocation
from bot.store import outbox
from bot.store.schema import button as table
from bot.store.tx import Tx
from tests.bot.conftest import Kernel, started
from tests.bot.talk import Tour

SELECTS = sa.select(table.c.id).where(table.c.option.is_not(None)).order_by(table.c.created.desc())
BUTTONS = sa.select(table.c.id).where(table.c.option.is_(None)).order_by(table.c.created, table.c.number)


def newest_select(tx: Tx) -> str:
    """The id of the newest select."""
    return str(tx.execute(SELECTS)[0][0])


def press(kernel: Kernel, button: str, chosen: list[str] | None = None, **handle: object) -> Invocation:
    line = kernel.line("", direct=False)
    reply = structs.replace(line.reply, **handle)
    return structs.replace(line, kind="press", button=button, chosen=chosen or [], reply=reply)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Kernel]:
    one = await started(tmp_path / "house", "discord")
    yield one
    await one.app.stop()


async def test_what_is_picked_becomes_the_option(house: Kernel) -> None:
    await house.say("!talk shop", direct=False)
    id_ = await house.app.store.read(newest_select)
    assert await house.submit(press(house, id_, ["red", "2"])) == ("accepted", ["2 × red, 2"])


@pytest.mark.parametrize("chosen", [[], ["green"], ["0"], ["red", "red"], ["red", "2", "blue"]])
async def test_forged_picks_are_refused(house: Kernel, chosen: list[str]) -> None:
    await house.say("!talk shop", direct=False)
    id_ = await house.app.store.read(newest_select)
    assert await house.submit(press(house, id_, chosen)) == ("refused", ["These buttons are no longer open."])


async def test_telegram_picks_by_position(tmp_path: Path) -> None:
    kernel = await started(tmp_path / "data", "telegram")
    await kernel.say("/talk_shop")
    id_ = await kernel.app.store.read(newest_select)
    assert await kernel.submit(press(kernel, id_, ["1"])) == ("accepted", ["2 × 2"])
    assert (await kernel.submit(press(kernel, id_, ["3"])))[0] == "refused"
    await kernel.app.stop()


async def test_numbers_go_on_over_what_can_be_picked(kernel: Kernel) -> None:
    await kernel.say("!talk shop")
    assert await kernel.say("!4") == "2 × blue"


async def test_a_press_shows_its_answer_in_place(house: Kernel) -> None:
    await house.say("!talk shop", direct=False)
    id_ = await house.app.store.read(newest_select)
    await house.submit(press(house, id_, ["red"], message="77"))
    assert house.platform.handles[-1].shown == "77"
    await house.say("!talk paint red", direct=False)
    assert house.platform.handles[-1].shown is None


async def test_what_is_private_never_takes_a_public_messages_place(house: Kernel) -> None:
    def whispers(tx: Tx) -> list[str]:
        found = tx.execute(BUTTONS)
        return [str(id_) for (id_,) in found]

    await house.say("!talk shop", direct=False)
    public = (await house.app.store.read(whispers))[-1]
    await house.submit(press(house, public, message="77"))
    assert (house.platform.handles[-1].shown, house.platform.handles[-1].private) == (None, True)
    private = (await house.app.store.read(whispers))[-1]
    await house.submit(press(house, private, message="78"))
    assert house.platform.handles[-1].shown == "78"


async def test_saying_nothing_is_silence_except_to_an_interaction(house: Kernel) -> None:
    assert await house.submit(house.line("!talk quiet")) == ("accepted", [])
    slash = structs.replace(house.line("", direct=False), path="talk quiet", options={})
    slash = structs.replace(slash, reply=structs.replace(slash.reply, token="t"))
    assert await house.submit(slash) == ("accepted", ["Done."])
    assert house.platform.handles[-1].private
    assert (await house.app.state()).items() >= {"accepted": 2, "finished": 2, "delivered": 2}.items()
    assert await house.app.store.read(outbox.pending, 9) == []


async def typed(kernel: Kernel, what: str, focus: str = "dog") -> list[str | int]:
    line = structs.replace(kernel.line(""), kind="suggest", path="feed", options={focus: what}, focus=focus)
    return await kernel.app.intake.suggest(line)


async def test_suggestions_while_typing(house: Kernel, caplog: pytest.LogCaptureFixture) -> None:
    assert await typed(house, "re") == ["Rex", "Rexona"]
    assert await typed(house, "") == ["Rex", "Rexona", "Bello"]
    assert await typed(house, "zz") == []
    assert await typed(house, "1", "treats") == []
    assert await typed(house, "x", "nothing") == []
    assert await typed(house, "write") == []
    assert any("nothing can be written" in str(record.exc_info) for record in caplog.records)
    assert await house.notes() == []


async def test_did_you_mean(kernel: Kernel) -> None:
    assert await kernel.say("!feed rex 2") == "rex ate 2"
    said = await kernel.say("!feed reX2 2")
    assert said == "I know no reX2. Did you mean one of these? !1 Rex · !2 Rexona"
    assert await kernel.say("!2") == "Rexona ate 2"
    assert await kernel.say("!feed zebra") == "zebra ate 1"


async def test_inline_answers_write_nothing(house: Kernel, caplog: pytest.LogCaptureFixture) -> None:
    message = await house.app.intake.inline(house.line("!coin"))
    assert message is not None
    assert message.plain == "heads"
    assert await house.app.intake.inline(house.line("!coin yes")) is None
    assert await house.app.intake.inline(house.line("!note hello")) is None
    assert await house.app.intake.inline(house.line("hello")) is None
    assert (await house.notes(), (await house.app.state())["accepted"]) == ([], 0)


async def test_middleware_and_services_of_a_run(kernel: Kernel) -> None:
    Tour.seen.clear()
    assert await kernel.say("!talk visit") == "visited, thank you"
    assert Tour.seen == ["opened", "used", "closed"]
    await kernel.say("!talk quiet")
    assert Tour.seen == ["opened", "used", "closed"]


async def test_what_is_switched_off_is_silent_where_others_read(house: Kernel) -> None:
    room, ada = house.platform.place("ada", direct=False), house.platform.user("ada")
    house.app.intake._router._allowed = lambda spec, place: place.direct or spec.path != "talk quiet"
    assert not house.app.intake.wants("!talk quiet", ada, room)
    assert house.app.intake.wants("!talk paint", ada, room)
    slash = structs.replace(house.line("", direct=False), path="talk quiet", options={})
    assert await house.submit(slash) == ("refused", ["I have no command talk quiet here."])
    assert house.platform.handles[-1].private


async def test_the_language_is_chosen_when_it_is_taken_in(house: Kernel) -> None:
    house.app.intake._language = lambda invocation: "de" if invocation.author.name == "bob" else None
    house.app.intake._house.sender.translate = lambda language: lambda text: "fertig" if language == "de" else text
    assert await house.say("!seldom", "ada") == "done"
    assert await house.say("!seldom", "bob") == "fertig"
    assert house.platform.handles[-1].language == "de"
