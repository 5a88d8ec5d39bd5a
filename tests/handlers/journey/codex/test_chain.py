"""The chain by itself: a hash that anybody can compute again, and every change found at its page."""

import json
from hashlib import blake2b
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from handlers.journey.codex import chain
from handlers.journey.codex.chain import Broken, Content, Leaf


def leaf(number: int, previous: bytes) -> Leaf:
    content = Content("Where?", f"answer {number} — ü", "So.", bytes([number]) * 32, bytes([number + 100]) * 32)
    one = Leaf(
        "ab" * 16, number, 1, 1_700_000_000_000_000 + number, "tide", "void", "origin", "origin-1", 725, -500,
        ("sea", "home"), "en",
        chain.commitment(content), b"s" * 32, previous, b"", content,
    )  # fmt: skip
    return structs.replace(one, hash=chain.page_hash(one))


def book(count: int = 5) -> list[Leaf]:
    made: list[Leaf] = []
    for number in range(1, count + 1):
        made.append(leaf(number, made[-1].hash if made else chain.START))
    return made


def blake(data: bytes, key: bytes = b"") -> bytes:
    return blake2b(data, digest_size=32, key=key).digest()


def test_another_program_computes_the_same_hash() -> None:
    """Written from the description alone."""
    one = book(1)[0]
    assert one.content is not None
    said = {"question": "Where?", "answer": "answer 1 — ü", "reading": "So.", "seed": one.content.seed.hex()}
    words = blake(plain(said), key=b"\x01" * 32)
    facts = {
        "version": 1, "book": "ab" * 16, "number": 1, "chapter": 1, "at": 1_700_000_000_000_001, "mood": "tide", "leading": "void",
        "category": "origin", "whisper": "origin-1", "depth": 725, "valence": -500, "themes": ["sea", "home"], "language": "en",
        "words": words.hex(),
    }  # fmt: skip
    assert one.hash == blake(bytes(32) + plain(facts) + b"s" * 32)


def plain(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def test_a_whole_chain_holds() -> None:
    assert chain.verify(book()) is None
    assert chain.verify(book(), 5) is None
    assert chain.verify([], 0) is None


@given(st.sets(st.integers(0, 4)))
def test_it_holds_whatever_is_forgotten(gone: set[int]) -> None:
    pages = [structs.replace(one, content=None) if place in gone else one for place, one in enumerate(book())]
    assert chain.verify(pages, 5) is None


@pytest.mark.parametrize("forgotten", [False, True])
@pytest.mark.parametrize("field", [name for name in Leaf.__struct_fields__ if name != "content"])
@settings(max_examples=10, deadline=None)
@given(place=st.integers(0, 4), data=st.data())
def test_every_change_is_found_at_its_page(field: str, forgotten: bool, place: int, data: st.DataObject) -> None:
    pages = book()
    if forgotten:
        pages[place] = structs.replace(pages[place], content=None)
    pages[place] = structs.replace(pages[place], **{field: changed(getattr(pages[place], field), data)})
    broken = chain.verify(pages, 5)
    assert broken is not None
    assert broken.number == place + 1


@given(place=st.integers(0, 4), field=st.sampled_from(Content.__struct_fields__), data=st.data())
def test_changed_words_are_found_at_their_page(place: int, field: str, data: st.DataObject) -> None:
    pages = book()
    content = pages[place].content
    assert content is not None
    other = structs.replace(content, **{field: changed(getattr(content, field), data)})
    pages[place] = structs.replace(pages[place], content=other)
    assert chain.verify(pages) == Broken(place + 1, "words")


@given(place=st.integers(0, 4))
def test_a_page_that_is_taken_out_is_missed(place: int) -> None:
    pages = book()
    del pages[place]
    assert chain.verify(pages, 5) == Broken(place + 1, "missing")


def test_a_page_of_another_book_is_refused() -> None:
    pages = book()
    other = structs.replace(pages[2], previous=b"x" * 32)
    pages[2] = structs.replace(other, hash=chain.page_hash(other))
    assert chain.verify(pages) == Broken(3, "moved")


def test_nothing_tells_words() -> None:
    content = book(1)[0].content
    assert repr(content) == "Content(…)"
    assert "answer" not in repr(book(1)[0])


def changed(value: Any, data: st.DataObject) -> Any:
    """Another value of the same kind: one bit, one letter, one item."""
    if isinstance(value, bytes):
        at, bit = data.draw(st.integers(0, len(value) - 1)), data.draw(st.integers(0, 7))
        return value[:at] + bytes([value[at] ^ 1 << bit]) + value[at + 1 :]
    if isinstance(value, int):
        return value ^ (1 << data.draw(st.integers(0, 40)))
    if isinstance(value, tuple):
        return data.draw(st.sampled_from([(), value[::-1], (*value, "x"), ("sea,home",)]))
    return data.draw(st.sampled_from([value + "x", value[:-1], value.upper()]))
