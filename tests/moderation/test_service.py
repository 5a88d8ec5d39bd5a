"""What the service says when its provider objects, agrees, or is not there."""

from collections.abc import Awaitable, Callable

import pytest

from bot.moderation.moderation import Moderation, Screened


async def objects(text: str) -> bool:
    return True


async def agrees(text: str) -> bool:
    return False


async def fails(text: str) -> bool:
    raise TimeoutError


@pytest.mark.parametrize(
    ("ask", "public", "level"),
    [
        (None, True, "clean"),
        (agrees, True, "clean"),
        (objects, True, "severe"),
        (objects, False, "severe"),
        (fails, True, "severe"),
        (fails, False, "clean"),
    ],
)
async def test_a_provider_that_fails_closes_what_is_public_and_opens_what_is_private(
    ask: Callable[[str], Awaitable[bool]] | None, public: bool, level: str
) -> None:
    assert await Moderation(ask).judge("those people should not be allowed to live here", public=public) == Screened(
        level
    )


async def test_the_lists_decide_before_the_provider() -> None:
    assert await Moderation(agrees).judge("kill yourself", public=False) == Screened("severe")
    assert await Moderation(agrees).judge("oh shit", public=True) == Screened("soft")


async def test_the_words_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    await Moderation(fails).judge("my very secret words", public=True)
    assert "TimeoutError" in caplog.text
    assert "secret" not in caplog.text
