"""An answer that a model reads, cut off after each of its writes: one page, one reward, each archetype once, one question to
the model, the text once and the pictures once. (Without a model: `test_every_write`.)
"""

import asyncio
import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests import servers
from tests.faults.stage import PACKAGES, Stage, at_write, killed
from tests.model.server import KEY, ModelServer

WORDS = "I baked bread with my sister today, and we laughed about the old photographs."
READING = "You let the river carry the weight for a while, and your own steps are what you hear."
GOOD = {"mood": "void", "reading": READING, "themes": ["home"], "weight": 0.6}
BEFORE = ["whisper", f"answer {WORDS} One.", "whisper", f"answer {WORDS} Two.", "whisper", "profile model yes"]
EVENT = "7"
EVENTS = {"whisper.answered": 3, "page.sealed": 3, "page.imagined": 1, "archetype.earned": 1}
TRANSFERS = {"journey:answer": 3, "journey:archetype": 1}
POINTS = {"sqlite": range(2, 7), "postgresql": range(3, 5)}
"""Of its writes: 2 ready to ask the model, 3 that has answered, 4 the page is sealed, 5 ended, 6 the text is with the platform."""


@pytest.mark.parametrize("kind", servers.KINDS)
async def test_an_answer_is_one_page_wherever_it_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    async with ModelServer() as model:
        for name, value in {"BASE_URL": model.url, "KEY": KEY, "NAME": "model-1"}.items():
            monkeypatch.setenv(f"SOULFRA_MODEL__{name}", value)
        model.otherwise = json.dumps(GOOD)
        with servers.lent(tmp_path / "first", PACKAGES, kind) as first:
            stage = Stage(tmp_path / "first", first if isinstance(first, str) else None)
            async with stage.life():
                for number, line in enumerate(BEFORE, 1):
                    await stage.say(str(number), "ada", line, "telegram")
            for number in POINTS[kind]:
                data = Path(shutil.copytree(tmp_path / "first", tmp_path / f"killed{number}"))
                stage = Stage(data, servers.copied(first) if isinstance(first, str) else None)
                model.asked.clear()
                await cut_off(stage, number)
                async with stage.life():
                    await stage.audited()
                as_if_never(stage, model)
                if stage.url:
                    servers.gone(stage.url)


async def cut_off(stage: Stage, number: int) -> None:
    """After the write of this number."""
    reached = asyncio.Event()
    async with stage.life() as app:

        def cut() -> None:
            reached.set()
            killed(app)

        at_write(app, number, cut)
        await app.intake.submit(stage.event(EVENT, "ada", f"answer {WORDS} Three.", "telegram"))
        await app.intake.quiet()
    assert reached.is_set()


def as_if_never(stage: Stage, model: ModelServer) -> None:
    """What is in the database, and what was said."""
    assert len(model.asked) == 1
    events = Counter(stage.ask("SELECT kind FROM event"))
    assert {name: events[name] for name in EVENTS} == EVENTS
    transfers = Counter(":".join(key.split(":")[:2]) for key in stage.ask("SELECT key FROM ledger_transfer"))
    assert {name: transfers[name] for name in TRANSFERS} == TRANSFERS
    assert stage.ask("SELECT count(*) FROM codex_page") == [3]
    assert stage.ask("SELECT count(*) FROM remembered") == [0]
    assert set(stage.ask("SELECT state FROM outbox")) == {"sent"}
    text, pictures = stage.to(EVENT)
    assert READING in text
    assert "You have become: Wanderer" in text
    assert pictures == ""  # two in one message: the sigil and the emblem
