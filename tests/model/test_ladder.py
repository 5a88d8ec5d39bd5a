"""Structured answers: down the ladder to the first way that works, validated whatever the server promises."""

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta, Struct

from bot.model import ModelError, Models, Prompt
from bot.model.found import WrongError, found
from bot.model.schema import schema_of
from tests.model import protocol
from tests.model.conftest import Open
from tests.model.server import FORMS, ModelServer


class Reading(Struct, frozen=True):
    """What was read."""

    mood: Literal["ember", "tide"]
    reading: Annotated[str, Meta(max_length=40, description="To the person")]
    weight: Annotated[float, Meta(ge=0, le=1)]
    themes: Annotated[list[str], Meta(max_length=3)] = []
    note: str | None = None


class Pair(Struct):
    """One struct in another, twice."""

    first: Reading
    second: Reading
    others: tuple[Reading, ...] = ()
    known: bool = False


class Tree(Struct):
    """In itself."""

    below: "list[Tree]"


GOOD = {"mood": "tide", "reading": "Die Flut. 潮", "weight": 0.5, "themes": ["sea"], "note": None}
READING = Reading("tide", "Die Flut. 潮", 0.5, ["sea"])
WRONG = [GOOD | {"mood": "happy"}, GOOD | {"weight": 7}, GOOD | {"reading": "x" * 41}, {"mood": "tide"}, {}]


def ways(server: ModelServer) -> list[str]:
    """How each question was asked."""
    return [
        "tool" if "tools" in body else body.get("response_format", {"type": "plain"})["type"] for body in server.asked
    ]


async def failed(models: Models, prompt: Prompt) -> str:
    with pytest.raises(ModelError) as error:
        await models.structured(prompt, Reading)
    return error.value.code


@pytest.mark.parametrize("known", [FORMS, FORMS[1:], FORMS[2:], ()])
async def test_the_first_way_that_works_is_kept(open_models: Open, prompt: Prompt, known: Sequence[str]) -> None:
    async with ModelServer(known) as server:
        models = open_models(server)
        server.says(GOOD, GOOD)
        assert await models.structured(prompt, Reading) == READING
        assert await models.structured(prompt, Reading) == READING
        tried = [*FORMS, "plain"][: len(FORMS) - len(known) + 1]
        assert ways(server) == [*tried, tried[-1]]


async def test_what_is_accepted_and_ignored_does_not_count(server: ModelServer, models: Models, prompt: Prompt) -> None:
    """The server takes every form, and talks."""
    server.says(
        "I feel a tide.", "tide", "The mood is {tide}!", f"Gladly:\n```json\n{json.dumps(GOOD)}\n```\nOk?", GOOD
    )
    assert await models.structured(prompt, Reading) == READING
    assert await models.structured(prompt, Reading) == READING
    assert ways(server) == [*FORMS, "plain", "plain"]


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_wrong_answer_is_repaired_once(
    server: ModelServer, models: Models, prompt: Prompt, wrong: dict[str, Any]
) -> None:
    server.says(GOOD, wrong, GOOD, GOOD)
    for _ in range(3):
        assert await models.structured(prompt, Reading) == READING
    assert ways(server) == ["json_schema"] * 4
    said, told = server.asked[2]["messages"][2:]
    assert (said, told["role"]) == ({"role": "assistant", "content": json.dumps(wrong)}, "user")
    assert "$" in json.loads(told["content"])["mistake"] or wrong in WRONG[3:]


async def test_what_cannot_be_repaired_is_garbage(server: ModelServer, models: Models, prompt: Prompt) -> None:
    """Then it finds its way anew: after four ways and a repair no more is asked."""
    server.says(*["no"] * 5)
    assert await failed(models, prompt) == "garbage"
    assert ways(server) == [*FORMS, "plain", "plain"]
    server.says(GOOD, "no", "no", "still no", GOOD)
    assert await models.structured(prompt, Reading) == READING
    assert await failed(models, prompt) == "garbage"
    assert ways(server)[5:] == ["json_schema"] * 3
    assert await models.structured(prompt, Reading, most=99) == READING
    assert ways(server)[8:] == ["json_schema", "tool"]
    assert server.asked[-1]["max_tokens"] == 99


async def test_a_repair_on_the_way_down_is_plain(server: ModelServer, models: Models, prompt: Prompt) -> None:
    server.says("no", "no", "no", "no", GOOD, GOOD)
    assert await models.structured(prompt, Reading) == READING
    assert await models.structured(prompt, Reading) == READING
    assert ways(server)[4:] == ["plain"] * 2


