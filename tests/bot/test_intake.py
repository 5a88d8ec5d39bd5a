"""The life of a command: once whatever is delivered twice, resumed after a crash, refused without a trace."""

import asyncio
import logging
from pathlib import Path

import pytest
from msgspec import structs

from bot.command import Invocation
from bot.store import Memory, inbox
from tests.bot import plugin
from tests.bot.conftest import Kernel, started
from tests.servers import sql


async def test_the_same_event_twice_is_one_effect_and_one_answer(kernel: Kernel) -> None:
    line = kernel.line("!note hello")
    assert await kernel.submit(line) == ("accepted", ["kept as number 1"])
    assert await kernel.submit(line) == ("seen", [])
    assert await kernel.notes() == ["hello"]


async def test_the_same_event_twice_at_once_is_one_effect(kernel: Kernel) -> None:
    line = kernel.line("!note hello")
    both = await asyncio.gather(kernel.app.intake.submit(line), kernel.app.intake.submit(line))
    await kernel.submit(line)
    assert sorted(both) == ["accepted", "seen"]
    assert await kernel.notes() == ["hello"]


async def test_an_event_is_known_again_after_a_restart(tmp_path: Path) -> None:
    first = await started(tmp_path / "data")
    line = first.line("!note hello")
    await first.submit(line)
    await first.app.stop()
    second = await started(tmp_path / "data")
    assert await second.submit(line) == ("seen", [])
    assert await second.notes() == ["hello"]
    await second.app.stop()


async def _killed_after_its_write(data: Path) -> Invocation:
    """A process that died between the effect and the finish."""
    kernel = await started(data)
    kernel.switches.die = True
    line = kernel.line("!note hello")
    await kernel.app.intake.submit(line)
    async with asyncio.timeout(5):
        while not await kernel.notes():
            await asyncio.sleep(0.001)
    kernel.app.intake._lanes._tasks.pop().cancel()
    await kernel.app.stop()
    return line


async def test_a_crash_after_the_effect_resumes_with_the_remembered_result(tmp_path: Path) -> None:
    await _killed_after_its_write(tmp_path / "data")
    kernel = await started(tmp_path / "data")
    async with asyncio.timeout(5):
        await kernel.app.intake.quiet()
    assert [payload["message"] for payload in kernel.platform.sent] == ["kept as number 1"]
    assert await kernel.notes() == ["hello"]
    assert (await kernel.app.state()).items() >= {"accepted": 1, "finished": 1, "delivered": 1}.items()
    await kernel.app.stop()


async def test_a_resumed_run_that_goes_another_way_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    line = await _killed_after_its_write(tmp_path / "data")
    kernel = await started(tmp_path / "data")
    await kernel.app.intake.quiet()
    kernel.platform.sent.clear()
    kernel.switches.branch = "none"
    spec = kernel.app.intake.spec("note")
    assert spec is not None
    again = structs.replace(line, id="twitch:again")
    await kernel.app.store.write(inbox.accept, again)
    await Memory(kernel.app.store, again.id, False).write(plugin.put, "half")
    await kernel.app.intake._runs.run(again, spec, "half")
    await kernel.app.intake.quiet()
    assert "its answer was lost" in kernel.platform.sent[0]["message"]
    assert any("diverged" in record.getMessage() for record in caplog.records)
    await kernel.app.stop()


async def test_one_author_is_served_in_order_and_others_do_not_wait(kernel: Kernel) -> None:
    gate = kernel.switches.gate = asyncio.Event()
    for _ in range(3):
        await kernel.app.intake.submit(kernel.line("!slow", "ada"))
    await kernel.app.intake.submit(kernel.line("!note hello", "bob"))
    async with asyncio.timeout(5):
        while not kernel.platform.sent:
            await asyncio.sleep(0.001)
    assert await kernel.notes() == ["hello"]
    gate.set()
    await kernel.app.intake.quiet()
    assert kernel.switches.most == 1


async def test_somebody_who_floods_is_told_and_loses_nothing(kernel: Kernel) -> None:
    gate = kernel.switches.gate = asyncio.Event()
    outcomes = [await kernel.app.intake.submit(kernel.line("!slow")) for _ in range(40)]
    gate.set()
    await kernel.app.intake.quiet()
    texts = [payload["message"] for payload in kernel.platform.sent]
    assert outcomes.count("refused") == sum("One thing at a time" in text for text in texts) > 0
    assert outcomes.count("accepted") == sum("passed" in text for text in texts)


