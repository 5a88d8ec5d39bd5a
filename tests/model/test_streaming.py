"""Answers that are shown while they come."""

import asyncio
from contextlib import aclosing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import ModelError, Models, Prompt
from bot.model.aloud import Aloud
from tests.model.conftest import Open
from tests.model.server import ModelServer, last


async def heard(models: Models, prompt: Prompt, most: int = 400) -> tuple[str, str]:
    """What came, and with which error it ended."""
    words = ""
    try:
        async for piece in models.stream(prompt, most=most):
            words += piece
    except ModelError as error:
        return words, error.code
    return words, ""


async def test_piece_by_piece(server: ModelServer, models: Models, prompt: Prompt) -> None:
    server.says("It is a yellow bird.")
    assert [piece async for piece in models.stream(prompt)] == ["It ", "is ", "a ", "yellow ", "bird. "]
    assert server.asked[0]["stream"] is True


async def test_what_is_used_and_signs_of_life_are_no_words(server: ModelServer, models: Models, prompt: Prompt) -> None:
    server.streams({"choices": []}, "a ", 0.01, {"usage": {}}, "b", {"choices": None}, last())
    assert await heard(models, prompt) == ("a b", "")


@pytest.mark.parametrize("end", ["cut", "closed", "done"])
async def test_what_is_broken_off_is_told(server: ModelServer, models: Models, prompt: Prompt, end: str) -> None:
    """Cut on the wire, or ended without a reason, which looks like an end."""
    server.streams("one ", "two ", end=end)
    assert await heard(models, prompt) == ("one two ", "lost")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (["a ", {"choices": "words"}], ("a ", "garbage")),
        (["a ", {"choices": [{"delta": {"content": 7}}]}], ("a ", "garbage")),
        (["a ", {"choices": [{}]}], ("a ", "garbage")),
        (["a ", {"error": {"message": "out of memory", "code": "oom"}}], ("a ", "lost")),
        (["a ", last("content_filter")], ("a ", "refused")),
        ([last()], ("", "garbage")),
        (["<think>hm", "</th", "ink>\n", "a", last()], ("a", "")),
        (["<", "th", "e a", last()], ("<the a", "")),
        (["<th", last()], ("<th", "")),
        (["<think>for ever", last("length")], ("", "garbage")),
        (["a\ud83d\0", last("length")], ("a?", "")),
    ],
)
async def test_every_kind_of_stream(
    server: ModelServer, models: Models, prompt: Prompt, events: list[str], expected: tuple[str, str]
) -> None:
    server.streams(*events)
    assert await heard(models, prompt) == expected


@pytest.mark.parametrize("raw", ["data: {not json\n\n", "data: 5\n\n", "data: null\n\n", "words", "data: [[[[\n\n"])
async def test_what_is_no_stream(server: ModelServer, models: Models, prompt: Prompt, raw: str) -> None:
    server.sends(raw, "text/event-stream")
    assert await heard(models, prompt) in [("", "garbage"), ("", "lost")]


async def test_it_ends_in_time(server: ModelServer, open_models: Open, prompt: Prompt) -> None:
    """One that stops, one that only says that it is there, one that goes on for ever, one that never begins."""
    slow, long = open_models(server, seconds=0.1), open_models(server, seconds=5, streaming=0.1)
    server.streams("a ", *[0.03] * 1000)
    assert await heard(slow, prompt) == ("a ", "timeout")
    server.streams("a ", end="endless")
    words, ended = await heard(long, prompt, most=100_000)
    assert (words[:2], ended) == ("a ", "timeout")
    server.stalls(2)
    assert await heard(slow, prompt) == ("", "timeout")


async def test_it_ends_at_its_length(server: ModelServer, models: Models, prompt: Prompt) -> None:
    server.streams(end="endless")
    words, ended = await heard(models, prompt, most=10)
    assert (len(words), ended) == (80, "")
    await asyncio.wait_for(server.gone.wait(), 60)


async def test_who_stops_listening_ends_it(server: ModelServer, models: Models, prompt: Prompt) -> None:
    server.streams(end="endless")
    async with aclosing(models.stream(prompt)) as pieces:
        assert await anext(pieces) == "on and "
    await asyncio.wait_for(server.gone.wait(), 60)
    assert server.left == 1


async def test_who_is_cancelled_ends_it(server: ModelServer, models: Models, prompt: Prompt) -> None:
    server.streams(end="endless")
    listening = asyncio.create_task(heard(models, prompt, most=100_000))
    await server.busy.wait()
    await asyncio.sleep(0.02)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
    await asyncio.wait_for(server.gone.wait(), 60)


async def test_a_server_that_is_busy_is_asked_again(server: ModelServer, models: Models, prompt: Prompt) -> None:
    server.fails(503, retry_after_ms="1")
    assert await heard(models, prompt) == ("Plain words. ", "")
    assert server.retries == ["0", "1"]


@given(st.lists(st.sampled_from(["<think>", "</think>", "<", "<th", "ink>", " ", "\n", "a", "b c"]), max_size=12))
def test_where_it_is_cut_changes_nothing(pieces: list[str]) -> None:
    """Thoughts at the beginning are left out, and nothing else is."""
    ear, whole = Aloud(), Aloud()
    heard = "".join([*map(ear.feed, pieces), ear.rest()])
    text = "".join(pieces)
    assert heard == whole.feed(text) + whole.rest()
    assert text.endswith(heard)
    assert heard or "<think>" in text or not text.strip()
