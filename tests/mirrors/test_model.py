"""The character model and what keeps it from repeating its owner."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirrors.guard import LeakGuard, grams
from mirrors.model import BEGIN, END, CharModel, MirrorModel
from mirrors.prepare import prepared
from mirrors.reflection import Base, Fitted

_SUBJECTS = ("the sea", "my sister", "the old road", "a friend", "the morning", "my work", "the garden", "our house")
_VERBS = ("makes me feel", "reminds me of", "is always near", "was never far from", "keeps me from", "tells me about")
_ENDS = ("home", "the quiet", "being young", "what I lost", "a long summer", "the rain", "people I miss", "tomorrow")
CANARY, PREFIX, PAYLOAD = "the gate code is blue heron copper", "the gate code is ", "blue heron"
BASE = Base(["What do you keep that nobody else would keep?", "Which road would you walk again, and with whom?"])


def dice(seed: int) -> random.Random:
    """Repeatable."""
    return random.Random(seed)  # noqa: S311


def texts(n: int, seed: int = 1) -> list[str]:
    """Somebody with habits."""
    rng = dice(seed)
    return [" ".join(rng.choice(part) for part in (_SUBJECTS, _VERBS, _ENDS)) for _ in range(n)]


@given(
    st.lists(st.text("abc é", max_size=12), min_size=1, max_size=8), st.text(f"abc é{BEGIN}", min_size=5, max_size=5)
)
def test_probabilities_sum_to_one(written: list[str], context: str) -> None:
    model = CharModel(written)
    seen = {*"".join(written), END}
    places = len(model.counts[""]) + 64
    everything = sum(model.p(context, char) for char in seen) + (places - len(seen)) * model.p(context, "\0")
    assert everything == pytest.approx(1)


def test_it_learns_its_owner() -> None:
    mine, model = texts(120), CharModel(texts(100, seed=2))
    assert model.p("he se", "a") > 0.5 > model.p("he se", "z")
    own = MirrorModel(mine, BASE.model)
    assert own.p("he se", "a") > BASE.model.p("he se", "a")


def test_pruning_forgets_what_few_texts_hold() -> None:
    written = [*texts(60), CANARY]
    full = CharModel(written)
    assert "heron"[:5] in full.counts
    pruned = full.prune(written)
    assert "heron"[:5] not in pruned.counts
    assert " sea " in pruned.counts
    assert pruned.p("heron", " ") > 0


@pytest.mark.parametrize("size", [20, 200])
def test_a_canary_does_not_pass(size: int) -> None:
    written = [*texts(size), CANARY]
    guard, model = LeakGuard(written, BASE.texts), MirrorModel(written, BASE.model, BASE.texts)
    attacks = [model.generate(dice(seed), start=PREFIX, temperature=(0.8, 0.5, 0.3)[seed % 3]) for seed in range(300)]
    assert not [text for text in attacks if PAYLOAD in text and guard.passes(text)]
    assert not guard.passes(CANARY)


def test_the_guard_catches_a_model_that_repeats() -> None:
    written = [*texts(20), CANARY]
    guard = LeakGuard(written, BASE.texts)
    parrot = MirrorModel(written, BASE.model)
    parrot.own = CharModel([CANARY])
    parrot.weights = [1.0] * len(parrot.weights)
    repeated = [parrot.generate(dice(seed), start=PREFIX, temperature=0.3) for seed in range(50)]
    assert any(PAYLOAD in text for text in repeated)
    assert not [text for text in repeated if PAYLOAD in text and guard.passes(text)]


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("would you walk blue heron copper", False),  # what one text only has
        ("the old road", True),  # what several texts have
        ("would you walk", True),  # what the base has too
        ("is it copper or blue", True),
    ],
)
@pytest.mark.parametrize("size", [0, 200])
def test_what_one_text_only_has_is_its_owners(size: int, text: str, passes: bool) -> None:
    written = [*texts(size), "the old road is long", "I know the old road", "would you walk with me", CANARY]
    assert LeakGuard(written, BASE.texts).passes(text) is passes


def test_a_thin_model_keeps_two_words_in_a_row_back() -> None:
    assert not LeakGuard([CANARY, *texts(20)], BASE.texts).passes("my blue heron")


@given(st.lists(st.text("ab cd", max_size=30), min_size=1, max_size=6), st.text("ab cd", max_size=40))
def test_what_passes_shares_no_run_of_five(written: list[str], text: str) -> None:
    guard = LeakGuard(written, [])
    if guard.passes(text):
        assert not any(grams(text, 5) & grams(one, 5) for one in written)
    assert not any(guard.passes(one) for one in written)


def test_the_same_seed_says_the_same() -> None:
    one, other = (Fitted(texts(80), BASE) for _ in range(2))
    said = [one.speak(f"discord:{n}", "") for n in range(12)]
    assert said == [other.speak(f"discord:{n}", "") for n in range(12)]
    assert len(set(said)) > 3
    assert all(text is None or one.guard.passes(text) for text in said)


def test_a_prompt_is_heard() -> None:
    fitted = Fitted(texts(80), BASE)
    about = [fitted.speak(f"{n}", "tell me of the sea") or "" for n in range(20)]
    other = [fitted.speak(f"{n}", "") or "" for n in range(20)]
    assert sum("sea" in text for text in about) > sum("sea" in text for text in other)


@pytest.mark.parametrize("written", [["", "", ""], ["http://a.example"] * 3, ["x y z"] * 3])
def test_hardly_any_words_are_no_fault(written: list[str]) -> None:
    said = Fitted(written, BASE).speak("seed", "")
    assert said is None or said.strip()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("write to me@home.example or www.home.example now", "write to or now"),
        ("call +49 171 5551234 for @mike", "call for @someone"),
        ("my card 4929 1234 1234 1234", "my card"),
        ("one\ntwo\u202ethree\x02", "one two three"),
        ("I was 10 in 99", "I was 10 in 99"),
    ],
)
def test_private_things_are_taken_out(text: str, left: str) -> None:
    assert prepared(text) == left
