"""Vectors of texts, and what a provider's moderation says of them."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.model import ModelError, Models
from tests.model.conftest import Open
from tests.model.server import ModelServer, vectors


async def code(models: Models, texts: list[str]) -> str:
    with pytest.raises(ModelError) as failed:
        await models.embed(texts)
    return failed.value.code


async def test_in_the_order_of_the_texts(server: ModelServer, models: Models) -> None:
    texts = [f"text {number}" for number in range(150)]
    found = await models.embed(texts)
    assert found == [one["embedding"] for text in texts for one in vectors([text])]
    assert server.paths == ["embeddings"] * 3
    assert await models.embed([]) == []
    assert len(server.paths) == 3


@pytest.mark.parametrize(
    "lie",
    [
        lambda texts: [],
        lambda texts: None,
        lambda texts: vectors(texts)[1:],
        lambda texts: vectors([*texts, "more"]),
        lambda texts: [one | {"index": 0} for one in vectors(texts)],
        lambda texts: [one | {"index": one["index"] + 1} for one in vectors(texts)],
        lambda texts: [one | {"embedding": one["embedding"][one["index"] :]} for one in vectors(texts)],
        lambda texts: [one | {"embedding": []} for one in vectors(texts)],
        lambda texts: [one | {"embedding": [float("nan")] * 8} for one in vectors(texts)],
        lambda texts: [one | {"embedding": [float("inf")] * 8} for one in vectors(texts)],
        lambda texts: [one | {"embedding": ["1"] * 8} for one in vectors(texts)],
        lambda texts: [one | {"embedding": "AACAPw=="} for one in vectors(texts)],
    ],
)
async def test_what_is_no_vector(server: ModelServer, models: Models, lie: Callable[[list[str]], Any]) -> None:
    server.vectors = lie
    assert await code(models, ["a", "b"]) == "garbage"


async def test_they_stay_as_long_as_they_are(server: ModelServer, models: Models) -> None:
    await models.embed(["a"])
    server.vectors = lambda texts: [one | {"embedding": [0.5] * 4} for one in vectors(texts)]
    assert await code(models, ["a"]) == "garbage"


async def test_a_text_that_the_server_refuses(server: ModelServer, models: Models) -> None:
    assert await code(models, [""]) == "refused"


async def test_what_would_not_be_said(server: ModelServer, models: Models) -> None:
    """A server may leave out any category."""
    assert [await models.flagged(text) for text in ("a badword", "a word", "\ud800")] == [True, False, False]


@pytest.mark.parametrize(
    "raw", ["{}", '{"results": []}', '{"results": [{"flagged": null}]}', '{"results": [{}]}', "no"]
)
async def test_what_is_no_verdict(server: ModelServer, models: Models, raw: str) -> None:
    """It never counts as a yes or a no."""
    server.sends(raw)
    with pytest.raises(ModelError) as failed:
        await models.flagged("a word")
    assert failed.value.code == "garbage"


async def test_each_needs_a_model_of_its_own(server: ModelServer, open_models: Open) -> None:
    talks = open_models(server, embedding=None, moderation=None)
    assert (talks.available, talks.embeds, talks.moderates) == (True, False, False)
    searches = open_models(server, name=None)
    assert (searches.available, searches.embeds, searches.moderates) == (False, True, True)
    assert len(await searches.embed(["a"])) == 1
    assert await code(talks, ["a"]) == "off"