async def test_a_fault_is_one_kind_sentence_and_a_log_line_with_the_same_id(
    kernel: Kernel, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await kernel.say("!fail")
    assert "Something went wrong on my side" in answer
    assert "secret" not in answer
    fault = answer.removesuffix(".").split()[-1]
    assert any(fault in record.getMessage() for record in caplog.records if record.levelno == logging.ERROR)


async def test_a_limit_counts_successes_only(kernel: Kernel) -> None:
    assert await kernel.say("!seldom no") == "Not @ada."
    assert [await kernel.say("!seldom") for _ in range(2)] == ["done", "done"]
    assert "enough for now" in await kernel.say("!seldom")
    assert await kernel.say("!seldom", "bob") == "done"


async def test_a_secret_typed_where_others_read_leaves_no_trace(tmp_path: Path) -> None:
    kernel = await started(tmp_path / "data")
    assert "in private" in await kernel.say("!hide canary", direct=False)
    assert (await kernel.app.state())["accepted"] == 0
    assert await kernel.say("!hide canary") == "6 letters"
    await kernel.app.stop()
    assert b"canary" not in b"".join(file.read_bytes() for file in kernel.data.iterdir())


async def test_a_numbered_choice_is_pressed_once_by_its_addressee(kernel: Kernel) -> None:
    assert "!1 First" in await kernel.say("!little offer")
    shared = kernel.line("x", direct=False).place
    assert kernel.app.intake.wants("!1", kernel.platform.user("ada"), shared)
    assert not kernel.app.intake.wants("!1", kernel.platform.user("bob"), shared)
    assert await kernel.say("!1") == "kept as number 1"
    assert await kernel.notes() == ["first"]
    assert not kernel.app.intake.wants("!1", kernel.platform.user("ada"), shared)


async def test_buttons_live_through_a_restart_and_refuse_strangers(tmp_path: Path) -> None:
    kernel = await started(tmp_path / "data")
    await kernel.say("!little offer")
    first = kernel.app.intake._choices._open["twitch:41001"][1]
    await kernel.app.stop()
    kernel = await started(tmp_path / "data")
    press = structs.replace(kernel.line("", "bob"), kind="press", button=first)
    assert await kernel.submit(press) == ("refused", ["These buttons are somebody else's."])
    press = structs.replace(kernel.line("", "ada"), kind="press", button=first)
    assert await kernel.submit(press) == ("accepted", ["kept as number 1"])
    twice = structs.replace(kernel.line("", "ada"), kind="press", button=first)
    assert await kernel.submit(twice) == ("refused", ["That was chosen already."])
    assert await kernel.notes() == ["first"]
    await kernel.app.stop()


async def test_what_only_waited_in_its_lane_is_not_given_up(tmp_path: Path) -> None:
    kernel = await started(tmp_path / "data")
    kernel.switches.gate = asyncio.Event()
    await kernel.app.intake.submit(kernel.line("!slow"))
    await kernel.app.intake.submit(kernel.line("!note late"))
    for _ in range(4):
        for task in kernel.app.intake._lanes._tasks:
            task.cancel()
        await kernel.app.stop()
        kernel = await started(tmp_path / "data", gate=asyncio.Event())
        await asyncio.sleep(0.02)
    assert kernel.switches.gate is not None
    kernel.switches.gate.set()
    await kernel.app.intake.quiet()
    assert await kernel.notes() == ["late"]
    await kernel.app.stop()


async def test_a_press_whose_acceptance_failed_is_taken_when_it_comes_again(kernel: Kernel) -> None:
    await kernel.say("!little offer")
    press = structs.replace(kernel.line(""), kind="press", button=kernel.app.intake._choices._open["twitch:41001"][1])

    sql(kernel.app.database, "ALTER TABLE inbox RENAME TO away")
    with pytest.raises(Exception, match="inbox"):
        await kernel.app.intake.submit(press)
    await kernel.app.intake.quiet()
    sql(kernel.app.database, "ALTER TABLE away RENAME TO inbox")
    assert await kernel.submit(press) == ("accepted", ["kept as number 1"])


async def test_what_a_write_sends_reaches_its_person_once(kernel: Kernel) -> None:
    line = kernel.line("!tell @bob good morning")
    acceptance, shown = await kernel.submit(line)
    assert acceptance == "accepted"
    assert sorted(shown) == ["good morning", "told"]
    assert await kernel.submit(line) == ("seen", [])
    assert (await kernel.app.state()).items() >= {"accepted": 1, "finished": 1, "delivered": 1}.items()
