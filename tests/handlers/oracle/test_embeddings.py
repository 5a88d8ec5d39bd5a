"""Nearness by meaning, where the extra is installed (`make test` installs it); without it the words decide."""

import pytest

from handlers.oracle.embeddings import Embeddings
from tests.handlers.oracle.conftest import Chat
from tests.handlers.oracle.house import BREAD, SEA

TEXTS = ["The ocean scared me that evening.", BREAD, "Our team raids every Friday at eight."]


def best(nearness: list[float] | None) -> int:
    assert nearness is not None
    return nearness.index(max(nearness))


async def test_meaning_without_a_word_in_common() -> None:
    one = Embeddings()
    assert best(await one.near("What was I afraid of?", TEXTS)) == 0
    assert best(await one.near("What did I cook?", TEXTS)) == 1
    assert best(await one.near("When do we play together?", TEXTS)) == 2
    assert await one.near("", []) == []
    assert len(await one.near("", ["", "🌊 " * 500, "x" * 500]) or []) == 3


async def test_many_new_texts_are_learned_bit_by_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.oracle.embeddings._FRESH", 2)
    monkeypatch.setattr("handlers.oracle.embeddings._KEPT", 3)
    one = Embeddings()
    assert await one.near("afraid", TEXTS) is None
    assert best(await one.near("afraid", TEXTS)) == 0
    assert await one.near("afraid", ["a", "b"]) is not None
    assert len(one._vectors) == 3


async def test_the_oracle_finds_what_shares_no_word(chat: Chat) -> None:
    await chat.write(SEA, "My dog died in spring, and I cried a whole week.", BREAD)
    answer = await chat.say("/oracle Which pet have I lost?")
    assert "My dog died" in answer
    assert "I have nothing" in await chat.say("/oracle quantum chromodynamics lattice?")


async def test_a_word_is_found_however_far_the_question_is_from_the_whole_page(chat: Chat) -> None:
    kitchen = "I remember my grandmother's kitchen, the smell of bread in the morning and how safe and happy we were."
    await chat.write(kitchen)
    assert kitchen[:-1] in await chat.say("/oracle What did I say about the kitchen?")


async def test_without_the_extra_the_words_decide(chat: Chat) -> None:
    embeddings = chat.app.service(Embeddings)
    embeddings.available = False
    await chat.write(SEA)
    assert SEA[:-1] in await chat.say("/oracle What of the sea?")
    assert embeddings._model is None
