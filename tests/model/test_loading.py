"""Nothing of a model's library is there before the first question."""

import subprocess
import sys

import pytest
from pydantic import SecretStr, ValidationError

from bot.model import Models
from config.settings import ModelSettings

CODE = """
import sys
from bot.model import Models
from config.settings import ModelSettings

models = Models(ModelSettings(base_url="http://127.0.0.1:9/v1", name="m"))
print(models.available, {"openai", "httpx2"} & set(sys.modules))
"""


def test_it_waits_for_the_first_question() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "True set()\n"


async def test_who_never_asked_has_nothing_to_close() -> None:
    await Models(ModelSettings()).close()


def test_when_it_is_there() -> None:
    here, key = "http://127.0.0.1:11434/v1", SecretStr("k")
    there = [
        {"name": "m"},
        {"base_url": here},
        {"key": key},
        {"base_url": here, "name": "m"},
        {"key": key, "name": "m"},
    ]
    assert [ModelSettings(**one).available for one in there] == [False, False, False, True, True]
    for wrong in ({"base_url": "ftp://x"}, {"seconds": 0}, {"name": ""}, {"max_tokens_field": "max"}, {"kye": "k"}):
        with pytest.raises(ValidationError):
            ModelSettings(**wrong)
