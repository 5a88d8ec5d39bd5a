"""The commands as people meet them, through the router and a platform's renderer."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from msgspec import structs

from bot.app import App
from bot.command import Invocation
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World
from bot.testing.template import prepare
from config.settings import Settings
from tests.mirrors.test_model import texts

ANSWERS = [
    "My grandmother hummed while she cooked for us",
    "I am afraid of telling my brother about it",
    "The rain on the roof makes me a child again",
]


class Chat:
    """Telegram without a wire: its lines begin with a slash."""

    def __init__(self, app: App, platform: Offline) -> None:
        self.app, self.platform = app, platform

    def line(self, user: str, text: str, *, direct: bool = True) -> Invocation:
        return self.platform.invocation(user, f"/{text}", direct=direct)

    async def submit(self, invocation: Invocation) -> str:
        self.platform.sent.clear()
        await self.app.intake.submit(invocation)
        while self.app.intake.busy:
            await asyncio.sleep(0.001)
        return "\n".join(map(shown, self.platform.sent))

    async def say(self, user: str, text: str, *, direct: bool = True) -> str:
        return await self.submit(self.line(user, text, direct=direct))

    async def answer_whispers(self, user: str, answers: list[str]) -> None:
        for text in answers:
            assert "Answer with" in await self.say(user, "whisper")
            assert "of your codex, chapter" in await self.say(user, f"answer {text}")


@pytest_asyncio.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    app, platform = App(Settings(data=tmp_path)).load(), Offline("telegram", World())
    prepare(app)
    await app.start([platform])
    yield Chat(app, platform)
    await app.stop()


async def test_bless_balance_and_top(chat: Chat) -> None:
    assert await chat.say("ada", "bless @bob 5 thank you, friend", direct=False) == (
        "Bob is blessed with 5 ✦. You keep 95 ✦.\n“thank you, friend”"
    )
    assert await chat.say("ada", "bless @bob", direct=False) == "Bob is blessed with 1 ✦. You keep 94 ✦."
    assert await chat.say("bob", "balance") == ("You hold 106 ✦.\nLevel 1, Spark ▱▱▱▱▱▱▱▱▱▱\n94 ✦ more lead to Ember.")
    assert await chat.say("cleo", "top", direct=False) == "Most blessed here\n1. Bob: 6 ✦"
    assert (await chat.app.state())["ledger_sum"] == 0


async def test_the_same_event_twice_blesses_once(chat: Chat) -> None:
    asked = chat.line("ada", "bless @bob 5", direct=False)
    for _ in range(2):
        await chat.submit(asked)
    assert "You hold 95 ✦." in await chat.say("ada", "balance")


async def test_what_bless_refuses(chat: Chat) -> None:
    assert "cannot bless yourself" in await chat.say("ada", "bless @ada 5")
    assert "not enough for 500" in await chat.say("ada", "bless @bob 500")
    for wrong in ("0", "1001"):
        assert "blessed" not in await chat.say("ada", f"bless @bob amount:{wrong}")
    assert "You hold 100 ✦." in await chat.say("ada", "balance")


async def test_an_answer_may_be_given_where_others_read(chat: Chat) -> None:
    await chat.say("ada", "whisper")
    assert ANSWERS[0] not in await chat.say("ada", f"answer {ANSWERS[0]}", direct=False)
    await chat.say("ada", "whisper")
    assert "Page 2 of your codex" in await chat.say("ada", f"answer {ANSWERS[1]}")


async def test_skip(chat: Chat) -> None:
    assert "No whisper is open" in await chat.say("ada", "skip")
    await chat.say("ada", "whisper body")
    assert await chat.say("ada", "skip") == "Put aside. Whispers of body rest for a day."
    assert "Come back in 24 h" in await chat.say("ada", "whisper body")


async def test_a_mirror_asks_for_consent_first(chat: Chat) -> None:
    await chat.answer_whispers("ada", ANSWERS)
    asked = await chat.say("ada", "mirror spawn Echo")
    assert "If you agree, I read your answers" in asked
    labels = str(chat.platform.sent)
    assert "I agree" in labels
    assert "Not now" in labels
    assert "have not agreed" in await chat.say("ada", "mirror reflect")
    assert "no mirror" in await chat.say("ada", "mirror list")
    await chat.say("ada", "mirror consent yes")
    assert "Echo is spawned, a young mirror: 3 answers" in await chat.say("ada", "mirror spawn Echo")
    assert "Echo, young mirror: 3 answers" in await chat.say("ada", "mirror list")
    await chat.say("ada", "mirror consent no")
    for closed in ("mirror reflect", "mirror spawn Echo"):
        assert "🪞" not in await chat.say("ada", closed)


async def test_pressing_i_agree_is_agreeing(chat: Chat) -> None:
    await chat.answer_whispers("ada", ANSWERS)
    await chat.say("ada", "mirror spawn Echo")
    row = chat.platform.sent[0]["reply_markup"]["inline_keyboard"][0]
    pressed = chat.line("ada", "")
    await chat.submit(structs.replace(pressed, kind="press", text="", button=row[0]["callback_data"]))
    assert "Echo is spawned" in await chat.say("ada", "mirror spawn Echo")


async def test_too_few_answers_are_told_kindly(chat: Chat) -> None:
    await chat.say("ada", "mirror consent yes")
    await chat.answer_whispers("ada", ANSWERS[:1])
    assert "2 more than there are" in await chat.say("ada", "mirror spawn Echo")


async def test_every_reflection_says_that_it_is_a_mirror(chat: Chat) -> None:
    await chat.answer_whispers("ada", [*ANSWERS, *texts(5)])
    await chat.say("ada", "mirror consent yes")
    await chat.say("ada", "mirror spawn Echo")
    said = [await chat.say("ada", line) for line in ("mirror reflect", "mirror reflect Echo of the rain") * 4]
    assert all(text.startswith("🪞 A mirror of Ada, not Ada: ") for text in said)
    assert all("young mirror: 8 answers" in text for text in said)
    assert not [text for text in said for answer in ANSWERS if answer.lower() in text.lower()]
    assert "no mirror called Nobody. Yours: Echo." in await chat.say("ada", "mirror reflect Nobody")


async def test_a_mirror_is_its_owners(chat: Chat) -> None:
    await chat.answer_whispers("ada", ANSWERS)
    await chat.say("ada", "mirror consent yes")
    await chat.say("ada", "mirror spawn Echo")
    assert "have not agreed" in await chat.say("bob", "mirror reflect Echo")
    await chat.say("bob", "mirror consent yes")
    assert "no mirror" in await chat.say("bob", "mirror reflect Echo")
