"""Whispers in a model's words: what is fit to be asked, and that the bank's words are there when nothing is."""

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio

from bot.app import App
from bot.model import Models
from bot.moderation.moderation import Moderation
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World
from bot.store import Tx
from bot.testing.template import prepare
from config.settings import Settings
from handlers.journey import whispers
from handlers.journey.whispers import writing
from handlers.journey.whispers.checking import fits
from handlers.journey.whispers.choosing import Leaning
from handlers.journey.whispers.writing import Writing
from tests.model.server import ModelServer

ENGLISH = "Which sound of your childhood would you like to hear once more?"
GERMAN = "Welches Geräusch deiner Kindheit würdest du gern noch einmal hören?"
UNFIT = {
    "no question": "Tell me of a sound of your childhood.",
    "two questions": "Which sound do you miss? And who made it?",
    "a sentence before it": "Sounds stay with you. Which one of yours is it?",
    "too long": f"Which sound of your childhood {'and of your youth ' * 10}do you miss?",
    "too short": "You are?",
    "a link": "Which sound of https://example.org do you miss?",
    "a bare link": "Which sound of example.org do you miss?",
    "a mention": "Which sound of @ada do you miss?",
    "a mention by id": "Which sound of <@1234> do you miss?",
    "markup": "Which **sound** of your childhood do you miss?",
    "a place to fill in": "Which sound of {name} do you miss?",
    "a command": "/ban or which sound of your childhood do you miss?",
    "a new line": "Which sound of your childhood\ndo you miss?",
    "turned around": "Which sound of your \u202echildhood do you miss?",
    "another script": "Which sound of your сhildhood do you miss?",
    "an emoji": "Which sound of your childhood do you miss 🎵?",
    "another language": GERMAN,
    "a third language": "Quel son de ton enfance voudrais-tu encore entendre?",
    "no language": "Hmm hmm hmm hmm hmm?",
    "advice": "Why don't you call somebody from your childhood and tell them?",
    "advice, curly": "Why don’t you call somebody from your childhood and tell them?",
    "should": "What should you say to the child that you were?",
    "advice as a story": "Have you tried to call somebody whom you miss?",
    "a therapist": "When did you last talk to a therapist about what you miss?",
}
ADVICE = [
    "Solltest du nicht besser mit jemandem über das reden, was du vermisst?",
    "Warum versuchst du nicht, dich mit dem Kind von damals zu versöhnen?",
    "Hast du schon einmal versucht, das alles hinter dir zu lassen?",
    "Wie wäre es, wenn du heute jemanden von damals anrufst?",
]
UNSAFE = [
    "Which of your friends is a faggot and who told you?",
    "When did you last want to kill yourself?",
    "When did you want to end your life, and what did you do?",
    "What would happen if you ended it all tonight?",
]


@pytest.mark.parametrize("text", UNFIT.values(), ids=UNFIT)
def test_what_is_not_fit_to_be_asked(text: str) -> None:
    assert fits(ENGLISH, "en")
    assert not fits(text, "en")


@pytest.mark.parametrize("text", [*ADVICE, ENGLISH, "", "?"])
def test_what_is_not_fit_in_german(text: str) -> None:
    assert fits(GERMAN, "de")
    assert not fits(text, "de")


@pytest_asyncio.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as one:
        yield one


@pytest_asyncio.fixture
async def models(server: ModelServer) -> AsyncIterator[Models]:
    one = Models(server.settings(seconds=2, outer=3))
    yield one
    await one.close()


@pytest.fixture
def writer(models: Models) -> Writing:
    return Writing(models, Moderation())


async def test_a_model_words_it_and_is_told_nothing_of_anybody(server: ModelServer, writer: Writing) -> None:
    server.says({"question": f" {GERMAN} "})
    assert await writer.vary(ENGLISH, "de-AT") == GERMAN
    system, user = server.asked[0]["messages"]
    assert "German" in system["content"]
    assert ENGLISH not in system["content"]
    assert json.loads(user["content"])["sources"] == [{"id": "whisper", "text": ENGLISH}]


@pytest.mark.parametrize("said", [UNFIT["two questions"], UNFIT["a link"], GERMAN, *UNSAFE])
async def test_what_is_unfit_is_not_used(server: ModelServer, writer: Writing, said: str) -> None:
    server.says({"question": said})
    assert await writer.vary(ENGLISH, None) == ""


