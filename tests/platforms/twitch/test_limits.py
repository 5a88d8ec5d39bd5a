"""Budgets and identical messages, on a clock of their own."""

from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.twitch.directory import Directory
from bot.platforms.twitch.limits import UNLIKE, Recent
from bot.users import User
from bot.windows import Window


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.floats(0, 20), max_size=80), st.integers(1, 20))
def test_never_more_than_the_limit_in_any_window(pauses: list[float], limit: int) -> None:
    clock, taken = Clock(), list[float]()
    window = Window(limit, 30)
    for pause in pauses:
        clock.now += pause
        if not window.wait(clock.now):
            window.take(clock.now)
            taken.append(clock.now)
    for at in taken:
        assert sum(at - 30 < other <= at for other in taken) <= limit


@given(st.lists(st.floats(0, 10), min_size=1, max_size=60), st.integers(1, 5))
def test_after_the_named_wait_there_is_room(pauses: list[float], limit: int) -> None:
    clock = Clock()
    window = Window(limit, 30)
    for pause in pauses:
        clock.now += pause
        if wait := window.wait(clock.now):
            clock.now += wait + 1e-6
            assert window.wait(clock.now) == 0.0
        window.take(clock.now)


def test_a_lower_limit_waits_for_its_own_number() -> None:
    clock = Clock()
    window = Window(20, 30)
    for _ in range(25):
        assert window.wait(clock.now, 100) == 0.0
        window.take(clock.now)
        clock.now += 1
    assert window.wait(clock.now) == 30 - 20  # the twentieth last was 20 seconds ago


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["x", "x" + UNLIKE, "y"]), st.floats(0, 20))))
def test_nothing_is_said_twice_within_the_time(said: list[tuple[str, str, float]]) -> None:
    clock, sent = Clock(), list[tuple[str, str, float]]()
    recent = Recent(30, clock)
    for room, text, pause in said:
        clock.now += pause
        new = recent.unlike(room, text)
        assert new.rstrip(UNLIKE) == text.rstrip(UNLIKE)
        assert not [1 for r, old, at in sent if (r, old) == (room, new) and at > clock.now - 30]
        sent.append((room, new, clock.now))


def test_words_are_left_alone_when_they_are_new() -> None:
    clock = Clock()
    recent = Recent(30, clock)
    assert recent.unlike("a", "x") == "x"
    assert recent.unlike("b", "x") == "x"
    clock.now += 31
    assert recent.unlike("a", "x") == "x"


async def test_names_are_asked_for_again_after_a_while() -> None:
    clock, asked = Clock(), list[str]()
    directory = Directory(clock)

    async def fetch(by: str, login: str) -> User | None:
        asked.append(login)
        return User("twitch", "1", login, login) if login == "bob" else None

    for seconds in (0, 599, 2, 599):
        clock.now += seconds
        await directory.find("@BOB", fetch)
    assert asked == ["bob", "bob"]
    for seconds in (0, 29, 2):
        clock.now += seconds
        assert await directory.find("@cleo", fetch) is None
    assert asked == ["bob", "bob", "cleo", "cleo"]


async def test_many_names_do_not_grow_without_end() -> None:
    directory = Directory(Clock())

    async def fetch(by: str, login: str) -> User | None:
        return None

    for number in range(3_000):
        await directory.find(f"u{number}", fetch)
    assert len(directory._known) == 2_000
