"""What the library raises, as `ModelError`: without its cause, whose text may repeat a prompt."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import openai

from bot.model.port import Code, ModelError

_CODE: Final = re.compile(r"[a-z0-9_]{1,40}")
"""What a server calls its reason, when it is a word and no sentence."""


@contextmanager
def told() -> Iterator[None]:
    """Around whatever the library does."""
    try:
        yield
    except (openai.APITimeoutError, TimeoutError):
        raise ModelError("timeout", "no answer in time") from None
    except openai.APIStatusError as error:
        raise _status(error) from None
    except openai.APIResponseValidationError:
        raise ModelError("garbage", "it answered what cannot be read") from None
    except (ValueError, RecursionError, AttributeError, TypeError):  # the library reads an answer without checking it
        raise ModelError("garbage", "it answered what cannot be read") from None
    except (openai.OpenAIError, OSError, RuntimeError) as error:  # RuntimeError: the client was closed meanwhile
        raise ModelError("lost", f"the connection was lost ({type(error).__name__})") from None


def _status(error: openai.APIStatusError) -> ModelError:
    status, code = error.status_code, str(error.code or "")
    why = f", {code}" if _CODE.fullmatch(code) else ""
    return ModelError(_meaning(status), f"status {status}{why}", status)


def _meaning(status: int) -> Code:
    if status in {408, 504}:
        return "timeout"
    if status == 429:
        return "limited"
    return "lost" if status >= 500 and status != 501 else "refused"