async def test_a_way_that_is_no_longer_there(server: ModelServer, models: Models, prompt: Prompt) -> None:
    server.says(*[GOOD] * 3)
    await models.structured(prompt, Reading)
    server.forms = FORMS[1:]
    assert await models.structured(prompt, Reading) == READING
    assert await models.structured(prompt, Reading) == READING
    assert ways(server) == ["json_schema", "json_schema", "tool", "tool"]


@pytest.mark.parametrize(("status", "expected"), [(401, "refused"), (404, "refused"), (429, "limited"), (500, "lost")])
async def test_what_no_form_changes_is_raised(
    server: ModelServer, models: Models, prompt: Prompt, status: int, expected: str
) -> None:
    times = 1 if status < 429 else 2
    server.fails(status, times, retry_after_ms="1")
    assert await failed(models, prompt) == expected
    assert set(ways(server)) == {"json_schema"}
    server.says(GOOD, "no")
    await models.structured(prompt, Reading)
    server.fails(status, times, retry_after_ms="1")
    assert await failed(models, prompt) == expected


async def test_a_server_that_refuses_everything(server: ModelServer, models: Models, prompt: Prompt) -> None:
    server.fails(400, 4)
    assert await failed(models, prompt) == "refused"
    assert ways(server) == [*FORMS, "plain"]
    server.says("", "", "", "")
    assert await failed(models, prompt) == "garbage"


async def test_all_of_it_has_one_time_limit(server: ModelServer, open_models: Open, prompt: Prompt) -> None:
    server.says("no", "no")
    server.stalls()
    models = open_models(server, outer=0.3)
    assert await failed(models, prompt) == "timeout"
    assert ways(server) == list(FORMS)


async def test_what_is_asked_for_is_told(server: ModelServer, models: Models, prompt: Prompt) -> None:
    """In the system role: it is of our own making."""
    server.says(GOOD)
    await models.structured(prompt, Reading)
    system, user = server.asked[0]["messages"]
    assert system["content"].endswith(json.dumps(schema_of(Reading), ensure_ascii=False, separators=(",", ":")))
    assert "canary" in user["content"]
    assert "canary" not in system["content"]


@pytest.mark.parametrize("kind", [Reading, Pair])
def test_the_schema_is_one_that_strict_servers_take(kind: type) -> None:
    schema = schema_of(kind)
    assert protocol.schema(schema, "$") is None
    assert schema["additionalProperties"] is False


def test_limits_are_told_in_words() -> None:
    fields = schema_of(Reading)["properties"]
    assert fields["reading"] == {"type": "string", "description": "To the person, at most 40 letters"}
    assert fields["weight"]["description"] == "at least 0, at most 1"
    assert fields["mood"] == {"enum": ["ember", "tide"], "type": "string"}
    assert fields["themes"]["description"] == "at most 3 items"


@pytest.mark.parametrize(
    "kind", [Tree, dict[str, int], list[int], str, msgspec.defstruct("X", [("a", tuple[int, str])])]
)
def test_what_a_model_is_not_asked_for(kind: type) -> None:
    with pytest.raises(TypeError):
        schema_of(kind)


@pytest.mark.parametrize(
    "said",
    [
        json.dumps(GOOD),
        f"```json\n{json.dumps(GOOD, indent=2)}\n```",
        f"Here {{you}} are: {json.dumps(GOOD)} {{}}",
        f'{{"mood": "nothing"}} or rather {json.dumps(GOOD)}',
        "{" * 10 + json.dumps(GOOD),
        json.dumps(GOOD | {"more": {"of": "it"}}),
    ],
)
def test_the_first_valid_object_is_found(said: str) -> None:
    assert found(said, Reading) == READING


@pytest.mark.parametrize(
    "said",
    ["", "no", "{", "{}", "[]", "null", json.dumps([GOOD["mood"]]), '{"a":' * 50_000, "{" * 50_000, "[" * 50_000,
     '{"mood": "tide", "reading": "a", "weight": NaN}', '{"mood": "tide", "reading": "a", "weight": 1e999}',
     json.dumps({"data": GOOD}), '{"mood": "tide", "reading": "\\ud800", "weight": 1}', json.dumps(GOOD)[:-1]],
)  # fmt: skip
def test_nothing_valid_is_in_it(said: str) -> None:
    with pytest.raises(WrongError, match=r"\w"):
        found(said, Reading)
