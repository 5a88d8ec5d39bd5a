"""Which names are meant: what is typed completes to them, small mistakes are forgiven, and a name is always known by itself."""

from hypothesis import given
from hypothesis import strategies as st

from handlers.naming import fold, near

NAMES = ["My poem", "poetry", "Wifi", "a recipe"]
WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12).filter(str.strip)


def test_what_is_typed_completes() -> None:
    assert near(NAMES, "") == NAMES
    assert near(NAMES, "po") == ["poetry", "My poem"]
    assert near(NAMES, "WIFI") == ["Wifi"]
    assert near(NAMES, "a recepe") == ["a recipe"]
    assert near(NAMES, "zzzz") == []


def test_what_differs_in_blanks_alone_is_known() -> None:
    assert near(NAMES, "my  poem") == ["my  poem", "My poem"]


@given(st.lists(WORDS, max_size=6, unique_by=fold), WORDS, st.booleans())
def test_a_name_is_known_by_itself_and_nothing_is_made_up(names: list[str], typed: str, among: bool) -> None:
    names += [typed] if among and fold(typed) not in map(fold, names) else []
    found = near(names, typed)
    same = [name for name in names if fold(name) == fold(typed)]
    assert {*found} <= {*names, *([typed] if same else [])}
    if same:
        assert typed.casefold() in (one.casefold() for one in found)
        assert same[0] in found[:2]