def test_what_is_unsafe_is_fit_but_for_that() -> None:
    assert all(fits(one, "en") for one in UNSAFE)


async def test_german_that_is_unsafe(server: ModelServer, writer: Writing) -> None:
    for said in ("Wann hast du dich zuletzt selbst verletzt?", "Wie würdest du am liebsten dein Leben beenden?"):
        server.says({"question": said})
        assert await writer.vary(ENGLISH, "de") == ""


async def test_a_model_in_trouble_changes_nothing(
    server: ModelServer, writer: Writing, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.says("no JSON", "and none again", "nor again", "nor in the end", "never")
    assert await writer.vary(ENGLISH, "en") == ""
    server.fails(401, 4)
    assert await writer.vary(ENGLISH, "en") == ""
    monkeypatch.setattr(writing, "PATIENCE", 0.05)
    server.stalls(4)
    assert await writer.vary(ENGLISH, "en") == ""


def test_what_it_can(server: ModelServer, writer: Writing) -> None:
    assert [writer.can(one) for one in (None, "en-GB", "de", "fr")] == [True, True, True, False]
    assert not Writing(Models(server.settings(name=None)), Moderation()).can("en")


# --- by the command ------------------------------------------------------------------------------------------------------


class House:
    """Whispers alone, with a model; `agreed` is whether people allow it."""

    def __init__(self, data: Path, models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
        self.agreed, self.platform = True, Offline("telegram", World())

        def setup(app: App) -> None:
            whispers.setup(
                app,
                due=lambda tx, _now: [tx.person(self.platform.user("ada"))],
                leaning=lambda _tx, _person: Leaning(),
                allowed=lambda _tx, _person: self.agreed,
                writing=Writing(models, Moderation()),
            )

        monkeypatch.setitem(sys.modules, "worded", SimpleNamespace(setup=setup))
        self.app = App(Settings(data=data, plugins=["mirrors", "worded"], discover=False)).load()
        prepare(self.app)

    async def say(self, line: str, **changes: Any) -> str:
        self.platform.sent.clear()
        await self.app.intake.submit(self.platform.invocation("ada", f"/{line}", direct=True, **changes))
        await self.app.intake.quiet()
        return "\n".join(map(shown, self.platform.sent))


@pytest_asyncio.fixture
async def house(tmp_path: Path, models: Models, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    one = House(tmp_path, models, monkeypatch)
    await one.app.start([one.platform])
    yield one
    await one.app.stop()


async def test_a_whisper_is_asked_in_a_models_words_once(house: House, server: ModelServer) -> None:
    server.says({"question": ENGLISH})
    assert ENGLISH in await house.say("whisper")
    assert "still open" in (again := await house.say("whisper body"))
    assert ENGLISH in again
    assert len(server.asked) == 1


async def test_nobody_asks_a_model_for_who_did_not_allow_it(house: House, server: ModelServer) -> None:
    house.agreed = False
    assert "Answer with" in await house.say("whisper")
    assert server.asked == []


async def test_who_has_used_up_the_day_has_the_banks(
    house: House, server: ModelServer, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "budget", type(models.budget)(10))
    assert "Answer with" in await house.say("whisper")
    assert server.asked == []


async def test_while_all_rest_no_model_is_asked(house: House, server: ModelServer) -> None:
    house.agreed = False
    for _ in range(3):
        await house.say("whisper")
        await house.say("skip")
    house.agreed = True
    assert "rest for a while" in await house.say("whisper")
    assert server.asked == []


async def test_what_comes_by_itself_is_answered_like_any_other(house: House, server: ModelServer) -> None:
    await house.app.store.write(Tx.person, house.platform.user("ada"))
    house.platform.sent.clear()
    for _ in range(2):
        await house.app._jobs["whispers"].run(house.app.store)
    await house.app.intake._delivery.pulse()
    await house.app.intake.quiet()
    (whispered,) = house.platform.sent
    assert "Your whisper of today" in shown(whispered)
    assert [one["text"] for one in whispered["reply_markup"]["inline_keyboard"][0]] == ["Answer", "Skip"]
    assert "whispers" in house.app.notices.topics
    assert server.asked == []
