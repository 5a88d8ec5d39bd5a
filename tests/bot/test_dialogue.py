"""Questions: answered by who was asked, before any lane; ended by a word, a command, the clock or a restart."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec import structs

from bot.command import Invocation
from bot.sandbox.offline import shown
from bot.users import Attachment
from tests.bot.conftest import Kernel, started


async def asked(kernel: Kernel, line: str, user: str = "ada", *, direct: bool = True) -> str:
    """Say a command that asks; what was shown last."""
    kernel.platform.sent.clear()
    assert await kernel.app.intake.submit(kernel.line(line, user, direct=direct)) == "accepted"
    async with asyncio.timeout(2):
        await kernel.app.intake.quiet()
    return shown(kernel.platform.sent[-1])


def answer(kernel: Kernel, user: str = "ada", **options: object) -> Invocation:
    """A submitted form, or a pressed key, for the newest question."""
    line = kernel.line("", user)
    return structs.replace(line, kind="answer", question=kernel.platform.asked[-1].id, options=options)


@pytest.fixture
async def forms(tmp_path: Path) -> AsyncIterator[Kernel]:
    kernel = await started(tmp_path / "forms", "discord")
    yield kernel
    await kernel.app.stop()


async def test_the_next_line_is_the_answer(kernel: Kernel) -> None:
    assert await asked(kernel, "!age") == "How old are you, @ada?"
    ada = kernel.platform.user("ada")
    assert kernel.app.intake.wants("41", ada, kernel.platform.place("ada", direct=True))
    assert await kernel.say("41") == "41 years"
    assert not kernel.app.intake.wants("41", ada, kernel.platform.place("ada", direct=False))


async def test_an_answer_counts_once_though_it_is_delivered_twice(kernel: Kernel) -> None:
    await asked(kernel, "!side")
    line = kernel.line("left")
    assert await kernel.submit(line) == ("accepted", ["left is number 1"])
    assert await kernel.submit(line) == ("seen", [])
    assert await kernel.notes() == ["left"]


async def test_what_does_not_fit_is_asked_for_again(kernel: Kernel) -> None:
    await asked(kernel, "!age")
    assert await kernel.say("old") == "answer must be a whole number of at most 18 digits. How old are you, @ada?"
    assert "at least 1" in await kernel.say("0")
    assert await kernel.say("41") == "41 years"
    await asked(kernel, "!age")
    for _ in range(2):
        assert "How old" in await kernel.say("x")
    assert "How old" not in await kernel.say("x")
    assert not kernel.app.intake.busy


@pytest.mark.parametrize("word", ["cancel", "STOP", " stop ", "!cancel"])
async def test_a_word_ends_it(kernel: Kernel, word: str) -> None:
    await asked(kernel, "!age")
    assert await kernel.say(word) == "Cancelled."
    assert kernel.app.intake.question(kernel.platform.asked[-1].id) is None


async def test_a_cancelled_question_counts_no_limit(kernel: Kernel) -> None:
    for _ in range(3):
        await asked(kernel, "!age")
        assert await kernel.say("stop") == "Cancelled."
    for _ in range(2):
        await asked(kernel, "!age")
        await kernel.say("7")
    assert "enough for now" in await kernel.say("!age")


async def test_a_new_command_ends_it_and_is_run(kernel: Kernel) -> None:
    await asked(kernel, "!age")
    assert await kernel.say("!note hello") == (
        "I stopped asking, since you asked for something else.\nkept as number 1"
    )


async def test_the_clock_ends_it(kernel: Kernel) -> None:
    await asked(kernel, "!age 0.05")
    kernel.platform.sent.clear()
    await asyncio.sleep(0.1)
    await kernel.app.intake.quiet()
    assert shown(kernel.platform.sent[0]) == "I waited 1 s for your answer. Ask again when you like."


async def test_nobody_else_answers_or_waits(kernel: Kernel) -> None:
    await asked(kernel, "!age", direct=False)
    bob, room = kernel.platform.user("bob"), kernel.platform.place("bob", direct=False)
    assert not kernel.app.intake.wants("41", bob, room)
    assert await kernel.submit(answer(kernel, "bob", answer=41)) == (
        "refused",
        ["That question is for somebody else."],
    )
    assert await kernel.say("!note hello", "bob") == "kept as number 1"
    assert await kernel.say("41", direct=False) == "41 years"


async def test_however_many_wait_others_are_served(kernel: Kernel) -> None:
    for number in range(300):
        await kernel.app.intake.submit(kernel.line("!age", f"guest{number}"))
    async with asyncio.timeout(5):
        await kernel.app.intake.quiet()
        assert await kernel.say("!note hello", "bob") == "kept as number 1"
        assert await kernel.say("8", "guest299") == "8 years"


async def test_a_form_sent_twice_is_taken_once(forms: Kernel) -> None:
    await asked(forms, "!travel")
    assert [field.name for field in forms.platform.asked[-1].fields] == ["name", "days"]
    first, second = (answer(forms, name="Ada", days="3") for _ in range(2))
    assert await forms.submit(first) == ("accepted", ["Ada for 3 days"])
    assert await forms.submit(first) == ("seen", [])
    assert await forms.submit(second) == ("refused", ["That question is over."])


async def test_a_form_that_does_not_fit_is_shown_again(forms: Kernel) -> None:
    await asked(forms, "!travel")
    wrong = answer(forms, name="Ada", days="0")
    acceptance, said = await forms.submit(wrong)
    assert (acceptance, len(forms.platform.asked)) == ("accepted", 2)
    assert said[0].startswith("days must be at least 1")
    assert (await forms.submit(structs.replace(wrong, id="discord:late")))[0] == "refused"
    assert await forms.submit(answer(forms, name="Ada", days=2)) == ("accepted", ["Ada for 2 days"])


async def test_beside_an_open_form_people_talk(forms: Kernel) -> None:
    await asked(forms, "!age", direct=False)
    ada, room = forms.platform.user("ada"), forms.platform.place("ada", direct=False)
    assert not forms.app.intake.wants("hello all", ada, room)


async def test_without_forms_one_field_follows_another(kernel: Kernel) -> None:
    assert await asked(kernel, "!travel") == "Before you go: 1/2 Your name."
    assert await kernel.say("Ada of the hill") == "2/2 How many days."
    assert await kernel.say("soon") == "days must be a whole number of at most 18 digits. 2/2 How many days."
    assert await kernel.say("3") == "Ada of the hill for 3 days"


async def test_what_is_missing_is_asked_for(kernel: Kernel) -> None:
    assert await asked(kernel, "!pack") == "pack needs a little more. 1/2 What."
    await kernel.say("a tent")
    assert await kernel.say("4") == "a tent: 4 kg"
    assert await asked(kernel, "!pack rope") == "pack needs a little more."
    assert [field.name for field in kernel.platform.asked[-1].fields] == ["weight"]
    assert await kernel.say("1") == "rope: 1 kg"
    assert await kernel.say("!pack rope 2") == "rope: 2 kg"


async def test_a_secret_answer_typed_where_others_read_is_not_taken(kernel: Kernel) -> None:
    await asked(kernel, "!hush", direct=False)
    assert "in private" in await kernel.say("canary", direct=False)
    assert await kernel.say("canary") == "6 letters"


async def test_a_file_answers(forms: Kernel) -> None:
    await asked(forms, "!show", direct=False)
    forms.platform.files["f1"] = b"12345"
    line = structs.replace(forms.line("look", direct=False), files=[Attachment("discord", "f1", "a.png")])
    assert forms.app.intake.wants(line.text, line.author, line.place, files=True)
    assert await forms.submit(line) == ("accepted", ["5 bytes"])


async def test_the_answer_goes_where_the_newest_handle_leads(forms: Kernel) -> None:
    await asked(forms, "!age")
    line = answer(forms, answer=3)
    await forms.submit(structs.replace(line, reply=structs.replace(line.reply, token="newest", interaction="9")))
    assert forms.platform.handles[-1].token == "newest"


async def test_what_writes_before_it_asks_is_a_fault(kernel: Kernel, caplog: pytest.LogCaptureFixture) -> None:
    assert "Something went wrong" in await kernel.say("!late")
    assert any("ask before you write" in str(record.exc_info) for record in caplog.records)


async def test_who_waited_over_a_restart_is_told_and_nothing_runs_again(tmp_path: Path) -> None:
    first = await started(tmp_path / "data")
    await asked(first, "!side")
    async with asyncio.timeout(2):
        await first.app.stop()
    second = await started(tmp_path / "data")
    await second.app.intake.quiet()
    assert [shown(one) for one in second.platform.sent] == [
        "I was restarted while I waited for your answer. Please ask again with !side."
    ]
    assert await second.notes() == []
    assert second.platform.asked == []
    await second.app.stop()
    third = await started(tmp_path / "data")
    await third.app.intake.quiet()
    assert third.platform.sent == []
    await third.app.stop()


async def test_what_was_carried_out_after_the_answer_is_not_asked_for_again(tmp_path: Path) -> None:
    first = await started(tmp_path / "data")
    await asked(first, "!side")
    first.switches.die = True
    await first.app.intake.submit(first.line("left"))
    async with asyncio.timeout(2):
        while not await first.notes():
            await asyncio.sleep(0.001)
    first.app.intake._lanes._tasks.pop().cancel()
    await first.app.stop()
    second = await started(tmp_path / "data")
    await second.app.intake.quiet()
    assert "carried out as far as" in shown(second.platform.sent[0])
    assert await second.notes() == ["left"]
    await second.app.stop()
