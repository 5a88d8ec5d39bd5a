"""What a model wrote cannot ping, link, command or reorder anything."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.moderation.outgoing import harmless


@pytest.mark.parametrize(
    ("wrote", "shown"),
    [
        ("Hello @everyone, come", "Hello everyone, come"),
        ("@here now", "here now"),
        ("ask <@123456789> and <@&42> in <#7>", "ask and in"),
        ("see https://evil.example/x?y=1 now", "see now"),
        ("[click me](https://evil.example) now", "click me now"),
        ("www.evil.example and t.me/evil", "and"),
        ("/ban everybody", "ban everybody"),
        ("!vault get key", "vault get key"),
        (".kick x\n!kick y", "kick x\nkick y"),
        ("a\u202eb\u200bc\x00d", "abcd"),
        ("line\n\n\n\n\nline", "line\n\nline"),
        ("3.5 is fine, and so is half/half!", "3.5 is fine, and so is half/half!"),
    ],
)
def test_what_is_taken_out(wrote: str, shown: str) -> None:
    assert harmless(wrote, 400) == shown


def test_it_is_cut_after_a_word() -> None:
    assert harmless("one two three four", 12) == "one two…"
    assert len(harmless("x" * 500, 100)) == 100


@given(st.text(max_size=200), st.integers(1, 100))
@example("ht<@1>tp://x", 50)
@example("<<@1>@1>", 50)
@example("[a](b)](c)", 50)
def test_nothing_active_is_left(text: str, most: int) -> None:
    shown = harmless(text, most)
    assert len(shown) <= most
    assert not re.search(r"://|@\w|<@|^[/!.]\w", shown, re.MULTILINE)


@pytest.mark.parametrize("unit", ["[", "[](", "<@", "a://", "@", "/ ", "!.", "\n/", "www."])
def test_long_repetitions_end(unit: str) -> None:
    assert len(harmless(unit * (4000 // len(unit)), 400)) <= 400
